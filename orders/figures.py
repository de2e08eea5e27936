"""What the requests of a time come to in money. `docs/figures.md` says what each figure means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from orders.models import Request, RequestChange

Amounts = list[tuple[str, str, int]]
"""Currency, amount, and how many requests are about just that. To be added up exactly, which SQLite can't."""

_CURRENCY = Request.decision[("refund", "currency")].as_string()
_TOTAL = Request.decision[("refund", "total")].as_string()


def filed(session: Session, begins: datetime, ends: datetime) -> Amounts:
    """The money that requests filed at this time ask for."""
    return _amounts(session, _requests().where(Request.filed_at >= begins, Request.filed_at < ends))


def paid_back(session: Session, begins: datetime, ends: datetime) -> Amounts:
    """The money of the requests that were settled with money at this time."""
    return _moved_to(session, ("refunded", "cancelled"), begins, ends)


def turned_down(session: Session, begins: datetime, ends: datetime) -> Amounts:
    """The money of the requests that the staff rejected at this time."""
    return _moved_to(session, ("rejected",), begins, ends)


def _moved_to(session: Session, ends_as: tuple[str, ...], begins: datetime, ends: datetime) -> Amounts:
    """`ends_as`: statuses that a request takes on once, as nothing follows them."""
    moved = _requests().join(RequestChange, RequestChange.request_id == Request.id)
    at = RequestChange.at
    return _amounts(session, moved.where(RequestChange.status.in_(ends_as), at >= begins, at < ends))


def _requests() -> Select:
    """Those about money, by its amount."""
    of_money = select(_CURRENCY.label("currency"), _TOTAL.label("amount"), func.count().label("requests"))
    return of_money.select_from(Request).where(_TOTAL.is_not(None)).group_by("currency", "amount")


def _amounts(session: Session, requests: Select) -> Amounts:
    return [(row.currency, row.amount, row.requests) for row in session.execute(requests)]
