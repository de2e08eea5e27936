"""What the customer does next, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policy_core.case import Case
from policy_core.facts import Reason
from policy_core.rules import Outcome, Remedy

IN_ORDER = (
    "email_support",
    "wait_for_approval",
    "wait_for_delivery",
    "confirm_address",
    "pack_original",
    "use_tracked_shipping",
    "ship_back",
    "pay_return_shipping",
    "refund_after_receipt",
    "contact_retailer",
    "ask_agent",
)


def next_steps(outcome: Outcome, remedy: Remedy | None, cases: Sequence[Case]) -> tuple[str, ...]:
    """The codes of the steps that lead on from an outcome; a wrong item always adds a person (ruling 6)."""
    steps = _steps_of(outcome, remedy, cases)
    if cases[0].claim.reason is Reason.WRONG_ITEM_DELIVERED and "ask_agent" not in steps:
        steps.append("ask_agent")
    return tuple(steps)


def merged(steps_of_items: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The steps of several items, each once, in the order in which they are taken."""
    wanted = {step for steps in steps_of_items for step in steps}
    return tuple(step for step in IN_ORDER if step in wanted)


def _steps_of(outcome: Outcome, remedy: Remedy | None, cases: Sequence[Case]) -> list[str]:
    if outcome is Outcome.NOT_YET:
        return ["wait_for_delivery", *_sending_back_for_refund(cases)]
    if outcome is Outcome.NEEDS_REVIEW:
        return ["email_support", "ask_agent"]
    if outcome is Outcome.NOT_ELIGIBLE:
        return ["contact_retailer", "ask_agent"] if cases[0].is_from_retailer else ["ask_agent"]
    if remedy is Remedy.FULL_REFUND:
        return ["email_support", "ask_agent"] if any(case.is_delivered for case in cases) else ["email_support"]
    if remedy is Remedy.REFUND:
        return _sending_back_for_refund(cases)
    if remedy is not None:
        return ["email_support", "wait_for_approval", *_sending_back(cases)]
    return []


def _sending_back_for_refund(cases: Sequence[Case]) -> list[str]:
    if _is_sent_back(cases):
        return ["refund_after_receipt"]
    return ["confirm_address", "pack_original", *_sending_back(cases), "refund_after_receipt"]


def _sending_back(cases: Sequence[Case]) -> list[str]:
    if _is_sent_back(cases):
        return []
    tracked = ["use_tracked_shipping"] if any(map(_is_worth_tracking, cases)) else []
    return [*tracked, "ship_back", "pay_return_shipping"]


def _is_sent_back(cases: Sequence[Case]) -> bool:
    return cases[0].claim.sent_back_on is not None


def _is_worth_tracking(case: Case) -> bool:
    """Clause shipping.tracked: strictly over the threshold; always where the currency has none (ruling 17)."""
    if case.values.tracked_shipping_above is None:
        return False
    if case.order.currency == "USD":
        return case.item.unit_price > case.values.tracked_shipping_above
    threshold = case.settings.tracked_shipping_above.get(case.order.currency)
    return threshold is None or case.item.unit_price > threshold
