"""Answers to questions about the policy that need no order: its sentences, in plain words and word for word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policy_core.policy import Policy, Version, published
from policy_core.statements import A_PERSON
from policy_core.wording import WORDS, Numbers, in_language, say

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

    The plain words were written for sentences like those of the published policy; another shop has them only if it says
    so (`answers: plain` in its `shop.yml`), and is quoted otherwise. Raises KeyError for another topic.
    """
    version = (policy or published()).in_force(on or date.max)
    numbers = Numbers(version, locale)
    said, ids = [], []
    for part in WORDS["answers"][topic]:
        behind = [id for statement in part["clauses"] for id in version.statements.behind_any_part(statement)]
        ids += behind
        if version.shop.answers == "plain" and "says" in part and _fits(part, version):
            said.append(say(_settled(part["says"], version), numbers))
        elif behind:
            said.append(_quoted(behind, numbers))
    if not ids:
        said, ids = [in_language(WORDS["silent"]["answer"], locale)], list(version.statements.behind(A_PERSON))
    once = tuple(dict.fromkeys(ids))
    return Answer(topic, once, tuple(version.clauses[id].text for id in once), " ".join(dict.fromkeys(said)))


def _fits(part: Mapping[str, Any], version: Version) -> bool:
    """Whether the policy states all that the plain words say; of two lengths of warranty, one is enough."""
    if "refer" in part["says"]:
        return version.statements.hold("|".join(part["clauses"]))
    return all(map(version.statements.hold, part["clauses"]))


def _quoted(ids: Iterable[str], known: Numbers) -> str:
    """The policy's own sentences, which stay in its own words."""
    clauses = known.version.clauses
    sentences = " ".join(f"“{' '.join(clauses[id].text.split())}”" for id in dict.fromkeys(ids))
    return in_language(WORDS["silent"]["quoted"], known.locale).format(sentences=sentences)


def _settled(says: Any, version: Version) -> str:
    """The sentence itself, or that which goes with how the two warranty terms stand to each other."""
    if isinstance(says, str):
        return says
    values = version.values
    agree = values.warranty_term == values.limited_warranty_term
    return str(says["agree" if agree else version.settings.warranty_conflict])
