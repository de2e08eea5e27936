"""Work in the background, at most one piece at a time for each name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

LAST_PIECE = 5.0  # seconds that a stop waits for what is under way

Name = TypeVar("Name")


class Workers(Generic[Name]):
    """`work` is done for a name that is woken, and once more if it is woken meanwhile."""

    def __init__(self, work: Callable[[Name], Awaitable[None]]) -> None:
        self._work = work
        self._tasks: dict[Name, asyncio.Task[None]] = {}
        self._again: set[Name] = set()
        self._is_stopping = False

    def wake(self, name: Name) -> None:
        """There is something to do for this name."""
        if name in self._tasks:
            self._again.add(name)
        elif not self._is_stopping:
            self._tasks[name] = asyncio.create_task(self._do(name))

    async def stop(self) -> None:
        """What is under way may end, for a moment; the rest is found in the database at the next start."""
        self._is_stopping = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=LAST_PIECE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _do(self, name: Name) -> None:
        try:
            while True:
                self._again.discard(name)
                await self._work(name)
                if name not in self._again or self._is_stopping:
                    return
        except Exception:
            # The database may be away. What is left is found there again.
            log.exception("work for Chatwoot failed")
        finally:
            self._again.discard(name)
            del self._tasks[name]
