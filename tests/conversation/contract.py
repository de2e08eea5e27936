"""What the contract promises of every structured message, and of where it stands in a turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from actions.memory import FACT_OF_SLOT
from orders.words import REQUEST_KINDS, REQUEST_STATUSES
from policy_core import published
from policy_core.schema import decision_schema

if TYPE_CHECKING:  # it brings Rasa along, and these promises are read without it, too
    from tests.assistant import Said

ASKED = sorted({*FACT_OF_SLOT.values(), "order_number", "email", "item", "confirm", "anything_else", "clarify"})
INPUTS_OF: Mapping[str, set[str]] = {
    "order_number": {"text"},
    "email": {"email"},
    "item": {"choice"},
    "wants": {"choice"},
    "clarify": {"choice"},
    "confirm": {"yes_no"},
    "anything_else": {"yes_no", "choice"},
    "order.placed_at": {"date", "choice"},
    "order.delivered_at": {"date", "choice"},
    "claim.reason": {"choice"},
    "claim.working": {"yes_no"},
    "claim.original_packaging": {"yes_no"},
    "claim.tampered": {"yes_no"},
    "claim.original_purchaser": {"yes_no"},
}
"""A day that can be read in two ways is a choice between the two."""

TEXT = {"type": "string", "minLength": 1}
ITEMS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["sku", "name"], "properties": {"sku": TEXT, "name": TEXT}},
}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "ask": {
        "fact": {"enum": ASKED},
        "input": {"enum": ["text", "email", "date", "choice", "yes_no"]},
    },
    "decision": {
        "decision": {"type": "object"},
        "order_number": {"type": ["string", "null"]},
        "items": ITEMS,
        "refused": {"type": ["object", "null"], "required": ["currency", "total"]},
    },
    "summary": {"kind": {"enum": list(REQUEST_KINDS)}, "order_number": TEXT, "items": ITEMS},
    "request": {
        "reference": {"type": "string", "pattern": "^R-[0-9A-Z]{4}-[0-9A-Z]{4}$"},
        "kind": {"enum": list(REQUEST_KINDS)},
        "status": {"enum": list(REQUEST_STATUSES)},
        "order_number": TEXT,
        "filed_at": TEXT,
    },
    "clause": {
        "ids": {"type": "array", "minItems": 1, "items": TEXT},
        "quotes": {"type": "array", "minItems": 1, "items": TEXT},
    },
    "handover": {
        "state": {"enum": ["assistant", "waiting", "agent", "closed"]},
        "reason": {"type": ["string", "null"]},
        "agent": {"type": ["object", "null"], "required": ["name"]},
        "position": {"type": ["integer", "null"]},
    },
}
OPTIONS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["id", "title"], "properties": {"id": TEXT, "title": TEXT}},
}
_DECISION = Draft202012Validator(decision_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
_OPTIONS = Draft202012Validator(OPTIONS)
_FIELDS = {
    kind: Draft202012Validator({"type": "object", "required": list(fields), "properties": fields})
    for kind, fields in FIELDS.items()
}


def faults_of(answers: Said) -> Iterator[str]:
    """What a turn's messages have against the contract."""
    for answer in answers:
        if not answer.get("text") and not answer.get("custom"):
            yield "a message with nothing in it"
        if "custom" in answer:
            yield from _faults_of_payload(answer["custom"])
    asks = [answer["custom"] for answer in answers if answer.get("custom", {}).get("type") == "ask"]
    if len(asks) > 1:
        yield f"it asks {len(asks)} questions at once"
    if asks and answers[-1].get("custom") != asks[-1]:
        yield "its question isn't the last message"
    if not asks and any("?" in answer.get("text", "") for answer in answers):
        yield "it asks a question that no `ask` carries"


def _faults_of_payload(payload: Mapping[str, Any]) -> Iterator[str]:
    kind = payload.get("type")
    if kind not in _FIELDS:
        yield f"an unknown type: {kind}"
        return
    for error in _FIELDS[kind].iter_errors(payload):
        yield f"{kind}: {error.message}"
    if kind == "ask":
        yield from _faults_of_question(payload)
    if kind == "clause":
        yield from _faults_of_quotes(payload)
    if kind == "request" and datetime.fromisoformat(payload["filed_at"]).tzinfo is None:
        yield "request: filed_at without an offset"
    if kind == "decision":
        yield from (
            f"decision: {error.json_path} {error.message}" for error in _DECISION.iter_errors(payload["decision"])
        )
        parts = payload["decision"]["per_item"]
        if parts and len(parts) != len(payload["items"]):
            yield "decision: per_item and items differ in number"


def _faults_of_question(payload: Mapping[str, Any]) -> Iterator[str]:
    is_choice = payload["input"] == "choice"
    if payload["input"] not in INPUTS_OF[payload["fact"]]:
        yield f"ask: {payload['fact']} by {payload['input']}"
    if is_choice != ("options" in payload):
        yield f"ask: {payload['input']} {'without' if is_choice else 'with'} options"
    if "options" in payload:
        yield from (f"ask: {error.message}" for error in _OPTIONS.iter_errors(payload["options"]))
        for name in ("id", "title"):
            said = [option[name].lower() for option in payload["options"]]
            if len(set(said)) != len(said):
                yield f"ask: an option's {name} is there twice"


def _faults_of_quotes(payload: Mapping[str, Any]) -> Iterator[str]:
    sentences = published().in_force(datetime.now(timezone.utc).date()).clauses
    if [sentences[id].text for id in payload["ids"]] != payload["quotes"]:
        yield "clause: its quotes aren't the policy's sentences"
