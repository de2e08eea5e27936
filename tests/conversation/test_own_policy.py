"""docs/own-policy.md: its commands alone take another shop's text to conversations that come out as written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from documentation.pages import MarkdownPage
from runtime import training
from runtime.settings import ROOT

GUIDE = ROOT / "docs" / "own-policy.md"
COMMANDS = "\n".join(block.text for block in MarkdownPage(GUIDE).blocks if block.language == "sh")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What the guide's commands say, run in a folder that looks like the project's but gets none of their files."""
    training.up_to_date_model()
    place = tmp_path_factory.mktemp("project")
    for path in ROOT.iterdir():
        (place / path.name).symlink_to(path)
    return subprocess.run(
        ["/bin/sh", "-ec", COMMANDS], cwd=place, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_every_command_ends_well(followed: subprocess.CompletedProcess[str]) -> None:
    assert followed.returncode == 0, followed.stdout + followed.stderr


def test_the_shops_conversations_come_out_as_written(followed: subprocess.CompletedProcess[str]) -> None:
    assert "11 of 11 conversations came out as written." in followed.stdout


def test_the_guide_shows_what_the_commands_say(followed: subprocess.CompletedProcess[str]) -> None:
    shown = [
        block.text
        for block in MarkdownPage(GUIDE).blocks
        if block.language == "text" and not block.text.startswith((".venv", "POLICY_DIR", "✗"))
    ]
    assert len(shown) == 3
    for text in shown:
        for line in text.splitlines():
            assert line in followed.stdout


def test_nothing_of_the_published_shop_is_left_in_another_one(followed: subprocess.CompletedProcess[str]) -> None:
    files = Path(ROOT / "docs" / "own-policy").rglob("*.*")
    told = followed.stdout.split("Glimmer Cycle Lamps", 1)[1]

    assert not any("inomega" in path.read_text(encoding="utf-8").lower() for path in files if path.suffix != ".jsonl")
    assert "inomega" not in told.lower()
    assert "surveillance" not in told
