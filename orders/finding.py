"""Finding an order by what its customer knows of it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from orders.identifiers import email_key, number_key, number_literal, number_tail, number_tail_literal
from orders.models import Customer, Order

_LONGEST = 100

# From the strictest reading of a typed number to the most forgiving one. The first that any order of the shop answers
# to is the one that counts, so a forgiving reading never leads past an order that was meant literally.
_READINGS: tuple[Callable[[str, str], bool], ...] = (
    lambda number, typed: number_literal(number) == number_literal(typed),
    lambda number, typed: number_key(number) == number_key(typed),
    lambda number, typed: number_tail_literal(number) == number_literal(typed),
    lambda number, typed: number_tail(number) == number_key(typed),
)


def find_order(session: Session, number: str, email: str) -> Order | None:
    """The order with this number and this customer's e-mail address, or None.

    Forgives case, spaces, dashes, a leading '#', a missing prefix, and O for 0, each where no other order is meant.
    A wrong pair gives None whether or not the order exists.
    """
    theirs = [found.id for found in _meant_by(session, number) if found.email == email_key(email)]
    return session.get(Order, theirs[0]) if len(theirs) == 1 else None


def find_by_number(session: Session, number: str) -> list[Order]:
    """The orders that this number may mean, for the shop's staff; mostly one, or none."""
    meant = [found.id for found in _meant_by(session, number)]
    return list(session.execute(select(Order).where(Order.id.in_(meant)).order_by(Order.number)).scalars())


def _meant_by(session: Session, number: str) -> list[Row]:
    key = number_key(number) if len(number) <= _LONGEST else ""
    if not key:
        return []
    candidates = session.execute(
        select(Order.id, Order.number, Customer.email)
        .join(Customer, Customer.id == Order.customer_id)
        .where(or_(Order.number_key == key, Order.number_tail == key))
    ).all()
    for answers in _READINGS:
        meant = [candidate for candidate in candidates if answers(candidate.number, number)]
        if meant:
            return meant
    return []
