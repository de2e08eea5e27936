from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from channels.audience import USUAL, Audience, Connection, Said
from channels.elsewhere import Elsewhere
from channels.store import Store
from channels.wire import Wire
from conversations import Agent, Draft, begin, claim, store_message
from database import connect, migrate, transaction


class Emitted:
    """Socket.IO's server, as far as the audience knows it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    async def emit(self, event: str, data: dict[str, Any], **_: Any) -> None:
        told = {"message": "seq", "state": "state"}.get(event)
        if told:
            self.events.append((event, data[told]))


class CountingStore(Store):
    transactions = 0

    async def run(self, *work: Any, **more: Any) -> Any:
        self.transactions += 1
        return await super().run(*work, **more)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'web.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> CountingStore:
    return CountingStore(engine)


@pytest.fixture
def emitted() -> Emitted:
    return Emitted()


@pytest.fixture
def audience(store: CountingStore, emitted: Emitted) -> Audience:
    wire = Wire()
    return Audience(emitted, store, lambda _: False, wire, Elsewhere(wire))


@pytest.fixture
def conversation_id(engine: Engine) -> str:
    """With three messages."""
    with transaction(engine) as session:
        conversation_id = begin(session)[0].id
        for text in ("hello", "Hello.", "What is it about?"):
            store_message(session, conversation_id, Draft("assistant", text))
    return conversation_id


def said_after(audience: Audience, engine: Engine, conversation_id: str, seq: int) -> Said:
    with transaction(engine) as session:
        return audience.said_after(session, conversation_id, seq)


def test_what_is_known_already_is_told_without_reading_it_again(
    audience: Audience, engine: Engine, store: CountingStore, emitted: Emitted, conversation_id: str
) -> None:
    known = said_after(audience, engine, conversation_id, 1)
    connection = Connection("sid", conversation_id, seen=2)
    audience.join(connection)

    asyncio.run(audience.news(conversation_id, said=known))

    assert emitted.events == [("message", 3)]
    assert store.transactions == 0


def test_who_stands_before_it_reads_the_transcript(
    audience: Audience, engine: Engine, emitted: Emitted, conversation_id: str
) -> None:
    known = said_after(audience, engine, conversation_id, 1)
    connection = Connection("sid", conversation_id, seen=0)
    audience.join(connection)

    asyncio.run(audience.news(conversation_id, said=known))

    assert emitted.events == [("message", 1), ("message", 2), ("message", 3)]


def test_who_has_read_further_is_not_told_how_it_stood_before(
    audience: Audience, engine: Engine, emitted: Emitted, conversation_id: str
) -> None:
    known = said_after(audience, engine, conversation_id, 1)
    assert known.standing == USUAL
    with transaction(engine) as session:
        agent = Agent(name="Maria", password_hash="-", role="agent")
        session.add(agent)
        session.flush()
        claim(session, conversation_id, agent)
    connection = Connection("sid", conversation_id, seen=3)
    audience.join(connection)

    async def play() -> None:
        await audience.read_on(connection)
        await audience.news(conversation_id, said=known)

    asyncio.run(play())

    assert emitted.events == [("message", 4), ("state", "agent")]


def test_nobody_is_told_what_they_have_left(
    audience: Audience, engine: Engine, emitted: Emitted, conversation_id: str
) -> None:
    audience.join(Connection("gone", conversation_id, seen=0))
    audience.join(Connection("here", conversation_id, seen=2))
    audience.leave("gone")

    assert [each.sid for each in audience.of(conversation_id)] == ["here"]
    audience.leave("here")
    assert audience.of(conversation_id) == []
    assert not audience.is_there(conversation_id)
