"""What is known of an order, as facts for the policy engine, and what of it can still be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from orders import words
from orders.models import Item, Order, Request, RequestItem
from orders.money import share, to_text


def requests_of(order: Order) -> list[Request]:
    """Everything that was ever asked about the order, the newest first."""
    return list(reversed(order.requests))


def open_items(order: Order) -> list[Item]:
    """The items that can be asked about: not wholly settled, and without an open request on them."""
    if order.status in words.SETTLED:
        return []
    return [item for item in order.items if left_of(item) > 0 and not any(asked.is_open for asked in item.asked)]


def left_of(item: Item) -> int:
    """How many of the item are neither settled by the shop nor claimed by a request.

    Requests that were rejected, withdrawn or closed claim nothing.
    """
    return max(0, item.quantity - item.settled - sum(asked.quantity for asked in _claims_on(item)))


def facts_of(order: Order, items: Sequence[Item], quantities: Mapping[int, int] | None = None) -> dict[str, Any]:
    """The engine's `order` and `items` facts about these items of the order.

    `quantities` says by `item.id` how many of an item are meant; without it, all that is left. Part of a line brings
    its share of the line's discount and tax; the parts of a line add up to it, to the cent. ValueError if there are
    no items, one isn't the order's, or more is asked for than is left.
    """
    meant = {item.id: (quantities or {}).get(item.id, left_of(item)) for item in items}
    _check(order, items, meant)
    return {
        "order": {
            "number": order.number,
            "currency": order.currency,
            "placed_at": _iso(order.placed_at),
            "delivered_at": _iso(order.delivered_at),
            "sold_by": order.sold_by,
            "shipping_paid": to_text(order.shipping_paid, order.currency),
            "is_whole_order": _nothing_remains(order, meant),
        },
        "items": [_item_facts(order, item, meant[item.id]) for item in items],
    }


def claim_in_words(facts: Mapping[str, Any]) -> list[str]:
    """What the customer said about the items, a line a fact: 'original packaging: yes'. For people to read."""
    said = {True: "yes", False: "no"}
    return [
        f"{name.replace('_', ' ')}: {said[value] if isinstance(value, bool) else str(value).replace('_', ' ')}"
        for name, value in (facts.get("claim") or {}).items()
        if value is not None
    ]


def _check(order: Order, items: Sequence[Item], meant: Mapping[int, int]) -> None:
    if not items:
        raise ValueError("facts need at least one item")
    if len(meant) != len(items):
        raise ValueError("an item can be named only once")
    for item in items:
        if item not in order.items:
            raise ValueError(f"item {item.sku} isn't part of order {order.number}")
        if not 1 <= meant[item.id] <= left_of(item):
            raise ValueError(f"{meant[item.id]} of {item.sku} asked for, {left_of(item)} left (order {order.number})")


def _item_facts(order: Order, item: Item, quantity: int) -> dict[str, Any]:
    # Shares are taken from what earlier parts have left over, so nothing is lost or paid twice by rounding.
    left = left_of(item)
    discount, tax = _remaining(item)
    facts: dict[str, Any] = {
        "sku": item.sku,
        "name": item.name,
        "kind": item.kind,
        "quantity": quantity,
        "unit_price": to_text(item.unit_price, order.currency),
        "pricing": item.pricing,
        "discount": to_text(share(discount, quantity, left), order.currency),
        "tax": to_text(share(tax, quantity, left), order.currency),
    }
    # A key with null would tell the engine that the item hasn't come, even after the customer says when it did.
    if item.delivered_at is not None and item.delivered_at != order.delivered_at:
        facts["delivered_at"] = _iso(item.delivered_at)
    return facts


def _remaining(item: Item) -> tuple[int, int]:
    """What is left of the line's discount and tax; within its price, even if the shop has changed the line since."""
    claims = _claims_on(item)
    discount = item.discount - share(item.discount, item.settled, item.quantity) - sum(c.discount for c in claims)
    tax = item.tax - share(item.tax, item.settled, item.quantity) - sum(c.tax for c in claims)
    return max(0, min(discount, item.unit_price * left_of(item))), max(0, tax)


def _nothing_remains(order: Order, meant: Mapping[int, int]) -> bool:
    """Whether the customer keeps nothing once this and the earlier requests are done; a replacement is kept."""
    return all(
        meant.get(item.id, 0)
        + item.settled
        + sum(c.quantity for c in _claims_on(item) if c.request.wants != "replacement")
        >= item.quantity
        for item in order.items
    )


def _claims_on(item: Item) -> list[RequestItem]:
    return [asked for asked in item.asked if asked.request.status not in words.GIVEN_UP]


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
