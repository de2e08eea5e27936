"""What is kept of conversations in Chatwoot, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from conversations import Draft, State, begin, close, store_message
from conversations.agents import agents, check_password
from conversations.chatwoot import (
    FIRST_WAIT,
    LONGEST_WAIT,
    NO_PASSWORD,
    TAKEN_FOR,
    begin_in_chatwoot,
    find,
    forget,
    is_behind,
    keep_arrival,
    key_of,
    next_arrival,
    note_failure,
    note_taken,
    of_ours,
    open_conversation,
    person_named,
    said_before,
    take,
    to_be_told,
    unanswered_since,
    with_arrivals,
)
from conversations.transcript import now
from database import transaction

ACCOUNT = 3


@pytest.fixture
def ours(engine: Engine) -> str:
    """A conversation of ours that is held in Chatwoot, and in which the customer has said something."""
    with transaction(engine) as session:
        held_there = begin_in_chatwoot(session, ACCOUNT, 4711, channel="Channel::Api", locale="en", status="pending")
        held_there.status_at = now().timestamp()
        store_message(session, held_there.conversation_id, Draft("customer", "hello", client_id="chatwoot-1"))
        return held_there.conversation_id


def test_what_arrived_is_taken_by_chatwoots_clock_and_its_numbers(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        held_there = of_ours(session, ours)
        assert held_there
        for key, at, number in (("c", 2.0, 9), ("b", 1.0, 8), ("a", 1.0, 7)):
            assert keep_arrival(session, held_there, f"{key}{ours}", at, number, {"is": key})
        assert not keep_arrival(session, held_there, f"a{ours}", 1.0, 7, {"is": "a"})
        assert held_there.id in with_arrivals(session)
        taken = []
        while arrival := next_arrival(session, ours):
            taken.append(arrival.happened["is"])
            session.delete(arrival)
            session.flush()
    assert taken == ["a", "b", "c"]


def test_who_tells_chatwoot_has_it_alone_for_a_while(
    engine: Engine, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(engine) as session:
        assert is_behind(session, ours)
        assert ours in to_be_told(session)
        assert take(session, ours)
        assert take(session, ours) is None
        assert ours not in to_be_told(session)
        later = now() + TAKEN_FOR + timedelta(seconds=1)
        monkeypatch.setattr("conversations.chatwoot.now", lambda: later)
        assert take(session, ours)


def test_a_call_counts_once_and_a_failure_waits_ever_longer_up_to_a_minute(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        held_there = of_ours(session, ours)
        assert held_there
        first = key_of(held_there)
        waits = []
        for _ in range(8):
            note_failure(session, ours, first)
            waits.append(round((held_there.due_at - now()).total_seconds()))
        note_taken(session, ours, first, "open")
        note_taken(session, ours, first)  # it came back, too
        note_failure(session, ours, first)  # its answer came too late

        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
        assert (timedelta(seconds=1), timedelta(seconds=60)) == (FIRST_WAIT, LONGEST_WAIT)
        assert (held_there.sent_part, held_there.tries, held_there.status) == (1, 0, "open")
        assert key_of(held_there) != first


def test_what_failed_is_tried_again_also_after_a_day(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        held_there = of_ours(session, ours)
        assert held_there
        held_there.status_at = (now() - timedelta(days=2)).timestamp()
        session.flush()
        assert ours not in to_be_told(session)
        assert ours in to_be_told(session, also_of_long_ago=True)
        note_failure(session, ours, key_of(held_there))
        held_there.due_at = now()
        session.flush()
        assert ours in to_be_told(session)


def test_who_has_waited_too_long_for_an_answer(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        assert (ours, 1) in unanswered_since(session, now() + timedelta(seconds=1))
        assert ours not in dict(unanswered_since(session, now() - timedelta(seconds=60)))
        elsewhere, _ = begin(session)
        store_message(session, elsewhere.id, Draft("customer", "hello"))
        assert elsewhere.id not in dict(unanswered_since(session, now() + timedelta(seconds=1)))


def test_after_the_end_the_talk_goes_on_with_what_has_arrived(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        held_there = of_ours(session, ours)
        assert held_there
        assert open_conversation(session, held_there).id == ours
        keep_arrival(session, held_there, f"x{ours}", 1.0, 1, {})
        held_there.sent_seq = 1
        close(session, ours)

        following = open_conversation(session, held_there)

        assert (following.earlier_id, following.state) == (ours, State.ASSISTANT.value)
        assert (held_there.conversation_id, held_there.sent_seq) == (following.id, 0)
        assert next_arrival(session, following.id)
        assert said_before(session, following, "chatwoot-1")
        assert said_before(session, following, "chatwoot-2") is None


def test_a_person_of_chatwoots_is_an_agent_who_cannot_sign_in(engine: Engine) -> None:
    with transaction(engine) as session:
        jane = person_named(session, " Jane  Doe ")
        assert person_named(session, "jane doe") is jane
        assert jane.name == "Jane Doe (Chatwoot)"
        assert person_named(session, "").name == "Somebody (Chatwoot)"
        assert len(person_named(session, "x" * 500).name) <= 100
        assert jane not in agents(session)
        for password in (NO_PASSWORD, "", "right horse battery"):
            assert check_password(session, jane.name, password) is None


def test_what_is_gone_there_stays_here(engine: Engine, ours: str) -> None:
    with transaction(engine) as session:
        held_there = of_ours(session, ours)
        assert held_there
        keep_arrival(session, held_there, f"y{ours}", 1.0, 1, {})
        number = held_there.chatwoot_id

        forget(session, ours)

        assert find(session, ACCOUNT, number) is None
        assert next_arrival(session, ours) is None
        assert not is_behind(session, ours)
