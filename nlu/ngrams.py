"""Turns a sentence into counts of its word and character n-grams, hashed so that no vocabulary has to be loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.plain import plain, says_something
from nlu.wishes import with_parts

WIDTH = 2**20  # columns; wide enough that collisions among some ten thousand n-grams don't matter
LONGEST_WORD = 30  # characters of a word that are looked at; a longer one is no word

WORD = re.compile(r"\w+|[?!]")


def ngrams(text: str, word_ngrams: int, shortest: int, longest: int) -> Iterator[str]:
    """All runs of up to `word_ngrams` words and, within each word, of `shortest` to `longest` characters."""
    words = [word[:LONGEST_WORD] for word in WORD.findall(text)]
    for length in range(1, word_ngrams + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
    for word in words:
        edged = f"<{word}>"
        for length in range(shortest, longest + 1):
            for start in range(len(edged) - length + 1):
                yield edged[start : start + length]


def hashed(grams: Iterator[str]) -> csr_matrix:
    """One row of unit length over `WIDTH` columns, damped by the logarithm."""
    hashes = np.fromiter((crc32(gram.encode()) % WIDTH for gram in grams), dtype=np.int32)
    columns, counts = np.unique(hashes, return_counts=True)
    damped = 1 + np.log(counts)
    return row_of(columns, damped / np.linalg.norm(damped), WIDTH)


def row_of(columns: np.ndarray, values: np.ndarray, width: int) -> csr_matrix:
    """A row with these values in these columns, which are in order: at once what scipy else gets to by sorting."""
    return csr_matrix((values, columns, [0, len(columns)]), shape=(1, width))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class NgramFeaturizer(SparseFeaturizer, GraphComponent):
    """Adds the hashed n-grams of the text as sparse sentence features. Text without a word gets none."""

    @classmethod
    def required_components(cls) -> list[type]:
        """None: it splits words itself."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {
            **SparseFeaturizer.get_default_config(),
            "word_ngrams": 2,  # longest run of words
            "shortest": 2,  # characters in a run within a word, at least ...
            "longest": 5,  # ... and at most
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Rasa asks for it; every setting has a default."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to each message."""
        for message in with_parts(messages):
            text = plain(message.get(TEXT) or "")
            if says_something(text):
                shortest, longest = self._config["shortest"], self._config["longest"]
                row = hashed(ngrams(text, self._config["word_ngrams"], shortest, longest))
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples."""
        self.process(training_data.training_examples)
        return training_data
