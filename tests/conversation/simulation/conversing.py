"""One simulated conversation, listened to by a judge."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine

from policy_core import decide
from tests.assistant import Assistant
from tests.conversation.shop import catalogue, make_order
from tests.conversation.simulation.customer import NOT_COUNTED, SimulatedCustomer
from tests.conversation.simulation.difficult import DIFFICULT, DifficultCustomer
from tests.conversation.simulation.goals import Goal
from tests.conversation.simulation.judging import (
    Judge,
    WrongPromiseError,
    WrongRefusalError,
    gist_of,
    judge,
    last_gist,
)
from tests.conversation.talk import Talk

TURNS_AT_MOST = 40
_VARYING = re.compile(
    r"INO-\d+|kim\.\d+@|\b5\d{5}\b|R-\w{4}-\w{4}|\d{4}-\d\d-\d\d\S*|\d{1,2}:\d\d|\w+ \d{1,2}, \d{4}|[AP]M|\d+ h \d+ min"
)


@dataclass
class Result:
    """How a conversation came out, and why: one of `campaign.VERDICTS`."""

    goal: str
    manner: str
    seed: int
    verdict: str
    why: str
    questions: int
    least: int
    text: str

    @property
    def without_dates(self) -> str:
        """The conversation without what differs from run to run: numbers, references, dates and times."""
        return _VARYING.sub("…", self.text)


def converse(assistant: Assistant, shop: Engine, goal: Goal, manner: str, seed: int) -> Result:
    """Hold one conversation and judge all of it by the engine's decision on the true facts."""
    order = make_order(shop, catalogue()["fixtures"][goal.order])
    chance = random.Random(f"{goal.name} {manner} {seed}")
    if manner in DIFFICULT:
        customer: SimulatedCustomer = DifficultCustomer(goal, manner, order, chance, shop=shop)
    else:
        customer = SimulatedCustomer(goal, manner, order, chance)
    talk, listener = Talk(assistant), Judge(shop)
    try:
        _talk(talk, customer, listener)
        verdict, why = judge(talk, listener.truth(customer.known))
        if customer.manner == "withdrawing":
            verdict, why = listener.judge_withdrawal(talk, customer.has_left, customer.takes_back) or (verdict, why)
    except WrongPromiseError as fault:
        verdict, why = "wrong promise", str(fault)
    except WrongRefusalError as fault:
        verdict, why = "wrong refusal", str(fault)
    except AssertionError as fault:
        verdict, why = "wrong", str(fault).splitlines()[0]
    asked = [turn.asked for turn in talk.turns if turn.asked and turn.asked not in NOT_COUNTED]
    least = least_questions(listener.truth(customer.known), customer.told, goal) + customer.detours
    return Result(goal.name, manner, seed, verdict, why, len(asked), least, str(talk))


def _talk(talk: Talk, customer: SimulatedCustomer, listener: Judge) -> None:
    opening = customer.opening()
    listener.look_up(customer.known)
    turn = talk.say(opening)
    listener.hear(turn, customer.known)
    while len(talk.turns) < TURNS_AT_MOST and not turn.filed:
        right = gist_of(decide(listener.truth(customer.known)).to_dict())
        said = customer.reply_to(turn, last_gist(talk) == right)
        if said is None:
            return
        customer.let_time_pass(talk)
        listener.look_up(customer.known)
        turn = talk.say(said)
        if turn.filed and not customer.is_agreeing:
            raise WrongPromiseError(f"filed on {said!r}")
        listener.hear(turn, customer.known, is_leading=customer.is_leading)
    while any(turn.filed for turn in talk.turns):
        said = customer.afterwards(turn)
        if said is None:
            return
        turn = talk.say(said)
        if turn.filed:
            raise WrongPromiseError(f"filed on {said!r}")
        listener.hear(turn, customer.known, is_leading=customer.is_leading)


def least_questions(truth: Mapping[str, Any], told: set[str], goal: Goal) -> int:
    """How many questions it takes whoever knows the engine: what it needs next, until it decides."""
    count = sum(name not in told for name in ("order_number", "email"))
    if goal.quantity or (len(goal.items) == 1 and "item" not in told) or _must_choose(truth, goal):
        count += (goal.quantity is not None) + ("item" not in told)
    claim = {
        name: value for name, value in truth["claim"].items() if f"claim.{name}" in told | {"claim.original_purchaser"}
    }
    order = {name: value for name, value in truth["order"].items() if name != "delivered_at" or not goal.delivered}
    known = {**truth, "claim": claim, "order": order}
    while missing := decide(known).missing:
        section, _, name = missing[0].partition(".")
        known[section] = {**known[section], name: truth[section][name]}
        count += 1
    return count


def _must_choose(truth: Mapping[str, Any], goal: Goal) -> bool:
    """A cancellation is about the whole order; otherwise whoever ordered several things says which."""
    return not goal.items and goal.wants != "cancellation" and len(truth["items"]) > 1
