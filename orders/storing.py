"""Storing orders as the shop's own system tells them: new ones are added, changed ones brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from orders.identifiers import email_key, number_key, number_tail
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
    settled: int = 0


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
    refunded: int = 0


_ITEM_FIELDS = tuple(field.name for field in fields(ItemData))
_ORDER_FIELDS = ("placed_at", "status", "sold_by", "currency", "shipping_paid", "refunded")
_item_values = attrgetter(*_ITEM_FIELDS)


def store_orders(session: Session, orders: Sequence[OrderData], *, untold: Collection[str] = ()) -> Counter[str]:
    """Store these orders, each number once, and count which were `new`, `changed` and `same`.

    An item that the shop no longer lists is dropped, but never one that a request is about: that is settled. The fields
    of an item in `untold` stay as they are.
    """
    customers = _customers(session, orders)
    stored = _stored(session, [told.number for told in orders])
    new = [told for told in orders if told.number not in stored]
    # Most of what a shop sends again hasn't changed, and is passed over without making objects of it.
    known = [told for told in orders if told.number in stored and not _is_as_told(stored[told.number], told, untold)]
    _insert(session, new, customers)
    changed = sum(_update_order(session, told, customers, untold) for told in known)
    session.flush()
    return Counter(new=len(new), changed=changed, same=len(orders) - len(new) - changed)


def _customers(session: Session, orders: Sequence[OrderData]) -> dict[str, int]:
    """The ids of the orders' customers by e-mail address; new ones are stored, and names brought up to date."""
    names: dict[str, str] = {}
    for told in orders:
        email = email_key(told.email)
        names[email] = told.customer_name or names.get(email, "")
    by_email = select(Customer.id, Customer.email, Customer.name).where(Customer.email.in_(list(names)))
    known = {row.email: row.name for row in session.execute(by_email)}
    missing = [{"email": email, "name": name} for email, name in names.items() if email not in known]
    if missing:
        session.execute(insert(Customer.__table__), missing)
    for email, name in names.items():
        if name and known.get(email, name) != name:
            session.execute(update(Customer.__table__).where(Customer.__table__.c.email == email).values(name=name))
    return {row.email: row.id for row in session.execute(by_email)}


def _stored(session: Session, numbers: Iterable[str]) -> dict[str, OrderData]:
    """These orders as they are stored, by number; their customers' names left out."""
    columns = [Order.id, Order.number, Customer.email, *(getattr(Order, name) for name in _ORDER_FIELDS)]
    found = session.execute(
        select(*columns).join(Customer, Customer.id == Order.customer_id).where(Order.number.in_(list(numbers)))
    ).all()
    items: dict[int, list[ItemData]] = {row.id: [] for row in found}
    for order_id, *values in session.execute(
        select(Item.order_id, *(getattr(Item, name) for name in _ITEM_FIELDS))
        .where(Item.order_id.in_(list(items)))
        .order_by(Item.order_id, Item.line)
    ):
        items[order_id].append(ItemData(*values))
    return {
        number: OrderData(
            number, email, "", items=tuple(items[order_id]), **dict(zip(_ORDER_FIELDS, values, strict=True))
        )
        for order_id, number, email, *values in found
    }


def _is_as_told(stored: OrderData, told: OrderData, untold: Collection[str]) -> bool:
    items = told.items
    if untold and len(items) == len(stored.items):
        items = tuple(
            replace(item, **{name: getattr(kept, name) for name in untold})
            for item, kept in zip(items, stored.items, strict=True)
        )
    return stored == replace(told, email=email_key(told.email), customer_name="", items=items)


def _insert(session: Session, orders: Sequence[OrderData], customers: dict[str, int]) -> None:
    if not orders:
        return
    session.execute(
        insert(Order.__table__),
        [
            {
                "number": told.number,
                "number_key": number_key(told.number),
                "number_tail": number_tail(told.number),
                "customer_id": customers[email_key(told.email)],
                **{name: getattr(told, name) for name in _ORDER_FIELDS},
            }
            for told in orders
        ],
    )
    by_number = select(Order.number, Order.id).where(Order.number.in_([told.number for told in orders]))
    ids: dict[str, int] = {row.number: row.id for row in session.execute(by_number)}
    session.execute(
        insert(Item.__table__),
        [
            {"order_id": ids[told.number], "line": line, **dict(zip(_ITEM_FIELDS, _item_values(item), strict=True))}
            for told in orders
            for line, item in enumerate(told.items, start=1)
        ],
    )


def _update_order(session: Session, told: OrderData, customers: dict[str, int], untold: Collection[str]) -> bool:
    """Whether anything of the order had to be changed."""
    order: Order = session.execute(select(Order).where(Order.number == told.number)).scalar_one()
    values = {name: getattr(told, name) for name in _ORDER_FIELDS} | {"customer_id": customers[email_key(told.email)]}
    changed = _update(order, values)
    return _update_items(order, told.items, [name for name in _ITEM_FIELDS if name not in untold]) or changed


def _update(stored: Order | Item, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(stored, name) != value}
    for name, value in different.items():
        setattr(stored, name, value)
    return bool(different)


def _update_items(order: Order, told: Sequence[ItemData], names: Sequence[str]) -> bool:
    """Bring the order's items up to date. They are known by SKU; lines of the same SKU first by being the same."""
    stored, changed = list(order.items), False
    unknown = []
    for item in told:
        same = next((line for line in stored if all(getattr(line, n) == getattr(item, n) for n in names)), None)
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
            _update(line, {name: getattr(item, name) for name in names})
    for line in stored:
        if line.asked:  # kept for its requests; nothing more of it can be asked for
            changed = _update(line, {"settled": line.quantity}) or changed
        else:
            changed = True
            order.items.remove(line)
    return changed
