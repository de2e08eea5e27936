"""One pipeline of the project's own components, trained once on its own examples and loaded again from its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifier import SentenceClassifier
from nlu.details import DetailsExtractor
from nlu.ngrams import NgramFeaturizer

ROOT = Path(__file__).parents[3]
CLASSES = {
    "nlu.ngrams.NgramFeaturizer": NgramFeaturizer,
    "nlu.classifier.SentenceClassifier": SentenceClassifier,
    "nlu.details.DetailsExtractor": DetailsExtractor,
    "FallbackClassifier": FallbackClassifier,
}
CONTEXT = ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="session")
def examples() -> TrainingData:
    return load_data(str(ROOT / "data" / "nlu"))


@pytest.fixture(scope="session")
def settings() -> dict[str, dict[str, Any]]:
    """Each component's settings as config.yml gives them, in the order of the pipeline."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
    return {step["name"]: {**CLASSES[step["name"]].get_default_config(), **step} for step in pipeline}


@pytest.fixture(scope="session")
def model_folder(examples: TrainingData, settings: dict[str, dict[str, Any]], tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    featurizer = NgramFeaturizer.create(
        settings["nlu.ngrams.NgramFeaturizer"], LocalModelStorage(folder), Resource("features"), CONTEXT
    )
    classifier = SentenceClassifier.create(
        settings["nlu.classifier.SentenceClassifier"], LocalModelStorage(folder), Resource("intents"), CONTEXT
    )
    classifier.train(featurizer.process_training_data(examples))
    return folder


@pytest.fixture(scope="session")
def parse(model_folder: Path, settings: dict[str, dict[str, Any]]) -> Callable[[str], Message]:
    """Reads a text with a pipeline that knows nothing but what was stored."""
    pipeline = []
    for name, component in CLASSES.items():
        start = SentenceClassifier.load if name == "nlu.classifier.SentenceClassifier" else component.create
        pipeline.append(start(settings[name], LocalModelStorage(model_folder), Resource("intents"), CONTEXT))

    def parse(text: str) -> Message:
        message = Message({TEXT: text})
        for component in pipeline:
            component.process([message])
        return message

    return parse
