"""The page that is served is what its sources build, and its own tests pass."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "channels" / "static"

pytestmark = pytest.mark.npm


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with what they need installed, as the build writes beside them."""
    web = tmp_path_factory.mktemp("page") / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    npm(web, "ci", "--ignore-scripts")
    return web


def npm(web: Path, *arguments: str) -> None:
    done = subprocess.run(["npm", *arguments], cwd=web, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_committed_files_are_what_the_sources_build(sources: Path) -> None:
    npm(sources, "run", "build")
    built = sources.parent / "channels" / "static"
    assert {path.name: path.read_bytes() for path in built.iterdir()} == {
        path.name: path.read_bytes() for path in BUILT.iterdir()
    }


def test_the_page_passes_its_own_tests(sources: Path) -> None:
    npm(sources, "test")
