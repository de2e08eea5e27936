"""A policy that lacks sentences: what their rules decided is decided by the next ones, or by a person."""

from __future__ import annotations

from typing import Any

import pytest

from policy_core import Outcome, answer, decide, published
from policy_core.rules import RULES
from policy_core.rules.standing import fallen
from tests.unit.policy_core.other_shops import policy_of, policy_without
from tests.unit.policy_core.question import question

MONTHS_LATER = {"as_of": "2026-12-05", "wants": "replacement", "claim.reason": "defective"}
WANTS = {"wants": "replacement"}


def decided(facts: dict[str, Any], *without: str, instead: tuple[str, ...] = ()) -> Any:
    return decide(question(facts), policy_without(*without, instead=instead))


@pytest.mark.parametrize(
    ("without", "facts", "outcome"),
    [
        # A condition that isn't stated isn't one: the promise decides.
        ("sale.no_refunds sale.regular_only", {"items.0.pricing": "clearance"}, "eligible"),
        ("sale.no_refunds", {"items.0.pricing": "clearance"}, "not_eligible"),
        ("sale.regular_only", {"items.0.pricing": "clearance"}, "not_eligible"),
        ("sale.regular_only", {"items.0.pricing": "sale"}, "eligible"),
        ("refunds.condition", {"claim.original_packaging": False}, "eligible"),
        ("refunds.condition", {"claim.working": None}, "eligible"),
        # What no sentence speaks of, a person decides.
        ("refunds.condition", {"claim.reason": "damaged_by_user"}, "needs_review"),
        ("returns.not_accepted", {"order.sold_by": "retailer"}, "needs_review"),
        ("returns.not_accepted", {"order.sold_by": "retailer", "wants": "cancellation"}, "needs_review"),
        ("refunds.window", {}, "needs_review"),
        ("cancellations.window", {"wants": "cancellation"}, "needs_review"),
        ("cancellations.late", {"wants": "cancellation"}, "needs_review"),
        ("returns.non_damaged", WANTS | {"claim.reason": "changed_mind"}, "needs_review"),
        ("returns.non_damaged", WANTS | {"claim.reason": "wrong_item_delivered"}, "needs_review"),
        ("returns.not_accepted", WANTS | {"claim.reason": "ordered_by_mistake"}, "needs_review"),
        ("warranty.exclusions", WANTS | {"claim.reason": "lost"}, "needs_review"),
        ("returns.defective", WANTS | {"claim.reason": "damaged_on_arrival"}, "needs_review"),
        ("returns.defective", WANTS | {"claim.reason": "defective", "items.0.kind": "accessory"}, "needs_review"),
        ("warranty.exclusions", MONTHS_LATER | {"items.0.kind": "accessory"}, "needs_review"),
        ("warranty.void", MONTHS_LATER | {"claim.tampered": True}, "needs_review"),
        ("warranty.remedy", MONTHS_LATER | {"claim.tampered": False, "claim.original_purchaser": True}, "needs_review"),
        ("warranty.term", MONTHS_LATER | {"claim.tampered": False, "order.sold_by": "retailer"}, "needs_review"),
        ("warranty.term warranty.limited_term", MONTHS_LATER | {"claim.tampered": False}, "needs_review"),
    ],
)
def test_without(without: str, facts: dict[str, Any], outcome: str) -> None:
    decision = decided(facts, *without.split())

    assert decision.outcome.value == outcome
    assert decision.clauses
    if outcome == "needs_review":
        assert decision.clauses[0] == "contact.form"
        assert "a colleague has to look at it" in decision.explanation


def test_where_the_warranty_has_one_length_nothing_contradicts_it() -> None:
    eighteen_months = MONTHS_LATER | {"as_of": "2027-08-20", "claim.tampered": False, "claim.original_purchaser": None}

    by_both = decided(eighteen_months)
    longer_only = decided(eighteen_months, "warranty.limited_term")
    shorter_only = decided(eighteen_months, "warranty.term")

    assert by_both.outcome is Outcome.NEEDS_REVIEW
    assert (longer_only.outcome, str(longer_only.deadline)) == (Outcome.ELIGIBLE, "2028-02-20")
    assert "warranty.limited_term" not in longer_only.clauses
    assert shorter_only.outcome is Outcome.NOT_ELIGIBLE
    assert "The one year of our warranty" in shorter_only.explanation


def test_a_fact_is_asked_only_where_a_sentence_makes_it_matter() -> None:
    unknown = {"claim.working": None, "claim.original_packaging": None}
    boxed = ("refunds.condition.packaging",)

    assert decided(unknown).missing == ("claim.working", "claim.original_packaging")
    assert decided(unknown, "refunds.condition", instead=boxed).missing == ("claim.original_packaging",)
    assert decided(MONTHS_LATER | {"claim.original_purchaser": True}, "warranty.void").missing == ()


def test_a_sentence_that_says_only_a_part_decides_only_that() -> None:
    only = ("returns.not_accepted.retailer",)
    retailer = decided({"order.sold_by": "retailer"}, "returns.not_accepted", instead=only)
    mistake = decided(WANTS | {"claim.reason": "ordered_by_mistake"}, "returns.not_accepted", instead=only)

    assert (retailer.outcome, retailer.clauses) == (Outcome.NOT_ELIGIBLE, only)
    assert mistake.outcome is Outcome.NEEDS_REVIEW


def test_one_sentence_may_state_several_things_and_several_may_state_one() -> None:
    policy = policy_of(
        [
            ("refunds.window", ["refunds.condition.working", "refunds.processing"]),
            ("contact.form", []),
            ("contact.form.2", []),
        ]
    )
    granted, lost = decide(question(), policy), decide(question({"order.sold_by": "retailer"}), policy)

    assert granted.clauses == ("refunds.window",)
    assert [step["clause"] for step in granted.to_dict()["next_steps"]] == ["refunds.window"] * 4
    assert lost.clauses == ("contact.form", "contact.form.2")


def test_nothing_is_said_that_no_sentence_states() -> None:
    bare = decide(question(), policy_of([("refunds.window", []), ("contact.form", [])]))

    for words in ("original", "packaging", "at your cost", "insurance"):
        assert words not in bare.explanation
        assert words not in str(bare.to_dict()["next_steps"])
    assert bare.refund is not None
    assert [line.code for line in bare.refund.lines] == ["goods"]


def test_a_choice_between_repair_and_replacement_is_the_shops_only_where_it_says_so() -> None:
    facts = MONTHS_LATER | {"claim.tampered": False, "claim.original_purchaser": True}

    assert "at our option" in decided(facts).explanation
    free = ("warranty.remedy.repair_or_replacement",)
    assert "at our option" not in decided(facts, "warranty.remedy", instead=free).explanation


def test_what_falls_away_is_named_with_what_is_decided_then() -> None:
    told = {
        (each.wish and each.wish.value, each.rule.name): (each.lacks, each.then)
        for each in fallen(policy_without("sale.regular_only", "cancellations.late").statements)
    }

    assert told["refund", "sold_at_a_sale_price"] == (("sale.regular_only",), "the next rules decide")
    assert told["cancellation", "to_be_sent_back_once_it_arrives"] == (("cancellations.late",), "a person decides")
    assert ("refund", "sold_at_clearance") not in told
    assert list(fallen(published().statements)) == []


def test_answers_quote_what_the_plain_words_do_not_fit() -> None:
    part = policy_without("returns.not_accepted", instead=("returns.not_accepted.retailer",))
    silent = policy_without("sale.no_refunds", "sale.regular_only", "cancellations.window", "warranty.term",
                            "returns.defective", "warranty.limited_term", "warranty.remedy", "warranty.void",
                            "warranty.exclusions")  # fmt: skip

    assert "Our policy says: “This states returns.non_damaged.” " not in answer("return_policy", policy=part).text
    assert "“This states returns.not_accepted.retailer.”" in answer("return_policy", policy=part).text
    assert "says nothing about that" in answer("warranty", policy=silent).text
    assert answer("warranty", policy=silent).ids == ("contact.form",)


def test_the_last_rule_of_a_wish_leaves_nothing_undecided() -> None:
    for rules in RULES.values():
        assert rules[-1].may_be_silent or rules[-1].needs == ""
