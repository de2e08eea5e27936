"""docs/reference/desk-api.md: the desk's calls, from their OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from documentation.pages import ROOT
from documentation.reference import schemas

DOCUMENT = ROOT / "docs" / "desk-api.json"

HEAD = """\
# The desk's interface

{description} For programs: [desk-api.json](../desk-api.json) (OpenAPI), from which this page is made.
[Handover](../handover.md) says what the calls mean for the customer, and which events the socket brings.

## Calls

{calls}

## What is sent and what comes back
"""


def page() -> str:
    """The whole page."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    shapes = document["components"]["schemas"]
    calls = "\n".join(["| call | does | takes | gives |", "|---|---|---|---|", *_calls(document["paths"])])
    sections = [HEAD.format(description=document["info"]["description"], calls=calls)]
    for name, shape in shapes.items():
        told = shape.get("description", "")
        values = schemas.kind_of(shape) + "." if "enum" in shape else schemas.table(shape)
        sections.append("\n\n".join(part for part in (f"### {name}", told, values) if part) + "\n")
    return "\n".join(sections)


def _calls(paths: dict[str, Any]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, call in methods.items():
            asked = [f"`{each['name']}`" for each in call.get("parameters", []) if each["in"] == "query"]
            takes = ", ".join([*asked, *_shapes(call.get("requestBody", {}))])
            given = {code: answer for code, answer in call["responses"].items() if code.startswith("2")}
            gives = ", ".join(" ".join([code, *_shapes(answer)]) for code, answer in given.items())
            yield f"| `{method.upper()} {path}` | {call['description']} | {takes} | {gives} |"


def _shapes(body: dict[str, Any]) -> list[str]:
    return [schemas.kind_of(each["schema"]) for each in body.get("content", {}).values() if each.get("schema")]
