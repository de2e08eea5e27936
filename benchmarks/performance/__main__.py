"""`make bench`: this assistant beside Rasa's stock configuration; writes docs/performance.md, its plots and its JSON.

Needs `make stock` before it. Where stock's model isn't kept from an earlier training, `--train-stock` makes it, in an
hour or more.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import stock_model
from benchmarks.performance import (
    conversation,
    machine,
    plots,
    processes,
    report,
    setting_up,
    sides,
    talking,
    under_load,
)
from benchmarks.performance.figures import TURNS_OF_A_CASE, Figures, Latency, comparisons, middle_of_each
from runtime.settings import ROOT
from tests.load.website.conversations import CONVERSATIONS

OURS, STOCK = "this assistant", "stock"


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    conversations_timed: int = 100
    times_each_text_is_parsed: int = 5
    seconds_of_throughput: float = 15
    conversations_before_memory: int = 1000
    long_conversations: int = 3
    turns_of_a_long_conversation: int = 204
    customers_connected: int = 1000
    seconds_of_load: float = 60
    seconds_of_growth: float = 30
    conversations_in_parts: int = 100
    environments_anew: bool = True


QUICK = Extent(5, 1, 2, 20, 1, 24, 50, 5, 5, 10, False)
AT_ONCE = (1, 10, 50)
WORKERS_AND_CORES = ((1, 1), (1, 2), (2, 2))
TURNS_BEFORE_MEMORY = 2  # of each conversation: all five would take stock a quarter of an hour


def main() -> None:
    """Measure everything as the command line says, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a try in a few minutes; its figures mean nothing")
    parser.add_argument("--conversations", type=int, help="before the memory is measured again (1,000)")
    parser.add_argument(
        "--train-stock",
        type=int,
        nargs="?",
        const=stock_model.STOCK_EPOCHS,
        metavar="EPOCHS",
        help=f"train Rasa's stock configuration within this run: with its own {stock_model.STOCK_EPOCHS} epochs an hour"
        " or more",
    )
    parser.add_argument("--stock-model", type=Path, help="another model of it, to try this benchmark")
    parser.add_argument("--into", type=Path, help="folder of what is written (docs; with --quick var/bench)")
    chosen = parser.parse_args()
    if not sides.STOCK_PYTHON.exists():
        parser.error("there is no .venv-stock, which Rasa's stock configuration runs in. Run `make stock` first.")
    extent = QUICK if chosen.quick else Extent()
    folder = chosen.into or (ROOT / "var" / "bench" if chosen.quick else ROOT / "docs")
    model, training = _stock(parser, chosen.stock_model, chosen.train_stock)
    results = Bench(extent, chosen.conversations or extent.conversations_before_memory, model).run()
    write(results | {"stock_training": training}, folder)


def _stock(
    parser: argparse.ArgumentParser, other: Path | None, epochs: int | None
) -> tuple[Path, dict[str, Any] | None]:
    """Stock's model, and how it was trained."""
    if other:
        return other, None
    if epochs:
        tell(f"training Rasa's stock configuration for {epochs} epochs")
        stock_model.TRAINING.unlink(missing_ok=True)
        command = [str(sides.STOCK_PYTHON), "-m", "benchmarks.stock_model", "--epochs", str(epochs)]
        subprocess.run(command, cwd=ROOT, check=True)
    kept = stock_model.kept()
    if kept is None:
        parser.error("no model of Rasa's stock configuration is kept for today's data. Make it with --train-stock.")
    return stock_model.MODEL, asdict(kept)


BEGAN = time.monotonic()


def tell(what: str) -> None:
    """Show how far it is."""
    print(f"{time.monotonic() - BEGAN:6.0f} s  {what}", flush=True)


class Bench:
    """One run, from installing to talking."""

    def __init__(self, extent: Extent, conversations: int, stock_model: Path) -> None:
        self._extent = extent
        self._conversations = conversations
        self._stock_model = stock_model
        self._cases = conversation.cases()
        self._figures = {OURS: Figures(), STOCK: Figures()}

    def run(self) -> dict[str, Any]:
        """Everything, as it goes into performance.json."""
        about = machine.description()
        environments = self._set_up()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
            servers = self._start(Path(folder), running)
            wordings = self._talk(servers)
        parts = self._take_turns_apart(wordings)
        tell(f"{self._extent.customers_connected} customers connected at once")
        load = under_load.many_customers(self._extent.customers_connected, self._extent.seconds_of_load, tell)
        capacity = self._grow()
        return {
            "machine": about,
            "environments": environments,
            "conversations": self._conversations,
            "wordings": wordings,
            "ours": self._figures[OURS].as_json(),
            "stock": self._figures[STOCK].as_json(),
            "parts": parts,
            "load": asdict(load),
            "capacity": capacity,
        }

    def _set_up(self) -> str:
        """Environments and training; gives a sentence on how the environments were measured."""
        ours, stock = self._figures[OURS], self._figures[STOCK]
        if self._extent.environments_anew:
            tell("installing a fresh environment of ours")
            ours.install_seconds, ours.environment_megabytes = setting_up.installed(setting_up.OURS)
            tell("installing a fresh environment with TensorFlow")
            stock.install_seconds, stock.environment_megabytes = setting_up.installed(setting_up.STOCK)
            sentence = "Both environments were installed anew with uv, compiled, packages from its cache."
        else:
            ours.environment_megabytes, stock.environment_megabytes = setting_up.existing_environments()
            sentence = "The environments are those that were there, with the tools for development."
        tell("training ours")
        ours.training_seconds = setting_up.trained()
        kept = stock_model.kept()
        stock.training_seconds = round(kept.seconds, 1) if kept else None
        ours.model_megabytes = round(setting_up.model().stat().st_size / 1e6, 2)
        stock.model_megabytes = round(self._stock_model.stat().st_size / 1e6, 2)
        return sentence

    def _start(self, folder: Path, running: ExitStack) -> dict[str, sides.Server]:
        servers = {}
        for name, start in ((OURS, sides.ours), (STOCK, lambda home: sides.stock(home, self._stock_model))):
            tell(f"starting {name}")
            home = folder / name.replace(" ", "-")
            home.mkdir()
            servers[name] = server = running.enter_context(start(home))
            self._figures[name].start_seconds = server.start_seconds
            self._figures[name].memory_after_start = server.memory()
        return servers

    def _talk(self, servers: dict[str, sides.Server]) -> list[str]:
        extent = self._extent
        tell("looking for words that both sides read alike")
        wordings = conversation.wordings_for([server.connection().say for server in servers.values()], self._cases)
        tell("reading messages")
        texts = [text for each in CONVERSATIONS for text in each]
        for name, seconds in talking.parses(servers, texts, extent.times_each_text_is_parsed).items():
            self._figures[name].parse = Latency.of(seconds)
        tell(f"{extent.conversations_timed} conversations, turn by turn")
        for name, times in talking.turns(servers, wordings, self._cases, extent.conversations_timed).items():
            self._figures[name].turns = {kind: Latency.of(seconds) for kind, seconds in times.turns.items()}
            self._figures[name].went_another_way = times.went_another_way
        for customers, (name, server) in itertools.product(AT_ONCE, servers.items()):
            tell(f"{customers} at once: {name}")
            before = processes.processor_seconds(server.pids).total()
            rate = talking.per_second(server, wordings, self._cases, customers, extent.seconds_of_throughput)
            used = processes.processor_seconds(server.pids).total() - before
            self._figures[name].turns_per_second[str(customers)] = rate
            if rate:
                each = round(1000 * used / (rate * extent.seconds_of_throughput), 2)
                self._figures[name].core_milliseconds[str(customers)] = each
        self._talk_long(servers, wordings)
        for name, server in servers.items():
            tell(f"{self._conversations} conversations, for the memory: {name}")
            talking.hold(server, wordings[:TURNS_BEFORE_MEMORY], self._cases, self._conversations)
            self._figures[name].memory_after_conversations = server.memory()
            self._figures[name].memory_by_process = dict(processes.memory_by_name(server.pids))
        return wordings

    def _talk_long(self, servers: dict[str, sides.Server], wordings: list[str]) -> None:
        turns = self._extent.turns_of_a_long_conversation // TURNS_OF_A_CASE * TURNS_OF_A_CASE
        conversations = []
        for number in range(self._extent.long_conversations):
            tell(f"a conversation of {turns} turns")
            conversations.append(
                talking.long_conversation(servers, wordings, self._cases, turns, sender=f"long-{number}")
            )
        for name in servers:
            self._figures[name].long_conversation = middle_of_each([each[name].seconds for each in conversations])
            self._figures[name].went_another_way += sum(each[name].went_another_way for each in conversations)

    def _take_turns_apart(self, wordings: list[str]) -> dict[str, dict[str, float]]:
        tell("taking turns apart")
        with tempfile.TemporaryDirectory() as folder, sides.ours(Path(folder)) as server:
            answer = Path(folder, "parts.json")
            arguments = [json.dumps(wordings), str(answer), str(self._extent.conversations_in_parts), str(server.port)]
            command = [sys.executable, "-m", "benchmarks.performance.turn_parts", *arguments]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            return dict(json.loads(answer.read_text()))

    def _grow(self) -> list[dict[str, Any]]:
        capacity = []
        for workers, cores in WORKERS_AND_CORES:
            tell(f"as many turns as there can be: workers {workers}, cores {cores}")
            capacity.append(under_load.capacity(workers, cores, self._extent.seconds_of_growth, tell))
        return [asdict(each) for each in capacity]


def write(results: dict[str, Any], folder: Path) -> None:
    """The page, its pictures and the raw figures."""
    ours, stock = figures_of(results["ours"]), figures_of(results["stock"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "performance.md").write_text(report.page(results, ours, stock), encoding="utf-8")
    lines = report.as_trained(comparisons(ours, stock), results["stock_training"])
    plots.draw(ours, stock, lines, folder / "images")
    tell(f"written: {folder / 'performance.md'}")
    print(report.table(comparisons(ours, stock)))


def figures_of(figures: dict[str, Any]) -> Figures:
    """One side's figures as they stand in performance.json."""
    parse, turns = figures["parse"], figures["turns"]
    return Figures(
        **figures
        | {
            "parse": Latency(**parse) if parse else None,
            "turns": {kind: Latency(**latency) for kind, latency in turns.items()},
        }
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
