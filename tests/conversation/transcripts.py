"""Conversations written down in YAML, in the shape of Rasa's end-to-end test cases: read, and held again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from database import transaction
from orders import find_order, find_request
from policy_core import published
from tests.assistant import Assistant
from tests.conversation.shop import FIXTURES, Ordered, catalogue, make_order, stored_order
from tests.conversation.talk import CONTACT, Talk, Turn

FOLDER = FIXTURES.parent


@dataclass(frozen=True)
class Transcript:
    """A conversation: what the customer wants, the orders made for it, and its steps."""

    name: str
    topic: str
    orders: tuple[Mapping[str, Any] | str, ...]
    """What is said of each, or its number where the shop has it already."""
    steps: tuple[Mapping[str, Any], ...]
    xfail: str | None = None
    """Why it doesn't pass yet."""
    locale: str | None = None
    """The language of the customer's page."""


def read_transcripts(folder: Path = FOLDER) -> list[Transcript]:
    """All of them, a file a topic. Raises ValueError for a step that nobody knows."""
    files = sorted(path for path in folder.glob("*.yml") if path != FIXTURES)
    return [transcript for path in files for transcript in _in_file(path)]


def _in_file(path: Path) -> list[Transcript]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    fixtures = {**catalogue()["fixtures"], **content.get("fixtures", {})}
    return [_transcript(case, path.stem, fixtures) for case in content["test_cases"]]


def _transcript(case: Mapping[str, Any], topic: str, fixtures: Mapping[str, Any]) -> Transcript:
    unknown = {key for step in case["steps"] for key in step} - set(CHECKS) - {"user", "handed_back"}
    unknown |= set(case) - {"test_case", "fixtures", "steps", "xfail", "locale"}
    if unknown:
        raise ValueError(f"{topic}: {case['test_case']!r} has unknown steps: {', '.join(sorted(unknown))}")
    orders = tuple(fixtures.get(name, name) for name in case.get("fixtures", ()))
    return Transcript(case["test_case"], topic, orders, tuple(case["steps"]), case.get("xfail"), case.get("locale"))


@dataclass
class Held:
    """A transcript being held: its talk, its orders, and where they are stored."""

    talk: Talk
    orders: tuple[Ordered, ...]
    shop: Engine

    @property
    def turn(self) -> Turn:
        return self.talk.turns[-1]

    def words(self, written: str) -> str:
        """What the customer writes, with the numbers and addresses of this conversation's own orders."""
        names: dict[str, str] = {}
        for prefix, order in zip(("", "other_"), self.orders, strict=False):
            names |= {f"{prefix}number": order.number, f"{prefix}digits": order.number.partition("-")[2]}
            names |= {f"{prefix}email": order.email, f"{prefix}EMAIL": order.email.upper()}
            names |= {f"{prefix}reference": reference for reference in order.references}
        shown = [request["reference"] for turn in self.talk.turns for request in turn.payloads("request")]
        if shown:
            names["reference"] = shown[-1]
        for name, value in names.items():
            written = written.replace(f"{{{name}}}", value)
        return written


def hold(transcript: Transcript, assistant: Assistant, shop: Engine) -> Talk:
    """Hold the conversation. Raises AssertionError, with all that was said, at the first step that goes wrong."""
    orders = tuple(
        stored_order(shop, told) if isinstance(told, str) else make_order(shop, told) for told in transcript.orders
    )
    held = Held(Talk(assistant, locale=transcript.locale), orders, shop)
    for step in transcript.steps:
        for key, expected in step.items():
            if key == "user":
                held.talk.say(held.words(str(expected)))
            elif key == "handed_back":
                held.talk.hand_back(expected)
            elif not CHECKS[key](held, expected):
                raise AssertionError(f"expected {key}: {expected}\n\n{held.talk}")
    return held.talk


def _listed(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def _has_set(held: Held, expected: Iterable[Mapping[str, Any]]) -> bool:
    return all(held.turn.slots_set.get(name) == value for slot in expected for name, value in slot.items())


def _offers(held: Held, expected: Iterable[str]) -> bool:
    titles = [option["title"] for option in (held.turn.ask or {}).get("options", ())]
    return set(expected) <= set(titles)


def _decides(held: Held, expected: Mapping[str, Any]) -> bool:
    payloads = held.turn.payloads("decision")
    return len(payloads) == 1 and all(
        _is_so_decided(payloads[0], name, value, held.orders[:1]) for name, value in expected.items()
    )


def _is_so_decided(payload: Mapping[str, Any], name: str, expected: Any, orders: tuple[Ordered, ...]) -> bool:
    decision = payload["decision"]
    refund = decision["refund"] or {"total": None, "lines": []}
    if name == "deadline" and expected is not None:
        return _is_deadline(decision["deadline"], orders[0].day(expected))
    if name in ("clauses", "steps"):
        found = decision["clauses"] if name == "clauses" else [step["code"] for step in decision["next_steps"]]
        return set(expected) <= set(found)
    values = {
        **decision,
        "total": refund["total"],
        "lines": [line["code"] for line in refund["lines"]],
        "alternatives": [other["wants"] for other in decision["alternatives"]],
        "per_item": [part["outcome"] for part in decision["per_item"]],
        "items": [item["name"] for item in payload["items"]],
    }
    return bool(values[name] == expected)


def _is_deadline(written: str | None, moment: datetime) -> bool:
    """A last day in the shop's time zone, or a last moment in UTC."""
    day = moment.astimezone(published().settings.zone).date()
    return written in (day.isoformat(), moment.astimezone(timezone.utc).isoformat())


def _files(held: Held, expected: Mapping[str, Any]) -> bool:
    """One request with these properties is shown as filed, and stands in the database."""
    payloads = held.turn.filed
    if len(payloads) != 1:
        return False
    with transaction(held.shop) as session:
        request = find_request(session, payloads[0]["reference"])
        if request is None or request.order.number != payloads[0]["order_number"]:
            return False
        stored = {
            "kind": request.kind,
            "wants": request.wants,
            "status": request.status,
            "items": [asked.item.name for asked in request.items],
            "quantities": [asked.quantity for asked in request.items],
            "outcome": request.decision["outcome"],
            "reason": request.facts["claim"].get("reason"),
            "total": request.decision["refund"] and request.decision["refund"]["total"],
        }
    return all(stored[name] == value for name, value in expected.items())


def _shows_request(held: Held, expected: Mapping[str, Any]) -> bool:
    return not held.turn.filed and any(
        all(request[name] == value for name, value in expected.items()) for request in held.turn.payloads("request")
    )


def _no_request(held: Held, expected: bool) -> bool:
    """Nothing was filed so far that wasn't there before: neither shown nor stored."""
    if any(turn.filed for turn in held.talk.turns):
        return not expected
    with transaction(held.shop) as session:
        found = [(find_order(session, order.number, order.email), order) for order in held.orders]
        is_none = all(stored is not None and len(stored.requests) == len(order.references) for stored, order in found)
    return is_none is expected


def _calls_a_person(held: Held, expected: str) -> bool:
    """A person is called, for this reason, and that is the turn's last message."""
    last = held.turn.answers[-1].get("custom", {})
    return (last.get("type"), last.get("state"), last.get("reason")) == ("handover", "waiting", expected)


def _points_to_a_person(held: Held, expected: bool) -> bool:
    is_pointed = CONTACT in held.turn.text or bool(held.turn.payloads("handover"))
    return is_pointed is expected


CHECKS: Mapping[str, Callable[[Held, Any], bool]] = {
    "utter": lambda held, expected: set(_listed(expected)) <= set(held.turn.responses),
    "not_utter": lambda held, expected: not set(_listed(expected)) & set(held.turn.responses),
    "action": lambda held, expected: expected in held.turn.actions,
    "slot_was_set": _has_set,
    "bot": lambda held, expected: expected in held.turn.text.splitlines(),
    "says": lambda held, expected: all(held.words(w).lower() in held.turn.text.lower() for w in _listed(expected)),
    "says_one_of": lambda held, expected: any(words.lower() in held.turn.text.lower() for words in expected),
    "not_says": lambda held, expected: all(w.lower() not in held.turn.text.lower() for w in _listed(expected)),
    "asks": lambda held, expected: held.turn.asked in _listed(expected),
    "asks_nothing": lambda held, expected: (held.turn.ask is None) is expected,
    "offers": _offers,
    "decides": _decides,
    "decides_nothing": lambda held, expected: (not held.turn.payloads("decision")) is expected,
    "sums_up": lambda held, expected: [s["kind"] for s in held.turn.payloads("summary")] == _listed(expected),
    "files": _files,
    "shows_request": _shows_request,
    "no_request": _no_request,
    "cites": lambda held, expected: set(expected) <= {id for c in held.turn.payloads("clause") for id in c["ids"]},
    "points_to_a_person": _points_to_a_person,
    "calls_a_person": _calls_a_person,
}
"""What can be expected of the assistant's last turn, by the name of the step."""
