"""The pipeline that config.yml names, without the rest of Rasa: for tests and for measuring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

CONFIG = Path(__file__).parents[1] / "config.yml"


class Pipeline:
    """Components in their order, with what they learned."""

    def __init__(self, components: Sequence[Any]) -> None:
        self._components = components

    @classmethod
    def trained(
        cls, examples: TrainingData, folder: Path, changes: dict[str, dict[str, Any]] | None = None
    ) -> Pipeline:
        """Trains and stores in `folder`. `changes` are settings by the component's class; None leaves one out."""
        trained = []
        for name, settings in _steps(changes or {}):
            component = _class(name).create(settings, LocalModelStorage(folder), Resource(name), _context(name))
            if hasattr(component, "process_training_data"):
                component.process_training_data(examples)
            elif hasattr(component, "train"):
                component.train(examples)
            trained.append(component)
        return cls(trained)

    @classmethod
    def stored(cls, folder: Path) -> Pipeline:
        """Knows nothing but what stands in the folder of a model that Rasa has trained."""
        return cls(
            [
                _class(name).load(settings, LocalModelStorage(folder), Resource(f"train_{name}{place}"), _context(name))
                for place, (name, settings) in enumerate(_steps({}))
            ]
        )

    def parse(self, text: str) -> Message:
        """The message with its intent, ranking and entities."""
        message = Message({TEXT: text})
        for component in self._components:
            component.process([message])
        return message


def _steps(changes: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    for step in yaml.safe_load(CONFIG.read_text())["pipeline"]:
        name = step["name"]
        change = changes.get(name.rpartition(".")[2], {})
        if change is not None:
            yield name, {**_class(name).get_default_config(), **step, **change}


def _class(name: str) -> Any:
    module, _, component = name.rpartition(".")
    return getattr(import_module(module), component)


def _context(name: str) -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=name)
