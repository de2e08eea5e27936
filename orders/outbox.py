"""The outbox: what is still to be told about requests, and to whom.

An entry is stored with the step that it tells of, in one transaction. Whoever sends takes an entry for a while, so
that several senders may run; one that dies on the way leaves its entries to be sent again. So each is sent at least
once, always under the same key.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from orders import words
from orders.models import OutboxEntry, Request, RequestChange

TAKEN_FOR = timedelta(minutes=5)  # longer than any try takes
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
MOST_TRIES = 16  # with these waits: after some two days

_ADD = OutboxEntry.__table__.insert()


def announce(session: Session, request: Request, change: RequestChange) -> None:
    """Have this step told: to the shop's system, to the customer, and to support what the customer does."""
    is_question = change.status == request.status and change.note is not None and change.by == words.CUSTOMER
    is_customer_known = request.erased_at is None
    recipients = ["webhook", "customer"] if is_customer_known and not is_question else ["webhook"]
    if change.by == words.CUSTOMER:
        recipients.append("support")
    entry = {"request_id": request.id, "change_id": change.id, "created_at": change.at, "due_at": change.at, "tries": 0}
    session.execute(_ADD, [{**entry, "key": uuid.uuid4().hex, "recipient": recipient} for recipient in recipients])


def due_entries(session: Session, recipients: Collection[str], now: datetime, most: int = 50) -> list[int]:
    """The ids of what is to be sent now, the oldest first."""
    return list(
        session.execute(
            select(OutboxEntry.id)
            .where(OutboxEntry.done_at.is_(None), OutboxEntry.due_at <= now, OutboxEntry.recipient.in_(recipients))
            .order_by(OutboxEntry.id)
            .limit(most)
        ).scalars()
    )


def take(session: Session, entry_id: int, now: datetime) -> OutboxEntry | None:
    """The entry, nobody else's for a while; None if somebody else has taken it, or it is done."""
    taken = session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.done_at.is_(None), OutboxEntry.due_at <= now)
        .values(due_at=now + TAKEN_FOR, tries=OutboxEntry.tries + 1)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult, taken).rowcount != 1:
        return None
    entry: OutboxEntry | None = session.get(OutboxEntry, entry_id)
    return entry


def mark_sent(session: Session, entry_id: int, now: datetime) -> None:
    """It has arrived."""
    _update(session, entry_id, done_at=now, error=None)


def mark_failed(session: Session, entry_id: int, error: str, now: datetime) -> None:
    """A try has failed: another one follows, each time after twice as long, until it is given up."""
    tries = session.execute(select(OutboxEntry.tries).where(OutboxEntry.id == entry_id)).scalar_one_or_none()
    if tries is None:  # erased meanwhile
        return
    if tries >= MOST_TRIES:
        _update(session, entry_id, done_at=now, error=error[:200])
    else:
        _update(session, entry_id, due_at=now + wait_after(tries), error=error[:200])


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 30))


def waiting(session: Session) -> Counter[str]:
    """How many entries wait, by recipient."""
    return _counted(session, OutboxEntry.done_at.is_(None))


def failing(session: Session) -> Counter[str]:
    """How many of those that wait have failed before, by recipient."""
    return _counted(session, OutboxEntry.done_at.is_(None), OutboxEntry.error.is_not(None))


def _counted(session: Session, *conditions: ColumnElement) -> Counter[str]:
    counted = session.execute(
        select(OutboxEntry.recipient, func.count().label("entries")).where(*conditions).group_by(OutboxEntry.recipient)
    )
    return Counter({row.recipient: row.entries for row in counted})


def _update(session: Session, entry_id: int, **values: datetime | str | None) -> None:
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
