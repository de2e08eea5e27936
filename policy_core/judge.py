"""One item judged by the rules of a wish: the first that applies decides."""

from __future__ import annotations

from typing import NamedTuple

from policy_core.case import Case
from policy_core.facts import Wish
from policy_core.forms import FindingForm
from policy_core.rules import Outcome, Rule, Verdict
from policy_core.rules.standing import rules_of


class Finding(NamedTuple):
    """A rule that was looked at for an item, and whether it applied."""

    rule: Rule
    applies: bool
    case: Case

    def to_dict(self) -> FindingForm:
        """The finding as JSON has it, with the facts that the rule asks."""
        known = self.case.known
        return {
            "sku": self.case.item.sku,
            "rule": self.rule.name,
            "applies": self.applies,
            "facts": {name: known[name] for name in self.rule.looks_at},
            "clauses": list(self.rule.clauses),
        }


class Judgement(NamedTuple):
    """One item's verdict and the rules that were looked at on the way to it, the deciding one last."""

    case: Case
    verdict: Verdict
    looked_at: tuple[Rule, ...]

    @property
    def rule(self) -> Rule:
        return self.looked_at[-1]

    @property
    def clauses(self) -> tuple[str, ...]:
        return () if self.verdict.outcome is Outcome.NEEDS_FACTS else self.rule.clauses

    @property
    def findings(self) -> tuple[Finding, ...]:
        deciding = self.rule
        return tuple([Finding(rule, rule is deciding, self.case) for rule in self.looked_at])


def judge(wish: Wish | None, case: Case) -> Judgement:
    """The verdict on one item; the last rule of every wish always applies."""
    rules = rules_of(wish, case.version.statements)
    for number, rule in enumerate(rules, 1):
        verdict = rule.judge(case)
        if verdict is not None:
            return Judgement(case, verdict, rules[:number])
    raise AssertionError(f"no rule decided on {wish}")
