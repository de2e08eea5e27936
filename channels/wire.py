"""What the processes of the web service tell each other, over Redis, where `REDIS_URL` names one.

Only that there is news: each process lets its own connections read on in the transcript. So nothing is lost when Redis
is away; until it is back, every process looks for itself every few seconds, and what is said is only heard later.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

import structlog
from pydantic import BaseModel, Extra, Field, StrictBool, StrictInt, StrictStr, ValidationError
from redis.asyncio import Redis
from redis.connection import parse_url
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

CHANNEL = "assistant:web"
ALIVE_EVERY = 5.0  # seconds between two signs of life
SILENT_AFTER = 15.0  # seconds without one, and a process, or the way to Redis, counts as dead
MISSED_EVERY = 3.0  # seconds between two looks for what may have been missed while Redis is away
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds until the next try to connect; the last one stays
MOST_WAITING = 10_000  # messages that Redis hasn't taken yet; beyond that it counts as away


Person = tuple[Literal["customer", "agent"], StrictStr]
"""A customer, by the conversation's id, or an agent, by theirs."""


class Told(BaseModel):
    """Something that one process tells all others. Never a customer's words, and no secret."""

    class Config:
        extra = Extra.forbid
        frozen = True


class News(Told):
    """Something was stored in this conversation."""

    kind: Literal["news"] = "news"
    conversation_id: StrictStr


class GoesOn(Told):
    """The customer of this ended conversation goes on in the one that follows it."""

    kind: Literal["goes on"] = "goes on"
    conversation_id: StrictStr


class QueueMoved(Told):
    """Who waits may have another place in the queue, or somebody may be there now."""

    kind: Literal["queue moved"] = "queue moved"


class Author(BaseModel):
    """Who is writing."""

    kind: StrictStr
    name: StrictStr | None


class Typing(Told):
    """Somebody begins or ends writing."""

    kind: Literal["typing"] = "typing"
    conversation_id: StrictStr
    author: Author
    on: StrictBool


class Read(Told):
    """The customer has seen the messages up to `seq`."""

    kind: Literal["read"] = "read"
    conversation_id: StrictStr
    seq: StrictInt


class SignedOut(Told):
    """The agents' sign-in whose token has this hash has ended."""

    kind: Literal["signed out"] = "signed out"
    token_hash: StrictStr


class Came(Told):
    """Somebody is connected to this process from now on."""

    kind: Literal["came"] = "came"
    who: Person


class Went(Told):
    """Somebody isn't connected to this process any more."""

    kind: Literal["went"] = "went"
    who: Person


class Here(Told):
    """All who are connected to this process."""

    kind: Literal["here"] = "here"
    who: list[Person]


class Joined(Told):
    """A process hears the others from now on; what it would have told before, nobody has heard."""

    kind: Literal["joined"] = "joined"


class Alive(Told):
    """A process still runs."""

    kind: Literal["alive"] = "alive"


class Gone(Told):
    """A process ends."""

    kind: Literal["gone"] = "gone"


AnyTold = Annotated[
    News | GoesOn | QueueMoved | Typing | Read | SignedOut | Came | Went | Here | Joined | Alive | Gone,
    Field(discriminator="kind"),
]


class Envelope(BaseModel):
    """A message as it goes over Redis, and the name of the process that sends it."""

    by: StrictStr
    told: AnyTold

    class Config:
        extra = Extra.forbid


T = TypeVar("T", bound=Told)


class Wire:
    """One process's way to tell all others. Without a `url` there are no others, and it costs nothing."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        # Redis tells all its databases' listeners apart by the channel alone.
        self._channel = f"{CHANNEL}:{parse_url(url).get('db', 0)}" if url else CHANNEL
        self._name = secrets.token_urlsafe(8)
        self._hearers: dict[type[Told], list[Callable[[Any, str], Awaitable[None]]]] = {}
        self._when_missed: list[Callable[[], Awaitable[None]]] = []
        self._redis: Redis | None = None
        self._outgoing: asyncio.Queue[AnyTold] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0  # to connect, one after the other
        self.hear(Joined, self._others_missed_something)
        self.is_whole = False
        """Whether all others hear what this process tells, and this one hears them."""

    @property
    def is_used(self) -> bool:
        """Whether there may be other processes."""
        return self._url is not None

    def hear(self, kind: type[T], heard: Callable[[T, str], Awaitable[None]]) -> None:
        """`heard` is called with what another process tells, and with that process's name."""
        self._hearers.setdefault(kind, []).append(heard)

    def when_missed(self, look: Callable[[], Awaitable[None]]) -> None:
        """`look` is called whenever something may have been missed: while the wire is cut, and once it is whole."""
        self._when_missed.append(look)

    def tell(self, told: AnyTold) -> None:
        """Tell all others. While the wire is cut nobody hears it: they look for themselves."""
        if self.is_whole:
            self._outgoing.put_nowait(told)

    async def run(self) -> None:
        """For as long as the service runs: stay connected, and connect again."""
        if self._url is None:
            return
        looking = asyncio.create_task(self._look_while_cut())
        try:
            while True:
                try:
                    await self._stay_connected(self._url)
                except Exception as error:
                    if not self._failures:
                        log.error("the other web processes can't be reached", error=type(error).__name__)
                pause = BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
                self._failures += 1
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # not all at the same moment
        finally:
            looking.cancel()

    async def say_goodbye(self) -> None:
        """The process ends, and its customers are the others' to look after."""
        if self.is_whole and self._redis is not None:
            with contextlib.suppress(RedisError, OSError, asyncio.TimeoutError):
                await self._publish(self._redis, Gone())

    async def _stay_connected(self, url: str) -> None:
        redis = Redis.from_url(url, socket_timeout=SILENT_AFTER, socket_connect_timeout=SILENT_AFTER)
        line = redis.pubsub()
        work: list[asyncio.Task[None]] = []
        try:
            await line.subscribe(self._channel)
            if await line.get_message(timeout=SILENT_AFTER) is None:
                raise asyncio.TimeoutError
            self._redis, self._outgoing = redis, asyncio.Queue()
            self.is_whole, self._failures = True, 0  # from here on everything is heard
            self.tell(Joined())
            log.info("connected to the other web processes")
            work = [asyncio.create_task(each) for each in (self._listen(line), self._send(redis), self._stay_alive())]
            self._do(self._look())
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
        finally:
            # Ends the work also where `asyncio.wait_for`, which Redis's client is made with, swallows the cancelling.
            self.is_whole, self._redis = False, None
            for each in work:
                each.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            with contextlib.suppress(RedisError, OSError, asyncio.TimeoutError):
                await line.reset()
                await redis.close(close_connection_pool=True)

    async def _listen(self, line: Any) -> None:
        while self.is_whole:
            # A process hears its own signs of life, too: without one, nothing comes through.
            message = await line.get_message(timeout=SILENT_AFTER)
            if message is None:
                raise asyncio.TimeoutError
            if message["type"] == "message":
                self._hear(message["data"])

    def _hear(self, raw: bytes) -> None:
        try:
            envelope = Envelope.parse_raw(raw)
        except (ValidationError, ValueError, RecursionError) as error:
            log.warning("a message of another web process can't be read", error=type(error).__name__)
            return
        if envelope.by == self._name:
            return
        for heard in self._hearers.get(type(envelope.told), ()):
            self._do(heard(envelope.told, envelope.by))

    def _do(self, work: Awaitable[None]) -> None:
        """Beside what else is heard; begun in the order in which it was told."""

        async def done() -> None:
            try:
                await work
            except Exception:
                log.exception("news of another web process could not be handled")

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, redis: Redis) -> None:
        while self.is_whole and self._outgoing.qsize() < MOST_WAITING:
            await self._publish(redis, await self._outgoing.get())
        raise asyncio.TimeoutError

    async def _publish(self, redis: Redis, told: AnyTold) -> None:
        await redis.publish(self._channel, Envelope(by=self._name, told=told).json())

    async def _stay_alive(self) -> None:
        while True:
            self.tell(Alive())
            await asyncio.sleep(ALIVE_EVERY)

    async def _look_while_cut(self) -> None:
        while True:
            await asyncio.sleep(MISSED_EVERY)
            if not self.is_whole:
                await self._look()

    async def _others_missed_something(self, _: Joined, __: str) -> None:
        await self._look()

    async def _look(self) -> None:
        for look in self._when_missed:
            try:
                await look()
            except Exception:
                log.exception("what was missed could not be looked for")
