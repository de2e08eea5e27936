"""Storing orders as the shop's own system tells them: new ones are added, changed ones brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from orders.identifiers import email_key
from orders.models import Customer, Item, Order


@dataclass(frozen=True)
class ItemData:
    """One line of an order, as in `models.Item`."""

    sku: str
    name: str
    kind: str
    quantity: int
    unit_price: int
    pricing: str = "regular"
    discount: int = 0
    tax: int = 0
    shipped_at: datetime | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    estimated_delivery: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class OrderData:
    """A whole order, as in `models.Order`."""

    number: str
    email: str
    customer_name: str
    placed_at: datetime | None
    status: str
    sold_by: str
    currency: str
    shipping_paid: int
    items: tuple[ItemData, ...]


def store_orders(session: Session, orders: Sequence[OrderData]) -> Counter[str]:
    """Store these orders, each number once, and count which were `new`, `changed` and `same`.

    An item that the shop no longer lists is dropped, but never one that a request is about.
    """
    known = {
        order.number: order
        for order in session.execute(select(Order).where(Order.number.in_([told.number for told in orders]))).scalars()
    }
    customers = {
        customer.email: customer
        for customer in session.execute(
            select(Customer).where(Customer.email.in_([email_key(told.email) for told in orders]))
        ).scalars()
    }
    outcomes: Counter[str] = Counter()
    for told in orders:
        customer = customers.setdefault(email_key(told.email), Customer(email=told.email, name=told.customer_name))
        if told.customer_name:
            customer.name = told.customer_name
        outcomes[_store(session, known.get(told.number), told, customer)] += 1
    session.flush()
    return outcomes


def _store(session: Session, order: Order | None, told: OrderData, customer: Customer) -> str:
    values: dict[str, Any] = {
        "customer": customer,
        "placed_at": told.placed_at,
        "status": told.status,
        "sold_by": told.sold_by,
        "currency": told.currency,
        "shipping_paid": told.shipping_paid,
    }
    if order is None:
        items = [Item(line=line, **vars(item)) for line, item in enumerate(told.items, start=1)]
        session.add(Order(number=told.number, items=items, **values))
        return "new"
    changed = _update(order, values)
    changed = _update_items(order, told.items) or changed
    return "changed" if changed else "same"


def _update(stored: Order | Item, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(stored, name) != value}
    for name, value in different.items():
        setattr(stored, name, value)
    return bool(different)


def _update_items(order: Order, told: Sequence[ItemData]) -> bool:
    """Bring the order's items up to date. They are known by SKU; lines of the same SKU first by being the same."""
    stored, changed = list(order.items), False
    unknown = []
    for item in told:
        same = next((line for line in stored if _is_same(line, item)), None)
        if same is None:
            unknown.append(item)
        else:
            stored.remove(same)
    for item in unknown:
        changed = True
        line = next((line for line in stored if line.sku == item.sku), None)
        if line is None:
            order.items.append(Item(line=max((i.line for i in order.items), default=0) + 1, **vars(item)))
        else:
            stored.remove(line)
            _update(line, vars(item))
    for line in stored:
        if not line.asked:
            changed = True
            order.items.remove(line)
    return changed


def _is_same(line: Item, item: ItemData) -> bool:
    return all(getattr(line, name) == value for name, value in vars(item).items())
