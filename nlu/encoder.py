"""Turns a sentence into a vector of its meaning, by the encoder in `models/encoder`, so that new words for an old wish
come close to it.
"""

from __future__ import annotations

import ctypes
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.plain import plain, says_something
from nlu.wishes import with_parts
from nlu.wordpiece import WordPiece

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FOLDER = Path(__file__).parents[1] / "models" / "encoder"
MODEL_SHA256 = "e7f2dd775983ba4df6047c018071ba5d72e23db0046d41ca02c3fe92038babc5"

SHORT = 60
"""Characters of a message that may well come again, word for word: a yes, a no, an option's title."""

SHORT_ONES_KEPT = 500


class Encoder:
    """The network and its vocabulary."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises RuntimeError when the network's file isn't the one that models are trained with."""
        from onnxruntime import InferenceSession, SessionOptions  # only when there is something to read

        network = folder / "model.onnx"
        if sha256(network.read_bytes()).hexdigest() != MODEL_SHA256:
            raise RuntimeError(f"{folder.name}/model.onnx isn't the file that belongs here; get it from git again.")
        options = SessionOptions()
        options.intra_op_num_threads = 1  # a sentence is too short to share, and results stay the same everywhere
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # a third of the memory that it would take, and no slower
        self._session: InferenceSession = InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._pieces = WordPiece(folder / "vocab.txt")
        _give_back_memory()

    def vector(self, text: str, longest: int) -> np.ndarray:
        """384 numbers, together of length 1. `longest`: how many pieces of words are read."""
        pieces = np.array([self._pieces.numbers(text, longest)], dtype=np.int64)
        (vectors,) = self._session.run(None, {"pieces": pieces})
        return vectors[0]


def _give_back_memory() -> None:
    """What loading took beyond what is kept, 11 MB that the C library would keep. Only glibc has a call for it."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The one of this process, loaded when the first sentence comes."""
    return Encoder()


def vector_of(text: str, longest: int) -> np.ndarray:
    """The vector of a plain text (`Encoder.vector`), of short ones from memory where they came before.

    Not to be written to. The network is half of what reading a message takes, 2 to 3 ms.
    """
    return _vector_of_short(text, longest) if len(text) <= SHORT else encoder().vector(text, longest)


@lru_cache(maxsize=SHORT_ONES_KEPT)
def _vector_of_short(text: str, longest: int) -> np.ndarray:
    return encoder().vector(text, longest)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds the sentence's vector as dense features. Text without a word gets none."""

    @classmethod
    def required_components(cls) -> list[type]:
        """None: it splits words itself."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings, with what they mean."""
        return {
            **DenseFeaturizer.get_default_config(),
            "weight": 6.0,  # length of the vector; that of the weighed n-grams is about 5
            "longest": 64,  # pieces of words that are read
        }

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Called by Rasa, in training and when a model is loaded."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Rasa asks for it; every setting has a default."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to each message."""
        for message in with_parts(messages):
            self._add(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the examples, on all cores."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(self._add, training_data.training_examples))
        return training_data

    def _add(self, message: Message) -> None:
        text = plain(message.get(TEXT) or "")
        if says_something(text):
            vector = self._config["weight"] * vector_of(text, self._config["longest"])
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
