"""What a rule is, and what it can find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from policy_core.case import FACTS, Case


class Outcome(str, Enum):
    """What a decision comes to."""

    ELIGIBLE = "eligible"
    NOT_YET = "not_yet"
    NOT_ELIGIBLE = "not_eligible"
    NEEDS_FACTS = "needs_facts"
    NEEDS_REVIEW = "needs_review"
    MIXED = "mixed"


class Remedy(str, Enum):
    """What the customer can have."""

    FULL_REFUND = "full_refund"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR_OR_REPLACEMENT = "repair_or_replacement"


class Verdict(NamedTuple):
    """What a rule decides for one item."""

    outcome: Outcome
    remedy: Remedy | None = None
    deadline: date | datetime | None = None
    missing: tuple[str, ...] = ()

    @property
    def result(self) -> tuple[Outcome, Remedy | None]:
        """That in which items have to agree."""
        return self.outcome, self.remedy


NOT_ELIGIBLE = Verdict(Outcome.NOT_ELIGIBLE)
NOT_YET = Verdict(Outcome.NOT_YET)


def eligible(remedy: Remedy, deadline: date | datetime | None) -> Verdict:
    return Verdict(Outcome.ELIGIBLE, remedy, deadline)


def needs_review(deadline: date | None = None) -> Verdict:
    return Verdict(Outcome.NEEDS_REVIEW, deadline=deadline)


def needs(*facts: str) -> Verdict:
    return Verdict(Outcome.NEEDS_FACTS, missing=facts)


Condition = Callable[[Case], "Verdict | None"]


@dataclass(frozen=True)
class Rule:
    """A named question to a case: a verdict where it applies, None where it doesn't.

    `clauses` are the sentences that its verdict rests on, the most decisive first; `looks_at` the facts it asks.
    It falls away where a policy doesn't state what it `needs` (as `Statements.hold` reads it); a person decides then in
    its place where it `may_be_silent`, and else the rules after it do.
    """

    name: str
    clauses: tuple[str, ...]
    looks_at: tuple[str, ...]
    judge: Condition
    needs: str = ""
    may_be_silent: bool = False


def rule(
    *clauses: str, looks_at: str, needs: str | None = None, may_be_silent: bool = False
) -> Callable[[Condition], Rule]:
    """Makes a rule of a function, named after it. Unless told otherwise it needs its most decisive clause."""
    facts = tuple(looks_at.split())
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"{unknown} are not facts of a case")

    def make(judge: Condition) -> Rule:
        return Rule(
            judge.__name__, clauses, facts, judge, " ".join(clauses[:1]) if needs is None else needs, may_be_silent
        )

    return make
