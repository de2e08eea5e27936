"""As many orders as a large shop has: what the benchmark measures stays within what was promised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from database import HOME

WRONG_PAIRS = (
    ("wrong pair, the order exists", "wrong pair, no such order"),
    ("a customer's, the order is another's", "a customer's, no such order"),
)


@pytest.mark.timeout(3000)
def test_orders_are_found_at_once_and_imported_in_a_minute_without_growing(tmp_path: Path, at_full_size: bool) -> None:
    size = [] if at_full_size else ["--orders", "2000", "--rows", "3000"]
    path = tmp_path / "figures.json"
    subprocess.run([sys.executable, "benchmarks/orders.py", "--json", str(path), *size], cwd=HOME, check=True)
    figures = json.loads(path.read_text())

    assert all(figures[name] > 0 for pair in WRONG_PAIRS for name in pair)  # at any size it measures something
    if not at_full_size:
        return
    for one, other in WRONG_PAIRS:
        assert figures[f"{one}, processor"] == pytest.approx(figures[f"{other}, processor"], rel=0.1)
    assert figures["an order and its items, processor"] < 1  # milliseconds; others' work on the machine left out
    assert figures["100000 rows, first, seconds"] < 60
    assert figures["100000 rows, again, seconds"] < 60
    assert figures["100000 rows, first, megabytes"] < 1.1 * figures["20000 rows, first, megabytes"]
