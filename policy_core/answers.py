"""Answers to questions about the policy that need no order: its sentences, in plain words and word for word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from policy_core.policy import Policy, Version, published
from policy_core.wording import WORDS, Numbers, say

TOPICS: tuple[str, ...] = tuple(WORDS["answers"])


@dataclass(frozen=True)
class Answer:
    """What the policy says about a topic: plain words, the ids of the clauses behind them, and those in their words."""

    topic: str
    ids: tuple[str, ...]
    quotes: tuple[str, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it."""
        return {"topic": self.topic, "ids": list(self.ids), "quotes": list(self.quotes), "text": self.text}


def answer(topic: str, on: date | None = None, policy: Policy | None = None, locale: str = "en-US") -> Answer:
    """What the policy in force on a day (default: its newest version) says about one of `TOPICS`.

    Raises KeyError for another topic.
    """
    version = (policy or published()).in_force(on or date.max)
    numbers = Numbers(version, locale)
    parts = WORDS["answers"][topic]
    ids = tuple(dict.fromkeys(id for part in parts for id in part["clauses"]))
    return Answer(
        topic,
        ids,
        tuple(version.clauses[id].text for id in ids),
        " ".join(say(_settled(part["says"], version), numbers) for part in parts),
    )


def _settled(says: Any, version: Version) -> str:
    """The sentence itself, or that which goes with how the two warranty terms stand to each other."""
    if isinstance(says, str):
        return says
    values = version.values
    agree = values.warranty_term == values.limited_warranty_term
    return str(says["agree" if agree else version.settings.warranty_conflict])
