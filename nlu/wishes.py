"""Several wishes in one message: each sentence is read for itself too, beside the message as a whole.

`SentenceSplitter` comes first in the pipeline, the featurizers and the classifier take the parts along, and
`WishCollector` comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

PARTS = "parts"
START = "part_start"  # where in the whole text a part begins

WISH_INTENTS = (
    "cancel_order request_refund request_return report_defect report_wrong_item track_order check_request "
    "change_order ask_refund_policy ask_return_policy ask_warranty ask_cancellation_policy ask_shipping_costs "
    "ask_sale_items talk_to_human"
)
WISHES = frozenset(WISH_INTENTS.split())
BETWEEN = re.compile(
    r"[.!?;\n]+(?=\s|$)"
    r"|,?\s+(?:and|also|plus|but|besides|by the way|btw|second(?:ly)?|another (?:thing|question))\b[\s,:]*",
    re.IGNORECASE,
)
# What says that something is wanted, and isn't only part of the story.
ASKS = re.compile(
    r"\?|^\W*(?:where|when|how|who|what|which|is|are|do|does|did|can|could|would|will|please|pls|cancel|refund|return"
    r"|replace|send|tell|check|change|track)\b|\b(?:want|need|like to|like an?|wish|please|wondering|know)\b",
    re.IGNORECASE,
)


def with_parts(messages: Iterable[Message]) -> Iterator[Message]:
    """Each message, followed by its parts."""
    for message in messages:
        yield message
        yield from message.get(PARTS, [])


def parts_of(text: str) -> Iterator[tuple[int, str]]:
    """Where each part starts, and the part with the sign that ends it."""
    start = 0
    for between in BETWEEN.finditer(text):
        is_sign = between.group()[0] in ".!?;\n"
        yield start, text[start : between.end() if is_sign else between.start()]
        start = between.end()
    yield start, text[start:]


class _Part(GraphComponent):
    """What both ends of the way have in common."""

    @classmethod
    def required_components(cls) -> list[type]:
        """None that Rasa could name."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {
            "shortest": 3,  # words that a wish has at least
            "most": 6,  # parts that are read
            "longest_text": 600,  # characters that are read
            "confidence": 0.75,  # that a wish needs to be remembered
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SentenceSplitter(_Part):
    """Gives a message of several sentences its parts; those that ask for nothing are left out."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceSplitter:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `parts`, where there are several."""
        for message in messages:
            text = (message.get(TEXT) or "")[: self._config["longest_text"]]
            parts = list(parts_of(text))
            if len(parts) > 1:
                message.set(PARTS, [Message({TEXT: part, START: start}) for start, part in parts if self._asks(part)])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples are read as a whole."""
        return training_data

    def _asks(self, part: str) -> bool:
        return len(part.split()) >= self._config["shortest"] and ASKS.search(part) is not None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WishCollector(EntityExtractorMixin, _Part):
    """Adds an entity `wish` for each part that wants something else than the message as a whole."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WishCollector:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds to `entities`."""
        for message in messages:
            taken_up = {message.get(INTENT)[INTENT_NAME_KEY]}
            wishes = []
            for part in message.get(PARTS, [])[: self._config["most"]]:
                intent = part.get(INTENT)
                name, confidence = intent[INTENT_NAME_KEY], intent[PREDICTED_CONFIDENCE_KEY]
                if name in WISHES - taken_up and confidence >= self._config["confidence"]:
                    taken_up.add(name)
                    start = part.get(START)
                    wishes.append({"entity": "wish", "value": name, "start": start, "end": start + len(part.get(TEXT))})
            if wishes:
                message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(wishes), add_to_output=True)
        return messages
