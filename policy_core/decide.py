"""The engine: facts in, a decision out. The rules decide item by item; this module puts the items together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from policy_core.case import Case
from policy_core.decision import Decision
from policy_core.facts import Facts, Wish, read_facts
from policy_core.judge import Judgement, judge
from policy_core.money import refund_of, refund_of_part, refund_of_parts
from policy_core.policy import Policy, published
from policy_core.rules import Outcome, Verdict
from policy_core.rules.rule import needs

MOST_DECISIVE_FIRST = (
    "wants",
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
    others = [_decide_wish(wish, cases) for wish in Wish if wish is not facts.wants]
    return replace(decision, alternatives=tuple(other for other in others if other.outcome is not Outcome.NOT_ELIGIBLE))


def _deciding_day(facts: Facts, policy: Policy) -> date:
    """Ruling 22."""
    if policy.settings.decided_by == "order_day" and facts.order.placed_at:
        return facts.order.placed_at.day
    return facts.as_of.day


def _decide_wish(wish: Wish | None, cases: Sequence[Case]) -> Decision:
    judgements = tuple([judge(wish, case) for case in cases])
    results = {judgement.verdict.result for judgement in judgements}
    if any(outcome is Outcome.NEEDS_FACTS for outcome, _ in results):
        return Decision(wish, _facts_needed(judgements), judgements)
    return _agreed(wish, judgements) if len(results) == 1 else _mixed(wish, judgements)


def _facts_needed(judgements: Sequence[Judgement]) -> Verdict:
    """Whatever any of the items needs."""
    needed = {name for judgement in judgements for name in judgement.verdict.missing}
    return needs(*(name for name in MOST_DECISIVE_FIRST if name in needed))


def _agreed(wish: Wish | None, judgements: tuple[Judgement, ...]) -> Decision:
    """Items that come to the same: one decision, with the earliest of their deadlines."""
    verdict, case = judgements[0].verdict, judgements[0].case
    deadlines = [judgement.verdict.deadline for judgement in judgements]
    items = [judgement.case.item for judgement in judgements]
    refund = refund_of(items, verdict.remedy, case)
    return Decision(wish, verdict._replace(deadline=_earliest(deadlines)), judgements, refund)


def _mixed(wish: Wish | None, judgements: tuple[Judgement, ...]) -> Decision:
    """Items that come to different things: a decision for each, and the money of them all."""
    parts = tuple(
        Decision(wish, judgement.verdict, (judgement,), refund_of_part(judgement.case, judgement.verdict.remedy))
        for judgement in judgements
    )
    refund = refund_of_parts([part.refund for part in parts if part.refund], judgements[0].case.facts)
    return Decision(wish, Verdict(Outcome.MIXED), judgements, refund, per_item=parts)


def _earliest(deadlines: Iterable[Any]) -> date | datetime | None:
    return min((deadline for deadline in deadlines if deadline is not None), default=None)
