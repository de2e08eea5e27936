"""Whatever a policy states or leaves out, what is decided rests on its sentences."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policy_core import Outcome, Policy, decide
from policy_core.decision import Decision
from policy_core.statements import A_PERSON, KNOWN, PARTS
from tests.property.policy_core.strategies import facts, thoroughly
from tests.unit.policy_core.other_shops import policy_of

STATED = sorted({*KNOWN, *PARTS} - {A_PERSON})
PROMISES = {
    "full_refund": "cancellations.window",
    "refund": "refunds.window",
    "replacement": "returns.defective",
    "repair_or_replacement": "warranty.remedy.repair_or_replacement",
}
"""The statement without which nobody can have it."""


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Some sentences, some of which state a second thing."""
    ids = draw(st.lists(st.sampled_from(STATED), unique=True))
    also = draw(st.lists(st.sampled_from(STATED), max_size=2))
    return policy_of([(A_PERSON, also), *((id, ()) for id in ids)])


def every(decision: Decision) -> list[Decision]:
    return [decision, *decision.per_item, *decision.alternatives]


@given(facts(), policies())
@thoroughly
def test_what_is_decided_rests_on_sentences_of_the_policy(document: dict[str, Any], policy: Policy) -> None:
    decision = decide(document, policy)
    sentences = policy.in_force(decision.judgements[0].case.today).clauses

    for each in every(decision):
        assert set(each.clauses) <= set(sentences)
        assert each.clauses or each.outcome is Outcome.NEEDS_FACTS
        assert {step["clause"] for step in each.to_dict()["next_steps"]} <= set(sentences)
        assert "{" not in each.explanation
        assert "  " not in each.explanation


@given(facts(), policies())
@thoroughly
def test_nothing_is_granted_without_the_sentence_that_grants_it(document: dict[str, Any], policy: Policy) -> None:
    for each in every(decide(document, policy)):
        if each.remedy:
            assert policy.statements.behind(PROMISES[each.remedy.value])
        if each.outcome is Outcome.ELIGIBLE:
            assert document["order"]["sold_by"] == "inomega"
            assert document["claim"].get("reason") not in ("lost", "damaged_by_user", "modified", "not_received") or (
                each.remedy is not None and each.remedy.value == "full_refund"
            )
