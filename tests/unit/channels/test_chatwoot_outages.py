"""The bridge when something is away: what was acknowledged is worked on, and nobody waits for a Rasa that is down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from conversations import messages_after, to_be_answered
from conversations.chatwoot import find, with_arrivals
from database import connect, transaction
from tests.unit.channels.chatwoot import ACCOUNT, Chatwoot, hurry
from tests.unit.channels.chatwoot import Conversation as There
from tests.unit.channels.servers import FakeRasa, WebService, running, until


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
def chatwoot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chatwoot]:
    hurry(monkeypatch)
    chatwoot = Chatwoot().start()
    yield chatwoot
    chatwoot.stop()
    assert chatwoot.violations == []


def served(engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot, patience: float = 30.0) -> WebService:
    service = WebService(engine, rasa, patience=0.3, chatwoot=chatwoot.settings(patience=patience))
    chatwoot.deliver_to = service.url
    return service.start()


def texts(engine: Engine, there: There) -> list[str | None]:
    with transaction(engine) as session:
        held_there = find(session, ACCOUNT, there.id)
        assert held_there
        return [message.text for message in messages_after(session, held_there.conversation_id, 0)]


def test_what_was_acknowledged_is_worked_on_after_a_restart_and_answered_once(
    engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.start()
    there = chatwoot.conversation()
    payload = chatwoot.message(there, "hello", "incoming", {"id": 1})
    with monkeypatch.context() as ends_before:
        ends_before.setattr("channels.chatwoot.bridge.SETTLES_WITHIN", 60.0)
        ends_before.setattr("channels.chatwoot.workers.LAST_PIECE", 0.0)
        service = served(engine, rasa, chatwoot)
        assert chatwoot.deliver(payload).status_code == 200
        service.stop()
    with transaction(engine) as session:
        assert with_arrivals(session)
    assert rasa.said == []

    service.start()
    chatwoot.says(there, "You said: hello")
    chatwoot.deliver(payload)
    service.stop()
    service.start()
    chatwoot.deliver(payload)
    chatwoot.customer_writes(there, "bye")
    chatwoot.says(there, "You said: bye")
    service.stop()

    assert rasa.texts == ["hello", "bye"]
    assert texts(engine, there) == ["hello", "You said: hello", "bye", "You said: bye"]


def test_an_answer_that_was_ready_at_the_end_is_said_after_a_restart(
    engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot
) -> None:
    rasa.start()
    there = chatwoot.conversation()
    service = served(engine, rasa, chatwoot)
    chatwoot.stop()
    chatwoot.customer_writes(there, "hello")
    until(lambda: "You said: hello" in texts(engine, there))
    service.stop()

    chatwoot.start()
    service.start()
    chatwoot.says(there, "You said: hello")
    service.stop()

    assert chatwoot.said(there) == ["You said: hello"]


def test_while_rasa_is_down_a_person_is_called_with_a_note(engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot) -> None:
    there = chatwoot.conversation()
    service = served(engine, rasa, chatwoot, patience=0.5)

    chatwoot.customer_writes(there, "hello")
    until(lambda: there.status == "open")
    (note,) = chatwoot.notes(there)
    rasa.start()
    time.sleep(0.6)

    assert "the assistant couldn't answer in time" in note
    assert "> hello" in note
    assert rasa.said == []
    chatwoot.set_status(there, "pending")
    chatwoot.says(there, "I am back. Where were we?")
    chatwoot.customer_writes(there, "again")
    chatwoot.says(there, "You said: again")
    service.stop()


def test_a_delivery_that_cannot_be_stored_is_asked_for_again(
    engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By 500, upon which Chatwoot sends it twice more, before it hands the customer to people."""

    def is_away(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the database is locked"))

    there = chatwoot.conversation()
    rasa.start()
    service = served(engine, rasa, chatwoot)
    payload = chatwoot.message(there, "hello", "incoming", {"id": 1})
    with monkeypatch.context() as broken:
        broken.setattr("channels.chatwoot.bridge._keep", is_away)
        assert chatwoot.deliver(payload).status_code == 500

    assert chatwoot.deliver(payload).status_code == 200
    chatwoot.says(there, "You said: hello")
    service.stop()


def test_two_web_services_take_turns_and_say_everything_once_and_in_order(
    engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot
) -> None:
    rasa.start()
    bridged = chatwoot.settings()
    with running(engine, rasa, chatwoot=bridged) as one, running(engine, rasa, chatwoot=bridged) as other:
        there = chatwoot.conversation()
        for number in range(10):
            payload = chatwoot.message(there, f"message {number}", "incoming", {"id": 1})
            for service in (one, other) if number % 2 else (other, one):
                chatwoot.deliver_to = service.url
                assert chatwoot.deliver(payload).status_code == 200
        chatwoot.says(there, "You said: message 9", 20)

        def is_quiet() -> bool:
            with transaction(engine) as session:
                return not with_arrivals(session) and not to_be_answered(session)

        until(is_quiet)
    assert chatwoot.said(there) == [f"You said: message {number}" for number in range(10)]


def test_where_it_is_not_set_up_there_is_no_such_address(engine: Engine, rasa: FakeRasa, chatwoot: Chatwoot) -> None:
    with running(engine, rasa) as service:
        chatwoot.deliver_to = service.url
        assert chatwoot.customer_writes(chatwoot.conversation(), "hello").status_code == 404
