"""The engine: facts in, a decision out. The rules decide item by item; this module puts the items together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from policy_core.case import Case
from policy_core.decision import Decision
from policy_core.facts import Facts, Wish, read_facts
from policy_core.judge import Judgement, judge
from policy_core.money import Refund, as_refund, goods_lines, label_line, pays_money, refund_of
from policy_core.policy import Policy, published
from policy_core.rules import Outcome, Remedy, Verdict
from policy_core.steps import merged, next_steps
from policy_core.wording import ask_for, explain, explain_mixed

MOST_DECISIVE_FIRST = (
    "claim.reason",
    "order.placed_at",
    "order.delivered_at",
    "claim.working",
    "claim.original_packaging",
    "claim.original_purchaser",
    "claim.tampered",
)


def decide(facts: Facts | Mapping[str, Any], policy: Policy | None = None) -> Decision:
    """The decision on `facts` by `policy` (default: the published one), with the other wishes that are open.

    Raises BadFacts where the facts can't be decided on.
    """
    policy = policy or published()
    if not isinstance(facts, Facts):
        facts = read_facts(facts, policy.settings.zone)
    version = policy.in_force(_deciding_day(facts, policy))
    cases = [Case(facts, item, version) for item in facts.items]
    decision = _decide_wish(facts.wants, cases)
    if decision.outcome is Outcome.MIXED:
        return decision
    others = (_decide_wish(wish, cases) for wish in Wish if wish is not facts.wants)
    return decision.with_alternatives(tuple(other for other in others if other.outcome is not Outcome.NOT_ELIGIBLE))


def _deciding_day(facts: Facts, policy: Policy) -> date:
    """Ruling 22."""
    if policy.settings.decided_by == "order_day" and facts.order.placed_at:
        return facts.order.placed_at.day
    return facts.as_of.day


def _decide_wish(wish: Wish | None, cases: Sequence[Case]) -> Decision:
    if wish is None:
        return _wish_unknown(cases)
    judgements = [judge(wish, case) for case in cases]
    outcomes = {judgement.verdict.outcome for judgement in judgements}
    remedies = {judgement.verdict.remedy for judgement in judgements}
    if Outcome.NEEDS_FACTS in outcomes:
        return _facts_needed(wish, judgements)
    if len(outcomes) == len(remedies) == 1:
        return _agreed(wish, judgements)
    return _mixed(wish, judgements)


def _wish_unknown(cases: Sequence[Case]) -> Decision:
    verdict = Verdict(Outcome.NEEDS_FACTS, missing=("wants",))
    return _decision(None, cases, (), verdict, None, ask_for("wants", cases))


def _facts_needed(wish: Wish, judgements: Sequence[Judgement]) -> Decision:
    needed = {name for judgement in judgements for name in judgement.verdict.missing}
    missing = tuple(name for name in MOST_DECISIVE_FIRST if name in needed)
    waiting = [judgement.case for judgement in judgements if missing[0] in judgement.verdict.missing]
    verdict = Verdict(Outcome.NEEDS_FACTS, missing=missing)
    return _decision(wish, _cases(judgements), judgements, verdict, None, ask_for(missing[0], waiting))


def _agreed(wish: Wish, judgements: Sequence[Judgement]) -> Decision:
    """Items that come to the same: one decision, with the earliest of their deadlines."""
    verdict = judgements[0].verdict
    verdict = replace(verdict, deadline=_earliest(judgement.verdict.deadline for judgement in judgements))
    cases = _cases(judgements)
    refund = refund_of([case.item for case in cases], verdict.remedy, cases[0].facts, cases[0].version)
    return _decision(wish, cases, judgements, verdict, refund, explain(wish, verdict, judgements, _total(refund)))


def _mixed(wish: Wish, judgements: Sequence[Judgement]) -> Decision:
    """Items that come to different things: a decision for each, and the money of them all."""
    per_item = tuple(_part(wish, judgement) for judgement in judgements)
    cases = _cases(judgements)
    lines = [line for part in per_item if part.refund for line in part.refund.lines]
    if any(part.remedy is Remedy.REFUND for part in per_item):
        lines.append(label_line(lines, cases[0].facts))
    refund = as_refund(lines, cases[0].facts)
    explanation = explain_mixed(judgements, _total(refund))
    mixed = _decision(wish, cases, judgements, Verdict(Outcome.MIXED), refund, explanation)
    return replace(mixed, next_steps=merged(part.next_steps for part in per_item), per_item=per_item)


def _part(wish: Wish, judgement: Judgement) -> Decision:
    """One item among others that come out differently: its goods only, no shipping, no label."""
    case, verdict = judgement.case, judgement.verdict
    refund = as_refund(goods_lines([case.item]), case.facts) if pays_money(verdict.remedy) else None
    explanation = explain(wish, verdict, [judgement], _total(refund))
    return _decision(wish, [case], [judgement], verdict, refund, explanation)


def _decision(
    wish: Wish | None,
    cases: Sequence[Case],
    judgements: Sequence[Judgement],
    verdict: Verdict,
    refund: Refund | None,
    explanation: str,
) -> Decision:
    return Decision(
        wants=wish,
        outcome=verdict.outcome,
        remedy=verdict.remedy,
        clauses=tuple(dict.fromkeys(clause for judgement in judgements for clause in judgement.clauses)),
        missing=verdict.missing,
        refund=refund,
        deadline=verdict.deadline,
        next_steps=next_steps(verdict.outcome, verdict.remedy, cases),
        explanation=explanation,
        policy_version=cases[0].version.digest,
        version_since=cases[0].version.since,
        findings=tuple(finding for judgement in judgements for finding in judgement.findings),
    )


def _cases(judgements: Sequence[Judgement]) -> list[Case]:
    return [judgement.case for judgement in judgements]


def _total(refund: Refund | None) -> Decimal | None:
    return refund.total if refund else None


def _earliest(deadlines: Iterable[date | datetime | None]) -> Any:
    return min((deadline for deadline in deadlines if deadline is not None), default=None)
