"""The questions that the assistant asks: one for each slot of the case form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.memory import FACT_OF_SLOT
from orders import Item
from policy_core import Decision, Outcome

NO_THANKS = "none"
ALL_ITEMS = "all"

WISHES = {
    "cancellation": "Cancel the order",
    "refund": "My money back",
    "replacement": "A replacement or repair",
}

ALWAYS_ASKED_ABOUT = {wish: WISHES[wish] for wish in ("refund", "replacement")}
"""Whoever wants one of these and can't have it, should hear why."""

REASONS = {
    "defective": "It developed a fault later",
    "damaged_on_arrival": "It was broken when I unpacked it",
    "damaged_by_user": "It was dropped, got wet or was broken",
    "wrong_item_delivered": "A different item came than I ordered",
    "changed_mind": "I don't want it any more",
    "ordered_by_mistake": "I ordered the wrong thing",
    "not_received": "It never came, or parts are missing",
    "lost": "It was lost or stolen",
    "modified": "I changed or modified it",
    "repaired_without_consent": "Somebody else repaired it",
}

INPUTS = {
    "order_number": "text",
    "email": "email",
    "item": "choice",
    "wants": "choice",
    "reason": "choice",
    "working": "yes_no",
    "original_packaging": "yes_no",
    "tampered": "yes_no",
    "original_purchaser": "yes_no",
    "placed_at": "date",
    "delivered_at": "date",
    "confirm": "yes_no",
    "next_wish": "choice",
}


@dataclass(frozen=True)
class Question:
    """A slot to be filled, with the options by id where there are any."""

    slot: str
    options: dict[str, str]

    @property
    def input(self) -> str:
        return INPUTS[self.slot]

    @property
    def fact(self) -> str:
        """Its name in the contract: the engine's name of the fact, or what else is asked."""
        return "anything_else" if self.slot == "next_wish" else FACT_OF_SLOT.get(self.slot, self.slot)


def question_for(slot: str, items: Sequence[Item], decision: Decision | None) -> Question:
    """The question that fills `slot`, given the items to choose from and what the policy leaves open."""
    if slot == "item":
        every = {ALL_ITEMS: "All of them"} if len(items) > 1 else {}
        return Question(slot, {str(item.id): title_of(item) for item in items} | every)
    if slot == "reason":
        return Question(slot, REASONS)
    if slot == "wants":
        return Question(slot, _titles(decision.alternatives if decision else ()) | ALWAYS_ASKED_ABOUT)
    if slot == "next_wish":
        return Question(slot, _titles(other_ways(decision)) | {NO_THANKS: "No, thank you"})
    return Question(slot, {})


def other_ways(decision: Decision | None) -> list[Decision]:
    """The alternatives that may lead to something now; waiting for the parcel is no other way."""
    return [other for other in decision.alternatives if other.outcome is not Outcome.NOT_YET] if decision else []


def title_of(item: Item) -> str:
    return item.name if item.quantity == 1 else f"{item.quantity} × {item.name}"


def _titles(alternatives: Sequence[Decision]) -> dict[str, str]:
    return {other.wants.value: WISHES[other.wants.value] for other in alternatives if other.wants}
