"""One turn at a time in each conversation.

Rasa's own lock for several workers reads, changes and writes back in three steps, so that two of them may hold it at
once, and whoever waits looks once a second (shared/rasa-notes.md, section 7).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError

LIFETIME = 10.0
"""Seconds after which a worker that was killed in the middle of a turn doesn't hold up its conversation any more."""

RENEWED_EVERY = 3.0
LONGEST_WAIT = 30.0
LOOKS_EVERY = 0.02


class ConversationLocks(LockStore):
    """Rasa makes it by its name in endpoints.yml. Among several workers by `redis_url`, else within this process."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        self._url = endpoint_config.kwargs.get("redis_url") if endpoint_config else None
        self._redis: Redis | None = None
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LIFETIME, wait_time_in_seconds: float = LOOKS_EVERY
    ) -> AsyncIterator[TicketLock | None]:
        """Hold the conversation for a turn. Raises LockError when it isn't free in time, or Redis isn't reached."""
        here = self._here.get(conversation_id) or asyncio.Lock()
        self._here[conversation_id] = here
        async with here:
            if not self._url:
                yield None
                return
            among_workers = self._among_workers(conversation_id, lock_lifetime, wait_time_in_seconds)
            await _acquire(among_workers)
            renewing = asyncio.create_task(_renew(among_workers))
            try:
                yield None
            finally:
                renewing.cancel()
                with suppress(RedisError, OSError):  # it ends by itself after its lifetime
                    await among_workers.release()

    def _among_workers(self, conversation_id: str, lifetime: float, looks_every: float) -> Lock:
        if self._redis is None:  # made in the event loop that it is used in
            # A connection that was cut while nobody used it is noticed by whoever uses it next, and made anew.
            once_more = {"retry": Retry(NoBackoff(), 1), "retry_on_error": [ConnectionError]}
            self._redis = Redis.from_url(str(self._url), socket_connect_timeout=3, socket_timeout=3, **once_more)
        name = f"assistant:turn:{conversation_id}"
        return self._redis.lock(name, timeout=lifetime, sleep=looks_every, blocking_timeout=LONGEST_WAIT)


async def _acquire(lock: Lock) -> None:
    try:
        is_free = await lock.acquire()
    except (RedisError, OSError) as error:
        raise LockError("Redis can't be reached.") from error
    if not is_free:
        raise LockError("The conversation's turn before this one doesn't end.")


async def _renew(lock: Lock) -> None:
    """For as long as the turn takes."""
    while True:
        await asyncio.sleep(RENEWED_EVERY)
        with suppress(RedisError, OSError):
            await lock.reacquire()
