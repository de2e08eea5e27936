"""Who is connected to the other processes of the web service: customers to their conversations, agents to their desks.

Each process tells who comes and goes, and all of its people to one that joins. One that falls silent is forgotten with
them; while the wire itself is cut, nobody is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from channels import wire
from channels.wire import Alive, Came, Gone, Here, Person, Went, Wire

log = structlog.get_logger(__name__)


def customer_of(conversation_id: str) -> Person:
    """A conversation's customer, as processes name people to each other."""
    return "customer", conversation_id


def agent(agent_id: int) -> Person:
    """An agent, as processes name people to each other."""
    return "agent", str(agent_id)


@dataclass
class _Process:
    """Another one: who is connected to it, and when it was last heard of."""

    people: set[Person] = field(default_factory=set)
    heard_at: float = field(default_factory=time.monotonic)


class Elsewhere:
    """What this process knows of the others' people, and tells them of its own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._here: set[Person] = set()
        self._others: dict[str, _Process] = {}
        self._when_changed: list[Callable[[Person], Awaitable[None]]] = []
        self._when_lost: list[Callable[[], Awaitable[None]]] = []
        wire.hear(Came, self._came)
        wire.hear(Went, self._went)
        wire.hear(Here, self._are_here)
        wire.hear(Alive, self._lives)
        wire.hear(Gone, self._gone)
        wire.when_missed(self._introduce)

    def has(self, who: Person) -> bool:
        """Whether `who` is connected to another process."""
        return any(who in other.people for other in self._others.values())

    def came(self, who: Person) -> None:
        """`who` is connected here from now on; said once, however many connections that are."""
        if who not in self._here:
            self._here.add(who)
            self._wire.tell(Came(who=who))

    def went(self, who: Person) -> None:
        """`who` isn't connected here any more."""
        if who in self._here:
            self._here.remove(who)
            self._wire.tell(Went(who=who))

    def when_changed(self, changed: Callable[[Person], Awaitable[None]]) -> None:
        """`changed` is called with whoever has come to another process, or gone from one."""
        self._when_changed.append(changed)

    def when_lost(self, take_over: Callable[[], Awaitable[None]]) -> None:
        """`take_over` is called when another process has ended: what it had begun is everybody's."""
        self._when_lost.append(take_over)

    async def forget_the_silent(self) -> None:
        """For as long as the service runs."""
        while self._wire.is_used:
            await asyncio.sleep(wire.ALIVE_EVERY)
            if not self._wire.is_whole:
                self._nobody_could_be_heard()
            for name in [name for name, other in self._others.items() if _is_silent(other)]:
                log.warning("another web process has fallen silent")
                await self._lose(name)

    def _nobody_could_be_heard(self) -> None:
        for other in self._others.values():
            other.heard_at = time.monotonic()

    async def _introduce(self) -> None:
        self._wire.tell(Here(who=sorted(self._here)))

    async def _lives(self, _: Alive, by: str) -> None:
        self._heard_of(by)

    async def _came(self, told: Came, by: str) -> None:
        self._heard_of(by).people.add(told.who)
        await self._tell_of({told.who})

    async def _went(self, told: Went, by: str) -> None:
        self._heard_of(by).people.discard(told.who)
        await self._tell_of({told.who})

    async def _are_here(self, told: Here, by: str) -> None:
        process = self._heard_of(by)
        before, process.people = process.people, set(told.who)
        await self._tell_of(before ^ process.people)

    async def _gone(self, _: Gone, by: str) -> None:
        await self._lose(by)

    def _heard_of(self, by: str) -> _Process:
        process = self._others.setdefault(by, _Process())
        process.heard_at = time.monotonic()
        return process

    async def _lose(self, name: str) -> None:
        lost = self._others.pop(name, None)
        if lost is None:
            return
        try:
            for take_over in self._when_lost:
                await take_over()
            await self._tell_of(lost.people)
        except Exception:
            # Whoever was connected there comes back to another process, and is answered then.
            log.exception("what another web process had begun could not be taken over")

    async def _tell_of(self, people: set[Person]) -> None:
        for who in people:
            for changed in self._when_changed:
                await changed(who)


def _is_silent(other: _Process) -> bool:
    return time.monotonic() - other.heard_at > wire.SILENT_AFTER
