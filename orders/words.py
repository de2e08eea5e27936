"""The shop's words for orders and requests, and which of them may follow which."""

from __future__ import annotations

ORDER_STATUSES = ("paid", "shipped", "delivered", "cancelled", "refunded")
SELLERS = ("inomega", "retailer")
ITEM_KINDS = ("equipment", "accessory")
PRICINGS = ("regular", "sale", "clearance")

WISHES = ("cancellation", "refund", "replacement")
REQUEST_KINDS = (*WISHES, "review")
REQUEST_STATUSES = (
    "filed", "approved", "rejected", "received", "refunded", "replaced", "cancelled", "withdrawn", "closed",
)  # fmt: skip

CUSTOMER = "customer"  # who takes a step, where it is no member of the staff
RECIPIENTS = ("support", "customer", "webhook")  # of what the outbox tells

OPEN = frozenset({"filed", "approved", "received"})
SETTLED = frozenset({"refunded", "replaced", "cancelled"})
GIVEN_UP = frozenset({"rejected", "withdrawn", "closed"})  # ended without goods or money changing hands

_SETTLEMENTS = {
    "cancellation": {"cancelled"},
    "refund": {"refunded"},
    "replacement": {"replaced"},
    "review": set(SETTLED),  # a person decides, so any of them
}


def next_statuses(kind: str, status: str) -> frozenset[str]:
    """The statuses that a request of this kind may take on after `status`; none once it has ended."""
    if status == "filed":
        # A cancellation within 24 hours needs no approval (ruling 23).
        settled_at_once = {"cancelled"} if kind == "cancellation" else set()
        return frozenset({"approved", "rejected", "withdrawn", "closed"} | settled_at_once)
    if status == "approved":
        return frozenset({"received", "rejected", "withdrawn", "closed"} | _SETTLEMENTS[kind])
    if status == "received":
        return frozenset({"rejected", "closed"} | _SETTLEMENTS[kind])
    return frozenset()
