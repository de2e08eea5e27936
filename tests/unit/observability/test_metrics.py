"""Figures of several workers are one worker's added up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from observability.logs import ROOT

WORKER = """
import os, signal
from observability import metrics
metrics.TURNS.labels("answered").inc(2)
metrics.CONNECTIONS.labels("customers").inc()
print(metrics.exposition().decode(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def shown_by_a_worker(folder: Path) -> list[str]:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    worker = subprocess.run([sys.executable, "-c", WORKER], cwd=ROOT, env=environment, capture_output=True, text=True)
    return worker.stdout.splitlines()


def test_workers_add_up_and_a_killed_one_has_no_connections(tmp_path: Path) -> None:
    first, second = shown_by_a_worker(tmp_path), shown_by_a_worker(tmp_path)
    assert 'assistant_turns_total{outcome="answered"} 2.0' in first
    assert 'assistant_turns_total{outcome="answered"} 4.0' in second
    assert 'assistant_connections{of="customers"} 1.0' in second
