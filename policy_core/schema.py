"""JSON Schemas of facts and decisions, made from the types that read and write them.

`python -m policy_core schema facts` shows one; `python -m policy_core.schema` writes the files in `schemas/` anew.
"""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints, is_typeddict

from policy_core.facts import (
    AMOUNT,
    LOCALE,
    QUANTITY_AT_MOST,
    Amount,
    Currency,
    Facts,
    Item,
    Locale,
    Moment,
    Quantity,
    Wish,
    fields_of,
)
from policy_core.forms import DecisionForm
from policy_core.rules import Outcome, Remedy
from policy_core.steps import IN_ORDER
from policy_core.wording import WORDS

SCHEMAS = Path(__file__).resolve().parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    date: {"type": "string", "format": "date"},
    Moment: {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    Amount: {"type": "string", "pattern": f"^{AMOUNT.pattern}$"},
    Currency: {"type": "string", "pattern": "^[A-Z]{3}$"},
    Locale: {"type": "string", "pattern": f"^{LOCALE.pattern}$"},
    Quantity: {"type": "integer", "minimum": 1, "maximum": QUANTITY_AT_MOST},
}


def _choice(kind: type[Enum]) -> Schema:
    return {"enum": [member.value for member in kind]}


ANNOTATED: dict[Any, Schema] = {
    "day": {"type": "string", "format": "date"},
    "day or moment": {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]},
    "amount": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "line code": {"enum": ["goods", *WORDS["lines"]]},
    "step code": {"enum": list(IN_ORDER)},
    **{choice: _choice(choice) for choice in (Wish, Outcome, Remedy)},
}


def facts_schema() -> Schema:
    """Of one line of input. What two fields say of each other (times, discounts) only `read_facts` checks."""
    return {"$schema": DIALECT, "title": "Facts", **_facts_object(Facts)}


def decision_schema() -> Schema:
    """Of one line of output that isn't an error."""
    return {"$schema": DIALECT, "title": "Decision", **_form(DecisionForm)}


def _facts_object(kind: Any) -> Schema:
    fields = list(fields_of(kind))
    return {
        "description": kind.__doc__,
        "type": "object",
        "properties": {name: _fact(hint, is_required) for name, hint, is_required in fields},
        "required": [name for name, _, is_required in fields if is_required],
        "additionalProperties": False,
    }


def _fact(hint: Any, is_required: bool) -> Schema:
    schema = _known_fact(hint)
    return schema if is_required else {"anyOf": [schema, SIMPLE[NoneType]]}


def _known_fact(hint: Any) -> Schema:
    if hint in SIMPLE:
        return SIMPLE[hint]
    if hint == tuple[Item, ...]:
        return {"type": "array", "items": _facts_object(Item), "minItems": 1}
    return _choice(hint) if issubclass(hint, Enum) else _facts_object(hint)


def _form(form: Any) -> Schema:
    hints = get_type_hints(form, include_extras=True)
    return {
        "description": form.__doc__,
        "type": "object",
        "properties": {name: _written(hint) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }


def _written(hint: Any) -> Schema:
    if hint is DecisionForm:
        return {"$ref": "#"}
    if is_typeddict(hint):
        return _form(hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if get_origin(hint) is Annotated:
        return ANNOTATED[get_args(hint)[1]]
    if get_origin(hint) is list:
        return {"type": "array", "items": _written(get_args(hint)[0])}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _written(get_args(hint)[1])}
    return {"anyOf": [_written(part) for part in get_args(hint)]}


def as_text(schema: Schema) -> str:
    """A schema as its file has it."""
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    (SCHEMAS / "facts.json").write_text(as_text(facts_schema()), encoding="utf-8")
    (SCHEMAS / "decision.json").write_text(as_text(decision_schema()), encoding="utf-8")
