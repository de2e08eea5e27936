"""How facts that were said in passing are said back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.memory import Memory
from languages import gettext, listed, to_translate

WORDS: Mapping[tuple[str, Any], str] = {
    ("reason", "defective"): to_translate("it has a fault"),
    ("reason", "damaged_on_arrival"): to_translate("it was broken when you got it"),
    ("reason", "damaged_by_user"): to_translate("it was damaged after you got it"),
    ("reason", "wrong_item_delivered"): to_translate("another item came than you ordered"),
    ("reason", "changed_mind"): to_translate("you don't want it any more"),
    ("reason", "ordered_by_mistake"): to_translate("it was ordered by mistake"),
    ("reason", "not_received"): to_translate("it didn't arrive, or not all of it"),
    ("reason", "lost"): to_translate("it was lost or stolen"),
    ("reason", "modified"): to_translate("it was modified"),
    ("reason", "repaired_without_consent"): to_translate("somebody else repaired it"),
    ("working", True): to_translate("it works"),
    ("working", False): to_translate("it doesn't work"),
    ("original_packaging", True): to_translate("you have its original packaging"),
    ("original_packaging", False): to_translate("its original packaging is gone"),
    ("tampered", True): to_translate("somebody has opened, changed or damaged it"),
    ("tampered", False): to_translate("nobody has changed or damaged it"),
}
SAID_BACK = tuple(dict.fromkeys(slot for slot, _ in WORDS))
WITHOUT_A_FAULT = {"changed_mind", "ordered_by_mistake"}
IMPLYING_TAMPERED = {"damaged_by_user", "modified", "repaired_without_consent"}
"""Reasons that say of themselves that something was done to the item."""

REGRETTABLE = {
    ("reason", "defective"),
    ("reason", "damaged_on_arrival"),
    ("reason", "wrong_item_delivered"),
    ("reason", "not_received"),
    ("reason", "lost"),
    ("working", False),
}


def facts_told(memory: Memory) -> dict[str, Any]:
    """What the customer has said of the item, as far as it is known."""
    known = {slot: getattr(memory, slot) for slot in SAID_BACK}
    return {slot: value for slot, value in known.items() if value is not None}


def worth_saying_back(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer begins with, without why they don't want it: that decides nothing by itself."""
    return {slot: value for slot, value in facts.items() if value not in WITHOUT_A_FAULT}


def is_regrettable(facts: Mapping[str, Any]) -> bool:
    """Whether a kind person would say first that they are sorry to hear it."""
    return set(facts.items()) <= REGRETTABLE


def words_for(facts: Mapping[str, Any], locale: str | None = None) -> str:
    """The facts in one sentence's words; empty where there are none that decide."""
    says_it_already = facts.get("reason") in IMPLYING_TAMPERED and facts.get("tampered")
    words = [
        gettext(WORDS[slot, value], locale)
        for slot, value in facts.items()
        if (slot, value) in WORDS and not (slot == "tampered" and says_it_already)
    ]
    return listed(words, locale)
