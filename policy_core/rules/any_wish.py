"""Rules that more than one wish begins with, and the one before any."""

from __future__ import annotations

from policy_core.case import Case
from policy_core.facts import Reason
from policy_core.rules.rule import NOT_ELIGIBLE, Verdict, needs, needs_review, rule


@rule(looks_at="wants")
def wish_unknown(case: Case) -> Verdict | None:
    """Asked before everything else; the alternatives show what is open."""
    return needs("wants")


@rule("returns.not_accepted", looks_at="order.sold_by", needs="returns.not_accepted.retailer", may_be_silent=True)
def bought_from_a_retailer(case: Case) -> Verdict | None:
    """The money was paid to the retailer (ruling 7)."""
    return NOT_ELIGIBLE if case.is_from_retailer else None


@rule("contact.form", looks_at="claim.reason")
def never_arrived(case: Case) -> Verdict | None:
    """The policy says nothing of parcels that never arrive: a person decides (ruling 21)."""
    return needs_review() if case.claim.reason is Reason.NOT_RECEIVED else None
