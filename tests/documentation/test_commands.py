"""Every command in the documentation runs, and every example can be read.

A block that can't be run here stands under a comment that says why: `<!-- not run here: needs a cluster -->`. Whatever
is not marked so is run, in a copy of the project, the blocks of a page in their order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from documentation.pages import Block, MarkdownPage, all_pages
from documentation.reference.commands import LINES, commands_of, help_of
from tests.documentation.conftest import Copy

PAGES = all_pages()
COMMANDS = "sh"
READABLE: dict[str, Callable[[str], Any]] = {"json": json.loads, "yaml": lambda text: list(yaml.safe_load_all(text))}
OTHERS = {"mermaid", "text", "html", "js", "css", "csv", "nginx", "python"}


def blocks_in(*languages: str) -> list[Any]:
    return [
        pytest.param(page, block, id=f"{page.name}:{block.line}")
        for page in PAGES
        for block in page.blocks
        if block.language in languages
    ]


def runs_here(page: MarkdownPage) -> list[Block]:
    return [block for block in page.blocks if block.language in (COMMANDS, "python") and not block.not_run]


@pytest.mark.parametrize("page", [page for page in PAGES if runs_here(page)], ids=lambda page: page.name)
def test_its_commands_run(copy: Copy, page: MarkdownPage) -> None:
    for block in runs_here(page):
        done = copy.run(block.text) if block.language == COMMANDS else copy.run(block.text, "python", "-c")
        assert done.returncode == 0, f"{page.name}:{block.line}\n{block.text}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize(("page", "block"), blocks_in(*READABLE))
def test_its_data_can_be_read(page: MarkdownPage, block: Block) -> None:
    assert READABLE[block.language](block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_block_says_what_it_is(page: MarkdownPage) -> None:
    known = {COMMANDS, *READABLE, *OTHERS}

    assert [f"{page.name}:{block.line}" for block in page.blocks if block.language not in known] == [], (
        f"Blocks of code are fenced and name their language: one of {', '.join(sorted(known))}."
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_that_it_names_exists(page: MarkdownPage) -> None:
    """Those within its sentences, which are not run."""
    targets = re.findall(r"^([a-z-]+):", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {f"make {target}" for target in targets} | {
        f"python -m {name} {command}" for name in LINES for command in commands_of(help_of(name))
    }
    named = {
        found[0]
        for code in page.inline_code
        if (found := re.match(rf"make [a-z-]+|python -m ({'|'.join(LINES)}) [a-z][a-z-]+(?=\s|$)", code))
    }

    assert named - known == set()


def test_a_command_that_fails_is_told_with_its_place(copy: Copy) -> None:
    assert copy.run("false\ntrue").returncode == 1
    asking = "import httpx; httpx.get('http://127.0.0.1:8000/healthz').raise_for_status()"
    assert copy.run(asking, "python", "-c").returncode == 0
