"""The documentation's site, built once for all tests, as strictly as `make docs` does it."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def built() -> Path:
    """Its folder. Fails the test if mkdocs warns of anything."""
    folder = tempfile.TemporaryDirectory(prefix="site-")
    _kept.append(folder)
    _run("npm", "ci", "--silent", "--ignore-scripts", "--prefix", "documentation")
    _run(sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder.name)
    return Path(folder.name)


def _run(*command: str) -> None:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


_kept: list[tempfile.TemporaryDirectory[str]] = []  # deleted when the tests are over
