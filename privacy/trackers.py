"""Rasa's memory of the dialogues (`runtime.trackers`), by plain SQL, so that nothing of Rasa is needed here."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

import database
from conversations.privacy import mentions


class UnreachableError(Exception):
    """Rasa's memory is there and can't be used; the text says what to look at."""


def connect() -> Engine | None:
    """The dialogues' database, `TRACKERS_DB` (a file or an address); None where Rasa hasn't made one yet.

    Raises UnreachableError.
    """
    named = os.environ.get("TRACKERS_DB") or database.dialogues_url()
    if "://" not in named:
        named = f"sqlite:///{named}"
    if named.startswith("sqlite") and not Path(named.removeprefix("sqlite:///")).exists():
        return None
    try:
        engine = database.connect(named)
        return engine if inspect(engine).has_table("dialogues") else None
    except (SQLAlchemyError, ImportError) as error:
        raise UnreachableError(
            "Rasa's memory of the dialogues can't be reached. Does TRACKERS_DB name the right file or address?"
        ) from error


def dialogues_of(trackers: Engine, email: str) -> set[str]:
    """The dialogues in which this e-mail address was said."""
    pattern = "%" + "".join(f"\\{c}" if c in "%_\\" else c for c in email.lower()) + "%"
    with trackers.connect() as connection:
        told = connection.execute(
            text("SELECT sender_id, events FROM dialogues WHERE lower(events) LIKE :it ESCAPE '\\'"), {"it": pattern}
        )
        return {sender for sender, events in told if mentions(events, email)}


def export_dialogues(trackers: Engine, ids: Collection[str]) -> dict[str, list[Any]]:
    """What Rasa remembers of these dialogues: its events, in order."""
    statement = text("SELECT sender_id, events FROM dialogues WHERE sender_id IN :ids")
    with trackers.connect() as connection:
        found = connection.execute(statement.bindparams(bindparam("ids", expanding=True)), {"ids": list(ids)})
        return {sender: json.loads(events) for sender, events in found}


def erase_dialogues(trackers: Engine, ids: Collection[str]) -> int:
    """Delete these dialogues; gives how many there were."""
    if not ids:
        return 0
    statement = text("DELETE FROM dialogues WHERE sender_id IN :ids").bindparams(bindparam("ids", expanding=True))
    return _delete(trackers, statement, {"ids": list(ids)})


def forget_silent(trackers: Engine, before: datetime) -> int:
    """Delete the dialogues in which nothing has happened since; gives how many there were."""
    statement = text("DELETE FROM dialogues WHERE changed_at < :before")
    return _delete(trackers, statement, {"before": before.timestamp()})


def _delete(trackers: Engine, statement: Any, values: dict[str, Any]) -> int:
    with trackers.begin() as connection:
        gone = connection.execute(statement, values).rowcount
    database.empty_log(trackers)
    return int(gone)
