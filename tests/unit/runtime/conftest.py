from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import training
from tests.assistant import Assistant

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with one form, trained in two seconds."""
    return training.up_to_date_model(tmp_path_factory.mktemp("models"), TINY)


@pytest.fixture(scope="session")
def tiny(tiny_model: Path) -> Iterator[Assistant]:
    """An assistant that has a form with two questions, a greeting and an action that never comes to an end."""
    assistant = Assistant(tiny_model, "tests.unit.runtime.tiny.actions")
    yield assistant
    assistant.close()
