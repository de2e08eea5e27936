"""Requests: filed once, found again by their reference, moved from status to status.

Every step is announced through the outbox, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import Insert

from database import once_stored
from observability import metrics
from orders import words
from orders.models import Item, Order, Request, RequestChange, RequestItem
from orders.money import to_minor
from orders.outbox import announce
from orders.references import new_reference, read_reference

log = structlog.get_logger(__name__)

LONGEST_NOTE = 2000  # characters

# Made once and of the bare tables: most of what these take is the making.
_ORDERS, _REQUESTS = Order.__table__, Request.__table__
# Lets one transaction at a time file about an order. A write, as reading `for update` means nothing to SQLite.
_HOLD = _ORDERS.update().where(_ORDERS.c.id == bindparam("held")).values(number=_ORDERS.c.number)
_HAS_REQUESTS = select(_REQUESTS.c.id).where(_REQUESTS.c.order_id == bindparam("held")).limit(1)
_ADD_REQUEST, _ADD_STEP, _ADD_ITEMS = (model.__table__.insert() for model in (Request, RequestChange, RequestItem))
_HAS_REFERENCE = select(_REQUESTS.c.id).where(_REQUESTS.c.reference == bindparam("reference"))


class AlreadyRequestedError(Exception):
    """What was to be filed is taken, at least in part, by another `request`: show the customer where that stands."""

    def __init__(self, request: Request) -> None:
        super().__init__(f"request {request.reference} ({request.kind}, {request.status}) is already about this")
        self.request = request


class NotAllowedError(Exception):
    """A request can't take on this status now; the text says which ones it can."""


def file_request(
    session: Session,
    *,
    order: Order,
    items: Sequence[Item],
    kind: str,
    wants: str,
    facts: dict[str, Any],
    decision: dict[str, Any],
    filed_at: datetime,
    conversation_id: str | None = None,
) -> Request:
    """File what was decided, or give the request that is already open about the same items and wish.

    `facts` are those that were decided on, their items in the order of `items`: how many of each, with which share of
    discount and tax, is taken from there. Raises AlreadyRequestedError where the items have an open request with
    another wish or about only some of them, or were settled meanwhile. The request exists once the transaction is
    committed.
    """
    session.execute(_HOLD, {"held": order.id})
    standing = _claims_on(session, items) if session.execute(_HAS_REQUESTS, {"held": order.id}).first() else []
    for claim in standing:
        if claim.is_open:
            if claim.request.wants == wants and {i.id for i in items} <= {i.item_id for i in claim.request.items}:
                return claim.request
            raise AlreadyRequestedError(claim.request)

    lines = list(zip(items, facts["items"], strict=True))
    for item, decided in lines:
        earlier = [claim for claim in standing if claim.item_id == item.id]
        if earlier and decided["quantity"] + sum(claim.quantity for claim in earlier) > item.quantity:
            raise AlreadyRequestedError(earlier[-1].request)

    filed = {
        "reference": _unused_reference(session),
        "order_id": order.id,
        "kind": kind,
        "wants": wants,
        "status": "filed",
        "facts": facts,
        "decision": decision,
        "policy_version": decision["policy_version"],
        "filed_at": filed_at,
        "conversation_id": conversation_id,
        "erased_at": None,
    }
    shares = [
        {
            "item_id": item.id,
            "position": position,
            "quantity": decided["quantity"],
            "discount": to_minor(decided.get("discount") or "0", order.currency),
            "tax": to_minor(decided.get("tax") or "0", order.currency),
            "is_open": True,
        }
        for position, (item, decided) in enumerate(lines)
    ]
    request = _store(session, order, items, filed, shares)
    once_stored(session, partial(_report_filed, request))
    announce(session, request, request.changes[0])
    return request


def _store(
    session: Session,
    order: Order,
    items: Sequence[Item],
    filed: dict[str, Any],
    shares: Sequence[dict[str, Any]],
) -> Request:
    """Store a new request, its first step and its items.

    By plain statements: to find out what has changed, and what to store first, takes a session three times as long.
    """
    earlier = list(order.requests)  # before the new one is among those that a database would give
    id_ = _added(session, _ADD_REQUEST, filed)
    step = {"request_id": id_, "status": filed["status"], "at": filed["filed_at"], "by": words.CUSTOMER, "note": None}
    step_id = _added(session, _ADD_STEP, step)
    session.execute(_ADD_ITEMS, [{"request_id": id_, **share} for share in shares])

    request, change = Request(id=id_, **filed), RequestChange(id=step_id, **step)
    asked = [RequestItem(request_id=id_, **share) for share in shares]
    for each, item in zip(asked, items, strict=True):
        set_committed_value(each, "request", request)
        set_committed_value(each, "item", item)
    for name, related in (("order", order), ("items", asked), ("changes", [change])):
        set_committed_value(request, name, related)
    set_committed_value(order, "requests", [*earlier, request])
    for stored in (change, *asked, request):
        make_transient_to_detached(stored)  # it is in the database already
    session.add(request)
    return request


def _added(session: Session, insert: Insert, row: dict[str, Any]) -> int:
    """The id of the new row."""
    (id_,) = cast(CursorResult, session.execute(insert, row)).inserted_primary_key
    return int(id_)


def find_request(session: Session, reference: str) -> Request | None:
    """The request with this reference, whatever its case, spaces and dashes; None if there is none."""
    written = read_reference(reference)
    if written is None:
        return None
    found: Request | None = session.execute(select(Request).where(Request.reference == written)).scalar_one_or_none()
    return found


def request_message(request: Request) -> dict[str, Any]:
    """The request as conversations show it: the contract's structured message."""
    return {
        "type": "request",
        "reference": request.reference,
        "kind": request.kind,
        "status": request.status,
        "order_number": request.order.number,
        "filed_at": request.filed_at.isoformat(),
    }


def move_request(
    session: Session, request: Request, status: str, *, by: str, at: datetime, note: str | None = None
) -> RequestChange:
    """Give the request another status, and keep who did it, when, and what they said. Raises NotAllowedError."""
    allowed = words.next_statuses(request.kind, request.status)
    if status not in allowed:
        possible = f"it can become {', '.join(sorted(allowed))}" if allowed else "it has ended"
        raise NotAllowedError(f"request {request.reference} is {request.status} and can't become {status}: {possible}")
    # Only from the status that was looked at: somebody else may have moved it since.
    moved = session.execute(
        update(Request)
        .where(Request.id == request.id, Request.status == request.status)
        .values(status=status)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult, moved).rowcount != 1:
        raise NotAllowedError(f"request {request.reference} was changed by somebody else just now; look at it again")
    session.refresh(request, ["status"])
    for asked in request.items:
        asked.is_open = status in words.OPEN
    return _keep(session, request, RequestChange(status=status, at=at, by=by, note=_note(note)))


def withdraw_request(session: Session, request: Request, *, at: datetime) -> RequestChange:
    """The customer doesn't want it any more. Raises NotAllowedError once goods are back or it has ended."""
    return move_request(session, request, "withdrawn", by=words.CUSTOMER, at=at)


def ask_about_request(session: Session, request: Request, question: str, *, at: datetime) -> RequestChange:
    """The customer asks support something about the request. ValueError if the question is blank."""
    if not (note := _note(question)):
        raise ValueError("a question needs words")
    return _keep(session, request, RequestChange(status=request.status, at=at, by=words.CUSTOMER, note=note))


def _report_filed(request: Request) -> None:
    log.info("request filed", kind=request.kind, reference=request.reference)
    metrics.REQUESTS.labels(request.kind).inc()


def _keep(session: Session, request: Request, change: RequestChange) -> RequestChange:
    request.changes.append(change)
    session.flush()
    once_stored(session, partial(log.info, "request changed", status=change.status, reference=request.reference))
    announce(session, request, change)
    return change


def _note(text: str | None) -> str | None:
    return (text or "").replace("\0", "").strip()[:LONGEST_NOTE] or None


def _claims_on(session: Session, items: Sequence[Item]) -> list[RequestItem]:
    """What requests hold of the items now: read anew, as it may have changed since the order was loaded."""
    return list(
        session.execute(
            select(RequestItem)
            .join(Request, Request.id == RequestItem.request_id)
            .where(RequestItem.item_id.in_([item.id for item in items]), Request.status.not_in(words.GIVEN_UP))
            .order_by(RequestItem.request_id)
            .execution_options(populate_existing=True)
        ).scalars()
    )


def _unused_reference(session: Session) -> str:
    while True:
        reference = new_reference()
        if session.execute(_HAS_REFERENCE, {"reference": reference}).first() is None:
            return reference
