from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from nlu.fallback import CautiousFallback

NEAR, FAR = [0.0, 6.0], [6.0, 0.5]


def read(confidence: float, vector: list[float]) -> str:
    """What is believed of a reading with this confidence, when the only example lies at NEAR."""
    fallback = CautiousFallback(CautiousFallback.get_default_config(), None, None, np.array([[0.0, 1.0]]))
    message = Message({TEXT: "x"})
    reading = {"name": "request_refund", "confidence": confidence}
    message.set("intent", reading)
    message.set("intent_ranking", [reading])
    message.add_features(Features(np.array([vector]), FEATURE_TYPE_SENTENCE, TEXT, "encoder"))
    fallback.process([message])
    return message.get("intent")["name"]


@pytest.mark.parametrize(
    ("confidence", "vector", "believed"),
    [
        (0.41, NEAR, "request_refund"),
        (0.39, NEAR, "nlu_fallback"),
        (0.69, FAR, "nlu_fallback"),
        (0.71, FAR, "request_refund"),
    ],
)
def test_what_is_far_from_every_example_needs_more_confidence(confidence: float, vector: list[float], believed: str):
    assert read(confidence, vector) == believed


def test_what_it_was_taken_for_stays_in_the_ranking(parse: Callable[[str], Message]):
    message = parse("is this the one where the other thing goes")

    ranking = [intent["name"] for intent in message.get("intent_ranking")]
    assert message.get("intent")["name"] == ranking[0] == "nlu_fallback"
    assert len(set(ranking)) == len(ranking) > 2
