"""What the engine says: the outcome, what it rests on, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from typing import Any

from policy_core.facts import Wish
from policy_core.judge import Finding
from policy_core.money import Refund
from policy_core.rules import Outcome, Remedy
from policy_core.wording import step


@dataclass(frozen=True)
class Decision:
    """What the customer can have by the policy; the fields are those of the contract.

    `findings` say how it came about; `version_since` is the day since which the deciding version is in force, None
    for the one that holds since ever.
    """

    wants: Wish | None
    outcome: Outcome
    remedy: Remedy | None
    clauses: tuple[str, ...]
    missing: tuple[str, ...]
    refund: Refund | None
    deadline: date | datetime | None
    next_steps: tuple[str, ...]
    explanation: str
    policy_version: str
    version_since: date | None
    findings: tuple[Finding, ...]
    per_item: tuple[Decision, ...] = ()
    alternatives: tuple[Decision, ...] = ()

    def with_alternatives(self, alternatives: tuple[Decision, ...]) -> Decision:
        return replace(self, alternatives=alternatives)

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON has it."""
        return {
            "wants": self.wants and self.wants.value,
            "outcome": self.outcome.value,
            "remedy": self.remedy and self.remedy.value,
            "clauses": list(self.clauses),
            "missing": list(self.missing),
            "refund": self.refund and self.refund.to_dict(),
            "deadline": _as_json(self.deadline),
            "next_steps": [step(code) for code in self.next_steps],
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
            "per_item": [decision.to_dict() for decision in self.per_item],
            "explanation": self.explanation,
            "policy_version": self.policy_version,
            "version_since": _as_json(self.version_since),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def _as_json(deadline: date | datetime | None) -> str | None:
    if isinstance(deadline, datetime):
        return deadline.astimezone(timezone.utc).isoformat()
    return deadline and deadline.isoformat()
