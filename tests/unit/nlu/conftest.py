"""The project's own examples, and the pipeline of config.yml as the trained model's files have it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.pipeline import Pipeline
from runtime.training import up_to_date_model

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def examples() -> TrainingData:
    return load_data(str(ROOT / "data" / "nlu"))


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    LocalModelStorage.from_model_archive(folder, up_to_date_model())
    return folder


@pytest.fixture(scope="session")
def parse(model_folder: Path) -> Callable[[str], Message]:
    """Reads a text with a pipeline that knows nothing but what was stored."""
    return Pipeline.stored(model_folder).parse
