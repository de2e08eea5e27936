"""Which rules stand under a policy: those whose sentences it has. Where it is silent nothing is granted by default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from policy_core.case import Case
from policy_core.facts import Wish
from policy_core.rules import RULES
from policy_core.rules.rule import Rule, Verdict, needs_review
from policy_core.statements import A_PERSON, Statements

SILENT = "policy_is_silent"
"""The name of what takes the place of a rule without its sentence: a person decides."""


@lru_cache(maxsize=256)
def rules_of(wish: Wish | None, statements: Statements) -> tuple[Rule, ...]:
    """The rules of a wish under a policy, each with its sentences there; the last one always applies."""
    return tuple(found for rule in RULES[wish] if (found := _under(rule, statements)))


class Fallen(NamedTuple):
    """A rule that a policy has no sentence for."""

    wish: Wish | None
    rule: Rule
    lacks: tuple[str, ...]

    @property
    def then(self) -> str:
        """What decides in its place."""
        return "a person decides" if self.rule.may_be_silent else "the next rules decide"


def fallen(statements: Statements) -> Iterator[Fallen]:
    """The rules that don't stand, with the statements that each of them lacks."""
    for wish, rules in RULES.items():
        for rule in rules:
            lacks = tuple(need for need in rule.needs.split() if not statements.hold(need))
            if lacks:
                yield Fallen(wish, rule, lacks)


def _under(rule: Rule, statements: Statements) -> Rule | None:
    if statements.hold(rule.needs):
        return replace(rule, clauses=_cited(rule, statements))
    return _silent(rule, statements) if rule.may_be_silent else None


def _cited(rule: Rule, statements: Statements) -> tuple[str, ...]:
    """The rule's sentences under this policy: of a statement with parts, only those parts that the rule needs."""
    needed = [each for need in rule.needs.split() for each in need.split("|")]
    ids: list[str] = []
    for clause in rule.clauses:
        parts = [each for each in needed if each.startswith(f"{clause}.")]
        for each in parts or [clause]:
            ids += statements.behind_any_part(each)
    if not ids:
        ids = [id for each in needed for id in statements.behind(each)]
    return tuple(dict.fromkeys(ids))


def _silent(rule: Rule, statements: Statements) -> Rule:
    """A person in the rule's place, wherever it would have decided."""

    def judge(case: Case) -> Verdict | None:
        return needs_review() if rule.judge(case) else None

    return Rule(SILENT, statements.behind(A_PERSON), rule.looks_at, judge)
