"""Refunds: the sections "Refunds" and "Sale Items" of the policy, in the order in which their rules decide."""

from __future__ import annotations

from policy_core.case import Case
from policy_core.facts import Pricing, Reason
from policy_core.rules.any_wish import bought_from_a_retailer, never_arrived
from policy_core.rules.rule import NOT_ELIGIBLE, NOT_YET, Remedy, Verdict, eligible, needs, rule

HARMED_BY_CUSTOMER = {Reason.DAMAGED_BY_USER, Reason.MODIFIED, Reason.REPAIRED_WITHOUT_CONSENT}
FAULTY = {Reason.DEFECTIVE, Reason.DAMAGED_ON_ARRIVAL}


@rule("sale.no_refunds", "sale.regular_only", looks_at="item.pricing", needs="sale.no_refunds|sale.regular_only")
def sold_at_clearance(case: Case) -> Verdict | None:
    """Ruling 13."""
    return NOT_ELIGIBLE if case.item.pricing is Pricing.CLEARANCE else None


@rule("sale.regular_only", looks_at="item.pricing")
def sold_at_a_sale_price(case: Case) -> Verdict | None:
    """Ruling 13; a discount code leaves an item regularly priced."""
    return NOT_ELIGIBLE if case.item.pricing is Pricing.SALE else None


@rule("refunds.window", "refunds.condition", looks_at="item.delivered_at")
def not_delivered_yet(case: Case) -> Verdict | None:
    """Ruling 20."""
    return None if case.is_delivered else NOT_YET


@rule("refunds.window", "refunds.promise", looks_at="item.delivered_at as_of claim.sent_back_on")
def after_the_refund_window(case: Case) -> Verdict | None:
    """Rulings 2 and 3."""
    return None if case.is_within_refund_window else NOT_ELIGIBLE


@rule("refunds.condition", "warranty.exclusions", looks_at="claim.reason", needs="refunds.window")
def nothing_to_send_back(case: Case) -> Verdict | None:
    """Lost by its owner (ruling 18)."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.LOST else None


@rule(
    "refunds.condition",
    "warranty.void",
    looks_at="claim.reason claim.tampered",
    needs="refunds.condition.working",
    may_be_silent=True,
)
def harmed_by_the_customer(case: Case) -> Verdict | None:
    """Not in its original condition any more (ruling 19)."""
    return NOT_ELIGIBLE if case.claim.reason in HARMED_BY_CUSTOMER or case.claim.tampered else None


@rule("refunds.condition", looks_at="claim.reason", needs="refunds.condition.working")
def faulty(case: Case) -> Verdict | None:
    """Not in working condition: a replacement or the warranty instead (ruling 8)."""
    return NOT_ELIGIBLE if case.claim.reason in FAULTY else None


@rule("refunds.condition", looks_at="claim.working", needs="refunds.condition.working")
def not_working(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if case.claim.working is False else None


@rule("refunds.condition", looks_at="claim.original_packaging", needs="refunds.condition.packaging")
def packaging_gone(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if case.claim.original_packaging is False else None


@rule(
    "refunds.condition",
    looks_at="claim.working claim.original_packaging",
    needs="refunds.condition.working|refunds.condition.packaging",
)
def condition_unknown(case: Case) -> Verdict | None:
    """The reason is never asked: no-hassle (refunds.promise)."""
    missing = []
    if case.claim.working is None and case.states("refunds.condition.working"):
        missing.append("claim.working")
    if case.claim.original_packaging is None and case.states("refunds.condition.packaging"):
        missing.append("claim.original_packaging")
    return needs(*missing) if missing else None


@rule(
    "refunds.window",
    "refunds.promise",
    "refunds.condition",
    "refunds.processing",
    "shipping.deduction",
    "shipping.return_cost",
    looks_at="item.delivered_at claim.working claim.original_packaging",
    may_be_silent=True,
)
def refundable(case: Case) -> Verdict | None:
    return eligible(Remedy.REFUND, case.refund_deadline)


REFUND = (
    bought_from_a_retailer,
    sold_at_clearance,
    sold_at_a_sale_price,
    never_arrived,
    not_delivered_yet,
    after_the_refund_window,
    nothing_to_send_back,
    harmed_by_the_customer,
    faulty,
    not_working,
    packaging_gone,
    condition_unknown,
    refundable,
)
