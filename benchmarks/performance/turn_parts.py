"""Where a turn's time goes: `python -m benchmarks.performance.turn_parts WORDINGS FILE CONVERSATIONS PORT`.

The trained model, the real actions, orders and tracker store, in one process, with a stopwatch at the seams. What the
processes' HTTP servers and clients take is what the assistant whose REST channel is at PORT takes longer; the two take
turns, conversation by conversation. WORDINGS is a JSON list, one for each step of the conversation; writes one JSON
object, {kind: {part: milliseconds}}.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from benchmarks.performance import conversation
from benchmarks.performance.conversation import STEPS
from benchmarks.performance.sides import Connection
from database import connect
from runtime import settings, stand_ins, training

WARMING_UP = 5  # conversations

READING = "reading: "
AROUND_READING = "reading: Rasa around them"
SLOTS = "slots taken from the message"
CHOOSING = "choosing the next action (policies)"
CALLING = "calling the actions (JSON, checks)"
ACTIONS = "actions: our code"
POLICY = "policy engine"
ORDERS = "orders and requests: database"
TRACKER = "tracker: database and events"
REST = "Rasa, everything else"
NETWORK = "network: HTTP between the processes"


class Stopwatch:
    """How long each part took since the last turn, without the parts inside it."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inside = [0.0]  # of each part that is under way: what its own parts took

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        began = time.perf_counter()
        self._inside.append(0.0)
        try:
            yield
        finally:
            whole = time.perf_counter() - began
            self.seconds[part] += whole - self._inside.pop()  # type: ignore[assignment]
            self._inside[-1] += whole

    def watch(self, owner: Any, name: str, part: str) -> None:
        """Measure a function, or one of a class or object, from now on."""
        run = getattr(owner, name)

        if inspect.iscoroutinefunction(run):

            @functools.wraps(run)
            async def measured(*arguments: Any, **named: Any) -> Any:
                with self.measure(part):
                    return await run(*arguments, **named)

        else:

            @functools.wraps(run)
            def measured(*arguments: Any, **named: Any) -> Any:
                with self.measure(part):
                    return run(*arguments, **named)

        setattr(owner, name, measured)


def parts(wordings: Sequence[str], conversations: int, folder: Path, port: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each part of each kind of turn: the middle of so many conversations."""
    os.environ["ORDERS_DB_URL"] = f"sqlite:///{folder / 'orders.db'}"
    os.environ["TRACKERS_DB"] = str(folder / "trackers.db")
    conversation.fill(connect())
    training.up_to_date_model()
    from runtime import rasa_server  # leaves out what training may need

    stand_ins.install(for_answering_only=True)
    import rasa

    measured: dict[str, dict[str, float]] = {}

    def talk(model: str, endpoints: str, **_: Any) -> None:
        measured.update(asyncio.run(_talk(model, endpoints, wordings, conversations, Connection(port))))

    rasa.run = talk  # everything is made ready by the Rasa server's own start, and then it doesn't serve but talks
    rasa_server.main()
    return measured


async def _talk(
    model: str, endpoints: str, wordings: Sequence[str], conversations: int, over_http: Connection
) -> dict[str, dict[str, float]]:
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    from runtime.words_only import answers_to, message_from
    from tests.assistant import InProcessEndpoint

    stopwatch = Stopwatch()
    _watch_reading(stopwatch)  # before the model is loaded, which takes hold of the components' functions
    agent = await load_agent(model, endpoints=AvailableEndpoints.read_endpoints(endpoints))
    agent.action_endpoint = agent.processor.action_endpoint = InProcessEndpoint("actions")
    _watch_the_rest(stopwatch, agent)

    turns: dict[str, list[Counter[str]]] = defaultdict(list)
    wholes: dict[str, list[float]] = defaultdict(list)
    cases = conversation.cases()
    for number in range(WARMING_UP + conversations):
        case = next(cases)
        for step, wording in zip(STEPS, wordings, strict=True):
            message = message_from({"sender": f"customer-{number}", "message": wording.format_map(case)})
            stopwatch.seconds = Counter()
            with stopwatch.measure(REST):
                answers = await answers_to(message, agent)
            if number >= WARMING_UP and step.is_reached(answers):
                turns[step.kind].append(stopwatch.seconds)
        for step, wording in zip(STEPS, wordings, strict=True):
            seconds, answers = over_http.timed(f"customer-{number}", wording.format_map(case))
            if number >= WARMING_UP and step.is_reached(answers):
                wholes[step.kind].append(seconds)
    if missing := {step.kind for step in STEPS} - (turns.keys() & wholes.keys()):
        sys.exit(f"No turn was answered as it should be: {', '.join(sorted(missing))}.")
    return {kind: with_network(_middle(measured), _milliseconds(wholes[kind])) for kind, measured in turns.items()}


def _watch_reading(stopwatch: Stopwatch) -> None:
    for component in yaml.safe_load((settings.ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]:
        module, _, name = component["name"].rpartition(".")
        stopwatch.watch(getattr(importlib.import_module(module), name), "process", READING + name)


def _watch_the_rest(stopwatch: Stopwatch, agent: Any) -> None:
    from rasa.core.actions.action import RemoteAction
    from rasa.core.processor import MessageProcessor
    from rasa_sdk.executor import ActionExecutor

    import actions.case
    import actions.finish_case
    import actions.policy_questions
    import actions.store

    stopwatch.watch(MessageProcessor, "_parse_message_with_graph", AROUND_READING)
    stopwatch.watch(MessageProcessor, "run_action_extract_slots", SLOTS)
    stopwatch.watch(MessageProcessor, "predict_next_with_tracker_if_should", CHOOSING)
    stopwatch.watch(RemoteAction, "run", CALLING)
    stopwatch.watch(ActionExecutor, "run", ACTIONS)
    stopwatch.watch(actions.case, "decide", POLICY)
    stopwatch.watch(actions.finish_case, "decide", POLICY)
    stopwatch.watch(actions.policy_questions, "answer", POLICY)
    dialect = actions.store._engine().dialect
    for name in ("do_execute", "do_commit", "do_rollback"):
        stopwatch.watch(dialect, name, ORDERS)
    for name in ("retrieve", "save"):
        stopwatch.watch(agent.processor.tracker_store, name, TRACKER)


def with_network(parts: dict[str, float], whole: float) -> dict[str, float]:
    """The parts, and what a turn over HTTP takes longer than they do together; milliseconds."""
    return {**parts, NETWORK: max(0.0, round(whole - sum(parts.values()), 3))}


def _middle(turns: Sequence[Counter[str]]) -> dict[str, float]:
    names = {name for turn in turns for name in turn}
    return {name: _milliseconds([turn[name] for turn in turns]) for name in sorted(names)}


def _milliseconds(seconds: Sequence[float]) -> float:
    return round(1000 * statistics.median(seconds), 3)


def main() -> None:
    """Measure as the command line says."""
    wordings, conversations, port = json.loads(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
    with tempfile.TemporaryDirectory() as folder:
        Path(sys.argv[2]).write_text(json.dumps(parts(wordings, conversations, Path(folder), port)))


if __name__ == "__main__":
    main()
