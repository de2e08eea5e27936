"""Handing out, erasing and forgetting, through everything that keeps something of a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.engine import Engine

import conversations
from conversations.chatwoot import begin_in_chatwoot, find, keep_arrival
from conversations.models import Conversation, Message
from database import Base, transaction
from orders import ask_about_request, find_order, find_request, move_request
from orders.models import Customer, Item, Order, OutboxEntry, Request, WrongPair
from orders.showing import show_request
from orders.tries import note_wrong_pair
from orders.webhooks import event_of
from privacy import __main__ as commands
from privacy.__main__ import erase_person, export_person, purge
from tests.unit.orders.builders import EMAIL, NOW, file, stored

OTHER = "dana@example.com"  # which has the person's address in it, but is another one


@pytest.fixture(autouse=True)
def trackers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rasa's tracker store, as it makes it."""
    path = tmp_path / "trackers.db"
    monkeypatch.setenv("TRACKERS_DB", str(path))
    with sqlite3.connect(path) as rasa:
        rasa.execute(
            "CREATE TABLE dialogues (sender_id TEXT PRIMARY KEY, changed_at FLOAT, answered INTEGER, events TEXT)"
        )
    return path


def said_to_rasa(trackers: Path, sender: str, words: str, at: datetime = NOW) -> None:
    with sqlite3.connect(trackers) as rasa:
        rasa.execute(
            "INSERT OR REPLACE INTO dialogues (sender_id, changed_at, events) VALUES (?, ?, ?)",
            (sender, at.timestamp(), json.dumps([{"event": "user", "text": words}])),
        )


def dialogues(trackers: Path) -> list[str]:
    with sqlite3.connect(trackers) as rasa:
        return [sender for (sender,) in rasa.execute("SELECT sender_id FROM dialogues ORDER BY 1")]


def talked(engine: Engine, *words: str) -> str:
    with transaction(engine) as session:
        conversation, _secret = conversations.begin(session)
        for said in words:
            conversations.store_message(session, conversation.id, conversations.Draft("customer", said))
        return str(conversation.id)


@pytest.fixture
def known(engine: Engine, trackers: Path) -> Iterator[dict[str, str]]:
    """Ana with two orders, a request from a chat, and another chat; and somebody else with the like."""
    chat, other_chat, unnamed = (
        talked(engine, "Hi"),
        talked(engine, f"I am {OTHER}"),
        talked(engine, f"I'm {EMAIL.title()}."),
    )
    with transaction(engine) as session:
        order = stored(session, "INO-10482")
        order.items[0].tracking_number = "JD01"
        request = file(session, order, order.items)
        request.conversation_id = chat
        ask_about_request(session, request, f"Call me, I am {EMAIL}", at=NOW)
        stored(session, "INO-2")
        others = stored(session, "INO-3", email=OTHER, customer_name="Other")
        file(session, others, others.items).conversation_id = other_chat
        ids = {"reference": request.reference, "chat": chat, "other": other_chat, "unnamed": unnamed}
    said_to_rasa(trackers, chat, "Hi")
    said_to_rasa(trackers, other_chat, f"I am {OTHER}")
    said_to_rasa(trackers, unnamed, f"I'm {EMAIL}.")
    yield ids
    with engine.begin() as connection:
        connection.execute(Message.__table__.delete())


def everything(engine: Engine) -> str:
    """All that stands in the database, as text."""
    with engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608
        )


def test_a_person_gets_everything_that_is_kept_and_nothing_of_others(
    engine: Engine,
    known: dict[str, str],
) -> None:
    kept = export_person(engine, f" {EMAIL.upper()} ")

    assert [order["order_number"] for order in kept["orders"]] == ["INO-10482", "INO-2"]
    assert [request["reference"] for request in kept["requests"]] == [known["reference"]]
    assert {conversation["id"] for conversation in kept["conversations"]} == {known["chat"], known["unnamed"]}
    assert set(kept["dialogues"]) == {known["chat"], known["unnamed"]}
    assert kept["conversations"][0]["messages"][0]["text"]
    assert OTHER not in json.dumps(kept)


def test_erasing_leaves_nothing_that_leads_to_the_person(
    engine: Engine,
    known: dict[str, str],
    trackers: Path,
) -> None:
    reached = erase_person(engine, EMAIL, NOW)

    assert reached == {
        "orders": 2, "requests": 1, "requests that were open": 1, "conversations": 2, "dialogues in Rasa's memory": 2,
    }  # fmt: skip
    left = everything(engine).replace(OTHER, "somebody else's")
    for trace in (EMAIL, "Ana Torres", "INO-10482", "INO-2'", "JD01", "Call me", known["chat"], known["unnamed"]):
        assert trace not in left
    assert dialogues(trackers) == [known["other"]]
    assert export_person(engine, EMAIL) == {
        "email": EMAIL, "orders": [], "requests": [], "conversations": [], "dialogues": {},
    }  # fmt: skip


def test_erasing_leaves_nothing_in_the_files_either(sqlite: Engine, trackers: Path) -> None:
    with transaction(sqlite) as session:
        for number in range(200):
            stored(session, f"INO-{number}", email=f"{number}@example.com", customer_name="Somebody")
    chat = talked(sqlite, f"I am {EMAIL.upper()}", "INO-10482")
    said_to_rasa(trackers, chat, f"I am {EMAIL}")
    with transaction(sqlite) as session:
        request = file(session, order := stored(session, "INO-10482"), order.items)
        request.conversation_id = chat
        ask_about_request(session, request, f"Write to {EMAIL}", at=NOW)
    files = [Path(str(sqlite.url.database)), Path(f"{sqlite.url.database}-wal"), trackers]
    before = b"".join(path.read_bytes() for path in files).lower()

    erase_person(sqlite, EMAIL, NOW)  # while the service holds the database open, so that its log stays

    after = b"".join(path.read_bytes() for path in files).lower()
    for trace in (EMAIL, "Ana Torres", "INO-10482", chat):
        assert trace.lower().encode() in before
        assert trace.lower().encode() not in after


def test_erasing_keeps_the_request_and_what_was_decided(engine: Engine, known: dict[str, str]) -> None:
    with transaction(engine) as session:
        before = find_request(session, known["reference"])
        assert before is not None

    erase_person(engine, EMAIL, NOW)

    with transaction(engine) as session:
        request = find_request(session, known["reference"])
        assert request is not None
        assert (request.decision, request.policy_version) == (before.decision, before.policy_version)
        assert request.facts["items"] == before.facts["items"]
        assert request.facts["order"] == before.facts["order"] | {"number": None}
        assert (request.erased_at, request.conversation_id) == (NOW, None)
        assert [change.status for change in request.changes] == ["filed", "filed"]
        assert session.execute(select(OutboxEntry).where(OutboxEntry.request_id == request.id)).first() is None


def test_erasing_reaches_the_conversations_that_never_name_the_address_in_the_customers_words(engine: Engine) -> None:
    proved, told_by_agent, left, later = (talked(engine, "Hi") for _ in range(4))
    with transaction(engine) as session:
        conversations.keep_case(session, proved, {"order_number": "INO-1", "email": EMAIL})
        conversations.leave_email(session, left, EMAIL.title())
        agents_words = conversations.Draft("agent", f"I write to {EMAIL}.", author_name="Dana")
        conversations.store_message(session, told_by_agent, agents_words)
        session.execute(update(Conversation).where(Conversation.id == later).values(earlier_id=proved))
    other = talked(engine, f"I am {OTHER}")

    assert erase_person(engine, EMAIL, NOW)["conversations"] == 4

    with transaction(engine) as session:
        assert list(session.execute(select(Conversation.id)).scalars()) == [other]


def test_erasing_reaches_what_is_kept_for_chatwoot(engine: Engine) -> None:
    """Which conversation it is there, and what came from there and isn't worked on yet."""
    with transaction(engine) as session:
        held_there = begin_in_chatwoot(session, 3, 4711, channel="Channel::WebWidget", locale="en", status="pending")
        said = conversations.Draft("customer", f"I am {EMAIL}", client_id="chatwoot-1")
        conversations.store_message(session, held_there.conversation_id, said)
        keep_arrival(session, held_there, "message_created:2", 1.0, 2, {"text": f"Is {EMAIL} right?"})
    assert export_person(engine, EMAIL)["conversations"][0]["chatwoot_id"] == 4711

    erase_person(engine, EMAIL, NOW)

    assert EMAIL not in everything(engine)
    with transaction(engine) as session:
        assert find(session, 3, 4711) is None


def test_an_erased_request_still_moves_and_tells_nobody_but_the_shops_system(
    engine: Engine, known: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    erase_person(engine, EMAIL, NOW)
    with transaction(engine) as session:
        request = find_request(session, known["reference"])
        assert request is not None

        move_request(session, request, "approved", by="Dana", at=NOW)

        (entry,) = session.execute(select(OutboxEntry).where(OutboxEntry.request_id == request.id)).scalars()
        assert entry.recipient == "webhook"
        assert event_of(entry)["request"]["order_number"] is None
    show_request(request)
    assert "were erased 2026-03-20 12:00 UTC" in capsys.readouterr().out


def test_erasing_leaves_everybody_else_alone(engine: Engine, known: dict[str, str]) -> None:
    erase_person(engine, EMAIL, NOW)

    kept = export_person(engine, OTHER)
    assert [order["order_number"] for order in kept["orders"]] == ["INO-3"]
    assert [conversation["id"] for conversation in kept["conversations"]] == [known["other"]]
    with transaction(engine) as session:
        assert find_order(session, "INO-3", OTHER) is not None


def test_erasing_again_finds_nothing_and_says_nothing_bad(engine: Engine, known: dict[str, str]) -> None:
    erase_person(engine, EMAIL, NOW)

    assert not +erase_person(engine, EMAIL, NOW)


def test_an_erased_order_cannot_be_found_by_what_stands_for_it(engine: Engine, known: dict[str, str]) -> None:
    erase_person(engine, EMAIL, NOW)
    with transaction(engine) as session:
        erased = session.execute(select(Order).where(Order.number.startswith("erased-"))).scalar_one()
        other = session.execute(select(Order).where(Order.number == "INO-3")).scalar_one()

    assert len(erased.number) > 25
    assert erased.number.removeprefix("erased-") != erased.customer.email.removeprefix("erased-")
    assert other.customer.email == OTHER


def test_a_customer_without_orders_is_erased_too(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Customer(email=EMAIL, name="Ana"))

    erase_person(engine, EMAIL, NOW)

    with transaction(engine) as session:
        assert session.execute(select(Customer)).first() is None


def test_what_has_been_kept_long_enough_is_forgotten(engine: Engine, trackers: Path) -> None:
    with transaction(engine) as session:
        old = stored(session, "OLD", placed_at=NOW - timedelta(days=1096))
        reference = file(session, old, old.items).reference
        stored(session, "OLD-TOO", placed_at=NOW - timedelta(days=1096), email="bo@example.com")
        stored(session, "NEW", placed_at=NOW - timedelta(days=1094), email="cy@example.com")
    silent, lively = talked(engine, "Hi"), talked(engine, "Hi", "again")
    with engine.begin() as connection:
        long_ago = NOW - timedelta(days=366)
        connection.execute(Conversation.__table__.update().values(created_at=long_ago))
        connection.execute(Message.__table__.update().where(Message.seq == 1).values(at=long_ago))
    said_to_rasa(trackers, silent, "Hi", NOW - timedelta(days=366))
    said_to_rasa(trackers, lively, "Hi", NOW - timedelta(days=366))
    said_to_rasa(trackers, lively, "again", NOW)
    days = {"transcript_days": 365, "order_days": 1095, "outbox_days": 90}

    reached = purge(engine, NOW, **days)

    assert +reached == {"dialogues in Rasa's memory": 1, "conversations": 1, "orders": 1}
    with transaction(engine) as session:
        assert set(session.execute(select(Order.number)).scalars()) == {"OLD", "NEW"}
        assert list(session.execute(select(Conversation.id)).scalars()) == [lively]
        request = find_request(session, reference)
        assert request is not None
        move_request(session, request, "rejected", by="Dana", at=NOW)
    assert dialogues(trackers) == [lively]

    later = purge(engine, NOW + timedelta(days=91), **days | {"order_days": 1095 + 91})
    assert (later["orders"], later["requests"], later["entries of the outbox"]) == (1, 1, 0)
    with transaction(engine) as session:
        request = session.execute(select(Request)).scalar_one()
        assert request.erased_at is not None
        assert session.execute(select(Item)).scalars().all()


def test_the_outbox_forgets_what_is_done(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        file(session, order, order.items)

    assert purge(engine, NOW, transcript_days=9, order_days=99, outbox_days=90)["entries of the outbox"] == 0
    assert purge(engine, NOW + timedelta(days=91), transcript_days=9, order_days=999, outbox_days=90)[
        "entries of the outbox"
    ] == 3  # fmt: skip


def test_who_has_no_order_any_more_and_old_tries_are_forgotten(engine: Engine) -> None:
    with transaction(engine) as session:
        stored(session, "INO-1")
        stored(session, "INO-1", email="bo@example.com")
        note_wrong_pair(session, "203.0.113.7", NOW - timedelta(hours=2))

    assert purge(engine, NOW, transcript_days=9, order_days=99, outbox_days=90)["customers without orders"] == 1

    with transaction(engine) as session:
        assert list(session.execute(select(Customer.email)).scalars()) == ["bo@example.com"]
        assert session.execute(select(WrongPair)).first() is None


def test_without_rasas_memory_the_rest_is_done(engine: Engine, known: dict[str, str], trackers: Path) -> None:
    trackers.unlink()

    assert export_person(engine, EMAIL)["orders"]
    assert erase_person(engine, EMAIL, NOW)["orders"] == 2
    purge(engine, NOW, transcript_days=1, order_days=1, outbox_days=1)


@pytest.fixture
def at_the_terminal(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("ORDERS_DB_URL", str(sqlite.url))
    with transaction(sqlite) as session:
        stored(session, "INO-1")
    return sqlite


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = commands.main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_the_commands_say_what_they_did(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "kept.json"
    assert json.loads(said(capsys, "export-person", EMAIL)[1])["orders"][0]["order_number"] == "INO-1"
    assert said(capsys, "export-person", EMAIL, "--to", str(path))[0] == 0
    assert (json.loads(path.read_text())["email"], path.stat().st_mode & 0o777) == (EMAIL, 0o600)
    assert said(capsys, "erase-person", EMAIL)[2].startswith("Nothing was erased.")
    assert said(capsys, "erase-person", EMAIL, "--yes")[1].startswith("Erased: orders (1).\n")
    assert said(capsys, "purge")[1] == "Deleted: nothing, as nothing was there.\n"


@pytest.mark.parametrize("command", [("export-person", EMAIL), ("erase-person", EMAIL, "--yes"), ("purge",)])
@pytest.mark.parametrize("named", ["postgresql://postgres@127.0.0.1:1/nothing", "nonsense://x", __file__])
def test_a_memory_of_rasas_that_cannot_be_read_is_said_before_anything_is_erased(
    at_the_terminal: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    named: str,
) -> None:
    monkeypatch.setenv("TRACKERS_DB", named)

    status, out, err = said(capsys, *command)

    assert (status, out) == (1, "")
    assert "Does TRACKERS_DB name the right file or address?" in err
    with transaction(at_the_terminal) as session:
        assert find_order(session, "INO-1", EMAIL) is not None


def test_a_missing_memory_of_rasas_is_said(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str], trackers: Path
) -> None:
    trackers.unlink()

    status, out, err = said(capsys, "erase-person", EMAIL, "--yes")

    assert (status, out.splitlines()[0]) == (0, "Erased: orders (1).")
    assert "TRACKERS_DB" in err


def test_a_database_that_cannot_be_reached_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_DB_URL", "postgresql://postgres@127.0.0.1:1/nothing")

    assert said(capsys, "purge") == (
        1, "", "The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("export-person", "Ana"), "Please name the person by an e-mail address."),
        (("erase-person", "Ana", "--yes"), "Please name the person by an e-mail address."),
        (
            ("export-person", EMAIL, "--to", "/nowhere/kept.json"),
            "The file can't be written: No such file or directory.",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], answer: str
) -> None:
    assert said(capsys, *arguments) == (1, "", f"{answer}\n")
