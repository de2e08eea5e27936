"""Where a case stands, and so what is asked next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from actions import store, tries
from actions.case import Filing, decide_on, facts_on_word, filings_of, gist
from actions.memory import SLOT_OF_FACT, Memory
from actions.questions import Question, count_of, question_for
from orders import Item, Order, Request, left_of, open_items, requests_of
from orders.words import next_statuses
from policy_core import Decision, Outcome, decide

SAID_BEFORE = ("confirm", "next_wish", None)
"""The questions before which the decision is said."""


@dataclass(frozen=True)
class Stage:
    """What is known, the order once it is found, the items that it is about, the decision so far."""

    memory: Memory
    order: Order | None = None
    items: Sequence[Item] = ()
    decision: Decision | None = None

    @cached_property
    def slot_to_fill(self) -> str | None:
        """The next question; None when there is nothing more to ask."""
        memory = self.memory
        if memory.task is None:
            return None
        if memory.order_id is None and memory.on_word and memory.task == "decision":
            return self._slot_to_fill_on_word
        if memory.order_id is None:
            return (
                None if memory.tries >= tries.IN_A_CONVERSATION else "email" if memory.order_number else "order_number"
            )
        if memory.task == "withdrawal":
            return "confirm" if self.withdrawable and memory.confirm is None else None
        if memory.task != "decision" or not self.choice:
            return None
        if self.decision is None:
            return "item"
        if self.decision.missing:
            return SLOT_OF_FACT[self.decision.missing[0]]
        if not self.filings:
            return "next_wish" if memory.next_wish is None else None
        if self._could_be_part_of_a_line:
            return "quantity"
        return "confirm" if memory.confirm is None else None

    @property
    def _slot_to_fill_on_word(self) -> str | None:
        """Without an order the customer is asked what the shop would know; nothing can be filed."""
        memory = self.memory
        if memory.sold_by is None or memory.kind is None:
            return "sold_by" if memory.sold_by is None else "kind"
        if self.decision and self.decision.missing:
            return SLOT_OF_FACT[self.decision.missing[0]]
        if memory.delivered_at is None and self.decision and self.decision.outcome is Outcome.NOT_YET:
            return "delivered_at"
        return "next_wish" if memory.next_wish is None else None

    @property
    def question(self) -> Question | None:
        slot = self.slot_to_fill
        if slot == "confirm":
            about = "withdrawal" if self.memory.task == "withdrawal" else self.filings[0].kind
            return Question(slot, {}, about, self._count_to_confirm)
        return question_for(slot, self.choice, self.decision, self.items, self.memory.locale) if slot else None

    @cached_property
    def choice(self) -> list[Item]:
        """The items of the order that can still be asked about."""
        return open_items(self.order) if self.order else []

    @cached_property
    def withdrawable(self) -> list[Request]:
        """The requests that the customer can take back: the one that was named, else all that are open."""
        requests = requests_of(self.order) if self.order else []
        named = [request for request in requests if request.reference == self.memory.reference]
        return [one for one in named or requests if "withdrawn" in next_statuses(one.kind, one.status)]

    @cached_property
    def filings(self) -> list[Filing]:
        """What a yes would file."""
        return filings_of(self.decision, self.items) if self.decision and self.items else []

    @property
    def _count_to_confirm(self) -> int | None:
        """How many requests a yes withdraws, or pieces it files; of the recorder and three of four cameras, "all four"
        may be either the pieces or the cameras.
        """
        if self.memory.task == "withdrawal":
            return len(self.withdrawable)
        items = [item for filing in self.filings for item in filing.items]
        counts = [count_of(item, self.memory.quantities) for item in items]
        is_part_of_a_line = counts != [left_of(item) for item in items]
        return None if len(items) > 1 and is_part_of_a_line else sum(counts)

    @property
    def is_unsaid(self) -> bool:
        """Whether there is a decision that the customer hasn't seen."""
        if self.decision is None or self.slot_to_fill not in SAID_BEFORE:
            return False
        return gist(self.decision) != self.memory.said

    @property
    def items_in_question(self) -> list[Item]:
        """Those of the items for which the missing fact matters."""
        if self.order is None or self.decision is None or not self.decision.missing or len(self.items) == 1:
            return list(self.items)
        fact = self.decision.missing[0]
        waiting = [item for item in self.items if fact in decide_on(self.memory, self.order, [item]).missing]
        return waiting or list(self.items)

    @property
    def _could_be_part_of_a_line(self) -> bool:
        """One of four cameras may be dead. A cancellation, or all the items, means all there are."""
        if self.memory.quantities is not None or self.memory.wants == "cancellation" or len(self.items) != 1:
            return False
        return left_of(self.items[0]) > 1


def stage_of(memory: Memory, at_hand: Order | None = None) -> Stage:
    """The stage that follows from what is known. A cancellation is about the whole order unless items were named.

    `at_hand` is an order that this turn has loaded already.
    """
    order = at_hand if at_hand and at_hand.id == memory.order_id else _order_of(memory)
    if order is None and memory.on_word and memory.sold_by and memory.kind:
        return Stage(memory, decision=decide(facts_on_word(memory)))
    if order is None or memory.task != "decision":
        return Stage(memory, order)
    choice = open_items(order)
    chosen = [item for item in choice if item.id in (memory.item_ids or [])]
    items = choice if not chosen and (len(choice) == 1 or memory.wants == "cancellation") else chosen
    return Stage(memory, order, items, decide_on(memory, order, items) if items else None)


def _order_of(memory: Memory) -> Order | None:
    return store.get(memory.order_id) if memory.order_id else None
