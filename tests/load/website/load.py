"""Customers who are connected at once, of whom some talk: so many turns a second between them."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from socketio.exceptions import SocketIOError

from tests.load.website.conversations import CONVERSATIONS
from tests.load.website.customer import Customer
from tests.load.website.report import Report
from tests.load.website.tally import Tally

LEAVING_AT_ONCE = 20

ALL_FROM_ONE_ADDRESS = {
    "CONNECTIONS_PER_ADDRESS": "5000",
    "CONVERSATIONS_PER_HOUR_AND_ADDRESS": "100000",
    "MESSAGES_PER_MINUTE_AND_ADDRESS": "100000",
}
"""Settings of the web service without which it refuses so many customers of one machine."""


@dataclass(frozen=True)
class Load:
    """`customers` are connected to `url` within `ramp` seconds, and then say `rate` messages a second for `seconds`.

    Each reads and writes for as many seconds as `thinking` says, shortest and longest. Where nobody is free to speak,
    the next message waits: with more asked for than the service can do, the report says how much that is.
    """

    url: str
    customers: int = 1000
    rate: float = 20
    seconds: float = 60
    ramp: float = 20
    thinking: tuple[float, float] = (3.0, 9.0)

    def run(self, tell: Callable[[str], None] = print) -> Report:
        """Play it; `tell` hears how far it is. Raises ConnectionError when nobody could connect."""
        return asyncio.run(_Crowd(self, tell).play())


class _Crowd:
    def __init__(self, load: Load, tell: Callable[[str], None]) -> None:
        self._load = load
        self._tell = tell
        self._tally = Tally()
        self._random = random.Random(1)
        self._conversations = itertools.cycle(CONVERSATIONS)
        self._silent: deque[Customer] = deque()  # connected, and have said nothing yet
        self._thinking: list[tuple[float, int, Customer, list[str]]] = []  # until when, and what they will say
        self._order = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[Customer] = []

    async def play(self) -> Report:
        load = self._load
        self._tell(f"connecting {load.customers} customers within {load.ramp:g} s")
        await asyncio.gather(*(self._connect(load.ramp * n / load.customers) for n in range(load.customers)))
        if not self._silent:
            raise ConnectionError(f"Nobody could connect to {load.url}. Does the assistant run there (`make run`)?")
        self._tell(f"{len(self._silent)} are connected; {load.rate:g} turns a second for {load.seconds:g} s")
        seconds = await self._talk()
        self._tell("the customers leave, and the transcripts are looked at")
        await self._leave()
        return Report.of(load.customers, load.rate, seconds, self._tally)

    async def _connect(self, after: float) -> None:
        await asyncio.sleep(after)
        customer = Customer(self._load.url, self._tally)
        try:
            await customer.connect()
        except (asyncio.TimeoutError, SocketIOError):
            self._tally.errors["couldn't connect"] += 1
        else:
            self._silent.append(customer)

    async def _talk(self) -> float:
        """Turns begin at random times, as those of people who don't know of each other do. Gives how long it took."""
        began = due = time.perf_counter()
        told = began
        while due < began + self._load.seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if not self._next_turn() and self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
                due = time.perf_counter()
            else:
                due += self._random.expovariate(self._load.rate)
            if time.perf_counter() > told + 5:
                told = time.perf_counter()
                self._tell(
                    f"{told - began:3.0f} s: {len(self._tally.answered_after)} answers, {len(self._tasks)} awaited"
                )
        while self._tasks:
            await asyncio.wait(self._tasks)
        return time.perf_counter() - began

    def _next_turn(self) -> bool:
        """Somebody who has thought long enough goes on, else somebody begins; false when nobody can."""
        if self._thinking and (self._thinking[0][0] <= time.perf_counter() or not self._silent):
            _, _, customer, lines = heapq.heappop(self._thinking)
        elif self._silent:
            customer, lines = self._silent.popleft(), list(next(self._conversations))
        else:
            return False
        task = asyncio.create_task(self._turn(customer, lines))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _turn(self, customer: Customer, lines: list[str]) -> None:
        await customer.say(lines[0])
        if lines[1:]:
            until = time.perf_counter() + self._random.uniform(*self._load.thinking)
            heapq.heappush(self._thinking, (until, next(self._order), customer, lines[1:]))
        else:  # stays connected, and somebody new comes
            self._done.append(customer)
            await self._connect(0)

    async def _leave(self) -> None:
        together = asyncio.Semaphore(LEAVING_AT_ONCE)

        async def leave(customer: Customer) -> None:
            async with together:
                await customer.leave()

        everybody = [*self._silent, *self._done, *(customer for _, _, customer, _ in self._thinking)]
        await asyncio.gather(*(leave(customer) for customer in everybody))
