"""Replacement, repair, exchange: the sections "Warranty" and "Returns", in the order in which their rules decide."""

from __future__ import annotations

from datetime import date

from policy_core.case import Case
from policy_core.facts import Kind, Reason
from policy_core.rules.any_wish import never_arrived
from policy_core.rules.rule import NOT_ELIGIBLE, Remedy, Verdict, eligible, needs, needs_review, rule

CHANGED_BY_CUSTOMER = {Reason.MODIFIED, Reason.REPAIRED_WITHOUT_CONSENT}


def unless_tampered(case: Case, verdict: Verdict) -> Verdict:
    """warranty.void voids a defect too: what would be granted or looked at waits for that answer (ruling 19)."""
    is_asked = case.claim.tampered is None and case.states("warranty.void")
    return needs(*verdict.missing, "claim.tampered") if is_asked else verdict


# Retailer purchases: only the warranty speaks of "all of our surveillance equipment" (ruling 7) -----------------------


@rule(
    "returns.not_accepted",
    "warranty.exclusions",
    looks_at="order.sold_by item.kind",
    needs="returns.not_accepted.retailer warranty.exclusions.accessories",
)
def accessory_from_a_retailer(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if case.is_from_retailer and case.item.kind is Kind.ACCESSORY else None


@rule(
    "returns.not_accepted",
    "warranty.term",
    looks_at="order.sold_by order.placed_at as_of",
    needs="returns.not_accepted.retailer warranty.term|warranty.limited_term",
)
def from_a_retailer_after_the_warranty(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if case.is_from_retailer and case.is_after_warranty else None


@rule(
    "warranty.void",
    "returns.not_accepted",
    looks_at="order.sold_by claim.tampered claim.reason",
    needs="warranty.void returns.not_accepted.retailer",
)
def tampered_with_from_a_retailer(case: Case) -> Verdict | None:
    """No reason leaves anything open, so none is asked (rulings 7 and 19)."""
    is_void = case.is_from_retailer and case.claim.tampered
    return NOT_ELIGIBLE if is_void and case.claim.reason is None else None


# What the customer says -----------------------------------------------------------------------------------------------


@rule("returns.defective", "returns.not_accepted", "returns.non_damaged", looks_at="claim.reason", needs="")
def reason_unknown(case: Case) -> Verdict | None:
    return needs("claim.reason") if case.claim.reason is None else None


@rule("returns.not_accepted", looks_at="claim.reason order.sold_by", needs="returns.not_accepted.retailer")
def never_arrived_from_a_retailer(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if case.claim.reason is Reason.NOT_RECEIVED and case.is_from_retailer else None


@rule("returns.non_damaged", looks_at="claim.reason", needs="returns.non_damaged.undamaged", may_be_silent=True)
def not_damaged(case: Case) -> Verdict | None:
    """Can't be exchanged, but can be refunded (ruling 4)."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.CHANGED_MIND else None


@rule("returns.not_accepted", looks_at="claim.reason", needs="returns.not_accepted.mistake", may_be_silent=True)
def incorrectly_purchased(case: Case) -> Verdict | None:
    """Ruling 5."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.ORDERED_BY_MISTAKE else None


@rule("returns.non_damaged", looks_at="claim.reason", needs="returns.non_damaged.wrong_item", may_be_silent=True)
def delivered_incorrectly(case: Case) -> Verdict | None:
    """By the text; the mistake was the shop's, so a person is always offered (ruling 6)."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.WRONG_ITEM_DELIVERED else None


@rule(
    "warranty.void",
    "warranty.exclusions",
    "returns.not_accepted",
    looks_at="claim.reason",
    needs="returns.not_accepted.customer_damage warranty.void|warranty.exclusions.user_damage",
    may_be_silent=True,
)
def damaged_by_the_customer(case: Case) -> Verdict | None:
    """Ruling 19."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.DAMAGED_BY_USER else None


@rule("warranty.void", looks_at="claim.reason", may_be_silent=True)
def changed_by_the_customer(case: Case) -> Verdict | None:
    """Ruling 19."""
    return NOT_ELIGIBLE if case.claim.reason in CHANGED_BY_CUSTOMER else None


@rule("warranty.exclusions", looks_at="claim.reason", needs="warranty.exclusions.loss", may_be_silent=True)
def lost_by_the_customer(case: Case) -> Verdict | None:
    """Ruling 18."""
    return NOT_ELIGIBLE if case.claim.reason is Reason.LOST else None


# Damaged on arrival (ruling 11) ---------------------------------------------------------------------------------------


@rule(
    "returns.not_accepted",
    looks_at="claim.reason order.sold_by",
    needs="returns.not_accepted.retailer",
    may_be_silent=True,
)
def arrived_damaged_from_a_retailer(case: Case) -> Verdict | None:
    return NOT_ELIGIBLE if _arrived_damaged(case) and case.is_from_retailer else None


@rule("returns.defective", looks_at="claim.reason item.delivered_at")
def arrived_damaged_on_an_unknown_day(case: Case) -> Verdict | None:
    return needs("order.delivered_at") if _arrived_damaged(case) and not case.is_delivered else None


@rule(
    "returns.defective",
    "returns.request",
    "returns.warehouse",
    "returns.shipping",
    looks_at="claim.reason item.delivered_at as_of",
)
def arrived_damaged_told_immediately(case: Case) -> Verdict | None:
    if _arrived_damaged(case) and case.is_told_immediately:
        return eligible(Remedy.REPLACEMENT, case.immediate_deadline)
    return None


@rule("returns.defective", "contact.form", looks_at="claim.reason item.delivered_at as_of", may_be_silent=True)
def arrived_damaged_told_late(case: Case) -> Verdict | None:
    return needs_review() if _arrived_damaged(case) else None


def _arrived_damaged(case: Case) -> bool:
    return case.claim.reason is Reason.DAMAGED_ON_ARRIVAL


# Defects: every line above has decided unless the reason is "defective" (rulings 1, 9, 10, 12) ------------------------


@rule("warranty.void", looks_at="claim.tampered", may_be_silent=True)
def tampered_with(case: Case) -> Verdict | None:
    """Ruling 19."""
    return NOT_ELIGIBLE if case.claim.tampered else None


@rule("warranty.term", looks_at="order.sold_by order.placed_at", needs="warranty.term|warranty.limited_term")
def defect_from_a_retailer_of_an_unknown_day(case: Case) -> Verdict | None:
    return needs("order.placed_at") if case.is_from_retailer and case.order.placed_at is None else None


@rule(
    "warranty.term",
    "returns.not_accepted",
    looks_at="order.sold_by order.placed_at claim.tampered",
    needs="warranty.term returns.not_accepted.retailer",
    may_be_silent=True,
)
def defect_from_a_retailer(case: Case) -> Verdict | None:
    return unless_tampered(case, needs_review(case.warranty_deadline)) if case.is_from_retailer else None


@rule("returns.defective", looks_at="item.kind item.delivered_at")
def defective_accessory_of_an_unknown_day(case: Case) -> Verdict | None:
    return needs("order.delivered_at") if _is_accessory(case) and not case.is_delivered else None


@rule(
    "warranty.exclusions",
    "returns.defective",
    looks_at="item.kind item.delivered_at as_of",
    needs="warranty.exclusions.accessories returns.defective",
    may_be_silent=True,
)
def defective_accessory_told_late(case: Case) -> Verdict | None:
    """Ruling 10."""
    return NOT_ELIGIBLE if _is_accessory(case) and not case.is_told_immediately else None


@rule(
    "returns.defective",
    "returns.request",
    "returns.warehouse",
    "returns.shipping",
    looks_at="item.delivered_at as_of claim.tampered",
)
def defect_told_immediately(case: Case) -> Verdict | None:
    """The replacement of the section Returns, equipment and accessories alike (ruling 9)."""
    if case.is_told_immediately:
        return unless_tampered(case, eligible(Remedy.REPLACEMENT, case.immediate_deadline))
    return None


@rule("warranty.term", "warranty.limited_term", looks_at="order.placed_at", needs="warranty.term|warranty.limited_term")
def purchase_day_unknown(case: Case) -> Verdict | None:
    return needs("order.placed_at") if case.order.placed_at is None else None


@rule(
    "warranty.term",
    "warranty.limited_term",
    looks_at="order.placed_at as_of",
    needs="warranty.term|warranty.limited_term",
)
def after_the_warranty(case: Case) -> Verdict | None:
    """Both sentences agree: over."""
    return NOT_ELIGIBLE if case.is_after_warranty else None


@rule("warranty.limited_term", looks_at="order.placed_at as_of", needs="warranty.term warranty.limited_term")
def after_the_limited_warranty(case: Case) -> Verdict | None:
    """Only where the shop lets the shorter sentence decide (ruling 1, `12_months`)."""
    shorter_decides = case.settings.warranty_conflict == "12_months"
    return NOT_ELIGIBLE if shorter_decides and case.is_after_limited_warranty else None


@rule(
    "warranty.term",
    "warranty.limited_term",
    looks_at="order.placed_at as_of claim.tampered",
    needs="warranty.term warranty.limited_term",
)
def between_the_two_warranties(case: Case) -> Verdict | None:
    """The two sentences disagree: a person decides (ruling 1, `refer`)."""
    if case.settings.warranty_conflict == "refer" and case.is_after_limited_warranty:
        return unless_tampered(case, needs_review(case.warranty_deadline))
    return None


@rule("warranty.limited_term", "warranty.term", looks_at="claim.original_purchaser claim.tampered")
def purchaser_unknown(case: Case) -> Verdict | None:
    return unless_tampered(case, needs("claim.original_purchaser")) if _purchaser_is(case, None) else None


@rule("warranty.limited_term", "warranty.term", looks_at="claim.original_purchaser claim.tampered")
def not_the_original_purchaser(case: Case) -> Verdict | None:
    """One sentence speaks of all equipment, the other of the original purchaser (ruling 12)."""
    return unless_tampered(case, needs_review(_covered_until(case))) if _purchaser_is(case, False) else None


@rule(
    "warranty.term",
    "warranty.limited_term",
    "warranty.remedy",
    "returns.request",
    "returns.warehouse",
    "returns.shipping",
    looks_at="order.placed_at as_of claim.tampered",
    needs="warranty.term|warranty.limited_term warranty.remedy.repair_or_replacement",
    may_be_silent=True,
)
def covered_by_the_warranty(case: Case) -> Verdict | None:
    """Repair or replacement at the shop's option: neither is promised in particular (ruling 9)."""
    return unless_tampered(case, eligible(Remedy.REPAIR_OR_REPLACEMENT, _covered_until(case)))


def _is_accessory(case: Case) -> bool:
    return case.item.kind is Kind.ACCESSORY


def _purchaser_is(case: Case, original: bool | None) -> bool:
    return case.claim.original_purchaser is original


def _covered_until(case: Case) -> date | None:
    """Up to the shorter term both sentences agree; `24_months` covers up to the longer (ruling 1)."""
    longer_decides = case.settings.warranty_conflict == "24_months"
    return case.warranty_deadline if longer_decides else case.limited_warranty_deadline


REPLACEMENT = (
    accessory_from_a_retailer,
    from_a_retailer_after_the_warranty,
    tampered_with_from_a_retailer,
    reason_unknown,
    never_arrived_from_a_retailer,
    never_arrived,
    not_damaged,
    incorrectly_purchased,
    delivered_incorrectly,
    damaged_by_the_customer,
    changed_by_the_customer,
    lost_by_the_customer,
    arrived_damaged_from_a_retailer,
    arrived_damaged_on_an_unknown_day,
    arrived_damaged_told_immediately,
    arrived_damaged_told_late,
    tampered_with,
    defect_from_a_retailer_of_an_unknown_day,
    defect_from_a_retailer,
    defective_accessory_of_an_unknown_day,
    defective_accessory_told_late,
    defect_told_immediately,
    purchase_day_unknown,
    after_the_warranty,
    after_the_limited_warranty,
    between_the_two_warranties,
    purchaser_unknown,
    not_the_original_purchaser,
    covered_by_the_warranty,
)
