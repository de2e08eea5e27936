"""Finding an order by what its customer knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session, joinedload, noload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import Select

from orders.identifiers import email_key, number_key, number_literal, number_tail, number_tail_literal
from orders.models import Customer, Item, Order, Request

_LONGEST = 100

Numbered = TypeVar("Numbered", Order, Row)

# From the strictest reading of a typed number to the most forgiving one. The first that any order of the shop answers
# to is the one that counts, so a forgiving reading never leads past an order that was meant literally.
_READINGS: tuple[Callable[[str, str], bool], ...] = (
    lambda number, typed: number_literal(number) == number_literal(typed),
    lambda number, typed: number_key(number) == number_key(typed),
    lambda number, typed: number_tail_literal(number) == number_literal(typed),
    lambda number, typed: number_tail(number) == number_key(typed),
)

_ORDERS, _CUSTOMERS, _REQUESTS = Order.__table__.c, Customer.__table__.c, Request.__table__.c
_ANSWERS = or_(_ORDERS.number_key == bindparam("key"), _ORDERS.number_tail == bindparam("key"))
_ANYBODYS = select(_ORDERS.id, _ORDERS.number).where(_ANSWERS)
# An order with its items in one query: most orders have no requests, and asking for none takes as long again.
_WHOLE = select(Order, exists().where(_REQUESTS.order_id == Order.id).label("has_requests")).options(
    joinedload(Order.items), noload(Order.requests)
)
_BY_ID = _WHOLE.where(Order.id == bindparam("id"))
# Other people's orders have no part in it, so that a wrong pair takes the same time whether or not the order exists.
_THEIRS = _WHOLE.where(
    _ANSWERS,
    Order.customer_id == select(_CUSTOMERS.id).where(_CUSTOMERS.email == bindparam("email")).scalar_subquery(),
)
_REQUESTS_OF = select(Request).where(Request.order_id == bindparam("id")).order_by(Request.id)


def find_order(session: Session, number: str, email: str) -> Order | None:
    """The order with this number and this customer's e-mail address, or None.

    Forgives case, spaces, dashes, a leading '#', a missing prefix, and O for 0, each where no other order is meant.
    A wrong pair gives None, after the same steps, whether or not the order exists.
    """
    key = _key(number)
    theirs = _whole(session, _THEIRS, {"key": key, "email": email_key(email)})
    if not theirs:
        return None
    meant = _meant(theirs, number)
    if not _is_literal(meant[0], number):
        everybodys = {found.id for found in _meant(session.execute(_ANYBODYS, {"key": key}).all(), number)}
        meant = [order for order in theirs if order.id in everybodys]
    return meant[0] if len(meant) == 1 else None


def order_with_id(session: Session, order_id: int) -> Order | None:
    """The order of a customer who has proved before that it is theirs."""
    found = _whole(session, _BY_ID, {"id": order_id})
    return found[0] if found else None


def find_by_number(session: Session, number: str) -> list[Order]:
    """The orders that this number may mean, for the shop's staff; mostly one, or none."""
    meant = [found.id for found in _meant(session.execute(_ANYBODYS, {"key": _key(number)}).all(), number)]
    return list(session.execute(select(Order).where(Order.id.in_(meant)).order_by(Order.number)).scalars())


def orders_of(session: Session, order: Order) -> list[tuple[str, list[str]]]:
    """All orders of the customer who has proved to be this order's: their numbers and items' names, nothing else."""
    rows = session.execute(
        select(Order.number, Item.name)
        .join(Item, Item.order_id == Order.id)
        .where(Order.customer_id == order.customer_id)
        .order_by(Order.placed_at.desc().nulls_last(), Order.number, Item.line)
    )
    named: dict[str, list[str]] = {}
    for number, name in rows:
        named.setdefault(number, []).append(name)
    return list(named.items())


def _whole(session: Session, query: Select, known: dict[str, Any]) -> list[Order]:
    """What the query finds, with its items and requests."""
    found = session.execute(query, known).unique().all()
    for order, has_requests in found:
        if has_requests:
            requests = session.execute(_REQUESTS_OF, {"id": order.id}).scalars()
            set_committed_value(order, "requests", list(requests))
    return [order for order, _ in found]


def _key(number: str) -> str | None:
    """What to look for; None, which nothing equals, if it can't be a number."""
    return (number_key(number) or None) if len(number) <= _LONGEST else None


def _meant(candidates: Sequence[Numbered], number: str) -> list[Numbered]:
    for answers in _READINGS:
        meant = [candidate for candidate in candidates if answers(candidate.number, number)]
        if meant:
            return meant
    return []


def _is_literal(found: Order | Row, number: str) -> bool:
    return _READINGS[0](found.number, number)
