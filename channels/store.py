"""The database from asynchronous code: each piece of work is one transaction in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from database import transaction

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """Runs functions that take a session, without keeping the event loop waiting."""

    def __init__(self, engine: Engine, engine_for_notes: Engine | None = None) -> None:
        """`engine_for_notes` leads to the same database and doesn't wait for the disk."""
        self._engine = engine
        self._engine_for_notes = engine_for_notes or engine

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(session, ...)` in a transaction that ends with it."""
        return await asyncio.to_thread(lambda: _in_transaction(self._engine, work, *args, **kwargs))

    async def note(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what nothing depends on: a power cut may take it (`database.connect`)."""
        return await asyncio.to_thread(lambda: _in_transaction(self._engine_for_notes, work, *args, **kwargs))


def _in_transaction(engine: Engine, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with transaction(engine) as session:
        return work(session, *args, **kwargs)
