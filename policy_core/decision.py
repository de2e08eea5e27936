"""What the engine says: the verdict on each item, what it comes to, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING

from policy_core.case import Case
from policy_core.facts import Wish
from policy_core.judge import Finding, Judgement
from policy_core.money import Refund
from policy_core.rules import Outcome, Remedy, Verdict
from policy_core.steps import merged, next_steps
from policy_core.wording import ask_for, explain, explain_mixed, step

if TYPE_CHECKING:
    from policy_core.forms import DecisionForm, StepForm


@dataclass(frozen=True, eq=False)
class Decision:
    """What the customer can have by the policy. What the rules found is stored; its words are made when asked for.

    `judgements` has one for each item; `per_item` is empty unless the outcome is `mixed`.
    """

    wants: Wish | None
    verdict: Verdict
    judgements: tuple[Judgement, ...]
    refund: Refund | None = None
    per_item: tuple[Decision, ...] = ()
    alternatives: tuple[Decision, ...] = ()

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def remedy(self) -> Remedy | None:
        return self.verdict.remedy

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are needed, the most decisive first."""
        return self.verdict.missing

    @property
    def deadline(self) -> date | datetime | None:
        """The last day, or the last moment in UTC, to act."""
        return self.verdict.deadline

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the sentences that the outcome rests on, the most decisive first; none while facts are needed."""
        if self.outcome is Outcome.NEEDS_FACTS:
            return ()
        return tuple(dict.fromkeys(clause for judgement in self.judgements for clause in judgement.clauses))

    @property
    def next_steps(self) -> tuple[str, ...]:
        """The codes of what the customer does next, in order."""
        if self.outcome is Outcome.MIXED:
            return merged(part.next_steps for part in self.per_item)
        return next_steps(self.outcome, self.remedy, [judgement.case for judgement in self.judgements])

    @property
    def explanation(self) -> str:
        """Two to five sentences for the customer."""
        if self.wants is None or self.outcome is Outcome.NEEDS_FACTS:
            return ask_for(self.missing[0], self.judgements)
        total = self.refund.total if self.refund else None
        if self.outcome is Outcome.MIXED:
            return explain_mixed(self.wants, self.judgements, total)
        return explain(self.wants, self.verdict, self.judgements, total)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How it came about: each rule that was looked at, item by item."""
        return tuple(finding for judgement in self.judgements for finding in judgement.findings)

    @property
    def policy_version(self) -> str:
        """The digest of the clauses, values, rules and settings that decided."""
        return self._case.version.digest

    @property
    def version_since(self) -> date | None:
        """The day since which the deciding version is in force; None for the one that holds since ever."""
        return self._case.version.since

    @property
    def cases(self) -> tuple[Case, ...]:
        """The items that it is about, with the claim."""
        return tuple(judgement.case for judgement in self.judgements)

    @property
    def _case(self) -> Case:
        return self.judgements[0].case

    def _steps(self) -> list[StepForm]:
        """The steps for which the policy has a sentence."""
        statements, locale = self._case.version.statements, self._case.facts.locale
        return [found for code in self.next_steps if (found := step(code, statements, locale))]

    def to_dict(self, *, is_traced: bool = True) -> DecisionForm:
        """The decision as JSON has it; an alternative is traced only once it is asked for."""
        traced = self.findings if is_traced else ()
        return {
            "wants": None if self.wants is None else self.wants.value,
            "outcome": self.outcome.value,
            "remedy": None if self.remedy is None else self.remedy.value,
            "clauses": list(self.clauses),
            "missing": list(self.missing),
            "refund": None if self.refund is None else self.refund.to_dict(),
            "deadline": _as_json(self.deadline),
            "next_steps": self._steps(),
            "alternatives": [alternative.to_dict(is_traced=False) for alternative in self.alternatives],
            "per_item": [part.to_dict() for part in self.per_item],
            "explanation": self.explanation,
            "policy_version": self.policy_version,
            "version_since": _as_json(self.version_since),
            "findings": [finding.to_dict() for finding in traced],
        }


def _as_json(deadline: date | datetime | None) -> str | None:
    if isinstance(deadline, datetime):
        return deadline.astimezone(timezone.utc).isoformat()
    return None if deadline is None else deadline.isoformat()
