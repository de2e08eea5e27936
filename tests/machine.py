"""What this machine has that some tests need."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import socket
from urllib.parse import urlsplit

POSTGRESQL_URL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
RABBITMQ_URL = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the quickest


_DATABASES_EACH = 3
_taken = itertools.count()


def redis_database() -> int:
    """The number of one of Redis's databases, by which it tells its users apart.

    The tests of no other process have it, and in this one the next two that ask have others.
    """
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return 1 + _DATABASES_EACH * (process % 5) + next(_taken) % _DATABASES_EACH  # of 16; REDIS_URL names the first


@functools.cache
def chromium() -> str | None:
    """The path of a Chromium that the tests can drive: `CHROMIUM`, else one on the PATH."""
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, BROWSERS) if path), None)


@functools.cache
def has_npm() -> bool:
    return shutil.which("npm") is not None


@functools.cache
def has_nginx() -> bool:
    return shutil.which("nginx") is not None


@functools.cache
def has_postgresql() -> bool:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(POSTGRESQL_URL, future=True, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    return True


@functools.cache
def has_redis() -> bool:
    import redis

    try:
        return bool(redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


@functools.cache
def has_rabbitmq() -> bool:
    parts = urlsplit(RABBITMQ_URL)
    with socket.socket() as probe:
        probe.settimeout(3)
        return probe.connect_ex((parts.hostname or "", parts.port or 5672)) == 0
