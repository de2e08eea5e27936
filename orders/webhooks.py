"""What the shop's own system is told of requests: signed JSON over HTTP.

The signature is that of "TIME.BODY" by HMAC-SHA256 with the shared secret, in the header `X-Assistant-Signature` as
`t=TIME,v1=HEX`. `Idempotency-Key`, and `id` in the body, are the same over all tries: who has seen one drops it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from orders import words
from orders.models import OutboxEntry


def body_of(entry: OutboxEntry) -> bytes:
    """The event's JSON; the same for every try."""
    return json.dumps(event_of(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_of(entry: OutboxEntry) -> dict[str, Any]:
    """What happened to the request. The customer's name and address are not in it: the shop has them by the order."""
    request, change = entry.request, entry.change
    is_question = change.by == words.CUSTOMER and change.note is not None
    return {
        "id": entry.key,
        "type": "request.asked" if is_question else "request.filed" if change.status == "filed" else "request.changed",
        "at": change.at.isoformat(),
        "sequence": change.id,
        "by": "customer" if change.by == words.CUSTOMER else "staff",
        "note": change.note,
        "request": {
            "reference": request.reference,
            "kind": request.kind,
            "wants": request.wants,
            "status": change.status,
            "order_number": request.order.number if request.erased_at is None else None,
            "filed_at": request.filed_at.isoformat(),
            "items": [{"sku": asked.item.sku, "quantity": asked.quantity} for asked in request.items],
            "decision": request.decision,
        },
    }


def signature(secret: str, body: bytes, sent_at: int) -> str:
    """The header's value, for a body sent at this time (seconds since 1970)."""
    digest = hmac.new(secret.encode(), b"%d." % sent_at + body, hashlib.sha256).hexdigest()
    return f"t={sent_at},v1={digest}"
