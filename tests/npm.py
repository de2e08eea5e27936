"""The sources of the page with what they need from npm, installed once for all tests."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def installed() -> Path:
    """A copy of web/ in which everything is installed; what it builds stands beside it."""
    folder = tempfile.TemporaryDirectory(prefix="page-")
    _kept.append(folder)
    web = Path(folder.name) / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    (web.parent / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "figures.md", web.parent / "docs")  # whose definitions the desk shows
    run(web, "ci", "--ignore-scripts")
    return web


def run(web: Path, *arguments: str) -> str:
    """What npm says. Fails the test if it fails."""
    done = subprocess.run(["npm", *arguments], cwd=web, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


_kept: list[tempfile.TemporaryDirectory[str]] = []  # deleted when the tests are over
