"""Orders and requests for tests, with everything that the test doesn't care about filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import orders
from orders.models import Item, Order, Request
from orders.storing import ItemData, OrderData, store_orders

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=timezone.utc)
EMAIL = "ana@example.com"
CAMERA = ItemData("CAM-1", "Camera", "equipment", 1, 100_00, delivered_at=NOW - timedelta(days=5))
CABLE = ItemData("CAB-1", "Cable", "accessory", 1, 10_00, delivered_at=NOW - timedelta(days=5))


def order_data(number: str = "INO-10482", *items: ItemData, **changes: Any) -> OrderData:
    values: dict[str, Any] = {
        "email": EMAIL,
        "customer_name": "Ana Torres",
        "placed_at": NOW - timedelta(days=9),
        "status": "delivered",
        "sold_by": "inomega",
        "currency": "USD",
        "shipping_paid": 9_90,
    }
    return OrderData(number=number, items=items or (CAMERA,), **(values | changes))


def stored(session: Session, number: str = "INO-10482", *items: ItemData, **changes: Any) -> Order:
    store_orders(session, [order_data(number, *items, **changes)])
    order: Order = session.execute(select(Order).where(Order.number == number)).scalar_one()
    return order


def file(
    session: Session,
    order: Order,
    items: Sequence[Item],
    wants: str = "refund",
    quantities: dict[int, int] | None = None,
    decision: dict[str, Any] | None = None,
) -> Request:
    return orders.file_request(
        session,
        order=order,
        items=items,
        kind=wants,
        wants=wants,
        facts=orders.facts_of(order, items, quantities),
        decision=decision or {"outcome": "eligible", "policy_version": "v1"},
        filed_at=NOW,
    )


def settle(session: Session, request: Request) -> None:
    """Move a request to where its goods and money have changed hands."""
    end = {"cancellation": "cancelled", "refund": "refunded", "replacement": "replaced"}[request.wants]
    for status in ("approved", end):
        orders.move_request(session, request, status, by="Dana", at=NOW)
