"""The training examples: complete, ours, and never what measures them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.training_data.training_data import TrainingData

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"

REQUESTS_AND_QUESTIONS = {
    "cancel_order", "request_refund", "request_return", "report_defect", "report_wrong_item", "track_order",
    "check_request", "change_order", "ask_refund_policy", "ask_return_policy", "ask_warranty",
    "ask_cancellation_policy", "ask_shipping_costs", "ask_sale_items",
}  # fmt: skip
CONVERSATION = {
    "talk_to_human", "complaint", "greet", "goodbye", "thank", "affirm", "deny", "stop", "help", "bot_challenge",
    "dont_know", "inform",
}  # fmt: skip


def counts(examples: TrainingData) -> Counter[str]:
    return Counter(example.get("intent") for example in examples.intent_examples)


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


@pytest.mark.parametrize(
    ("intents", "enough"), [(REQUESTS_AND_QUESTIONS, 60), (CONVERSATION, 40), ({"out_of_scope"}, 300)]
)
def test_every_intent_has_enough_examples(examples: TrainingData, intents: set[str], enough: int):
    count = counts(examples)

    assert {intent for intent in intents if count[intent] < enough} == set()


def test_there_are_no_intents_but_these(examples: TrainingData):
    assert set(counts(examples)) == REQUESTS_AND_QUESTIONS | CONVERSATION | {"out_of_scope"}


def test_no_sentence_stands_under_two_intents_or_twice(examples: TrainingData):
    texts = Counter(plain(example.get("text")) or example.get("text") for example in examples.intent_examples)

    assert [text for text, times in texts.items() if times > 1] == []


def test_the_intents_are_the_contracts(examples: TrainingData):
    contract = SHARED / "contract" / "intents.yml"
    if not contract.exists():
        pytest.skip("the contract is not on this machine")

    assert set(counts(examples)) == set(yaml.safe_load(contract.read_text()))


def test_nothing_that_measures_the_model_trains_it(examples: TrainingData):
    sets = sorted((SHARED / "eval").glob("*.jsonl"))
    if not sets:
        pytest.skip("no evaluation set is on this machine")

    measured = {plain(json.loads(line)["text"]) for path in sets for line in path.read_text().splitlines() if line}
    trained = {plain(example.get("text")) for example in examples.intent_examples}

    overlap = measured & trained
    assert not overlap, f"{len(overlap)} texts of the evaluation sets are among the examples: {sorted(overlap)}"
