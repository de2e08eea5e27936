"""What simulated customers come for: an order, a wish, and what is true of the item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FINE = {"reason": "changed_mind", "working": True, "original_packaging": True, "tampered": False}
FAULTY = {"reason": "defective", "working": False, "original_packaging": True, "tampered": False}
WITHOUT_ITS_BOX = {**FINE, "original_packaging": False}
ORDERED_BY_MISTAKE = {**FINE, "reason": "ordered_by_mistake"}
WRONG_ITEM = {**FINE, "reason": "wrong_item_delivered"}
OPENED = {**FAULTY, "tampered": True}
BROKEN_ON_ARRIVAL = {**FAULTY, "reason": "damaged_on_arrival"}
DROPPED = {**OPENED, "reason": "damaged_by_user"}
NEVER_CAME = {"reason": "not_received"}


@dataclass(frozen=True)
class Goal:
    """`order` names a fixture of transcripts/fixtures.yml, `items` some of its items: all of them where none is named.

    `delivered` is the customer's word on the day of delivery, where the shop has none.
    """

    name: str
    order: str
    wants: str
    claim: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    quantity: int | None = None
    delivered: str | None = None


def _goals() -> list[Goal]:
    return [
        Goal("money back, all is well", "camera that came 6 days ago", "refund", FINE),
        Goal("money back on the last day", "dome on its last day", "refund", FINE),
        Goal("money back a day too late", "dome a day too late", "refund", FINE),
        Goal("money back without the box", "camera that came 6 days ago", "refund", WITHOUT_ITS_BOX),
        Goal("money back for something broken", "switch that came 5 days ago", "refund", FAULTY),
        Goal("money back for a sale item", "sale dvr that came 7 days ago", "refund", FINE),
        Goal("money back for a clearance item", "clearance dome that came 5 days ago", "refund", FINE),
        Goal("money back in euros", "switch in euros", "refund", FINE),
        Goal("money back from a store", "dome from a store that came 5 days ago", "refund", FINE),
        Goal("money back before it comes", "disk on its way", "refund", FINE),
        Goal("money back for one of two", "dome and mount that came 5 days ago", "refund", FINE, ("Wall mount",)),
        Goal("money back for both", "dome and mount that came 5 days ago", "refund", FINE),
        Goal(
            "money back for two of four",
            "surveillance set that came 3 days ago",
            "refund",
            FINE,
            ("4K bullet camera",),
            2,
        ),
        Goal("money back, half of it on its way", "camera that came and switch on its way", "refund", FINE),
        Goal("money back, never came", "dome overdue for 3 weeks", "refund", NEVER_CAME),
        Goal("cancel after 3 hours", "switch ordered 3 hours ago", "cancellation"),
        Goal("cancel two things after 5 hours", "two things ordered 5 hours ago", "cancellation"),
        Goal("cancel after 30 hours", "nvr ordered 30 hours ago", "cancellation"),
        Goal("cancel a sale item after 2 days", "sale dvr ordered 2 days ago", "cancellation"),
        Goal("cancel what has come", "camera that came 6 days ago", "cancellation"),
        Goal("fault within 14 days", "disk that came 8 days ago", "replacement", FAULTY),
        Goal("fault in month 5", "camera of month 5", "replacement", FAULTY),
        Goal("fault in month 5, opened", "camera of month 5", "replacement", OPENED),
        Goal("fault in month 18", "dvr of month 18", "replacement", FAULTY),
        Goal("fault in month 30", "nvr of month 30", "replacement", FAULTY),
        Goal("fault, from a store", "dome from a store of month 8", "replacement", FAULTY),
        Goal("fault in an old cable", "old cable", "replacement", FAULTY),
        Goal(
            "fault in a cable, day unknown", "cable without a delivery day", "replacement", FAULTY, delivered="4 days"
        ),
        Goal("broken on arrival", "new cable", "replacement", BROKEN_ON_ARRIVAL),
        Goal(
            "broken on arrival, told late",
            "ptz that came 20 days ago",
            "replacement",
            BROKEN_ON_ARRIVAL,
        ),
        Goal("dropped it", "camera of month 5", "replacement", DROPPED),
        Goal("lost it", "camera of month 5", "replacement", {"reason": "lost"}),
        Goal("exchange, changed mind", "camera that came 6 days ago", "replacement", FINE),
        Goal(
            "exchange, ordered wrongly",
            "switch that came 5 days ago",
            "replacement",
            ORDERED_BY_MISTAKE,
        ),
        Goal("wrong item came", "camera that came 6 days ago", "replacement", WRONG_ITEM),
        Goal("parts missing", "switch that came 5 days ago", "replacement", NEVER_CAME),
    ]


GOALS = {goal.name: goal for goal in _goals()}
