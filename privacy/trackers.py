"""Rasa's memory of the dialogues: its SQL tracker store, by plain SQL, so that nothing of Rasa is needed here."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, create_engine, event, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from conversations.privacy import mentions
from database import HOME


class UnreachableError(Exception):
    """Rasa's memory is there and can't be used; the text says what to look at."""


def connect() -> Engine | None:
    """The tracker store, `TRACKERS_DB` (a file or an address); None where Rasa hasn't made one yet.

    Raises UnreachableError.
    """
    named = os.environ.get("TRACKERS_DB") or str(HOME / "var" / "trackers.db")
    if "://" not in named:
        if not Path(named).exists():
            return None
        named = f"sqlite:///{named}"
    try:
        engine = create_engine(named, future=True, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=ON"))
        return engine if inspect(engine).has_table("events") else None
    except (SQLAlchemyError, ImportError) as error:
        raise UnreachableError(
            "Rasa's memory of the dialogues can't be reached. Does TRACKERS_DB name the right file or address?"
        ) from error


def dialogues_of(trackers: Engine, email: str) -> set[str]:
    """The dialogues in which this e-mail address was said."""
    pattern = "%" + "".join(f"\\{c}" if c in "%_\\" else c for c in email.lower()) + "%"
    with trackers.connect() as connection:
        told = connection.execute(
            text("SELECT sender_id, data FROM events WHERE type_name = 'user' AND lower(data) LIKE :it ESCAPE '\\'"),
            {"it": pattern},
        )
        return {sender for sender, data in told if mentions(data, email)}


def export_dialogues(trackers: Engine, ids: Collection[str]) -> dict[str, list[Any]]:
    """The events of these dialogues, in order."""
    dialogues: dict[str, list[Any]] = {}
    with trackers.connect() as connection:
        for sender, data in connection.execute(
            text("SELECT sender_id, data FROM events WHERE sender_id IN :ids ORDER BY id").bindparams(
                bindparam("ids", expanding=True)
            ),
            {"ids": list(ids)},
        ):
            dialogues.setdefault(sender, []).append(json.loads(data))
    return dialogues


def erase_dialogues(trackers: Engine, ids: Collection[str]) -> int:
    """Delete these dialogues; gives how many events they had."""
    if not ids:
        return 0
    with trackers.begin() as connection:
        gone = connection.execute(
            text("DELETE FROM events WHERE sender_id IN :ids").bindparams(bindparam("ids", expanding=True)),
            {"ids": list(ids)},
        )
        return gone.rowcount


def forget_silent(trackers: Engine, before: datetime) -> int:
    """Delete the dialogues in which nothing has happened since; gives how many events they had."""
    with trackers.begin() as connection:
        gone = connection.execute(
            text(
                "DELETE FROM events WHERE sender_id IN"
                " (SELECT sender_id FROM events GROUP BY sender_id HAVING max(timestamp) < :before)"
            ),
            {"before": before.timestamp()},
        )
        return gone.rowcount
