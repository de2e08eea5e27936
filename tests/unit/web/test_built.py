"""What is served is what its sources build, and as light as it is said to be; and its own tests pass."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests import npm

BUILT = npm.ROOT / "channels" / "static"


@pytest.fixture(scope="module")
def sources() -> Path:
    """With what they build beside them."""
    sources = npm.installed()
    npm.run(sources, "run", "build")
    return sources


@pytest.mark.npm
def test_the_committed_files_are_what_the_sources_build(sources: Path) -> None:
    built = sources.parent / "channels" / "static"
    assert {path.name: path.read_bytes() for path in built.iterdir()} == {
        path.name: path.read_bytes() for path in BUILT.iterdir()
    }


@pytest.mark.npm
def test_the_page_passes_its_own_tests(sources: Path) -> None:
    npm.run(sources, "test")


@pytest.mark.npm
def test_the_scales_say_what_is_said_of_it(sources: Path) -> None:
    assert "together" in npm.run(sources, "run", "weigh")


def test_a_visitor_loads_little() -> None:
    loader, chat, english, german = (
        len(gzip.compress((BUILT / name).read_bytes())) for name in ("widget.js", "chat.js", "chat.en.js", "chat.de.js")
    )

    assert loader < 3_000
    assert loader + chat + max(english, german) < 35_000
