"""docs/reference/intents.md: what a message can be read as, and what answers it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml

from documentation.pages import ROOT

MEANINGS = ROOT / "documentation/reference/intents.yml"

HEAD = """\
# Intents

What a customer's message can be read as: `intent.name` of Rasa's `POST /model/parse`. One intent is one thing that the
customer wants to happen next. [How well it reads](../nlu.md) says how often that is right; what happens then is
[the conversation](../conversation.md).
"""


class IntentsError(Exception):
    """domain.yml and intents.yml don't name the same intents; the text says which."""


def page() -> str:
    """The whole page. Raises IntentsError."""
    told = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    rules, examples = _rules(), _examples()
    if differing := {name for group in told.values() for name in group} ^ set(_in_the_domain()):
        raise IntentsError(f"{MEANINGS.name} and domain.yml differ in: {', '.join(sorted(differing))}")
    sections = [HEAD]
    for title, group in told.items():
        rows = [
            f"| `{name}` | {means} | {'; '.join(rules[name])} | {', '.join(examples[name])} |"
            for name, means in group.items()
        ]
        sections.append("\n".join([f"## {title}\n", "| intent | means | rules that answer it | examples |",
                                   "|---|---|---|---|", *rows, ""]))  # fmt: skip
    return "\n".join(sections)


def _in_the_domain() -> list[str]:
    return list(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])


def _rules() -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data/rules").rglob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            for intent in _intents_of(rule["steps"]):
                found[intent].append(rule["rule"])
    return found


def _intents_of(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        if "intent" in step:
            yield step["intent"]
        yield from _intents_of(step.get("or", []))


def _examples() -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data/nlu").rglob("*.yml")):
        name = path.relative_to(ROOT).as_posix()
        for each in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in each and (link := f"[{path.stem}](../../{name})") not in found[each["intent"]]:
                found[each["intent"]].append(link)
    return found
