from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.classifier import sentence_features
from nlu.ngrams import row_of
from nlu.softmax import Softmax

Parse = Callable[[str], Message]

REQUESTS = {
    "cancel_order", "request_refund", "request_return", "report_defect", "report_wrong_item", "track_order",
    "check_request", "change_order",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi, I want my money back for order INO-90001, someone@else.example", "request_refund"),
        ("please cancel the order i made an hour ago", "cancel_order"),
        ("CANCEL MY ORDER NOW", "cancel_order"),
        ("the camera stopped recording yesterday", "report_defect"),
        ("can i send this recorder back to you", "request_return"),
        ("so where is my package???", "track_order"),
        ("you sent me the wrong lens", "report_wrong_item"),
        ("what's going on with the refund you promised me", "check_request"),
        ("please correct the delivery address of my order", "change_order"),
        ("what does your warranty cover", "ask_warranty"),
        ("can I get a refund on clearance items", "ask_sale_items"),
        ("who has to pay for the return shipping", "ask_shipping_costs"),
        ("let me talk to a real human being", "talk_to_human"),
        ("good morning", "greet"),
        ("yes please", "affirm"),
        ("nope", "deny"),
        ("👍🏽", "affirm"),
        ("👎", "deny"),
        ("INO-90001", "inform"),
        ("someone@else.example", "inform"),
        ("can you tell me a joke about the weather", "out_of_scope"),
    ],
)
def test_everyday_sentences_are_understood(parse: Parse, text: str, intent: str):
    assert parse(text).get("intent")["name"] == intent


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "😀🎉🔥", "...", "—", "\u200b", "\x00"])
def test_text_without_a_word_is_not_understood(parse: Parse, text: str):
    message = parse(text)

    assert message.get("intent")["name"] == "nlu_fallback"
    assert message.get("entities") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 100_000, id="one endless word"),
        pytest.param("qux " * 25_000, id="the same word without end"),
        "我的订单在哪里",
        "Ich hätte gern einen Termin beim Friseur",
        "zxcv qwpo mnbv",
    ],
)
def test_novels_gibberish_and_other_languages_start_no_task(parse: Parse, text: str):
    assert parse(text).get("intent")["name"] not in REQUESTS


def test_the_wish_is_read_from_the_start_of_a_very_long_message(parse: Parse):
    assert parse("I want my money back for order 10482. " * 5000).get("intent")["name"] == "request_refund"


def test_confidence_and_ranking_are_probabilities_in_order(parse: Parse):
    ranking = parse("I want a refund").get("intent_ranking")

    confidences = [intent["confidence"] for intent in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert 0 < sum(confidences) <= 1.000001


def test_which_number_or_address_is_given_does_not_change_the_intent(parse: Parse):
    one, other = (
        parse(f"money back for order {number}, {email}").get("intent")
        for number, email in (("INO-10482", "sam@example.com"), ("ino77123", "zoe_k@mail.example.org"))
    )

    assert one == other


def test_details_are_entities_with_their_places(parse: Parse):
    text = "I changed my mind, refund INO-10482 please"

    entities = {entity["entity"]: entity for entity in parse(text).get("entities")}

    assert entities["order_number"]["value"] == "INO-10482"
    assert text[entities["reason"]["start"] : entities["reason"]["end"]] == "changed my mind"
    assert entities["reason"] == {
        "entity": "reason",
        "value": "changed_mind",
        "start": 2,
        "end": 17,
        "extractor": "DetailsExtractor",
    }


def test_the_classifier_takes_sparse_and_dense_features_together():
    message = Message({TEXT: "hello"})
    message.add_features(Features(csr_matrix([[0.0, 1.0]]), FEATURE_TYPE_SENTENCE, TEXT, "sparse"))
    message.add_features(Features(np.array([[0.5, 0.25, 0.75]]), FEATURE_TYPE_SENTENCE, TEXT, "dense"))

    filled = sentence_features(message)

    assert filled is not None
    assert row_of(*filled).toarray().tolist() == [[0.0, 1.0, 0.5, 0.25, 0.75]]


def test_a_model_answers_the_same_after_being_stored(tmp_path: Path):
    rows = csr_matrix(np.eye(4)[[0, 1, 2, 0, 1, 2]])
    fitted = Softmax.fit(rows, ["a", "b", "c", "a", "b", "c"], strength=10.0)
    fitted.save(tmp_path)

    loaded = Softmax.load(tmp_path)

    unseen = np.array([1, 3]), np.array([0.7, 9.0])  # the last column never occurred in training
    assert loaded.labels[loaded.probabilities(*unseen).argmax()] == "b"
    np.testing.assert_array_equal(loaded.probabilities(*unseen), fitted.probabilities(*unseen))


def test_applying_a_stored_model_needs_no_scikit_learn(model_folder: Path):
    program = (
        "import sys, pathlib, numpy; from nlu.softmax import Softmax;"
        "model = Softmax.load(pathlib.Path(sys.argv[1])); model.probabilities(numpy.array([7]), numpy.array([0.5]));"
        "sys.exit('sklearn' in sys.modules)"
    )

    [classifier] = model_folder.glob("*SentenceClassifier*")
    assert subprocess.run([sys.executable, "-c", program, classifier]).returncode == 0


def test_the_examples_themselves_are_understood(parse: Parse, examples: TrainingData):
    sample = examples.intent_examples[::7]

    understood = [
        example for example in sample if parse(example.get(TEXT)).get("intent")["name"] == example.get("intent")
    ]

    assert len(understood) >= 0.95 * len(sample)
