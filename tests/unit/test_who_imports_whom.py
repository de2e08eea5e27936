"""The house as DESIGN.md draws it: who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "policy_core": set(),
    "database": {"migrations", "postgresql"},
    "lean": set(),
    "migrations": {"conversations", "database", "orders"},  # whose tables they make
    "postgresql": set(),
    "observability": set(),
    "languages": {"policy_core"},  # only the command that brings the catalogues up to date
    "orders": {"database", "languages", "observability"},
    "conversations": {"database", "languages", "observability"},
    "actions": {"policy_core", "orders", "conversations", "database", "languages", "observability", "rasa_sdk"},
    "channels": {"conversations", "orders", "policy_core", "database", "languages", "lean", "observability"},
    "privacy": {"orders", "conversations", "database"},
    "nlu": {"rasa"},
    "runtime": {"policy_core", "database", "languages", "lean", "migrations", "observability", "rasa", "rasa_sdk"},
}
"""What of ours and of Rasa's each part may import. `runtime` starts the others as processes, by name."""

WATCHED = MAY_IMPORT.keys() | {"rasa", "rasa_sdk"}


def files_of(part: str) -> list[Path]:
    return [ROOT / f"{part}.py"] if (ROOT / f"{part}.py").exists() else sorted((ROOT / part).rglob("*.py"))


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def forbidden(part: str, path: Path) -> set[str]:
    return (set(imported_by(path)) & WATCHED) - MAY_IMPORT[part] - {part}


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_each_part_imports_only_what_it_may(part: str):
    assert files_of(part), f"{part} is in the table but not in the house"
    offences = {str(path.relative_to(ROOT)): found for path in files_of(part) if (found := forbidden(part, path))}
    assert offences == {}


def test_every_part_is_in_the_table():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - MAY_IMPORT.keys() - {"tests"} == set()


@pytest.mark.parametrize(
    ("part", "line", "found"),
    [
        ("channels", "from actions import case", {"actions"}),
        ("channels", "import rasa.shared.nlu", {"rasa"}),
        ("actions", "from rasa.shared.core.events import SlotSet", {"rasa"}),
        ("actions", "from rasa_sdk.events import SlotSet", set()),
        ("policy_core", "def late():\n    import orders.models", {"orders"}),
        ("policy_core", "from policy_core.money import Money\nimport json", set()),
    ],
)
def test_the_check_finds_what_is_forbidden(tmp_path: Path, part: str, line: str, found: set[str]):
    module = tmp_path / "module.py"
    module.write_text(line)
    assert forbidden(part, module) == found
