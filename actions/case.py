"""The customer's case put before the policy engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from actions.memory import FACT_OF_SLOT, Memory
from languages import gettext, to_translate
from observability import metrics
from orders import Item, Order, facts_of
from policy_core import Decision, Outcome, decide
from policy_core.facts import Wish, minor_digits

NAMELESS = to_translate("your product")
NOT_YET = "not_yet"


@dataclass(frozen=True)
class Filing:
    """What would be filed: a kind of request, about these items."""

    kind: str
    items: tuple[Item, ...]


def facts_for(memory: Memory, order: Order, items: Sequence[Item], now: datetime | None = None) -> dict[str, Any]:
    """The engine's facts: the order as the shop knows it, the rest in the customer's words.

    Who proved that the order is theirs counts as the original purchaser.
    """
    facts = facts_of(order, items, {int(id): count for id, count in (memory.quantities or {}).items()})
    facts["as_of"] = (now or datetime.now(timezone.utc)).isoformat()
    facts["wants"] = memory.wants
    facts["claim"] = {"original_purchaser": True}
    _add_what_was_said(facts, memory)
    return facts


def facts_on_word(memory: Memory) -> dict[str, Any]:
    """The engine's facts where there is no order at hand: all of it is the customer's word, and no price is known."""
    product = {"sku": "unknown", "name": gettext(NAMELESS, memory.locale), "kind": memory.kind, "quantity": 1}
    facts: dict[str, Any] = {
        "as_of": datetime.now(timezone.utc).isoformat(),
        "wants": memory.wants,
        "order": {"currency": "USD", "sold_by": memory.sold_by},
        "items": [product | {"unit_price": "0.00", "pricing": "regular"}],
        "claim": {},
    }
    _add_what_was_said(facts, memory)
    return facts


def _add_what_was_said(facts: dict[str, Any], memory: Memory) -> None:
    """What the shop knows goes before."""
    facts["locale"] = memory.locale
    for slot, fact in FACT_OF_SLOT.items():
        section, _, name = fact.partition(".")
        said = getattr(memory, slot)
        if said is not None and said != NOT_YET and name and facts[section].get(name) is None:
            facts[section][name] = said


def case_document(memory: Memory, order: Order | None, items: Sequence[Item]) -> dict[str, Any] | None:
    """The case as it is kept for people who take over (`conversations.case`); None before there is an order."""
    if order is None:
        return None
    facts = facts_for(memory, order, items) if items else None
    return {
        "order_number": order.number,
        "email": order.customer.email,
        "items": [{"sku": item.sku, "name": item.name} for item in items],
        "facts": facts,
        "said": [fact for slot, fact in FACT_OF_SLOT.items() if facts and _is_their_word(memory, slot, fact, facts)],
        "by_agent": memory.by_agent or [],
    }


def _is_their_word(memory: Memory, slot: str, fact: str, facts: dict[str, Any]) -> bool:
    """Whether the fact is what the customer said, and not what the shop knows."""
    section, _, name = fact.partition(".")
    known = facts[section].get(name) if name else facts[section]
    return known is not None and known == getattr(memory, slot)


def decide_on(memory: Memory, order: Order, items: Sequence[Item]) -> Decision:
    """What the policy offers for these items, as far as the facts are known."""
    with metrics.DECIDING.time():
        return decide(facts_for(memory, order, items))


def filings_of(decision: Decision, items: Sequence[Item]) -> list[Filing]:
    """What can be filed on a decision: a request for what is eligible, a review of what a person decides."""
    parts = decision.per_item or [decision] * len(items)
    eligible = tuple(item for item, part in zip(items, parts, strict=True) if part.outcome is Outcome.ELIGIBLE)
    disputed = tuple(item for item, part in zip(items, parts, strict=True) if part.outcome is Outcome.NEEDS_REVIEW)
    wanted = [Filing(decision.wants.value, eligible)] if decision.wants and eligible else []
    return [*wanted, Filing("review", disputed)] if disputed else wanted


def refused_money(decision: Decision) -> dict[str, str] | None:
    """What was paid for the items whose money the customer wants back and can't have; None where there are none."""
    refused = [each.case for each in decision.judgements if each.verdict.outcome is Outcome.NOT_ELIGIBLE]
    if not refused or decision.wants not in (Wish.REFUND, Wish.CANCELLATION):
        return None
    currency = refused[0].order.currency
    total = sum((case.item.paid for case in refused), Decimal(0))
    return {"currency": currency, "total": f"{total:.{minor_digits(currency)}f}"}


def gist(decision: Decision) -> str:
    """What a customer would notice to have changed between two decisions."""
    total = decision.refund and decision.refund.total
    parts = [(part.outcome.value, part.remedy, str(part.deadline)) for part in decision.per_item]
    return repr((decision.wants, decision.outcome.value, decision.remedy, str(total), str(decision.deadline), parts))
