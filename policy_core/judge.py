"""One item judged by the rules of a wish: the first that applies decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policy_core.case import Case, fact_as_json
from policy_core.facts import Wish
from policy_core.rules import RULES, Outcome, Rule, Verdict


@dataclass(frozen=True)
class Finding:
    """A rule that was looked at for an item, and whether it applied."""

    rule: Rule
    applies: bool
    case: Case

    def to_dict(self) -> dict[str, Any]:
        return {
            "sku": self.case.item.sku,
            "rule": self.rule.name,
            "applies": self.applies,
            "facts": {name: fact_as_json(self.case, name) for name in self.rule.looks_at},
            "clauses": list(self.rule.clauses),
        }


@dataclass(frozen=True)
class Judgement:
    """One item's verdict and the rules that led to it, the deciding one last."""

    case: Case
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def rule(self) -> Rule:
        return self.findings[-1].rule

    @property
    def clauses(self) -> tuple[str, ...]:
        return () if self.verdict.outcome is Outcome.NEEDS_FACTS else self.rule.clauses


def judge(wish: Wish, case: Case) -> Judgement:
    """The verdict on one item, with every rule that was looked at on the way."""
    findings = []
    for rule in RULES[wish]:
        verdict = rule.judge(case)
        findings.append(Finding(rule, verdict is not None, case))
        if verdict is not None:
            return Judgement(case, verdict, tuple(findings))
    raise AssertionError(f"the last rule of {wish.value} always applies")
