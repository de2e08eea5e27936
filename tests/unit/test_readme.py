"""What the README promises is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from orders.samples import try_this

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_orders_to_try_are_those_that_are_loaded() -> None:
    for sample in try_this():
        assert f"| {sample['what']} | {sample['say']} | {sample['outcome']} |" in README


def test_every_path_it_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(r"^\| `([\w/]+/)`", README, re.MULTILINE)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_example_of_the_engine_gives_a_decision() -> None:
    (command,) = re.findall(r"^    (echo '.*?explain)$", README, re.MULTILINE | re.DOTALL)
    shown = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "$129.00" in shown
