"""The engine: facts in, a decision out. The rules decide item by item; this module puts the items together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
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
    others = [_decide_wish(wish, cases) for wish in Wish if wish is not facts.wants]
    alternatives = tuple([other for other in others if other.outcome is not Outcome.NOT_ELIGIBLE])
    return _decide_wish(facts.wants, cases, alternatives)


def _deciding_day(facts: Facts, policy: Policy) -> date:
    """Ruling 22."""
    if policy.settings.decided_by == "order_day" and facts.order.placed_at:
        return facts.order.placed_at.day
    return facts.as_of.day


def _decide_wish(wish: Wish | None, cases: Sequence[Case], alternatives: tuple[Decision, ...] = ()) -> Decision:
    judgements = tuple([judge(wish, case) for case in cases])
    verdict = _together([judgement.verdict for judgement in judgements])
    if verdict.outcome is Outcome.MIXED:
        return _mixed(wish, judgements)
    refund = refund_of([case.item for case in cases], verdict.remedy, cases[0])
    return Decision(wish, verdict, judgements, refund, alternatives=alternatives)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """What the verdicts on several items come to: what any of them needs, what all of them say, or mixed."""
    first, *others = verdicts
    if not others:
        return first
    if any(verdict.missing for verdict in verdicts):
        needed = {name for verdict in verdicts for name in verdict.missing}
        return needs(*[name for name in MOST_DECISIVE_FIRST if name in needed])
    if any(verdict.result != first.result for verdict in others):
        return Verdict(Outcome.MIXED)
    return min(verdicts, key=lambda verdict: verdict.deadline or date.max)


def _mixed(wish: Wish | None, judgements: tuple[Judgement, ...]) -> Decision:
    """Items that come to different things: a decision for each, and the money of them all."""
    parts = tuple(
        Decision(wish, judgement.verdict, (judgement,), refund_of_part(judgement.case, judgement.verdict.remedy))
        for judgement in judgements
    )
    refund = refund_of_parts([part.refund for part in parts if part.refund], judgements[0].case)
    return Decision(wish, Verdict(Outcome.MIXED), judgements, refund, per_item=parts)
