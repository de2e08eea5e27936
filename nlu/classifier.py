"""Names the intent of a message, from whatever sparse and dense sentence features the pipeline has made."""

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
from scipy.sparse import csr_matrix, vstack

from nlu.ngrams import row_of
from nlu.softmax import Softmax
from nlu.wishes import with_parts

RANKING_LENGTH = 10


def sentence_features(message: Message) -> csr_matrix | None:
    """Sparse features, then dense ones, in one row; None when the text has none (empty, or nothing but emoji)."""
    _, sparse = message.get_sparse_features(TEXT)
    _, dense = message.get_dense_features(TEXT)
    columns, values, width = [], [], 0
    if sparse is not None:
        columns, values, width = [sparse.features.indices], [sparse.features.data], sparse.features.shape[1]
    if dense is not None:
        columns.append(np.arange(width, width := width + dense.features.shape[1], dtype=np.int32))
        values.append(dense.features[0])
    return row_of(np.concatenate(columns), np.concatenate(values), width) if columns else None


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
        rows, labels = zip(*((row, label) for row, label in examples if row is not None), strict=True)
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
        row = sentence_features(message)
        if self._model is None or row is None:
            return []
        probabilities = self._model.probabilities(row)
        best_first = np.argsort(-probabilities)[:RANKING_LENGTH]
        return [
            {INTENT_NAME_KEY: self._model.labels[i], PREDICTED_CONFIDENCE_KEY: float(probabilities[i])}
            for i in best_first
        ]
