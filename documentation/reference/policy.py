"""docs/reference/facts-and-decisions.md: what the policy engine takes and gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from documentation.pages import ROOT
from documentation.reference import schemas
from policy_core import published

SCHEMAS = ROOT / "policy_core" / "schemas"

PAGE = """\
# Facts and decisions

What `python -m policy_core decide` reads and writes, one JSON object a line, and what `policy_core.decide` takes and
gives. The tables are made from [`facts.json`](../../policy_core/schemas/facts.json) and
[`decision.json`](../../policy_core/schemas/decision.json), which `python -m policy_core schema` prints.
[The policy engine](../policy-engine.md) says how it gets from one to the other.

## Facts

`null`, or no key at all, is "not known", which is different from false. A time is ISO 8601 with its offset; a date
means that day's first moment in the shop's time zone.

{facts}

## A decision

{decision}

## The sentences

A decision's `clauses` are ids of these. The policy as it is published now, word for word:

{clauses}
"""


def page() -> str:
    """The whole page."""
    clauses = published().in_force(date.max).clauses.values()
    sentences = [f"| `{clause.id}` | {' '.join(clause.text.split())} |" for clause in clauses]
    return PAGE.format(
        facts=schemas.table(_read(SCHEMAS / "facts.json")),
        decision=schemas.table(_read(SCHEMAS / "decision.json")),
        clauses="\n".join(["| id | sentence |", "|---|---|", *sentences]),
    )


def _read(path: Path) -> schemas.Schema:
    return dict(json.loads(path.read_text(encoding="utf-8")))
