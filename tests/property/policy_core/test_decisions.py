"""What holds of every decision, on facts by chance."""

from __future__ import annotations

import copy
import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from policy_core import BadFacts, decide, published
from policy_core.facts import Reason, Wish
from policy_core.schema import decision_schema, facts_schema
from tests.property.policy_core.strategies import DAY, SINCE, facts, thoroughly

FACTS, DECISION = Draft202012Validator(facts_schema()), Draft202012Validator(decision_schema())
CLAUSES = set(published().in_force(date.max).clauses)
YES_OR_NO = (True, False)
HARMLESS = {
    "claim.working": True,
    "claim.original_packaging": True,
    "claim.tampered": False,
    "claim.original_purchaser": True,
}
SENTENCE_END = re.compile(r"[.!?](?= |$)")


def decisions_in(decision: dict[str, Any]) -> list[dict[str, Any]]:
    """The decision, its parts and its alternatives."""
    inner = [*decision["per_item"], *decision["alternatives"]]
    return [decision, *(each for one in inner for each in decisions_in(one))]


def result(decision: dict[str, Any]) -> tuple[Any, ...]:
    """What a decision comes to."""
    parts = [(part["outcome"], part["remedy"], part["deadline"]) for part in decision["per_item"]]
    return decision["outcome"], decision["remedy"], decision["deadline"], decision["refund"], parts


def with_fact(document: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    holder, _, field = name.rpartition(".")
    (changed[holder] if holder else changed)[field] = value
    return changed


def values_of(document: dict[str, Any], name: str) -> list[Any]:
    """Values that a fact could turn out to have."""
    as_of = datetime.fromisoformat(document["as_of"])
    if name == "wants":
        return [wish.value for wish in Wish]
    if name == "claim.reason":
        return [reason.value for reason in Reason]
    if name in ("order.placed_at", "order.delivered_at"):
        return [(as_of - days * DAY).isoformat() for days in (0, 1, 2, 10, 14, 20, 60, 200, 400, 600, 800)]
    return list(YES_OR_NO)


def decided(document: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return dict(decide(document).to_dict())
    except BadFacts:  # a value that contradicts the other facts
        return None


@thoroughly
@given(facts())
def test_facts_by_chance_and_their_decisions_are_what_the_schemas_say(document: dict[str, Any]) -> None:
    FACTS.validate(document)
    DECISION.validate(decide(document).to_dict())


@thoroughly
@given(facts())
def test_the_total_is_the_sum_of_its_lines_and_never_negative(document: dict[str, Any]) -> None:
    for decision in decisions_in(dict(decide(document).to_dict())):
        if decision["refund"]:
            amounts = [Decimal(line["amount"]) for line in decision["refund"]["lines"]]
            assert sum(amounts) == Decimal(decision["refund"]["total"]) >= 0
            assert all(amounts), "a line of zero"
        else:
            assert decision["remedy"] not in ("refund", "full_refund") or all(
                Decimal(item["unit_price"]) * item["quantity"] - Decimal(item["discount"]) + Decimal(item["tax"]) == 0
                for item in document["items"]
            )


@thoroughly
@given(facts(wish=Wish.REFUND))
def test_nobody_gets_back_more_than_was_paid(document: dict[str, Any]) -> None:
    paid = Decimal(document["order"]["shipping_paid"]) + sum(
        item["quantity"] * Decimal(item["unit_price"]) - Decimal(item["discount"]) + Decimal(item["tax"])
        for item in document["items"]
    )
    for decision in decisions_in(dict(decide(document).to_dict())):
        assert Decimal((decision["refund"] or {"total": "0"})["total"]) <= paid


@thoroughly
@given(facts())
def test_the_parts_of_a_decision_go_with_its_outcome(document: dict[str, Any]) -> None:
    for decision in decisions_in(dict(decide(document).to_dict())):
        outcome = decision["outcome"]
        assert (decision["remedy"] is not None) == (outcome == "eligible")
        assert bool(decision["missing"]) == (outcome == "needs_facts")
        assert bool(decision["clauses"]) == (outcome != "needs_facts")
        assert bool(decision["per_item"]) == (outcome == "mixed")
        assert set(decision["clauses"]) <= CLAUSES
        assert decision["deadline"] is None or outcome in ("eligible", "needs_review")
        if document["claim"]["reason"] == "wrong_item_delivered":
            assert "ask_agent" in [step["code"] for step in decision["next_steps"]]


@thoroughly
@given(facts())
def test_an_explanation_has_two_to_five_sentences(document: dict[str, Any]) -> None:
    for decision in decisions_in(dict(decide(document).to_dict())):
        said = decision["explanation"]
        assert 2 <= len(SENTENCE_END.findall(said)) <= 5, said
        assert said[0].isupper() or said[0] in "“0123456789"
        assert "  " not in said
        assert "{" not in said
        if decision["outcome"] == "not_eligible" or "not_eligible" in [
            part["outcome"] for part in decision["per_item"]
        ]:
            assert "policy states" in said
            assert "a person can look at" in said


@thoroughly
@given(facts())
def test_a_missing_fact_can_change_what_comes_next(document: dict[str, Any]) -> None:
    """Two values lead to different outcomes or next questions, at once or once the others listed are answered.

    Whatever day answers them: a delivery that an accessory asks for can settle what equipment beside it asks.

    The wish is asked whenever it is unknown, and a day whenever its line in "What decides" is reached, even where the
    other days leave it no room.
    """
    missing = decide(document).missing
    days = [place.get("delivered_at") for place in (document["order"], *document["items"])]
    assume("order.placed_at" not in missing or not any(days))
    assume("order.delivered_at" not in missing or not _is_young(document))
    assume("order.delivered_at" not in missing or all("delivered_at" not in item for item in document["items"]))
    for name in set(missing) - {"wants"}:
        others = [other for other in missing if other != name]
        answers = [{}, *({other: _harmless(document, other, days) for other in others} for days in (0, 15, 100))]
        assert max(_ways_on(document, name, answer) for answer in answers) >= 2, name


def _harmless(document: dict[str, Any], name: str, days: int) -> Any:
    """An answer that leaves the other questions open."""
    as_of = datetime.fromisoformat(document["as_of"])
    return HARMLESS[name] if name in HARMLESS else (as_of - days * DAY).isoformat()


def _is_young(document: dict[str, Any]) -> bool:
    """Placed so lately that no delivery can be long ago."""
    placed = document["order"]["placed_at"]
    as_of = datetime.fromisoformat(document["as_of"])
    return placed is not None and placed[:10] > (as_of - 20 * DAY).date().isoformat()


def _ways_on(document: dict[str, Any], name: str, others: dict[str, Any]) -> int:
    """How many different results the values of a fact lead to."""
    for other, value in others.items():
        document = with_fact(document, other, value)
    answered = [decided(with_fact(document, name, value)) for value in values_of(document, name)]
    assert all(name not in answer["missing"] for answer in answered if answer), "asked again"
    return len({json.dumps([result(answer), answer["missing"]]) for answer in answered if answer})


@thoroughly
@given(facts(wish=Wish.REFUND))
def test_a_decided_refund_does_not_hang_on_what_it_did_not_ask(document: dict[str, Any]) -> None:
    _assert_settled(document, ["working", "original_packaging"])


@thoroughly
@given(facts(wish=Wish.REPLACEMENT))
def test_a_decided_replacement_does_not_hang_on_what_it_did_not_ask(document: dict[str, Any]) -> None:
    _assert_settled(document, ["tampered", "original_purchaser"])


def _assert_settled(document: dict[str, Any], asked: list[str]) -> None:
    decision = dict(decide(document).to_dict())
    assume(not decision["missing"])
    for name in asked:
        if document["claim"][name] is None:
            for value in YES_OR_NO:
                answered = decided(with_fact(document, f"claim.{name}", value))
                assert answered is not None
                assert result(answered) == result(decision), (name, value)


@thoroughly
@given(facts(), SINCE)
def test_time_never_makes_eligible_what_was_not(document: dict[str, Any], later: timedelta) -> None:
    decision = dict(decide(document).to_dict())
    assume(decision["outcome"] == "not_eligible")

    as_of = datetime.fromisoformat(document["as_of"]) + later

    assert dict(decide(with_fact(document, "as_of", as_of.isoformat())).to_dict())["outcome"] != "eligible"


@thoroughly
@given(facts())
def test_the_same_facts_are_the_same_bytes(document: dict[str, Any]) -> None:
    shuffled = json.loads(json.dumps(document))

    assert json.dumps(decide(document).to_dict()) == json.dumps(decide(shuffled).to_dict())
    assert document == shuffled


@thoroughly
@given(facts())
def test_alternatives_are_what_asking_for_them_gives(document: dict[str, Any]) -> None:
    decision = dict(decide(document).to_dict())
    assume(decision["outcome"] != "mixed")

    others = [wish.value for wish in Wish if wish.value != decision["wants"]]
    alone = [dict(decide(with_fact(document, "wants", wish)).to_dict()) for wish in others]
    expected = [{**other, "alternatives": [], "findings": []} for other in alone if other["outcome"] != "not_eligible"]

    assert decision["alternatives"] == expected


@thoroughly
@given(facts(), st.data())
def test_the_order_of_the_items_decides_nothing(document: dict[str, Any], data: st.DataObject) -> None:
    reordered = {**document, "items": data.draw(st.permutations(document["items"]))}

    one, other = decide(document), decide(reordered)

    assert (one.outcome, one.remedy, one.deadline, one.missing) == (
        other.outcome,
        other.remedy,
        other.deadline,
        other.missing,
    )
    assert (one.refund and one.refund.total) == (other.refund and other.refund.total)


@thoroughly
@given(facts())
def test_several_items_are_decided_each_by_itself(document: dict[str, Any]) -> None:
    alone = [decide({**document, "items": [item]}) for item in document["items"]]
    together = decide(document)

    outcomes = {(one.outcome, one.remedy) for one in alone}
    if any(one.outcome.value == "needs_facts" for one in alone):
        assert together.outcome.value == "needs_facts"
        assert set(together.missing) == {name for one in alone for name in one.missing}
    elif len(outcomes) == 1:
        assert (together.outcome, together.remedy) in outcomes
        deadlines = [one.deadline for one in alone if one.deadline]
        assert together.deadline == (min(deadlines) if deadlines else None)
    else:
        assert together.outcome.value == "mixed"
        assert [(part.outcome, part.remedy, part.deadline) for part in together.per_item] == [
            (one.outcome, one.remedy, one.deadline) for one in alone
        ]
