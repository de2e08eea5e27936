"""The figures that the README tells, taken from where they were measured."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from benchmarks.stock_model import STOCK_EPOCHS
from documentation.pages import ROOT
from policy_core.policy import PUBLISHED, read_clauses

BEGIN, END = "<!-- figures: made by `make reference` -->", "<!-- end of figures -->"
BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def pages() -> dict[str, str]:
    """The README with the figures as they are now."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(["| | this assistant | Rasa's stock configuration |", "|---|---:|---:|", *_beside_stock()])
    figures = "\n\n".join([table, *_alone()])
    return {"README.md": BETWEEN.sub(lambda _: f"{BEGIN}\n{figures}\n{END}", text)}


def _beside_stock() -> Iterator[str]:
    measured = _measured()
    for what, path, unit in (
        ("training", ("training_seconds",), "s"),
        ("start-up to the first answer", ("start_seconds",), "s"),
        ("memory of all processes", ("memory_after_start",), "MB"),
        ("size of the environment", ("environment_megabytes",), "MB"),
        ("a turn with a decision, median", ("turns", "decision", "p50"), "ms"),
    ):
        ours, stock = (_figure(measured[side], path) for side in ("ours", "stock"))
        yield f"| {what} | {_rounded(ours)} {unit} | {_rounded(stock)} {unit} |"
    us, rasa = (_reading(line) for line in ("n-grams and encoder (ours)", "Rasa's stock pipeline"))
    yield f"| wishes read right, in texts that it never saw | {us[0]} | {rasa[0]} |"
    yield f"| texts about other things that would have started a request | {us[2]} | {rasa[2]} |"


def _alone() -> Iterator[str]:
    machine, sentences = _measured()["machine"], len(read_clauses(PUBLISHED / "clauses.yml"))
    yield f"Measured on {machine['measured'].split()[0]}, on a machine with {machine['cores']} cores{_cut_short()}."
    yield (
        f"{sentences} sentences of the policy, each with the rules and answers that rest on it. Of the mistakes that a"
        f" program\nputs into these rules, the tests notice {_noticed()}."
        f" {_transcripts()} conversations are written down as tests: words, decision, what is filed."
        f"\nThe widget weighs {_kilobytes('widget.js')} kB with the page and {_whole_widget()} kB once opened, gzipped."
    )


def _cut_short() -> str:
    """That stock wasn't trained in full, where it wasn't."""
    epochs = _measured()["stock_training"]["epochs"]
    return "" if epochs == STOCK_EPOCHS else f"; stock trained for {epochs} of its {STOCK_EPOCHS} epochs"


def _measured() -> dict[str, Any]:
    return dict(json.loads((ROOT / "docs/performance.json").read_text(encoding="utf-8")))


def _figure(side: dict[str, Any], path: tuple[str, ...]) -> float:
    value: Any = side
    for name in path:
        value = value[name]
    return float(value)


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _reading(line: str) -> list[str]:
    """In scope, out of scope found, falsely started: of the first table in docs/nlu.md."""
    row = next(row for row in _lines("docs/nlu.md") if row.startswith("|") and line in row)
    return [cell.strip(" *") for cell in row.strip("|").split("|")[1:4]]


def _whole_widget() -> str:
    return f"{sum(_bytes(name) for name in ('widget.js', 'chat.js', 'chat.en.js')) / 1000:.0f}"


def _kilobytes(name: str) -> str:
    return f"{_bytes(name) / 1000:.1f}"


def _bytes(name: str) -> int:
    return len(gzip.compress((ROOT / "channels/static" / name).read_bytes()))


def _transcripts() -> int:
    files = (ROOT / "tests/conversation/transcripts").rglob("*.yml")
    return sum(len(yaml.safe_load(file.read_text(encoding="utf-8")).get("test_cases", ())) for file in files)


def _noticed() -> str:
    return next(found[1] for row in _lines("docs/mutation.md") if (found := re.search(r"([\d.]+%) noticed", row)))


def _lines(page: str) -> list[str]:
    return (ROOT / page).read_text(encoding="utf-8").splitlines()
