"""What the conversation knows of the customer's case: its slots, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from rasa_sdk.events import EventType, SlotSet

SLOT_OF_FACT = {
    "wants": "wants",
    "order.placed_at": "placed_at",
    "order.delivered_at": "delivered_at",
    "claim.reason": "reason",
    "claim.working": "working",
    "claim.original_packaging": "original_packaging",
    "claim.tampered": "tampered",
    "claim.original_purchaser": "original_purchaser",
}
"""The slot that holds each fact for which the policy engine may ask."""

FACT_OF_SLOT = {slot: fact for fact, slot in SLOT_OF_FACT.items()}


DECIDING = ("task", "order_id", "on_word", "sold_by", "kind", "item_ids", "quantities", "locale", *FACT_OF_SLOT)
"""What the order, its items and the decision follow from."""


@dataclass(frozen=True)
class Memory:
    """The slots of the case form. None: not known, or not said yet."""

    task: str | None = None
    """What it is all about: `decision`, `tracking` (where is it), `requests` (what became of them), `withdrawal`."""
    reference: str | None = None
    """The request that is meant, where it was named."""
    order_number: str | None = None
    email: str | None = None
    order_id: int | None = None
    """The order, once number and e-mail were found to belong together."""
    rejected_number: str | None = None
    """A number that didn't go with the e-mail address; one of the two may be corrected alone."""
    tries: int = 0
    on_word: bool | None = None
    """Whether it is decided without an order: True when the customer has none at hand, False after the first time."""
    sold_by: str | None = None
    kind: str | None = None
    item_ids: list[int] | None = None
    quantities: dict[str, int] | None = None
    """How many of an item are meant, by the item's id; all that are left where nothing is said."""
    wants: str | None = None
    reason: str | None = None
    working: bool | None = None
    original_packaging: bool | None = None
    tampered: bool | None = None
    original_purchaser: bool | None = None
    placed_at: str | None = None
    delivered_at: str | None = None
    """A day, or `not_yet`."""
    said: str | None = None
    """The decision that the customer has seen last, so that it is neither repeated nor filed when it has changed."""
    confirm: bool | None = None
    next_wish: str | None = None
    wishes: list[str] | None = None
    """What else was wanted, as intents; offered when this is done."""
    locale: str | None = None
    """How the customer writes dates and money."""
    by_agent: list[str] | None = None
    """The facts that a person has put right, by the policy engine's names."""
    misunderstood: int = 0
    """How many answers in a row made no sense to us."""

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Memory:
        known = {field.name: slots.get(field.name) for field in fields(cls)}
        return cls(**{name: value for name, value in known.items() if value is not None})

    def knowing(self, **news: Any) -> Memory:
        return replace(self, **news)

    def for_another_wish(self) -> Memory:
        """Still knowing the facts, so that nothing is asked twice; without what was wanted and agreed."""
        over = dict.fromkeys(("task", "reference", "wants", "said", "confirm", "next_wish"))
        return replace(self, **over, misunderstood=0)  # type: ignore[arg-type]  # each of them may be None

    def for_other_items(self, item_ids: list[int] | None) -> Memory:
        """Without what was said of the items before."""
        return replace(
            self,
            item_ids=item_ids,
            quantities=None,
            reason=None,
            working=None,
            original_packaging=None,
            tampered=None,
            confirm=None,
        )

    def for_another_case(self) -> Memory:
        """Without the case, but still knowing the customer and the order."""
        return Memory(
            order_number=self.order_number,
            email=self.email,
            order_id=self.order_id,
            rejected_number=self.rejected_number,
            locale=self.locale,
            tries=self.tries,
            wishes=self.wishes,
        )

    def is_decided_like(self, other: Memory) -> bool:
        """Whether nothing differs that the order, its items or the decision follow from (`actions.stage`)."""
        return all(getattr(self, name) == getattr(other, name) for name in DECIDING)

    def events_since(self, earlier: Memory) -> list[EventType]:
        """What has to be stored so that `earlier` becomes this."""
        return [
            SlotSet(field.name, getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(earlier, field.name)
        ]
