"""What orders and requests keep of a person: to hand it out, to erase it, and to forget it when its time is over.

Erasing keeps the requests, without anything that leads to the person: the shop must be able to show what it decided.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from orders import words
from orders.describing import order_json, request_json
from orders.identifiers import email_key
from orders.models import Customer, Order, OutboxEntry, Request, RequestChange

AT_A_TIME = 200
_ERASED = "erased-"


def export_person(session: Session, email: str) -> dict[str, Any]:
    """Everything that orders and requests keep of the person with this e-mail address."""
    orders = _orders_of(session, email)
    return {
        "orders": [order_json(order) for order in orders],
        "requests": [request_json(request) for order in orders for request in order.requests],
    }


def conversations_of(session: Session, email: str) -> set[str]:
    """The conversations in which the person filed requests."""
    found = session.execute(
        select(Request.conversation_id)
        .join(Order, Order.id == Request.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Customer.email == email_key(email), Request.conversation_id.is_not(None))
    ).scalars()
    return set(found)


def erase_person(session: Session, email: str, at: datetime) -> Counter[str]:
    """Erase the person; counts the orders and requests that this reached."""
    reached = forget_orders(session, _orders_of(session, email), at)
    customer = session.execute(select(Customer).where(Customer.email == email_key(email))).scalar_one_or_none()
    if customer is not None:
        _forget_customer(session, customer)
    return reached


def forget_orders(session: Session, orders: Iterable[Order], at: datetime) -> Counter[str]:
    """Delete these orders; those that have requests are kept with them, under a number that leads nowhere.

    Counts what this reached.
    """
    reached: Counter[str] = Counter()
    for order in orders:
        reached["orders"] += 1
        reached["requests"] += len(order.requests)
        reached["requests that were open"] += sum(request.status in words.OPEN for request in order.requests)
        customer = order.customer
        if order.requests:
            _make_anonymous(session, order, at)
        else:
            session.delete(order)
        session.flush()
        _forget_customer(session, customer)
    return reached


def old_orders(session: Session, placed_before: datetime) -> list[Order]:
    """Some of the orders placed before, on which nothing is open any more; ask again until there are none."""
    is_open = select(Request.id).where(Request.order_id == Order.id, Request.status.in_(words.OPEN)).exists()
    return list(
        session.execute(
            select(Order)
            .where(Order.placed_at < placed_before, ~is_open, ~Order.number.startswith(_ERASED))
            .order_by(Order.id)
            .limit(AT_A_TIME)
        ).scalars()
    )


def forget_customers_without_orders(session: Session) -> int:
    """Delete those whose orders have all gone to another e-mail address; gives how many."""
    has_orders = select(Order.id).where(Order.customer_id == Customer.id).exists()
    gone = session.execute(delete(Customer).where(~has_orders).execution_options(synchronize_session=False))
    return cast(CursorResult, gone).rowcount


def forget_outbox(session: Session, created_before: datetime) -> int:
    """Delete what was sent or given up, or waits for nobody, since before; gives how many."""
    gone = session.execute(
        delete(OutboxEntry)
        .where(or_(OutboxEntry.done_at < created_before, OutboxEntry.created_at < created_before))
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult, gone).rowcount


def _orders_of(session: Session, email: str) -> list[Order]:
    return list(
        session.execute(
            select(Order)
            .join(Customer, Customer.id == Order.customer_id)
            .where(Customer.email == email_key(email))
            .order_by(Order.id)
        ).scalars()
    )


def _make_anonymous(session: Session, order: Order, at: datetime) -> None:
    for request in order.requests:
        session.execute(delete(OutboxEntry).where(OutboxEntry.request_id == request.id))
        session.execute(
            update(RequestChange)
            .where(RequestChange.request_id == request.id, RequestChange.note.is_not(None))
            .values(note=None)
            .execution_options(synchronize_session=False)
        )
        if request.erased_at is None:
            # In one statement: the database lets facts and decision change only while a request is being erased.
            session.execute(
                update(Request)
                .where(Request.id == request.id)
                .values(
                    facts=_without(order.number, request.facts),
                    decision=_without(order.number, request.decision),
                    conversation_id=None,
                    erased_at=at,
                )
                .execution_options(synchronize_session=False)
            )
    for item in order.items:
        item.tracking_number = None
    nobody = Customer(email=f"{_ERASED}{secrets.token_hex(12)}", name="")
    order.number = f"{_ERASED}{secrets.token_hex(12)}"
    order.customer = nobody
    session.flush()


def _forget_customer(session: Session, customer: Customer) -> None:
    """Delete the customer once no order is left."""
    if not session.execute(select(Order.id).where(Order.customer_id == customer.id).limit(1)).first():
        session.delete(customer)
        session.flush()


def _without(number: str, told: Any) -> Any:
    """The same facts or decision with null wherever the order's number stands."""
    if isinstance(told, dict):
        return {key: _without(number, value) for key, value in told.items()}
    if isinstance(told, list):
        return [_without(number, value) for value in told]
    return None if told == number else told
