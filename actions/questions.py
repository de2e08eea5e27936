"""The questions that the assistant asks: one for each slot of the case form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.memory import FACT_OF_SLOT
from languages import gettext, to_translate
from orders import Item, left_of
from policy_core import Decision, Outcome, published

NO_THANKS = "none"
NOTHING_MORE = to_translate("No, thank you")
SOMETHING_ELSE = "something_else"
ALL_ITEMS = "all"

WISHES = {
    "cancellation": to_translate("Cancel the order"),
    "refund": to_translate("My money back"),
    "replacement": to_translate("A replacement or repair"),
}

FROM_US, FROM_OTHERS = to_translate("From {shop}"), to_translate("From another shop or person")

ALWAYS_ASKED_ABOUT = {wish: WISHES[wish] for wish in ("refund", "replacement")}
"""Whoever wants one of these and can't have it, should hear why."""

REASONS = {
    "defective": to_translate("It developed a fault later"),
    "damaged_on_arrival": to_translate("It was broken or damaged when I unpacked it"),
    "damaged_by_user": to_translate("I or somebody else damaged it later"),
    "wrong_item_delivered": to_translate("A different item came than I ordered"),
    "changed_mind": to_translate("I don't want it any more"),
    "ordered_by_mistake": to_translate("I ordered the wrong thing"),
    "not_received": to_translate("It never came, or parts are missing"),
    "lost": to_translate("It was lost or stolen"),
    "modified": to_translate("I changed or modified it"),
    "repaired_without_consent": to_translate("Somebody else repaired it"),
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
    count: int | None = None
    """With `confirm` how many pieces a yes is about, where only one number can be meant."""

    @property
    def input(self) -> str:
        if self.slot == "next_wish" and not self.options:
            return "yes_no"
        return "choice" if self.options else INPUTS[self.slot]

    @property
    def fact(self) -> str:
        """Its name in the contract: the engine's name of the fact, or what else is asked."""
        return ASKED_AS.get(self.slot) or FACT_OF_SLOT.get(self.slot, self.slot)


def question_for(
    slot: str,
    items: Sequence[Item],
    decision: Decision | None,
    chosen: Sequence[Item] = (),
    locale: str | None = None,
) -> Question:
    """The question that fills `slot`, given the items to choose from and what the policy leaves open.

    Its options are in the customer's language.
    """
    if slot == "item":
        every = {ALL_ITEMS: gettext("All of them", locale)} if len(items) > 1 else {}
        return Question(slot, {str(item.id): title_of(item) for item in items} | every)
    if slot == "quantity":
        left = left_of(chosen[0])
        every = {str(left): gettext("All {count}", locale).format(count=left)}
        return Question(slot, {str(count): str(count) for count in range(1, left)} | every, chosen[0].name)
    if slot == "reason":
        return Question(slot, _in_language(REASONS, locale))
    if slot == "sold_by":
        from_us = gettext(FROM_US, locale).format(shop=published().settings.shop)
        return Question(slot, {"inomega": from_us, "retailer": gettext(FROM_OTHERS, locale)})
    if slot == "kind":
        names = {"equipment": "a_piece_of_equipment", "accessory": "an_accessory"}
        return Question(slot, {kind: published().shop.word(name, locale or "en") for kind, name in names.items()})
    if slot == "wants":
        ways = _titles(decision.alternatives if decision else ()) | ALWAYS_ASKED_ABOUT
        return Question(slot, _in_language(ways, locale))
    if slot == "next_wish":
        ways = _titles(other_ways(decision, chosen))
        return Question(slot, _in_language(ways | {NO_THANKS: NOTHING_MORE}, locale) if ways else {})
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
    """The item's name with how many of it are meant."""
    return counted(count_of(item, quantities), item.name)


def count_of(item: Item, quantities: Mapping[str, int] | None) -> int:
    """How many of it are meant: all that are left where nothing else was said."""
    return (quantities or {}).get(str(item.id), left_of(item))


def counted(count: int, name: str) -> str:
    return name if count == 1 else f"{count} × {name}"


def _in_language(titles: Mapping[str, str], locale: str | None) -> dict[str, str]:
    return {id: gettext(title, locale) for id, title in titles.items()}


def _titles(alternatives: Sequence[Decision]) -> dict[str, str]:
    return {other.wants.value: WISHES[other.wants.value] for other in alternatives if other.wants}
