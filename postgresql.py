"""Connections to PostgreSQL that don't wait for ever: `database` makes them.

A server whose machine hangs, or is cut off without a word, accepts what is sent and never answers, and libpq has no
timeout for that. Here each answer has to come in time, else the connection is closed and an error raised, as when the
server is gone.
"""

from __future__ import annotations

import select
from typing import Any

from psycopg2 import OperationalError, extensions  # type: ignore[import-untyped]
from sqlalchemy import event
from sqlalchemy.engine import Engine

TO_ANSWER_AT_ALL = 2.0
"""Seconds for a sign of life: to be connected, and to say that an idle connection is still one."""


class Impatient(extensions.connection):
    """Waits `patience` seconds for each answer; None: however long it takes."""

    patience: float | None = TO_ANSWER_AT_ALL


def limit_patience(engine: Engine, patience: float) -> None:
    """Let each statement of whoever has taken a connection from the pool take at most so many seconds."""
    extensions.set_wait_callback(_wait)

    def with_patience(connection: Any, *_: Any) -> None:
        connection.patience = patience

    def in_the_pool(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.patience = TO_ANSWER_AT_ALL

    event.listen(engine, "connect", with_patience)
    event.listen(engine, "checkout", with_patience)
    event.listen(engine, "checkin", in_the_pool)


def _wait(connection: Any) -> None:
    """What psycopg2 does while it waits for an answer. Raises OperationalError where none comes in time.

    It closes the connection then by itself.
    """
    patience = getattr(connection, "patience", None)
    while (state := connection.poll()) != extensions.POLL_OK:
        reading = [connection] if state == extensions.POLL_READ else []
        writing = [connection] if state == extensions.POLL_WRITE else []
        if not any(select.select(reading, writing, [], patience)):
            raise OperationalError(f"the database didn't answer within {patience:g} s")
