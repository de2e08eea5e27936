"""What it takes before anybody can talk: the environment and the training."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.performance.sides import STOCK_PYTHON
from runtime import training
from runtime.settings import ROOT

OURS = ("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "locks/run.txt")
STOCK = ("pip", "install", "--no-config", "--quiet", "--compile-bytecode", "-r", "pyproject.toml")
"""Without the project's settings, and so with everything that Rasa names, TensorFlow too."""


def installed(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Seconds and megabytes of a fresh environment; the packages come from uv's cache where they are in it."""
    find = ". runtime/find_tools.sh && printf %s $uv"
    uv = subprocess.run(["sh", "-c", find], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "environment")
        began = time.perf_counter()
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(environment))
        _run(uv, *arguments, "--python", str(environment / "bin" / "python"))
        return round(time.perf_counter() - began, 1), size_of(environment)


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def size_of(folder: Path) -> float:
    """Megabytes on the disk, of files and of what folders take; each hard-linked file once."""
    blocks: dict[int, int] = {}
    for directory, _, names in os.walk(folder):
        for name in (".", *names):
            entry = os.lstat(os.path.join(directory, name))
            blocks[entry.st_ino] = entry.st_blocks
    return round(sum(blocks.values()) * 512 / 1e6, 0)


def existing_environments() -> tuple[float, float]:
    """Megabytes of the two that are there, with the tools for development."""
    return size_of(Path(sys.prefix).resolve()), size_of(STOCK_PYTHON.parents[1].resolve() / "lib")


def trained() -> float:
    """Seconds that training this assistant anew takes, from the command to the model."""
    began = time.perf_counter()
    _run(sys.executable, "-m", "runtime.training", "--anew")
    return round(time.perf_counter() - began, 1)


def model() -> Path:
    """Ours, trained if need be."""
    return training.current_model() or training.up_to_date_model()
