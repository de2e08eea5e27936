"""Rasa or the web service away, slow or mute: what the customer wrote is kept, answered later, and only once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from channels.turns import NOTICES, given_up
from channels.website import Website
from database import connect
from tests.unit.channels.servers import Customer, FakeRasa, Held, WebService, echo, lose_the_word_of, slowly, until


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'web.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa()
    yield rasa
    rasa.stop()


@pytest.fixture
def service(engine: Engine, rasa: FakeRasa) -> Iterator[WebService]:
    service = WebService(engine, rasa, patience=0.3, timeout=1.0).start()
    yield service
    service.stop()


def kinds_and_texts(tab: Customer) -> list[tuple[str, str]]:
    return [(each["author"]["kind"], each["text"]) for each in tab.messages]


def test_while_rasa_is_down_the_customer_is_told_and_answered_once_it_is_back(
    service: WebService, rasa: FakeRasa
) -> None:
    tab = Customer(service.url).connect()

    assert tab.say("first", client_id="c-1")["ok"]
    tab.hears(NOTICES["down"])
    assert tab.say("second", client_id="c-2")["ok"]
    rasa.start()
    tab.hears("You said: second", 20)
    time.sleep(0.5)
    tab.leave()

    assert kinds_and_texts(tab) == [
        ("system", NOTICES["down"]),
        ("assistant", "You said: first"),
        ("assistant", "You said: second"),
    ]
    assert rasa.texts == ["first", "second"]


def test_a_restarted_web_service_answers_what_was_left_unanswered(service: WebService, rasa: FakeRasa) -> None:
    tab = Customer(service.url).connect()
    tab.say("before the restart", client_id="c-1")
    tab.hears(NOTICES["down"])

    service.stop()
    rasa.start()
    service.start()
    until(lambda: rasa.said, 20)  # nobody is connected
    again = tab.again(last_seq=2)
    again.hears("You said: before the restart")
    again.leave()

    assert rasa.texts == ["before the restart"]
    assert [each["seq"] for each in again.messages] == [3]


def test_who_comes_back_just_as_the_answer_is_stored_does_not_ask_again(
    service: WebService, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at what is unanswered and what follows from it, the answer comes."""
    bind = Website._bind
    rasa.answers = held = Held()
    rasa.start()
    tab = Customer(service.url).connect()
    tab.say("hello")
    until(lambda: rasa.said)

    async def bind_once_answered(self: Website, *bound: Any) -> None:
        held.release()
        await asyncio.to_thread(tab.hears, "You said: hello")
        await asyncio.sleep(0.2)  # until that turn has ended
        await bind(self, *bound)

    monkeypatch.setattr(Website, "_bind", bind_once_answered)
    again = tab.again(last_seq=0)
    again.hears("You said: hello")
    again.say("and now?")
    again.hears("You said: and now?")
    again.leave()
    tab.leave()

    assert rasa.texts == ["hello", "and now?"]


def test_a_turn_under_way_ends_before_the_service_stops(service: WebService, rasa: FakeRasa) -> None:
    rasa.answers = slowly(0.6)
    rasa.start()
    tab = Customer(service.url).connect()
    tab.say("hello", client_id="c-1")
    until(lambda: rasa.said)

    service.stop()
    service.start()
    again = tab.again(last_seq=0)
    again.hears("You said: hello")
    time.sleep(0.3)
    again.leave()

    assert rasa.texts == ["hello"]


def test_of_a_slow_answer_the_customer_is_told_and_gets_it_once(service: WebService, rasa: FakeRasa) -> None:
    rasa.answers = slowly(0.6)
    rasa.start()
    tab = Customer(service.url).connect()

    tab.say("hello", client_id="c-1")
    tab.hears("You said: hello")
    tab.leave()

    assert kinds_and_texts(tab) == [("system", NOTICES["slow"]), ("assistant", "You said: hello")]
    assert rasa.texts == ["hello"]


@pytest.mark.parametrize(
    "nothing",
    [[], 500, {"text": "no list"}, [{}], [{"text": ""}], [{"image": "x"}], ["text"], [{"text": 7, "custom": "x"}]],
)
def test_silence_is_told_tried_again_and_then_answered(service: WebService, rasa: FakeRasa, nothing: Any) -> None:
    rasa.answers = lambda message: nothing if len(rasa.said) < 2 else echo(message)
    rasa.start()
    tab = Customer(service.url).connect()

    tab.say("hello", client_id="c-1")
    tab.hears("You said: hello")
    tab.leave()

    assert kinds_and_texts(tab) == [("system", NOTICES["silent"]), ("assistant", "You said: hello")]


def test_a_message_that_rasa_never_answers_does_not_hold_up_the_next(service: WebService, rasa: FakeRasa) -> None:
    rasa.answers = lambda message: [] if message["message"] == "mute" else echo(message)
    rasa.start()
    tab = Customer(service.url).connect()

    tab.say("mute", client_id="c-1")
    tab.say("hello", client_id="c-2")
    tab.hears("You said: hello", 20)
    tab.leave()

    assert rasa.texts == ["mute"] * 3 + ["hello"]
    assert kinds_and_texts(tab)[-2:] == [("system", given_up()), ("assistant", "You said: hello")]


def test_a_gateway_without_rasa_behind_it_counts_as_down(service: WebService, rasa: FakeRasa) -> None:
    rasa.answers = lambda message: 503 if len(rasa.said) < 5 else echo(message)
    rasa.start()
    tab = Customer(service.url).connect()

    tab.say("hello", client_id="c-1")
    tab.hears("You said: hello", 30)
    tab.leave()

    assert kinds_and_texts(tab) == [("system", NOTICES["down"]), ("assistant", "You said: hello")]


def test_one_customers_slow_turn_does_not_hold_up_another(service: WebService, rasa: FakeRasa) -> None:
    held = Held()
    rasa.answers = lambda message: (held if message["message"] == "slow" else echo)(message)
    rasa.start()
    slow, quick = Customer(service.url).connect(), Customer(service.url).connect()

    slow.say("slow", client_id="c-1")
    quick.say("quick", client_id="c-1")
    quick.hears("You said: quick")
    held.release()
    slow.hears("You said: slow")
    for tab in (slow, quick):
        tab.leave()


def test_an_answer_that_was_stored_though_the_database_went_away_before_it_said_so_is_told(
    service: WebService, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.start()
    tab = Customer(service.url).connect()
    lost = lose_the_word_of("_settle_and_look", monkeypatch)

    tab.say("hello", client_id="c-1")
    tab.hears("You said: hello")
    tab.leave()

    assert len(lost) == 1
    assert kinds_and_texts(tab) == [("assistant", "You said: hello")]
    assert rasa.texts == ["hello"]
