"""Names the intent of a message, from whatever sparse and dense sentence features the pipeline has made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from nlu.ngrams import row_of
from nlu.softmax import Softmax
from nlu.wishes import with_parts

RANKING_LENGTH = 10


class Filled(NamedTuple):
    """The feature columns of a text that aren't empty, in order, with their values, and how many columns there are."""

    columns: np.ndarray
    values: np.ndarray
    width: int


def sentence_features(message: Message) -> Filled | None:
    """Sparse features, then dense ones; None when the text has none (empty, or nothing but emoji)."""
    columns, values, width = [], [], 0
    for features in sorted(message.features, key=Features.is_dense):
        if features.attribute != TEXT or features.type != FEATURE_TYPE_SENTENCE:
            continue
        row = features.features
        filled, filling = (np.arange(row.shape[1]), row[0]) if features.is_dense() else (row.indices, row.data)
        columns.append(filled.astype(np.int32) + width)
        values.append(filling)
        width += row.shape[1]
    return Filled(np.concatenate(columns), np.concatenate(values), width) if columns else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceClassifier(IntentClassifier, GraphComponent):
    """Logistic regression. A message without features has no intent and confidence 0, which the fallback picks up."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Any featurizer will do, and Rasa can't say 'any'."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {"strength": 4.0}  # inverse of the L2 penalty; larger ones make it surer than it is right

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Softmax | None = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceClassifier:
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
    ) -> SentenceClassifier:
        """Called by Rasa when a trained assistant starts."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Softmax.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the examples and stores the result."""
        examples = [(sentence_features(example), example.get(INTENT)) for example in training_data.intent_examples]
        rows, labels = zip(*((row_of(*filled), label) for filled, label in examples if filled), strict=True)
        self._model = Softmax.fit(vstack(rows, format="csr"), labels, self._config["strength"])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `intent` and `intent_ranking` on each message."""
        for message in with_parts(messages):
            ranking = self._ranking(message)
            best = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        filled = sentence_features(message)
        if self._model is None or filled is None:
            return []
        probabilities = self._model.probabilities(filled.columns, filled.values)
        best_first = np.argsort(-probabilities)[:RANKING_LENGTH]
        return [
            {INTENT_NAME_KEY: self._model.labels[i], PREDICTED_CONFIDENCE_KEY: float(probabilities[i])}
            for i in best_first
        ]
