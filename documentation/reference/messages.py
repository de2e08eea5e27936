"""docs/reference/messages.md: the structured messages, field by field, as conversation tests hold them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from documentation.pages import ROOT
from documentation.reference import schemas
from tests.conversation.contract import FIELDS, INPUTS_OF

TOLD = ROOT / "documentation/reference/messages.yml"

HEAD = """\
# Structured messages

A message of the assistant has text, or one structured payload in `custom`, or both; Rasa's REST channel gives them as
two items. Every turn of every [conversation test](../conversation-tests.md) is held against what stands here.
How they reach the page: [Socket.IO](../socket-io.md).

An option is chosen by sending its title as the message, over Socket.IO with its `id` as `option`. Nothing that a client
sends is ever a slot, an intent or a command. A photo that the customer attached comes as a message of theirs, with
[`custom` of type `photo`](../socket-io.md#photos).
"""


def page() -> str:
    """The whole page."""
    told = messages()
    sections = [HEAD]
    for kind, fields in FIELDS.items():
        table = schemas.table({"properties": fields, "required": list(fields)})
        sections.append("\n\n".join(part for part in (f"## {kind}", f"It comes {told[kind]['when']}.", table) if part))
        if kind == "ask":
            sections.append(_questions())
        if example := told[kind].get("example"):
            sections.append(f"```json\n{json.dumps(example, indent=2)}\n```")
    return "\n\n".join(section.strip() for section in sections) + "\n"


def messages() -> dict[str, Any]:
    """When each kind comes, and an example."""
    return dict(yaml.safe_load(TOLD.read_text(encoding="utf-8")))


def _questions() -> str:
    rows = [f"| `{fact}` | {' or '.join(f'`{way}`' for way in sorted(ways))} |" for fact, ways in INPUTS_OF.items()]
    return "\n".join(["| asked | answered by |", "|---|---|", *rows])
