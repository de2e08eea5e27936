"""Rasa's memory of the dialogues: one row for each, the last turns whole and what was before them as slots.

Rasa's own SQL store keeps a row for every event and loads all of them in each turn, so that a conversation's 200th
turn takes ten times its fifth. The transcript of record is in conversations/; here is only what the dialogue needs.
So a turn waits for the disk only where somebody was asked for a yes: a power cut may take the last moments of this
memory, never of the transcript, but it never brings back a question that was answered and that a yes would act on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import orjson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_RANKING_KEY
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, bindparam, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

import database

TURNS_KEPT, MOST_TURNS = 8, 10
"""Turns that a dialogue keeps at least, and at most: with one more it is shortened to the former."""

ASKS_FOR_A_YES = "confirm"
"""The slot of the case form that a yes fills."""

dialogues = Table(
    "dialogues",
    MetaData(),
    Column("sender_id", String(255), primary_key=True),
    Column("changed_at", Float, nullable=False, index=True),
    Column("answered", Integer),
    Column("events", Text, nullable=False),
)
"""`changed_at`: seconds since 1970; `answered`: the number of the customer's message that was answered last."""

# Made once, as making a statement takes longer than SQLite takes to run it.
_ONE = select(dialogues.c.answered, dialogues.c.events).where(dialogues.c.sender_id == bindparam("sender"))
_CHANGE = (
    dialogues.update()
    .where(dialogues.c.sender_id == bindparam("sender"))
    .values({name: bindparam(name) for name in ("changed_at", "answered", "events")})
)
_ADD = dialogues.insert().values(sender_id=bindparam("sender"))


@dataclass(frozen=True)
class Row:
    """A dialogue as it is stored."""

    sender_id: str
    answered: int | None
    events: str


_read: ContextVar[Row | None] = ContextVar("read in this turn", default=None)


class Trackers(TrackerStore, SerializedTrackerAsText):
    """Rasa makes it by its name in endpoints.yml. `db` is a file, or an SQLAlchemy address."""

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        db: str = ":memory:",
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._engine = connect(db)
        self._engine_that_waits = self._engine if db == ":memory:" else database.connect(_address(db))

    @property
    def domain(self) -> Domain:
        """The slots that a dialogue may have come from it."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        self._domain = domain or Domain.empty()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """What is remembered of this dialogue."""
        row = _read.get()
        _read.set(None)
        if row is None or row.sender_id != sender_id:
            row = await self._row_of(sender_id)
        if row is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, orjson.loads(row.events), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Remember it as it is now."""
        await self.stream_events(tracker)
        events = shortened(tracker, self.domain)
        document = orjson.dumps(described(events), option=orjson.OPT_NON_STR_KEYS).decode()
        engine = self._engine_that_waits if _was_asked_for_a_yes(events) else self._engine
        await asyncio.to_thread(_store, engine, tracker.sender_id, _number_of_latest(events), document)

    async def keys(self) -> Iterable[str]:
        """The ids of all dialogues."""
        return await asyncio.to_thread(self._senders)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new dialogue. It is stored with its first turn, and not, as Rasa does, before that too."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def said_in_answer_to(self, sender_id: str, number: int) -> list[BotUttered] | None:
        """What was said to the customer's message of this number; None: it isn't the one that was answered last.

        Then the turn goes on with what was read for it, as nobody else has this conversation's turn.
        """
        row = await self._row_of(sender_id)
        if row is None or row.answered != number:
            _read.set(row)
            return None
        events = deserialise_events(orjson.loads(row.events))
        last_turn = events[max(place for place, event in enumerate(events) if isinstance(event, UserUttered)) :]
        return [event for event in last_turn if isinstance(event, BotUttered)]

    async def _row_of(self, sender_id: str) -> Row | None:
        """From a file at once: no writer holds up a reader of it, and to another thread and back takes longer."""
        is_file = self._engine.dialect.name == "sqlite"
        return self._read_row(sender_id) if is_file else await asyncio.to_thread(self._read_row, sender_id)

    def _read_row(self, sender_id: str) -> Row | None:
        with self._engine.connect() as connection:
            found = connection.execute(_ONE, {"sender": sender_id}).one_or_none()
        return Row(sender_id, *found) if found else None

    def _senders(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.scalars(select(dialogues.c.sender_id)))


def connect(db: str) -> Engine:
    """The database that the dialogues are kept in, a file or an address, with its table."""
    engine = database.connect(_address(db), waits_for_disk=False)
    try:
        dialogues.metadata.create_all(engine)
    except SQLAlchemyError:
        dialogues.metadata.create_all(engine)  # another worker, which started at the same time, has made it
    return engine


def _address(db: str) -> str:
    return db if "://" in db else f"sqlite:///{db}"


def _store(engine: Engine, sender_id: str, answered: int | None, document: str) -> None:
    row = {"sender": sender_id, "changed_at": time.time(), "answered": answered, "events": document}
    with engine.begin() as connection:
        if connection.execute(_CHANGE, row).rowcount == 0:
            connection.execute(_ADD, row)


def shortened(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """The events of the dialogue; of a long one the last turns, after the state in which they began."""
    events = list(tracker.events)
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= MOST_TURNS:
        return events
    begin = turns[-TURNS_KEPT]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:begin], domain.slots)
    return [*_events_that_lead_to(before), *events[begin:]]


def _events_that_lead_to(tracker: DialogueStateTracker) -> list[Event]:
    """A session that begins in the state of `tracker`, where the customer has the word."""
    at = tracker.events[-1].timestamp
    slots = [
        SlotSet(name, value, timestamp=at) for name, value in tracker.current_slot_values().items() if value is not None
    ]
    form = [ActiveLoop(tracker.active_loop_name, timestamp=at)] if tracker.active_loop_name else []
    return [SessionStarted(timestamp=at), *slots, *form, ActionExecuted(ACTION_LISTEN_NAME, timestamp=at)]


def described(events: list[Event]) -> list[dict[str, Any]]:
    """As they are stored. What else a message could have meant is of interest only as long as it is the latest."""
    descriptions = [event.as_dict() for event in events]
    said = [description for description in descriptions if description["event"] == UserUttered.type_name]
    for earlier in said[:-1]:
        read = earlier["parse_data"]
        earlier["parse_data"] = {name: value for name, value in read.items() if name != INTENT_RANKING_KEY}
    return descriptions


def _was_asked_for_a_yes(events: list[Event]) -> bool:
    """Whether the latest message is an answer to what would be filed."""
    latest = max((place for place, event in enumerate(events) if isinstance(event, UserUttered)), default=0)
    questions = (
        event for event in reversed(events[:latest]) if isinstance(event, SlotSet) and event.key == REQUESTED_SLOT
    )
    question = next(questions, None)
    return question is not None and question.value == ASKS_FOR_A_YES


def _number_of_latest(events: list[Event]) -> int | None:
    """The number that the web service gave the customer's latest message."""
    said = next((event for event in reversed(events) if isinstance(event, UserUttered)), None)
    number = said.metadata.get("seq") if said else None
    return number if isinstance(number, int) else None
