"""Whether a customer would be answered now: the database takes what is written, and Rasa has all that it needs."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from channels.rasa import Rasa
from channels.wire import Wire
from database import has_room, is_newest, try_to_write

LASTS = 1.0
"""Seconds for which it counts that the database took something, however many ask."""

PATIENCE = 2.0


class Readiness:
    """Looks at each part when it is asked."""

    def __init__(self, engine: Engine, rasa: Rasa, wire: Wire) -> None:
        self._engine = engine
        self._rasa = rasa
        self._wire = wire
        self._trial: asyncio.Task[str] | None = None
        self._tried_at = -LASTS

    async def now(self) -> tuple[dict[str, str], bool]:
        """Each part, `ok` or what is wrong with it, and whether all that is needed is there.

        Without messages between the web processes everybody is answered all the same, only some hear it later.
        """
        database, rest = await asyncio.gather(self._database(), self._rasa.state())
        needed = {"database": database, **rest}
        others = {"messages between web processes": "ok" if self._wire.is_whole else "not reachable"}
        return needed | (others if self._wire.is_used else {}), set(needed.values()) == {"ok"}

    async def _database(self) -> str:
        """A database that is locked keeps whoever writes waiting, so there is one trial at a time."""
        if self._trial is None or (self._trial.done() and time.monotonic() > self._tried_at + LASTS):
            self._trial, self._tried_at = (
                asyncio.create_task(asyncio.to_thread(_state_of, self._engine)),
                time.monotonic(),
            )
        done, _ = await asyncio.wait({self._trial}, timeout=PATIENCE)
        return self._trial.result() if done else "not writable"


def _state_of(engine: Engine) -> str:
    try:
        if not is_newest(engine):
            return "not migrated"
    except SQLAlchemyError:
        return "not reachable"
    try:
        try_to_write(engine)
    except SQLAlchemyError:
        return "not writable"
    return "ok" if has_room(engine) else "not writable"
