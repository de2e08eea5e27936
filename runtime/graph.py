"""Runs Rasa's graph of components one after the other.

Rasa has dask plan each run anew, though the plan is always the same, and puts the whole dialogue into a line of the log
that is never written: a tenth of a turn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Step = tuple[str, GraphNode, tuple[str, ...]]
"""A component's name, the component, and the names of what it needs."""


class InOrder(DaskGraphRunner):
    """Made by Rasa when it loads a model."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._steps_to = lru_cache(maxsize=None)(self._plan)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """What each of `targets` gives for these inputs."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, component, needs in self._steps_to(wanted):
            done[name] = component(*(done[need] for need in needs if need in done))
        return {name: done[name][1] for name in wanted}

    def _plan(self, targets: tuple[str, ...]) -> tuple[Step, ...]:
        """Everything that the targets need, each after what it needs itself."""
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        steps: dict[str, Step] = {}

        def add(name: str) -> None:
            if name in nodes and name not in steps:
                needs = tuple(nodes[name].needs.values())
                for need in needs:
                    add(need)
                steps[name] = (name, self._instantiated_nodes[name], needs)

        for target in targets:
            add(target)
        return tuple(steps.values())
