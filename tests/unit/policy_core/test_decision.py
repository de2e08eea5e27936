"""What a decision carries besides its outcome: alternatives, findings, versions, and its JSON form."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from policy_core import Decision, decide, published, read_facts
from policy_core.rules import RULES
from tests.unit.policy_core.question import question


def test_alternatives_are_the_other_wishes_that_are_open_and_have_none_of_their_own() -> None:
    decision = decide(question({"as_of": "2026-03-05T12:00:00+00:00", "order.placed_at": "2026-03-05T11:00:00+00:00",
                                "order.delivered_at": None, "wants": "replacement"}))  # fmt: skip

    assert [other.wants and other.wants.value for other in decision.alternatives] == ["cancellation", "refund"]
    assert all(other.alternatives == () for other in decision.alternatives)
    assert decision.alternatives[0].refund is not None
    assert decision.alternatives[0].refund.total == Decimal("139.90")


def test_parts_of_a_mixed_decision_have_no_alternatives_and_neither_has_the_whole() -> None:
    facts = question({"as_of": "2026-03-05T12:00:00+00:00"})
    facts["items"] = [facts["items"][0], {**facts["items"][0], "pricing": "sale"}]
    decision = decide(facts)

    assert decision.outcome.value == "mixed"
    assert decision.alternatives == ()
    assert [part.alternatives for part in decision.per_item] == [(), ()]
    assert [[line.code for line in part.refund.lines] if part.refund else None for part in decision.per_item] == [
        ["goods"],
        None,
    ]


def test_findings_are_the_rules_looked_at_in_their_order_the_deciding_one_last() -> None:
    decision = decide(question({"items.0.pricing": "sale"}))

    assert [(finding.rule.name, finding.applies) for finding in decision.findings] == [
        ("bought_from_a_retailer", False),
        ("sold_at_clearance", False),
        ("sold_at_a_sale_price", True),
    ]
    assert decision.to_dict()["findings"][-1] == {
        "sku": "CAM-1",
        "rule": "sold_at_a_sale_price",
        "applies": True,
        "facts": {"item.pricing": "sale"},
        "clauses": ["sale.regular_only"],
    }


@pytest.mark.parametrize(
    ("fact", "place", "given", "shown"),
    [
        ("as_of", "as_of", "2026-03-05T13:00:00+01:00", "2026-03-05T12:00:00+00:00"),
        ("item.delivered_at", "order.delivered_at", "2026-03-01", "2026-03-01"),
        ("claim.sent_back_on", "claim.sent_back_on", "2026-03-02", "2026-03-02"),
        ("claim.sent_back_on", "claim.sent_back_on", None, None),
        ("claim.working", "claim.working", True, True),
        ("order.sold_by", "order.sold_by", "inomega", "inomega"),
        ("claim.reason", "claim.reason", "changed_mind", "changed_mind"),
        ("claim.original_packaging", "claim.original_packaging", True, True),
        ("claim.tampered", "claim.tampered", False, False),
        ("item.pricing", "items.0.pricing", "regular", "regular"),
    ],
)
def test_a_finding_shows_the_facts_that_its_rule_asks(fact: str, place: str, given: Any, shown: Any) -> None:
    findings = decide(question({place: given})).to_dict()["findings"]

    assert {finding["facts"][fact] for finding in findings if fact in finding["facts"]} == {shown}


def test_the_findings_of_a_warranty_show_its_facts() -> None:
    facts = question({"wants": "replacement", "order.delivered_at": None, "claim.reason": "defective",
                      "claim.tampered": False, "claim.original_purchaser": True})  # fmt: skip

    shown = {name: fact for finding in decide(facts).to_dict()["findings"] for name, fact in finding["facts"].items()}

    assert shown == {
        "order.sold_by": "inomega",
        "item.kind": "equipment",
        "order.placed_at": "2026-02-20T10:00:00+00:00",
        "as_of": "2026-03-05T12:00:00+00:00",
        "claim.reason": "defective",
        "item.delivered_at": None,
        "claim.tampered": False,
        "claim.original_purchaser": True,
    }


def test_the_findings_of_several_items_name_their_item() -> None:
    facts = question()
    facts["items"].append({**facts["items"][0], "sku": "CAM-2"})

    assert {finding["sku"] for finding in decide(facts).to_dict()["findings"]} == {"CAM-1", "CAM-2"}


def test_the_wish_is_asked_by_a_rule_too() -> None:
    decision = decide(question({"wants": None}))

    assert [finding.to_dict() for finding in decision.findings] == [
        {"sku": "CAM-1", "rule": "wish_unknown", "applies": True, "facts": {"wants": None}, "clauses": []}
    ]
    assert decision.clauses == ()


def test_the_decision_is_json_and_the_same_each_time() -> None:
    facts = question()

    once, again = json.dumps(decide(facts).to_dict()), json.dumps(decide(facts).to_dict())

    assert once == again
    assert json.loads(once)["outcome"] == "eligible"
    assert facts == question(), "the facts are left as they were"


def test_a_refund_is_written_with_its_currency_and_labels() -> None:
    assert decide(question()).to_dict()["refund"] == {
        "currency": "USD",
        "lines": [
            {"code": "goods", "label": "Camera", "amount": "130.00"},
            {"code": "shipping", "label": "Shipping charge, as paid", "amount": "9.90"},
            {"code": "shipping_deducted", "label": "Shipping charge, not refundable", "amount": "-9.90"},
        ],
        "total": "130.00",
    }


def test_facts_that_are_read_already_are_decided_alike() -> None:
    facts = read_facts(question(), published().settings.zone)

    assert decide(facts).to_dict() == decide(question()).to_dict()


def test_the_last_rule_of_every_wish_always_applies() -> None:
    case = decide(question()).judgements[0].case

    for rules in RULES.values():
        assert rules[-1].judge(case) is not None


def test_a_decision_by_the_published_policy_names_no_day() -> None:
    decision: Decision = decide(question())

    assert decision.to_dict()["version_since"] is None
    assert decision.policy_version == published().in_force(decision.judgements[0].case.today).digest
    assert len(decision.policy_version) == 16
