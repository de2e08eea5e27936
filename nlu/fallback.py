"""Turns an uncertain reading into `nlu_fallback`: when the model isn't sure, or is sure of what it has never seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

FALLBACK = "nlu_fallback"


def direction(message: Message) -> np.ndarray | None:
    """The sentence's vector at length 1; None when the text has none."""
    _, dense = message.get_dense_features(TEXT)
    if dense is None:
        return None
    vector: np.ndarray = dense.features[0] / np.linalg.norm(dense.features[0])
    return vector


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CautiousFallback(IntentClassifier, GraphComponent):
    """Knows how near a sentence is to the nearest example; what is far from all of them needs more confidence."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier and a dense featurizer, whichever they are."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {
            "threshold": 0.4,  # confidence below which nothing is believed
            "familiar": 0.55,  # likeness to the nearest example, as a cosine, below which a sentence is unfamiliar ...
            "threshold_if_unfamiliar": 0.7,  # ... and needs this confidence
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        examples: np.ndarray | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._examples = examples

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CautiousFallback:
        """Called by Rasa before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CautiousFallback:
        """Called by Rasa when a trained assistant starts."""
        with model_storage.read_from(resource) as folder:
            examples = np.load(folder / "examples.npy", allow_pickle=False)
        return cls(config, model_storage, resource, examples.astype(np.float32))

    def train(self, training_data: TrainingData) -> Resource:
        """Remembers where the examples lie."""
        directions = [direction(example) for example in training_data.intent_examples]
        self._examples = np.array([vector for vector in directions if vector is not None], dtype=np.float32)
        with self._model_storage.write_to(self._resource) as folder:
            np.save(folder / "examples.npy", self._examples.astype(np.float16))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Puts the fallback first where it holds; what the model took the message for stays in the ranking."""
        for message in messages:
            confidence = message.get(INTENT)[PREDICTED_CONFIDENCE_KEY]
            if not self._is_enough(confidence, message):
                fallback = {INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: 1 - confidence}
                message.set(INTENT, fallback, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [fallback, *message.get(INTENT_RANKING_KEY)], add_to_output=True)
        return messages

    def _is_enough(self, confidence: float, message: Message) -> bool:
        """Looks through all examples only where that decides: a millisecond, which most messages don't need."""
        if self._config["threshold"] <= confidence < self._config["threshold_if_unfamiliar"]:
            return self.likeness(message) >= float(self._config["familiar"])
        return confidence >= float(self._config["threshold"])

    def likeness(self, message: Message) -> float:
        """The cosine to the nearest example, 1 for the same; 0 where there is nothing to compare."""
        vector = direction(message)
        if vector is None or self._examples is None or not len(self._examples):
            return 0.0
        return float((self._examples @ vector).max())
