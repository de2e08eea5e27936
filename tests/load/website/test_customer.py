"""What the load generator would notice, with a web service whose Rasa is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from database import connect, migrate
from runtime.rasa_changes import OUTAGE
from tests.load.website.customer import Customer
from tests.load.website.tally import Tally
from tests.unit.channels.servers import FakeRasa, WebService, slowly


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa().start()
    yield rasa
    rasa.stop()


@pytest.fixture
def service(tmp_path: Path, rasa: FakeRasa) -> Iterator[WebService]:
    engine = connect(f"sqlite:///{tmp_path / 'web.db'}")
    migrate(engine)
    service = WebService(engine, rasa, patience=0.3).start()
    yield service
    service.stop()


def faults(tally: Tally) -> tuple[int, int, int, dict[str, int]]:
    return tally.lost, tally.doubled, tally.out_of_order, +tally.errors


def test_a_conversation_without_a_fault(service: WebService) -> None:
    async def play(tally: Tally) -> None:
        customer = Customer(service.url, tally)
        await customer.connect()
        for text in ("hello", "my camera is broken", "bye"):
            await customer.say(text)
        await customer.leave()

    asyncio.run(play(tally := Tally()))
    assert len(tally.acknowledged_after) == len(tally.answered_after) == 3
    assert faults(tally) == (0, 0, 0, {})


def test_a_connection_that_drops_is_made_again_and_nothing_is_lost(service: WebService, rasa: FakeRasa) -> None:
    rasa.answers = slowly(1.5)

    async def play(tally: Tally) -> None:
        customer = Customer(service.url, tally)
        await customer.connect()
        turn = asyncio.create_task(customer.say("hello"))
        await asyncio.sleep(0.7)
        await asyncio.to_thread(service.stop)
        await asyncio.to_thread(service.start)
        await turn
        await customer.say("are you still there?")
        await customer.leave()

    asyncio.run(play(tally := Tally()))
    assert tally.dropped == 1
    assert len(tally.answered_after) == 2
    assert (tally.lost, tally.doubled, tally.out_of_order) == (0, 0, 0)


def test_what_the_assistant_cannot_do_is_an_error(service: WebService, rasa: FakeRasa) -> None:
    answers = iter(
        [lambda message: [{"text": f"Sorry, {OUTAGE}"}], lambda message: 500, lambda message: [{"text": "Hi"}]]
    )
    rasa.answers = lambda message: next(answers)(message)

    async def play(tally: Tally) -> None:
        customer = Customer(service.url, tally)
        await customer.connect()
        await customer.say("hello")
        await customer.say("x" * 2001)
        await customer.say("hello again")
        await customer.leave()

    asyncio.run(play(tally := Tally()))
    assert faults(tally) == (
        0, 0, 0, {"the assistant couldn't do its work": 1, "refused: too_long": 1, "the assistant was away": 1},
    )  # fmt: skip


def said(*authors_and_texts: str) -> dict[int, dict[str, object]]:
    kept: dict[int, dict[str, object]] = {}
    for seq, each in enumerate(authors_and_texts, start=1):
        author, _, text = each.partition(": ")
        kept[seq] = {"seq": seq, "author": {"kind": author}, "text": text}
        if author == "customer":
            kept[seq]["client_id"] = text
    return kept


@pytest.mark.parametrize(
    ("transcript", "heard", "lost", "doubled"),
    [
        (["customer: a", "assistant: yes", "customer: b", "assistant: yes"], {1, 2, 3, 4}, 0, 0),
        (["customer: a", "assistant: yes"], {1, 2}, 1, 0),  # b was acknowledged
        (["customer: a", "customer: b", "assistant: yes"], {1, 2, 3}, 1, 0),  # a has no answer
        (["customer: a", "assistant: yes", "customer: b", "assistant: yes"], {1, 2, 3}, 1, 0),  # not delivered
        (["customer: a", "assistant: yes", "assistant: yes", "customer: b", "assistant: no"], {1, 2, 3, 4, 5}, 0, 1),
        (["customer: a", "assistant: yes", "customer: b", "assistant: yes", "customer: b", "assistant: yes"],
         {1, 2, 3, 4, 5, 6}, 0, 1),
    ],
)  # fmt: skip
def test_what_is_lost_or_doubled_is_counted(transcript: list[str], heard: set[int], lost: int, doubled: int) -> None:
    tally = Tally()
    tally.compare(said(*transcript), heard, acknowledged={"a": 1, "b": 3})
    assert (tally.lost, tally.doubled) == (lost, doubled)
