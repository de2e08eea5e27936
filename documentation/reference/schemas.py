"""JSON Schemas as tables that people can read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

PATTERNS = {
    r"^[0-9]{1,12}(\.[0-9]+)?$": 'an amount, `"129.00"`',
    r"^-?[0-9]+(\.[0-9]+)?$": 'an amount, `"-9.90"`',
    r"^[A-Z]{3}$": "an ISO 4217 code",
    r"^R-[0-9A-Z]{4}-[0-9A-Z]{4}$": "a reference, `R-7K4M-92XB`",
}
FORMATS = {"date-time": "time", "date": "date"}


def table(schema: Schema) -> str:
    """A row for each field, with those of objects inside below it as `order.currency`, `items[].sku`."""
    rows = [
        f"| `{name}` | {kind} | {'yes' if is_required else ''} |" for name, kind, is_required in _fields(schema, "")
    ]
    return "\n".join(["| field | value | required |", "|---|---|---|", *rows])


def _fields(schema: Schema, before: str) -> Iterator[tuple[str, str, bool]]:
    for name, field in schema.get("properties", {}).items():
        is_required = name in schema.get("required", ())
        yield f"{before}{name}", kind_of(field), is_required
        inside, mark = _object_in(field)
        if inside:
            yield from _fields(inside, f"{before}{name}{mark}.")


def _object_in(field: Schema) -> tuple[Schema | None, str]:
    for each in field.get("anyOf", [field]):
        if each.get("properties"):
            return each, ""
        if each.get("items", {}).get("properties"):
            return each["items"], "[]"
    return None, ""


def kind_of(field: Schema) -> str:
    """What may stand there, in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return "a decision" if name == "#" else f"[{name}](#{name.lower()})"
    if "enum" in field:
        return ", ".join(f"`{json.dumps(value)}`" if value is None else f"`{value}`" for value in field["enum"])
    if "pattern" in field:
        return PATTERNS.get(field["pattern"], f"text like `{field['pattern'].replace('|', chr(92) + '|')}`")
    if field.get("type") == "string" and "anyOf" in field:
        return " or ".join(FORMATS[each["format"]] for each in field["anyOf"])
    if "anyOf" in field:
        return " or ".join(kind_of(each) for each in field["anyOf"])
    if field.get("format") in FORMATS:
        return FORMATS[field["format"]]
    kinds = field.get("type", "any")
    return " or ".join(_plain(kind, field) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _plain(kind: str, field: Schema) -> str:
    if kind == "array":
        return f"list of {kind_of(field['items'])}" if field.get("items") else "list"
    if kind == "string" and "maxLength" in field:
        return f"text, up to {field['maxLength']:,} characters"
    if kind == "integer" and "maximum" in field:
        return f"whole number, {field.get('minimum', 0):,} to {field['maximum']:,}"
    return {
        "string": "text", "integer": "whole number", "number": "number", "boolean": "true, false", "null": "null",
        "object": "object", "any": "anything",
    }[kind]  # fmt: skip
