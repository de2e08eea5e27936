"""Finds what the assistant says, where it is said: in Python, in `domain.yml`, in the policy engine's `wording.yml`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from babel.messages.catalog import Catalog

from policy_core.wording import forms_of

ROOT = Path(__file__).parent.parent
SPOKEN_IN = ("actions", "channels", "conversations", "languages", "orders", "runtime")
WORDS_IN = {"gettext": 1, "to_translate": 1, "ngettext": 2}
"""The functions that are called with words, and how many of their arguments these are."""
IN_EACH_LANGUAGE = "utter_english_only_"
"""Responses that are in the customer's language as they stand."""


class Source(NamedTuple):
    """Words as they stand in the sources, and what a translator should know of them."""

    words: str | tuple[str, ...]
    file: str
    about: str = ""


def assistant_words() -> Iterator[Source]:
    """What is said outside the policy engine."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    for name, wordings in domain["responses"].items():
        if not name.startswith(IN_EACH_LANGUAGE):
            yield from (Source(wording["text"], "domain.yml", name) for wording in wordings)
    for path in sorted(path for part in SPOKEN_IN for path in (ROOT / part).rglob("*.py")):
        for words in _words_in(path):
            yield Source(words, path.relative_to(ROOT).as_posix())


def _words_in(path: Path) -> Iterator[str | tuple[str, ...]]:
    """What a module says. Babel's own extractor passes over calls within f-strings."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        count = WORDS_IN.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
        said = [str(part.value) for part in call.args[:count] if isinstance(part, ast.Constant)]
        if said and len(said) == count:
            yield tuple(said) if count > 1 else said[0]


def engine_words() -> Iterator[Source]:
    """What decisions and answers say."""
    wording = yaml.safe_load((ROOT / "policy_core/wording.yml").read_text(encoding="utf-8"))
    for section, entries in wording.items():
        if section != "number":
            yield from _in_section(entries, section)


def _in_section(entry: Any, about: str) -> Iterator[Source]:
    if isinstance(entry, str):
        one, several = forms_of(entry)
        yield Source((one, several) if several else one, "policy_core/wording.yml", about)
    elif isinstance(entry, list) and about.startswith("phrases."):
        yield Source(tuple(entry), "policy_core/wording.yml", about)
    elif isinstance(entry, list):
        for part in entry:
            yield from _in_section(part, about)
    else:
        for name, part in entry.items():
            if name not in ("needs", "clauses"):
                yield from _in_section(part, f"{about}.{name}")


def template(sources: Iterator[Source]) -> Catalog:
    """A catalogue without translations."""
    catalogue = Catalog()
    for source in sources:
        comments = [source.about] if source.about else []
        catalogue.add(source.words, locations=[(source.file, 0)], auto_comments=comments)
    return catalogue


CATALOGUES = {ROOT / "languages": assistant_words, ROOT / "policy_core" / "languages": engine_words}
"""Where the catalogues are, a file for each language, and what they translate."""
