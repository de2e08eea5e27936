"""One turn at a time, within a process and among several."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from rasa.core.lock_store import LockError
from rasa.utils.endpoints import EndpointConfig

from runtime import locks
from runtime.locks import ConversationLocks
from tests.machine import REDIS_URL


def among_workers(url: str = REDIS_URL) -> ConversationLocks:
    """As a further Rasa server has them."""
    return ConversationLocks(EndpointConfig(redis_url=url))


@pytest.fixture
def conversation() -> str:
    return uuid4().hex


async def most_at_once(conversation: str, *workers: ConversationLocks) -> int:
    """How many hold the conversation at the same time when each of them wants it five times."""
    holding = most = 0

    async def hold(worker: ConversationLocks) -> None:
        nonlocal holding, most
        async with worker.lock(conversation):
            holding += 1
            most = max(most, holding)
            await asyncio.sleep(0.005)
            holding -= 1

    await asyncio.gather(*(hold(worker) for worker in workers for _ in range(5)))
    return most


def test_within_a_process_one_turn_follows_the_other(conversation: str):
    assert asyncio.run(most_at_once(conversation, ConversationLocks())) == 1


def test_other_conversations_do_not_wait():
    async def both() -> None:
        worker = ConversationLocks()
        async with worker.lock("one"), worker.lock("other"):
            pass

    asyncio.run(asyncio.wait_for(both(), 1))


def test_a_conversation_is_forgotten_after_its_turn():
    async def many() -> int:
        worker = ConversationLocks()
        for number in range(100):
            async with worker.lock(str(number)):
                pass
        return len(worker._here)

    assert asyncio.run(many()) <= 1


@pytest.mark.redis
def test_so_it_is_among_several(conversation: str):
    assert asyncio.run(most_at_once(conversation, among_workers(), among_workers(), among_workers())) == 1


@pytest.mark.redis
def test_who_waits_goes_on_as_soon_as_it_is_free(conversation: str):
    async def waited() -> float:
        async with among_workers().lock(conversation):
            asking = asyncio.create_task(first_moment(among_workers(), conversation))
            await asyncio.sleep(0.2)
            left = time.monotonic()
        return await asking - left

    assert asyncio.run(waited()) < 0.5


@pytest.mark.redis
def test_a_worker_that_was_killed_holds_nobody_up_for_long(conversation: str, monkeypatch):
    async def waited() -> float:
        killed = among_workers()
        await killed._among_workers(conversation, 0.5, 0.02).acquire()
        began = time.monotonic()
        return await first_moment(among_workers(), conversation) - began

    assert 0.2 < asyncio.run(waited()) < 2


@pytest.mark.redis
def test_a_turn_may_take_longer_than_the_lock_lasts(conversation: str, monkeypatch):
    monkeypatch.setattr(locks, "RENEWED_EVERY", 0.1)

    async def overtook() -> bool:
        async with among_workers().lock(conversation, lock_lifetime=0.4):
            asking = asyncio.create_task(first_moment(among_workers(), conversation))
            await asyncio.sleep(1)
            was_done = asking.done()
        await asking
        return was_done

    assert not asyncio.run(overtook())


@pytest.mark.redis
def test_who_waits_for_too_long_is_told(conversation: str, monkeypatch):
    monkeypatch.setattr(locks, "LONGEST_WAIT", 0.2)

    async def second() -> None:
        async with among_workers().lock(conversation):
            await first_moment(among_workers(), conversation)

    with pytest.raises(LockError, match="doesn't end"):
        asyncio.run(second())


def test_without_redis_nobody_holds_anything(conversation: str):
    with pytest.raises(LockError, match="can't be reached"):
        asyncio.run(first_moment(among_workers("redis://127.0.0.1:1/0"), conversation))


async def first_moment(worker: ConversationLocks, conversation: str) -> float:
    """When it holds the conversation."""
    async with worker.lock(conversation):
        return time.monotonic()
