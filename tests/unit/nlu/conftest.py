"""The pipeline of config.yml, trained once on the project's own examples and loaded again from its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.pipeline import Pipeline

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def examples() -> TrainingData:
    return load_data(str(ROOT / "data" / "nlu"))


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    Pipeline.trained(load_data(str(ROOT / "data" / "nlu")), folder)
    return folder


@pytest.fixture(scope="session")
def parse(model_folder: Path) -> Callable[[str], Message]:
    """Reads a text with a pipeline that knows nothing but what was stored."""
    return Pipeline.stored(model_folder).parse
