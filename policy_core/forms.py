"""The JSON form of a decision. `schema.py` makes the published schema of it, so what `str` can't say is annotated."""

from __future__ import annotations

from typing import Annotated, TypedDict

from policy_core.facts import Wish
from policy_core.rules import Outcome, Remedy

Day = Annotated[str, "day"]
DayOrMoment = Annotated[str, "day or moment"]
AmountText = Annotated[str, "amount"]
LineCode = Annotated[str, "line code"]
StepCode = Annotated[str, "step code"]


class LineForm(TypedDict):
    """One line of a refund; deductions are negative."""

    code: LineCode
    label: str
    amount: AmountText


class RefundForm(TypedDict):
    """What is paid back; the lines add up to the total exactly."""

    currency: str
    lines: list[LineForm]
    total: AmountText


class StepForm(TypedDict):
    """What the customer does next, and the clause that says so."""

    code: StepCode
    text: str
    clause: str


class FindingForm(TypedDict):
    """A rule that was looked at for an item, whether it applied, on which facts, and the clauses it rests on."""

    sku: str
    rule: str
    applies: bool
    facts: dict[str, bool | str | None]
    clauses: list[str]


class DecisionForm(TypedDict):
    """What the customer can have by the policy, what it rests on, and what follows from it."""

    wants: Annotated[str, Wish] | None
    outcome: Annotated[str, Outcome]
    remedy: Annotated[str, Remedy] | None
    clauses: list[str]
    missing: list[str]
    refund: RefundForm | None
    deadline: DayOrMoment | None
    next_steps: list[StepForm]
    alternatives: list[DecisionForm]
    per_item: list[DecisionForm]
    explanation: str
    policy_version: str
    version_since: Day | None
    findings: list[FindingForm]
