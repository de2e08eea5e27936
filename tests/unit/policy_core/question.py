"""A question to the policy, to vary in tests."""

from __future__ import annotations

import copy
from typing import Any

REFUND: dict[str, Any] = {
    "wants": "refund",
    "as_of": "2026-03-05T12:00:00+00:00",
    "locale": "en-US",
    "order": {
        "number": "INO-1001",
        "currency": "USD",
        "sold_by": "inomega",
        "placed_at": "2026-02-20T10:00:00+00:00",
        "delivered_at": "2026-03-01T09:00:00+00:00",
        "shipping_paid": "9.90",
        "is_whole_order": True,
    },
    "items": [
        {
            "sku": "CAM-1",
            "name": "Camera",
            "kind": "equipment",
            "quantity": 1,
            "unit_price": "129.00",
            "pricing": "regular",
            "discount": "9.00",
            "tax": "10.00",
        }
    ],
    "claim": {"working": True, "original_packaging": True},
}
MISSING = ...  # reads alike in every process, and so do the names of tests with it


def question(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """`REFUND` with other values at dotted places (`items.0.name`); MISSING takes a key away."""
    facts = copy.deepcopy(REFUND)
    for place, value in (changes or {}).items():
        holder: Any = facts
        *path, last = place.split(".")
        for step in path:
            holder = holder[int(step)] if step.isdigit() else holder[step]
        key = int(last) if last.isdigit() else last
        if value is MISSING:
            del holder[key]
        else:
            holder[key] = value
    return facts
