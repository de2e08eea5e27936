"""What the processes of the web service tell each other, over a real Redis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import redis
from redis.connection import parse_url

from channels import wire as wires
from channels.elsewhere import Elsewhere, agent, customer_of
from channels.wire import Author, News, QueueMoved, Typing, Wire
from tests.machine import REDIS_URL
from tests.unit.channels.redis_line import Line, redis_line

pytestmark = pytest.mark.redis

ANA = customer_of("ana")


@pytest.fixture(autouse=True)
def channel(monkeypatch: pytest.MonkeyPatch) -> str:
    """Nobody else's, and a wire that tries again at once."""
    channel = f"test:{uuid.uuid4().hex}"
    monkeypatch.setattr(wires, "CHANNEL", channel)
    monkeypatch.setattr(wires, "BACK_OFF", (0.1,))
    return f"{channel}:{parse_url(REDIS_URL).get('db', 0)}"


@pytest.fixture
def line() -> Iterator[Line]:
    with redis_line() as line:
        yield line


class Process:
    """One of several: its wire, who is elsewhere, and what it has heard and looked for."""

    def __init__(self, url: str | None) -> None:
        self.wire = Wire(url)
        self.elsewhere = Elsewhere(self.wire)
        self.heard: list[Any] = []
        self.looked = self.taken_over = 0
        for kind in (News, QueueMoved, Typing):
            self.wire.hear(kind, self._hear)
        self.wire.when_missed(self._look)
        self.elsewhere.when_lost(self._take_over)

    async def _hear(self, told: Any, _: str) -> None:
        self.heard.append(told)

    async def _look(self) -> None:
        self.looked += 1

    async def _take_over(self) -> None:
        self.taken_over += 1

    async def is_connected(self) -> Process:
        await until(lambda: self.wire.is_whole)
        return self


async def until(holds: Callable[[], Any], seconds: float = 8.0) -> None:
    for _ in range(int(seconds * 100)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not within {seconds} s")


@asynccontextmanager
async def running(url: str | None) -> AsyncIterator[Process]:
    """A process that ends without a word, as one that is killed does."""
    process = Process(url)
    work = [asyncio.create_task(each) for each in (process.wire.run(), process.elsewhere.forget_the_silent())]
    try:
        yield await process.is_connected()
    finally:
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)


def with_processes(count: int, test: Callable[..., Awaitable[None]], url: str = REDIS_URL) -> None:
    async def run() -> None:
        async with AsyncExitStack() as stack:
            await test(*[await stack.enter_async_context(running(url)) for _ in range(count)])

    asyncio.run(run())


def test_what_one_tells_all_others_hear_once_in_order_and_itself_does_not() -> None:
    async def test(one: Process, two: Process, three: Process) -> None:
        told = [News(conversation_id=str(number)) for number in range(200)]
        for each in told:
            one.wire.tell(each)
        typing = Typing(conversation_id="x", author=Author(kind="customer", name=None), on=True)
        one.wire.tell(typing)

        await until(lambda: len(two.heard) == len(three.heard) == 201)

        assert two.heard == three.heard == [*told, typing]
        assert one.heard == []

    with_processes(3, test)


@pytest.mark.parametrize(
    "malformed",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"by": "somebody"}',
        b'{"by": "somebody", "told": {"kind": "of another version"}}',
        b'{"by": "somebody", "told": {"kind": "news"}}',
        b'{"by": "somebody", "told": {"kind": "news", "conversation_id": 7}}',
        b'{"by": "somebody", "told": {"kind": "news", "conversation_id": "x", "text": "words"}}',
        b'{"by": "somebody", "told": {"kind": "came", "who": "ana"}}',
        b'{"by": 7, "told": {"kind": "queue moved"}}',
    ],
)
def test_what_cannot_be_read_is_ignored_and_the_rest_is_heard(malformed: bytes, channel: str) -> None:
    async def test(one: Process, two: Process) -> None:
        redis.Redis.from_url(REDIS_URL).publish(channel, malformed)
        one.wire.tell(QueueMoved())

        await until(lambda: two.heard)

        assert two.heard == [QueueMoved()]
        assert one.wire.is_whole
        assert two.wire.is_whole

    with_processes(2, test)


def test_a_handler_that_fails_ends_nothing() -> None:
    async def test(one: Process, two: Process) -> None:
        async def fail(_: Any, __: str) -> None:
            raise RuntimeError("no")

        two.wire.hear(News, fail)
        one.wire.tell(News(conversation_id="x"))
        one.wire.tell(QueueMoved())

        await until(lambda: len(two.heard) == 2)
        assert two.wire.is_whole

    with_processes(2, test)


def test_without_redis_there_is_nothing_to_do_and_nobody_elsewhere() -> None:
    async def test() -> None:
        alone = Process(None)
        await asyncio.wait_for(asyncio.gather(alone.wire.run(), alone.elsewhere.forget_the_silent()), 1)
        alone.wire.tell(QueueMoved())
        alone.elsewhere.came(ANA)

        assert not alone.elsewhere.has(ANA)
        assert not alone.wire.is_used

    asyncio.run(test())


def test_who_was_cut_off_connects_again_and_everybody_looks_for_what_was_missed(line: Line) -> None:
    async def test(cut_off: Process) -> None:
        async with running(REDIS_URL) as other:
            await asyncio.sleep(0.3)
            looked, others_looked = cut_off.looked, other.looked
            line.cut()
            await until(lambda: not cut_off.wire.is_whole)
            other.wire.tell(QueueMoved())
            cut_off.wire.tell(QueueMoved())
            line.mend()
            await cut_off.is_connected()

            await until(lambda: cut_off.looked > looked and other.looked > others_looked)
            assert cut_off.heard == other.heard == []

            other.wire.tell(QueueMoved())
            await until(lambda: cut_off.heard)

    with_processes(1, test, line.url)


def test_while_redis_is_away_everybody_looks_every_few_seconds(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "MISSED_EVERY", 0.05)

    async def test(process: Process) -> None:
        await asyncio.sleep(0.3)
        looked = process.looked
        await asyncio.sleep(0.3)
        assert process.looked == looked

        line.cut()
        await until(lambda: process.looked > looked + 3)

    with_processes(1, test, line.url)


def test_a_line_on_which_nothing_comes_through_counts_as_cut(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "SILENT_AFTER", 0.5)
    monkeypatch.setattr(wires, "ALIVE_EVERY", 60.0)  # nobody's signs of life come

    async def test(process: Process) -> None:
        await until(lambda: not process.wire.is_whole, 3)

    with_processes(1, test, line.url)


def test_all_know_who_is_elsewhere_and_who_joins_later_too() -> None:
    async def test(one: Process, two: Process) -> None:
        one.elsewhere.came(ANA)
        one.elsewhere.came(agent(7))
        await until(lambda: two.elsewhere.has(ANA) and two.elsewhere.has(agent(7)))
        assert not one.elsewhere.has(ANA)

        async with running(REDIS_URL) as late:
            await until(lambda: late.elsewhere.has(ANA) and late.elsewhere.has(agent(7)))
            one.elsewhere.went(ANA)
            await until(lambda: not late.elsewhere.has(ANA) and not two.elsewhere.has(ANA))
            assert two.elsewhere.has(agent(7))

    with_processes(2, test)


def test_a_killed_process_is_forgotten_and_what_it_had_begun_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "SILENT_AFTER", 1.0)
    monkeypatch.setattr(wires, "ALIVE_EVERY", 0.2)

    async def test(survivor: Process) -> None:
        changed: list[Any] = []

        async def note(who: Any) -> None:
            changed.append(who)

        survivor.elsewhere.when_changed(note)
        async with running(REDIS_URL) as killed:
            killed.elsewhere.came(ANA)
            await until(lambda: survivor.elsewhere.has(ANA))
            await asyncio.sleep(1.3)  # alive, it isn't forgotten
            assert survivor.elsewhere.has(ANA)

        await until(lambda: survivor.taken_over == 1)
        await until(lambda: changed == [ANA, ANA])
        assert not survivor.elsewhere.has(ANA)

    with_processes(1, test)


def test_a_process_that_says_goodbye_is_forgotten_at_once() -> None:
    async def test(one: Process, two: Process) -> None:
        two.elsewhere.came(ANA)
        await until(lambda: one.elsewhere.has(ANA))

        await two.wire.say_goodbye()

        await until(lambda: not one.elsewhere.has(ANA) and one.taken_over == 1, 2)

    with_processes(2, test)


def test_nobody_is_forgotten_because_redis_is_away(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "SILENT_AFTER", 1.0)
    monkeypatch.setattr(wires, "ALIVE_EVERY", 0.2)

    async def test(one: Process, two: Process) -> None:
        two.elsewhere.came(ANA)
        await until(lambda: one.elsewhere.has(ANA))
        line.cut()
        await asyncio.sleep(1.5)
        assert one.elsewhere.has(ANA)

        line.mend()
        await one.is_connected()
        await two.is_connected()
        await asyncio.sleep(0.5)
        assert one.elsewhere.has(ANA)
        assert one.taken_over == 0

    with_processes(2, test, line.url)


def test_who_went_while_redis_was_away_is_not_there_when_it_is_back(line: Line) -> None:
    async def test(one: Process, two: Process) -> None:
        two.elsewhere.came(ANA)
        await until(lambda: one.elsewhere.has(ANA))
        line.cut()
        await until(lambda: not two.wire.is_whole)
        two.elsewhere.went(ANA)
        two.elsewhere.came(agent(7))
        line.mend()

        await until(lambda: one.elsewhere.has(agent(7)) and not one.elsewhere.has(ANA))

    with_processes(2, test, line.url)


def test_it_ends_at_once_also_in_the_middle_of_telling() -> None:
    async def test(_: Process) -> None:
        for number in range(40):
            async with running(REDIS_URL) as process:
                process.wire.tell(QueueMoved())
                await asyncio.sleep(number / 4000)

    async def in_time(other: Process) -> None:
        await asyncio.wait_for(test(other), 20)

    with_processes(1, in_time)


def test_nothing_listens_any_more_once_a_process_has_ended(channel: str) -> None:
    async def test() -> None:
        async with running(REDIS_URL):
            assert redis.Redis.from_url(REDIS_URL).pubsub_numsub(channel) == [(channel.encode(), 1)]
        await until(lambda: redis.Redis.from_url(REDIS_URL).pubsub_numsub(channel) == [(channel.encode(), 0)])

    asyncio.run(test())
