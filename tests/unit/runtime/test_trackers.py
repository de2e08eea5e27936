"""Rasa's memory of the dialogues, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from runtime.trackers import MOST_TURNS, TURNS_KEPT, Trackers, dialogues, shortened
from tests import machine
from tests.assistant import Assistant
from tests.unit.runtime.conftest import TINY

DOMAIN = Domain.load(TINY / "domain.yml")


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def trackers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trackers]:
    db = str(tmp_path / "trackers.db") if request.param == "file" else machine.POSTGRESQL_URL
    trackers = Trackers(DOMAIN, db=db)
    yield trackers
    trackers._engine.dispose()
    trackers._engine_that_waits.dispose()


@pytest.fixture
def sender() -> str:
    return f"customer-{uuid4().hex}"


def dialogue(sender: str, *events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(sender, [ActionExecuted("action_listen"), *events], DOMAIN.slots)


def turn(number: int, *answers: str) -> list[Event]:
    said = UserUttered(f"words {number}", metadata={"seq": number})
    return [said, *(BotUttered(answer) for answer in answers), ActionExecuted("action_listen")]


def test_a_dialogue_comes_back_as_it_was(trackers: Trackers, sender: str):
    kept = dialogue(sender, *turn(1, "Which order?"), SlotSet("order_number", "A1"), ActiveLoop("refund_form"))
    asyncio.run(trackers.save(kept))
    found = asyncio.run(trackers.retrieve(sender))
    assert found
    assert list(found.events) == list(kept.events)
    assert (found.get_slot("order_number"), found.active_loop_name) == ("A1", "refund_form")


def test_nothing_is_known_of_a_stranger(trackers: Trackers, sender: str):
    assert asyncio.run(trackers.retrieve(sender)) is None


def test_it_is_one_row_however_often_it_is_stored(trackers: Trackers, sender: str):
    for number in range(1, 4):
        asyncio.run(trackers.save(dialogue(sender, *(event for n in range(number) for event in turn(n)))))
    with trackers._engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(dialogues.c.sender_id == sender)) == 1
    assert sender in asyncio.run(trackers.keys())


def test_what_was_said_to_the_latest_message_is_found_by_its_number(trackers: Trackers, sender: str):
    asyncio.run(trackers.save(dialogue(sender, *turn(1, "Hello."), *turn(3, "One.", "Two."))))
    said = asyncio.run(trackers.said_in_answer_to(sender, 3))
    assert [event.text for event in said or []] == ["One.", "Two."]
    assert asyncio.run(trackers.said_in_answer_to(sender, 1)) is None
    assert asyncio.run(trackers.said_in_answer_to(sender, 5)) is None


def test_a_turn_reads_its_dialogue_once(trackers: Trackers, sender: str):
    asyncio.run(trackers.save(dialogue(sender, *turn(1, "Hello."))))
    statements: list[str] = []
    event.listen(trackers._engine, "before_cursor_execute", lambda *executed: statements.append(executed[2]))

    async def take_turn() -> list[DialogueStateTracker | None]:
        assert await trackers.said_in_answer_to(sender, 2) is None
        return [await trackers.retrieve(sender) for _ in range(2)]

    known, later = asyncio.run(take_turn())
    assert known == later != None  # noqa: E711
    assert len(statements) == 2


def test_of_earlier_messages_is_kept_what_they_meant_and_not_what_else_they_could_have(trackers: Trackers, sender: str):
    read = {"text": "words", "intent": {"name": "refund"}, "intent_ranking": [{"name": "refund"}, {"name": "greet"}]}
    said = [UserUttered("words", read["intent"], [], {**read}, metadata={"seq": number}) for number in (1, 2)]
    asyncio.run(trackers.save(dialogue(sender, *said)))
    found = asyncio.run(trackers.retrieve(sender))
    earlier, latest = [each for each in found.events if isinstance(each, UserUttered)] if found else []
    assert "intent_ranking" not in earlier.parse_data
    assert earlier.intent == read["intent"]
    assert latest.parse_data["intent_ranking"] == read["intent_ranking"]


def test_what_is_stored_outlives_a_process_that_is_killed(tmp_path: Path):
    program = (
        "import asyncio, os, signal, sys; import runtime.stand_ins as s; s.install();"
        "from rasa.shared.core.domain import Domain; from runtime.trackers import Trackers;"
        "trackers = Trackers(Domain.empty(), db=sys.argv[1]);"
        "asyncio.run(trackers.save(trackers.init_tracker('a')));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    db = str(tmp_path / "trackers.db")
    assert subprocess.run([sys.executable, "-c", program, db]).returncode == -signal.SIGKILL
    assert asyncio.run(Trackers(DOMAIN, db=db).retrieve("a"))


@pytest.mark.parametrize(("asked", "waits"), [("confirm", True), ("reason", False), (None, False)])
def test_the_answer_to_a_question_for_a_yes_waits_for_the_disk(
    trackers: Trackers, sender: str, monkeypatch, asked: str | None, waits: bool
):
    used: list[Engine] = []
    monkeypatch.setattr("runtime.trackers._store", lambda engine, *_: used.append(engine))
    before = [*turn(1), SlotSet("requested_slot", asked), ActionExecuted("action_listen")]
    asyncio.run(trackers.save(dialogue(sender, *before)))
    answered = [*before, *turn(2), SlotSet("requested_slot", "confirm")]
    asyncio.run(trackers.save(dialogue(sender, *answered)))
    assert used == [trackers._engine, trackers._engine_that_waits if waits else trackers._engine]


def test_a_turn_that_a_power_cut_has_taken_is_taken_again(tiny: Assistant):
    """The web service sends again what has no answer in the transcript, which a power cut doesn't touch."""
    customer = tiny.customer()
    tiny.say("refund", customer.sender, {"seq": 1})
    before = tiny.tracker(customer.sender)
    answers = tiny.say("A1", customer.sender, {"seq": 3})
    asyncio.run(tiny._agent.tracker_store.save(before))
    assert tiny.say("A1", customer.sender, {"seq": 3}) == answers == [{"text": "Why?"}]


def test_two_workers_may_make_the_table_at_once(tmp_path: Path):
    async def both() -> list[Trackers]:
        return await asyncio.gather(
            *(asyncio.to_thread(Trackers, DOMAIN, db=str(tmp_path / "trackers.db")) for _ in range(8))
        )

    assert len(asyncio.run(both())) == 8


class TestShortening:
    def long_dialogue(self, turns: int) -> DialogueStateTracker:
        began = [
            *turn(0),
            SlotSet("order_number", "A1"),
            ActiveLoop("refund_form"),
            SlotSet("requested_slot", "reason"),
        ]
        return dialogue("a", *began, *(event for number in range(1, turns) for event in turn(number)))

    def test_a_short_dialogue_is_kept_whole(self):
        tracker = self.long_dialogue(MOST_TURNS)
        assert shortened(tracker, DOMAIN) == list(tracker.events)

    def test_of_a_long_one_the_last_turns_stay_and_the_state_before_them(self):
        tracker = self.long_dialogue(MOST_TURNS + 1)
        events = shortened(tracker, DOMAIN)
        said = [event.text for event in events if isinstance(event, UserUttered)]
        assert said == [f"words {number}" for number in range(MOST_TURNS + 1 - TURNS_KEPT, MOST_TURNS + 1)]
        short = DialogueStateTracker.from_events("a", events, DOMAIN.slots)
        assert short.current_slot_values() == tracker.current_slot_values()
        assert short.active_loop_name == tracker.active_loop_name
        assert short.latest_action_name == tracker.latest_action_name

    def test_a_customer_in_the_middle_of_a_form_does_not_notice(self, tiny: Assistant):
        customer = tiny.customer()
        customer.say("refund")
        for _ in range(3 * TURNS_KEPT):
            assert customer.say("B9") == [{"text": "No such order."}, {"text": "Which order?"}]
        assert len(tiny.tracker(customer.sender).events) < MOST_TURNS * 20
        assert customer.say("A1") == [{"text": "Why?"}]
