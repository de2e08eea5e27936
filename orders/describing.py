"""Orders and requests described for programs: the desk, and whoever asks the command line for JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.models import Order, Request
from orders.money import to_text


def order_json(order: Order) -> dict[str, Any]:
    """An order for programs; amounts as text, times with their offset."""
    return {
        "order_number": order.number,
        "email": order.customer.email,
        "customer_name": order.customer.name,
        "placed_at": _iso(order.placed_at),
        "status": order.status,
        "sold_by": order.sold_by,
        "currency": order.currency,
        "shipping_paid": to_text(order.shipping_paid, order.currency),
        "refunded": to_text(order.refunded, order.currency),
        "items": [
            {
                "sku": item.sku,
                "item_name": item.name,
                "kind": item.kind,
                "quantity": item.quantity,
                "settled": item.settled,
                "unit_price": to_text(item.unit_price, order.currency),
                "discount": to_text(item.discount, order.currency),
                "tax": to_text(item.tax, order.currency),
                "pricing": item.pricing,
                "shipped_at": _iso(item.shipped_at),
                "carrier": item.carrier,
                "tracking_number": item.tracking_number,
                "estimated_delivery": _iso(item.estimated_delivery),
                "delivered_at": _iso(item.delivered_at),
            }
            for item in order.items
        ],
        "requests": [request.reference for request in order.requests],
    }


def request_json(request: Request) -> dict[str, Any]:
    """A request for programs, with its history."""
    return {
        "reference": request.reference,
        "kind": request.kind,
        "wants": request.wants,
        "status": request.status,
        "order_number": request.order.number,
        "filed_at": _iso(request.filed_at),
        "conversation_id": request.conversation_id,
        "policy_version": request.policy_version,
        "items": [{"sku": asked.item.sku, "quantity": asked.quantity} for asked in request.items],
        "facts": request.facts,
        "decision": request.decision,
        "history": [
            {"at": _iso(change.at), "status": change.status, "by": change.by, "note": change.note}
            for change in request.changes
        ],
    }


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
