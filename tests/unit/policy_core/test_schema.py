"""The schemas say what the engine reads and writes: nothing more, nothing less."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policy_core import decide
from policy_core.schema import SCHEMAS, as_text, decision_schema, facts_schema
from tests.unit.policy_core.question import question
from tests.unit.policy_core.test_cases import all_cases, facts_of
from tests.unit.policy_core.test_facts import BAD

FACTS, DECISION = Draft202012Validator(facts_schema()), Draft202012Validator(decision_schema())
# What a schema can't say: what two fields say of each other, which days, offsets and currencies there are, that 1.0 is
# no whole number, and that nothing follows a pattern's end.
UNSEEN_WORDS = ("decimals", "more than the price", "earlier than", "later than", "before the day", "after the day",
                "1900 to 9000", "offset", "2026-03-05", "YYYY-MM-DD")  # fmt: skip
UNSEEN_CHANGES = ({"items.0.quantity": 1.0}, {"items.0.unit_price": "129.00\n"}, {"order.currency": "ABC"})
SEEN = [bad for bad in BAD if bad[0] not in UNSEEN_CHANGES and not any(words in bad[2] for words in UNSEEN_WORDS)]


@pytest.mark.parametrize(("name", "schema"), [("facts", facts_schema()), ("decision", decision_schema())])
def test_the_file_is_what_the_types_say(name: str, schema: dict[str, Any]) -> None:
    assert (SCHEMAS / f"{name}.json").read_text(encoding="utf-8") == as_text(schema), (
        "write it anew with `python -m policy_core.schema`"
    )
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["case"])
def test_facts_and_decisions_of_the_cases_are_valid(case: dict[str, Any]) -> None:
    facts = facts_of(case["given"])
    FACTS.validate(facts)
    DECISION.validate(decide(facts).to_dict())


@pytest.mark.parametrize(("changes", "field", "words"), SEEN, ids=lambda part: str(part)[:60])
def test_bad_facts_are_not_valid(changes: dict[str, Any], field: str, words: str) -> None:
    assert FACTS.is_valid(question())
    assert not FACTS.is_valid(question(changes)), (field, words)


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "maybe"}, {"remedy": "voucher"}, {"deadline": 7}, {"findings": None}, {"refund": {}}, {"more": 1},
     {"next_steps": [{"code": "wait", "text": "", "clause": ""}]}, {"alternatives": [{}]}],
    ids=str,
)  # fmt: skip
def test_what_is_no_decision_is_not_valid(changes: dict[str, Any]) -> None:
    decision = json.loads(json.dumps(decide(question()).to_dict()))

    assert DECISION.is_valid(decision)
    assert not DECISION.is_valid({**decision, **changes})
    assert not DECISION.is_valid({name: value for name, value in decision.items() if name != "outcome"})
