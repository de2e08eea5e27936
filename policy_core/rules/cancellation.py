"""Cancellations: the section "Cancellations" of the policy, in the order in which its rules decide."""

from __future__ import annotations

from policy_core.case import Case
from policy_core.facts import Pricing
from policy_core.rules.any_wish import bought_from_a_retailer
from policy_core.rules.rule import NOT_ELIGIBLE, NOT_YET, Remedy, Verdict, eligible, needs, rule


@rule("cancellations.window", looks_at="order.placed_at")
def order_day_unknown(case: Case) -> Verdict | None:
    return needs("order.placed_at") if case.order.placed_at is None else None


@rule("cancellations.window", "cancellations.contact", looks_at="order.placed_at as_of")
def within_the_cancellation_window(case: Case) -> Verdict | None:
    """No conditions, as "unconditionally" says, so sale items too (ruling 14)."""
    return eligible(Remedy.FULL_REFUND, case.cancellation_deadline) if case.is_within_cancellation_window else None


@rule(
    "cancellations.late",
    "cancellations.window",
    looks_at="item.delivered_at",
    needs="cancellations.late cancellations.window",
)
def delivered_already(case: Case) -> Verdict | None:
    """There is nothing to cancel any more; the refund rules decide (ruling 15)."""
    return NOT_ELIGIBLE if case.is_delivered else None


@rule(
    "sale.no_refunds",
    "sale.regular_only",
    "cancellations.late",
    looks_at="item.pricing",
    needs="sale.no_refunds|sale.regular_only cancellations.late cancellations.window",
)
def late_for_a_clearance_item(case: Case) -> Verdict | None:
    """Sent back it would not be refundable (rulings 13 and 15)."""
    return NOT_ELIGIBLE if case.item.pricing is Pricing.CLEARANCE else None


@rule(
    "sale.regular_only",
    "cancellations.late",
    looks_at="item.pricing",
    needs="sale.regular_only cancellations.late cancellations.window",
)
def late_for_a_sale_item(case: Case) -> Verdict | None:
    """Sent back it would not be refundable (rulings 13 and 15)."""
    return NOT_ELIGIBLE if case.item.pricing is Pricing.SALE else None


@rule(
    "cancellations.late",
    "refunds.window",
    "refunds.condition",
    looks_at="item.delivered_at",
    needs="cancellations.late cancellations.window refunds.window",
    may_be_silent=True,
)
def to_be_sent_back_once_it_arrives(case: Case) -> Verdict | None:
    """The money depends on the return (ruling 15)."""
    return NOT_YET


CANCELLATION = (
    bought_from_a_retailer,
    order_day_unknown,
    within_the_cancellation_window,
    delivered_already,
    late_for_a_clearance_item,
    late_for_a_sale_item,
    to_be_sent_back_once_it_arrives,
)
