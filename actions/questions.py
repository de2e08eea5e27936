"""The questions that the assistant asks: one for each slot of the case form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.memory import FACT_OF_SLOT
from orders import Item, left_of
from policy_core import Decision, Outcome, published

NO_THANKS = "none"
SOMETHING_ELSE = "something_else"
ALL_ITEMS = "all"

WISHES = {
    "cancellation": "Cancel the order",
    "refund": "My money back",
    "replacement": "A replacement or repair",
}

FROM_OTHERS = "From another shop or person"

ALWAYS_ASKED_ABOUT = {wish: WISHES[wish] for wish in ("refund", "replacement")}
"""Whoever wants one of these and can't have it, should hear why."""

REASONS = {
    "defective": "It developed a fault later",
    "damaged_on_arrival": "It was broken or damaged when I unpacked it",
    "damaged_by_user": "I or somebody else damaged it later",
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
    "quantity": "choice",
    "sold_by": "choice",
    "kind": "choice",
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
    "anything_else": "choice",
    "clarify": "choice",
}


ASKED_AS = {"quantity": "item", "next_wish": "anything_else", "sold_by": "clarify", "kind": "clarify"}
"""Names of the contract for questions that the policy engine doesn't know."""


@dataclass(frozen=True)
class Question:
    """A slot to be filled, with the options by id where there are any."""

    slot: str
    options: dict[str, str]
    about: str = ""
    """With `confirm` what would be filed, with `quantity` the item's name."""

    @property
    def input(self) -> str:
        if self.slot == "next_wish" and not self.options:
            return "yes_no"
        return "choice" if self.options else INPUTS[self.slot]

    @property
    def fact(self) -> str:
        """Its name in the contract: the engine's name of the fact, or what else is asked."""
        return ASKED_AS.get(self.slot) or FACT_OF_SLOT.get(self.slot, self.slot)


def question_for(slot: str, items: Sequence[Item], decision: Decision | None, chosen: Sequence[Item] = ()) -> Question:
    """The question that fills `slot`, given the items to choose from and what the policy leaves open."""
    if slot == "item":
        every = {ALL_ITEMS: "All of them"} if len(items) > 1 else {}
        return Question(slot, {str(item.id): title_of(item) for item in items} | every)
    if slot == "quantity":
        left = left_of(chosen[0])
        counts = {str(count): str(count) for count in range(1, left)} | {str(left): f"All {left}"}
        return Question(slot, counts, chosen[0].name)
    if slot == "reason":
        return Question(slot, REASONS)
    if slot == "sold_by":
        return Question(slot, {"inomega": f"From {published().settings.shop}", "retailer": FROM_OTHERS})
    if slot == "kind":
        shop = published().shop
        return Question(slot, {"equipment": shop.word("a_piece_of_equipment"), "accessory": shop.word("an_accessory")})
    if slot == "wants":
        return Question(slot, _titles(decision.alternatives if decision else ()) | ALWAYS_ASKED_ABOUT)
    if slot == "next_wish":
        ways = _titles(other_ways(decision, chosen))
        return Question(slot, ways | {NO_THANKS: "No, thank you"} if ways else {})
    return Question(slot, {})


def other_ways(decision: Decision | None, items: Sequence[Item]) -> list[Decision]:
    """The alternatives that may lead to something now: not waiting for a parcel, nor a defect of what hasn't come."""
    if decision is None:
        return []
    is_here = not items or any(item.delivered_at for item in items)
    return [
        other
        for other in decision.alternatives
        if other.outcome is not Outcome.NOT_YET and (is_here or other.outcome is not Outcome.NEEDS_FACTS)
    ]


def title_of(item: Item, quantities: Mapping[str, int] | None = None) -> str:
    """The item's name with how many of it are meant: all that are left where nothing else was said."""
    return counted((quantities or {}).get(str(item.id), left_of(item)), item.name)


def counted(count: int, name: str) -> str:
    return name if count == 1 else f"{count} × {name}"


def _titles(alternatives: Sequence[Decision]) -> dict[str, str]:
    return {other.wants.value: WISHES[other.wants.value] for other in alternatives if other.wants}
