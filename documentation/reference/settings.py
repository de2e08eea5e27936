"""docs/reference/settings.md: which variables the code reads, with the defaults that stand there.

Names, defaults and readers come from the code; what each means, and its place on the page, from settings.yml.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from channels.limits import Limits
from documentation.pages import ROOT

PARTS = ("database.py", "policy_core", "orders", "conversations", "channels", "actions", "nlu", "observability",
         "privacy", "runtime")  # fmt: skip
VARIABLE = re.compile(r"^(?!HTTP_|NFKC$|JPEG$|RGB)[A-Z][A-Z_]{3,}$")
MEANINGS = ROOT / "documentation/reference/settings.yml"

HEAD = """\
# Settings

Environment variables. `make run` needs none of them; a wrong value is refused at the start, in a sentence that says
what it has to be. How the shop settles what its policy leaves open is no variable, but stands beside the policy:
[change the policy](../policy-engine.md#changing-the-policy).
"""


class SettingsError(Exception):
    """The code and settings.yml don't name the same settings; the text says which."""


@dataclass(frozen=True)
class Read:
    """That a part of the code reads a variable."""

    variable: str
    part: str
    default: str | None


def page() -> str:
    """The whole page. Raises SettingsError."""
    told = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    defaults, readers = _in_the_code()
    described = {name for group in told["groups"].values() for name in group}
    _check(described, set(defaults) - set(told["among_ourselves"]), set(told["read_by_libraries"]))
    sections = [HEAD]
    for title, group in told["groups"].items():
        rows = [
            f"| `{name}` | {each.get('default') or _shown(defaults.get(name))} | {each['means']} "
            f"| {', '.join(sorted(readers[name])) or 'a library'} |"
            for name, each in group.items()
        ]
        head = [f"## {title}\n", "| variable | default | what | read by |", "|---|---|---|---|"]
        sections.append("\n".join([*head, *rows, ""]))
    return "\n".join(sections)


def _check(described: set[str], in_the_code: set[str], by_libraries: set[str]) -> None:
    if nowhere := described - in_the_code - by_libraries:
        raise SettingsError(f"{MEANINGS.name} describes what nothing reads: {', '.join(sorted(nowhere))}")
    if untold := in_the_code - described:
        raise SettingsError(f"These are read and not described in {MEANINGS.name}: {', '.join(sorted(untold))}")


def _in_the_code() -> tuple[dict[str, str | None], dict[str, set[str]]]:
    defaults: dict[str, str | None] = {}
    readers: defaultdict[str, set[str]] = defaultdict(set)
    for part in PARTS:
        for path in [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py")):
            for read in reads_of(path, part.removesuffix(".py")):
                readers[read.variable].add(f"`{read.part}`")
                defaults[read.variable] = defaults.get(read.variable) or read.default
    for limit in fields(Limits):
        defaults[limit.name.upper()] = f"{limit.default:d}"
        readers[limit.name.upper()].add("`channels`")
    return defaults, readers


def reads_of(path: Path, part: str) -> Iterator[Read]:
    """Every place where a module reads a variable, with the default that stands beside it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {
        target.target.id: target.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for target in node.body
        if isinstance(target, ast.AnnAssign)
        and isinstance(target.target, ast.Name)
        and isinstance(target.value, ast.Constant)
    }
    after_or = {
        id(node.values[0]): node.values[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Constant) and VARIABLE.match(str(argument.value)):
                beside = node.args[place + 1] if place + 1 < len(node.args) else after_or.get(id(node))
                yield Read(str(argument.value), part, _literal(beside, attributes))


def _literal(node: ast.expr | None, attributes: Mapping[str, object]) -> str | None:
    """What stands there, or in the class that it names, if it is a word or a number."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cls":
        value = attributes.get(node.attr)
    else:
        value = node.value if isinstance(node, ast.Constant) else None
    return None if value in (None, "") else f"{value:g}" if isinstance(value, float) else str(value)


def _shown(default: str | None) -> str:
    return f"`{default}`" if default else "none"
