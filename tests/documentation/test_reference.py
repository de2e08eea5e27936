"""The reference pages, and the README's figures, are what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from documentation import figures
from documentation.pages import ROOT
from documentation.reference import made, messages, schemas, settings
from tests.conversation.contract import faults_of

MADE = {**made.pages(), **figures.pages()}


@pytest.mark.parametrize("name", MADE)
def test_it_is_what_the_code_says(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == MADE[name], "make it anew: make reference"


def test_every_page_there_is_made() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference").iterdir()}

    assert there == MADE.keys() - {"README.md"}


@pytest.mark.parametrize("kind", [kind for kind, told in messages.messages().items() if "example" in told])
def test_each_example_keeps_the_contract(kind: str) -> None:
    example = messages.messages()[kind]["example"]

    assert list(faults_of([{"text": "?", "custom": example}] if kind == "ask" else [{"custom": example}])) == []
    assert example["type"] == kind


def test_a_setting_is_found_with_its_default_wherever_it_stands(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "class Settings:\n"
        "    patience: float = 8.0\n"
        "    def read(cls, environ):\n"
        "        _seconds(environ, 'A_PATIENCE', cls.patience)\n"
        "        environ.get('A_HOST') or 'here'\n"
        "        _port('A_PORT', 8000)\n"
        "        environ.get('A_NAME')\n"
    )

    found = {read.variable: read.default for read in settings.reads_of(module, "part")}

    assert found == {"A_PATIENCE": "8", "A_HOST": "here", "A_PORT": "8000", "A_NAME": None}


def test_what_the_code_reads_and_nobody_describes_is_refused() -> None:
    with pytest.raises(settings.SettingsError, match="NEW_ONE"):
        settings._check({"OLD_ONE"}, {"OLD_ONE", "NEW_ONE"}, set())
    with pytest.raises(settings.SettingsError, match="GONE"):
        settings._check({"OLD_ONE", "GONE"}, {"OLD_ONE"}, set())


def test_a_schema_becomes_a_table_with_what_is_inside() -> None:
    item = {"properties": {"price": {"type": "string", "pattern": "^[A-Z]{3}$"}}, "required": ["price"]}
    table = schemas.table({"properties": {"items": {"type": "array", "items": {"type": "object", **item}}}})

    assert table.splitlines()[2:] == [
        "| `items` | list of object |  |",
        "| `items[].price` | an ISO 4217 code | yes |",
    ]
