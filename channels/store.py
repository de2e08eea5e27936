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

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(session, ...)` in a transaction that ends with it."""

        def in_transaction() -> T:
            with transaction(self._engine) as session:
                return work(session, *args, **kwargs)

        return await asyncio.to_thread(in_transaction)
