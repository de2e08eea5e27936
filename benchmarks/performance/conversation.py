"""The conversation that is measured: a greeting, then a refund from the order's number to the filed request."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from database import migrate, transaction
from orders.storing import ItemData, OrderData, store_orders
from runtime.settings import ROOT

Answers = list[dict[str, Any]]
Say = Callable[[str, str], Answers]
"""Sender and text to the answers."""

ORDERS = 10_000  # one for each conversation, since what is filed can't be filed again
GREETINGS = tuple(
    variation["text"].rpartition("}")[2]  # after the shop's name, which Rasa's stock configuration doesn't know
    for variation in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]["utter_greet"]
)


@dataclass(frozen=True)
class Step:
    """A turn: what it is called, ways to say it, and whether the answer is of the kind that is measured."""

    kind: str
    wordings: tuple[str, ...]
    is_reached: Callable[[Answers], bool]


def _says(answers: Answers, kind: str, **details: str) -> bool:
    payloads = [answer.get("custom") or {} for answer in answers]
    return any(each.get("type") == kind and details.items() <= each.items() for each in payloads)


PLAIN, LOOK_UP, QUESTION, DECISION, FILING = (
    "plain answer", "order look-up", "next question", "decision", "filing",
)  # fmt: skip
STEPS = (
    Step(
        PLAIN,
        ("hello", "hi", "good morning"),
        lambda answers: any(answer.get("text", "").endswith(GREETINGS) for answer in answers),
    ),
    Step(
        LOOK_UP,
        (
            "I want my money back for order {number}, {email}",
            "I want a refund for order {number}, {email}",
            "refund for order {number} please, {email}",
        ),
        lambda answers: _says(answers, "ask", fact="claim.working"),
    ),
    Step(
        QUESTION,
        ("yes, it works fine", "yes, it works", "yes"),
        lambda answers: _says(answers, "ask", fact="claim.original_packaging"),
    ),
    Step(DECISION, ("yes, I still have the box", "yes, I do", "yes"), lambda answers: _says(answers, "decision")),
    Step(FILING, ("yes please", "yes", "go ahead"), lambda answers: _says(answers, "request", status="filed")),
)
ENDING = "no, thank you"


def wordings_for(sides: Sequence[Say], cases: Iterator[dict[str, str]]) -> list[str]:
    """For each step the first wording that every side answers alike; ends with a sentence where there is none."""
    chosen: list[str] = []
    for step in STEPS:
        tried = [*step.wordings]
        while tried and not all(_reaches(say, [*chosen, tried[0]], next(cases)) for say in sides):
            del tried[0]
        if not tried:
            sys.exit(f"No way to say {step.kind!r} is read alike by both sides: {', '.join(step.wordings)}")
        chosen.append(tried[0])
    return chosen


def _reaches(say: Say, wordings: Sequence[str], case: dict[str, str]) -> bool:
    return all(
        step.is_reached(say(f"trying-{case['number']}", wording.format_map(case)))
        for step, wording in zip(STEPS, wordings, strict=False)
    )


def cases() -> Iterator[dict[str, str]]:
    """Numbers and e-mail addresses of orders that nobody has asked about yet."""
    for place in range(ORDERS):
        yield {"number": _number(place), "email": _email(place)}


def fill(engine: Engine) -> None:
    """Store the orders that `cases` speaks of: a camera each, which came a few days ago."""
    migrate(engine)
    came = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=5)
    camera = ItemData("CAM-B4K", "4K bullet camera", "equipment", 1, 129_00, tax=10_64, delivered_at=came)
    for start in range(0, ORDERS, 2000):
        with transaction(engine) as session:
            store_orders(session, [_order(place, camera, came) for place in range(start, start + 2000)])


def _order(place: int, camera: ItemData, came: datetime) -> OrderData:
    placed_at = came - timedelta(days=6)
    return OrderData(
        _number(place), _email(place), "Ana Torres", placed_at, "delivered", "inomega", "USD", 9_90, (camera,)
    )


def _number(place: int) -> str:
    return f"INO-{7_000_000 + place}"


def _email(place: int) -> str:
    return f"buyer-{place // 50}@example.com"
