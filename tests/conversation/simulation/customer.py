"""A simulated customer: knows what is true, and answers the questions that `custom.ask` carries in a certain manner."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.engine import Engine

from database import transaction
from orders import Order, facts_of, find_order, find_request
from orders.models import Item
from policy_core import decide
from tests.assistant import Assistant
from tests.conversation.shop import Ordered, catalogue, make_order, span_of
from tests.conversation.simulation import words
from tests.conversation.simulation.goals import Goal
from tests.conversation.talk import CONTACT, Talk, Turn

MANNERS = ("terse", "chatty", "misspelling", "correcting", "changing", "disordered")
TURNS_AT_MOST = 25
YES_OR_NO = ("claim.working", "claim.original_packaging", "claim.tampered", "claim.original_purchaser")
NOT_COUNTED = {"confirm", "anything_else"}
_VARYING = re.compile(
    r"INO-\d+|kim\.\d+@|\b5\d{5}\b|R-\w{4}-\w{4}|\d{4}-\d\d-\d\d\S*|\d{1,2}:\d\d|\w+ \d{1,2}, \d{4}|[AP]M"
)


@dataclass
class Result:
    """How a conversation came out: `right`, `asked back`, `person` (pointed to one) or `wrong`, and why."""

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


@dataclass
class SimulatedCustomer:
    """One person with one goal. The same seed makes the same choices."""

    goal: Goal
    manner: str
    order: Ordered
    truth: Mapping[str, Any]
    """The engine's facts as they really are."""
    chance: random.Random
    told: set[str] = field(default_factory=set)
    """Names of the facts that were said before anybody asked."""
    tried: dict[str, int] = field(default_factory=dict)
    """How often each question was answered."""
    detours: int = 0
    """How often something else was said instead of the answer, so that the question must be asked again."""
    lied_about: str | None = None
    times_corrected: int = 0
    is_other_wish_open: bool = False

    def opening(self) -> str:
        """The first message."""
        wish = self.goal.wants
        if self.manner == "changing":
            wish = {"refund": "replacement", "replacement": "refund", "cancellation": "refund"}[wish]
            self.is_other_wish_open = True
        if self.manner == "terse":
            return self._with_reason_that_is_never_asked(words.TERSE_WISHES[wish])
        said = self._with_reason_that_is_never_asked(self._pick(words.WISHES[wish]))
        if self.manner == "disordered":
            self.told.add("email")
            return f"{said}. My e-mail is {self.order.email}"
        items = f" It's about the {self._items_in_words()}." if self.goal.items and self.chance.random() < 0.5 else ""
        if items:
            self.told.add("item")
        number = f"{said if said.endswith('?') else f'{said}.'} Order {self.order.number}, {self.order.email}.{items}"
        self.told |= {"order_number", "email"}
        if self.manner == "chatty":
            return " ".join([self._pick(words.HELLOS), number, *self._volunteered(), self._pick(words.CHATTER)])
        return self._mistyped(number) if self.manner == "misspelling" else number

    def _with_reason_that_is_never_asked(self, said: str) -> str:
        """For a refund nobody asks why (no-hassle), so whoever has a reason that matters says it."""
        reason = self.goal.claim.get("reason")
        if self.goal.wants == "refund" and reason == "not_received":
            self.told.add("claim.reason")
            return f"My parcel never arrived. {said[0].upper()}{said[1:]}"
        return said

    def _volunteered(self) -> list[str]:
        """One or two facts before anybody asks."""
        if self.goal.wants == "cancellation" or "claim.reason" in self.told:
            return []
        names = ["working", "original_packaging"] if self.goal.wants == "refund" else ["reason", "tampered"]
        known = [name for name in names if name in self.goal.claim]
        chosen = known[: self.chance.randint(0, len(known))]
        self.told |= {f"claim.{name}" for name in chosen}
        return [f"{self._fact_in_words(name)}." for name in chosen]

    def _fact_in_words(self, name: str) -> str:
        value = self.goal.claim[name]
        said = self._pick(words.REASONS[value] if name == "reason" else words.FACTS[name, value])
        return said[0].upper() + said[1:]

    def _items_in_words(self) -> str:
        return " and the ".join(self.goal.items)

    def reply_to(self, turn: Turn, has_right_decision: bool) -> str | None:
        """The next message; None where there is nothing more to say."""
        if self.is_other_wish_open and turn.asked not in (None, "order_number", "email"):
            self.is_other_wish_open = False
            self._leave_open(turn.asked)
            return self._pick(words.OTHER_WISHES[self.goal.wants])
        is_over = turn.asked in ("confirm", "anything_else") and not has_right_decision
        if self.lied_about and (self.times_corrected == 0 or (is_over and self.times_corrected == 1)):
            self._leave_open(turn.asked)
            return self._correction()
        if turn.ask is None:
            return None
        if turn.asked == "anything_else":
            return self._other_way(turn.ask, has_right_decision)
        if turn.asked == "confirm":
            return self._decided(has_right_decision)
        return self._answer(str(turn.asked), turn.ask)

    def _leave_open(self, asked: str | None) -> None:
        self.detours += asked is not None and asked not in NOT_COUNTED

    def _other_way(self, ask: Mapping[str, Any], has_right_decision: bool) -> str | None:
        """The wish is said once more where something else was decided."""
        self.tried["wish"] = self.tried.get("wish", 0) + 1
        if has_right_decision or self.tried["wish"] > 1:
            return None
        titles = {option["id"]: option["title"] for option in ask.get("options", ())}
        return titles.get(self.goal.wants) or words.WISHES[self.goal.wants][0]

    def _decided(self, has_right_decision: bool) -> str | None:
        if not has_right_decision:
            return self._fewer() if self.goal.quantity else None
        self.tried["confirm"] = self.tried.get("confirm", 0) + 1
        if self.tried["confirm"] == 1 and self.chance.random() < 0.3:
            return self._pick(words.DOUBTS)
        return self._pick(words.FILE_IT) if self.tried["confirm"] < 4 else None

    def _fewer(self) -> str | None:
        """Who could only choose the whole line says once that not all of it was meant."""
        self.tried["fewer"] = self.tried.get("fewer", 0) + 1
        return f"only {self.goal.quantity} of them, please" if self.tried["fewer"] == 1 else None

    def _correction(self) -> str:
        self.times_corrected += 1
        fact = str(self.lied_about)
        said = self._fact_in_words(fact) if self.times_corrected == 1 else words.FACTS[fact, self.goal.claim[fact]][0]
        return self._pick(words.CORRECTIONS).format(fact=said if said.startswith("I ") else said[0].lower() + said[1:])

    def _answer(self, fact: str, ask: Mapping[str, Any]) -> str | None:
        """In one's own words first, then in plain ones, then not at all."""
        times = self.tried[fact] = self.tried.get(fact, 0) + 1
        if times > 3:
            return None
        if self.manner == "disordered" and times == 1 and (other := self._another_fact(fact)):
            self.tried[fact] = 0
            self._leave_open(fact)
            return other
        if fact in YES_OR_NO:
            return self._yes_or_no(fact.partition(".")[2], is_plain=times > 1)
        return self._other_answers()[fact](ask, times > 1)

    def _another_fact(self, asked: str) -> str | None:
        """Something true that nobody has asked for yet."""
        if not asked.startswith("claim."):
            return None
        names = ["working", "original_packaging"] if self.goal.wants == "refund" else ["reason", "tampered"]
        for name in names:
            if (
                f"claim.{name}" not in self.told | {asked}
                and name in self.goal.claim
                and not self.tried.get(f"claim.{name}")
            ):
                self.told.add(f"claim.{name}")
                return self._fact_in_words(name)
        return None

    def _yes_or_no(self, name: str, is_plain: bool) -> str:
        value = bool(self.goal.claim.get(name, name != "tampered"))
        if self.manner == "correcting" and self.lied_about is None:
            self.lied_about = name
            return "no" if value else "yes"
        plain = words.YES_AND_NO[value][0]
        if is_plain:
            return plain
        if self.manner == "terse":
            return self._pick(words.YES_AND_NO[value])
        said = self._pick(words.FACTS.get((name, value), (plain,)))
        if self.manner == "chatty":
            return self._pick([f"{plain}, {said}", f"{said}. {self._pick(words.THANKS)}"])
        return self._mistyped(said) if self.manner == "misspelling" else self._pick([plain, said])

    def _other_answers(self) -> Mapping[str, Callable[[Mapping[str, Any], bool], str]]:
        return {
            "order_number": self._number,
            "email": self._address,
            "wants": self._wish,
            "item": self._items,
            "claim.reason": self._reason,
            "order.delivered_at": self._day,
        }

    def _number(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        number = self.order.number
        return number if is_plain else self._pick(words.NUMBERS).format(number=number, digits=number[4:])

    def _address(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        email = self.order.email
        return email if is_plain else self._pick(words.ADDRESSES).format(email=email)

    def _day(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        span = str(self.goal.delivered)
        day = self.order.now - span_of(span)
        written = {"iso": f"{day:%Y-%m-%d}", "month": f"{day:%B}", "day": day.day, "span": span}
        return f"{span} ago" if is_plain else self._pick(words.DAYS).format(**written)

    def _choice(self, title: str) -> str:
        """An option's title, much as it stands."""
        return self._pick(words.CHOICES).format(title=title, lower=title.lower())

    def _wish(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        return _title(ask, self.goal.wants) if is_plain else self._pick(words.WISHES[self.goal.wants])

    def _reason(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        reason = self.goal.claim["reason"]
        if is_plain:
            return _title(ask, reason)
        if self.manner == "terse":
            return self._choice(_title(ask, reason))
        said = self._pick(words.REASONS[reason])
        return self._mistyped(said) if self.manner == "misspelling" else said

    def _items(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        titles = [option["title"] for option in ask["options"]]
        if self.goal.quantity and titles[0] == "1":
            return str(self.goal.quantity) if is_plain else f"{self.goal.quantity} of them"
        if not self.goal.items:
            last = str(titles[-1])  # all of them
            return last if is_plain else self._pick([last, "all of them", "everything"])
        (title,) = [title for title in titles if str(title).endswith(self.goal.items[0])]
        return str(title) if is_plain else self._pick([self._choice(str(title)), f"the {self.goal.items[0]}"])

    def _mistyped(self, text: str) -> str:
        """With a letter or two in the wrong place; numbers, addresses and short words stay whole."""
        written = text.split(" ")
        long = [place for place, word in enumerate(written) if len(word) > 5 and word.isalpha()]
        for place in self.chance.sample(long, min(len(long), self.chance.randint(1, 2))):
            word, at = written[place], self.chance.randint(1, len(written[place]) - 3)
            written[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return " ".join(written)

    def _pick(self, choices: Any) -> str:
        return str(self.chance.choice(list(choices)))


def _title(ask: Mapping[str, Any], id: str) -> str:
    return next(str(option["title"]) for option in ask["options"] if option["id"] == id)


def converse(assistant: Assistant, shop: Engine, goal: Goal, manner: str, seed: int) -> Result:
    """Hold one conversation and judge it by the engine's decision on the true facts."""
    order = make_order(shop, catalogue()["fixtures"][goal.order])
    truth = true_facts(shop, order, goal)
    customer = SimulatedCustomer(goal, manner, order, truth, random.Random(f"{goal.name} {manner} {seed}"))
    talk = Talk(assistant)
    why = ""
    try:
        _talk(talk, customer)
    except AssertionError as fault:
        why = str(fault).splitlines()[0]
    verdict, reason = ("wrong", why) if why else judge(talk, shop, truth)
    asked = [turn.asked for turn in talk.turns if turn.asked and turn.asked not in NOT_COUNTED]
    least = least_questions(truth, customer.told, goal) + customer.detours
    return Result(goal.name, manner, seed, verdict, reason, len(asked), least, str(talk))


def _talk(talk: Talk, customer: SimulatedCustomer) -> None:
    right = gist_of(decide(customer.truth).to_dict())
    turn = talk.say(customer.opening())
    while len(talk.turns) < TURNS_AT_MOST and not turn.filed:
        said = customer.reply_to(turn, last_gist(talk) == right)
        if said is None:
            return
        is_plain_yes = turn.asked == "confirm" and said not in words.DOUBTS
        turn = talk.say(said)
        assert not turn.filed or is_plain_yes, f"filed on {said!r}"


def true_facts(shop: Engine, order: Ordered, goal: Goal) -> dict[str, Any]:
    """The engine's facts of the goal's items, with all that is true of them."""
    with transaction(shop) as session:
        stored = find_order(session, order.number, order.email)
        assert stored is not None
        items = _items_of(stored, goal)
        quantities = {items[0].id: goal.quantity} if goal.quantity else None
        facts = facts_of(stored, items, quantities)
    if goal.delivered:
        facts["order"]["delivered_at"] = (order.now - span_of(goal.delivered)).date().isoformat()
    claim = {"original_purchaser": True, **goal.claim}
    return {**facts, "as_of": datetime.now(timezone.utc).isoformat(), "wants": goal.wants, "claim": claim}


def _items_of(order: Order, goal: Goal) -> list[Item]:
    return [item for item in order.items if not goal.items or item.name in goal.items]


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


def gist_of(decision: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a customer would be wronged by if it differed."""
    total = decision["refund"] and decision["refund"]["total"]
    parts = tuple((part["outcome"], part["remedy"]) for part in decision["per_item"])
    return decision["wants"], decision["outcome"], decision["remedy"], total, decision["deadline"], parts


def last_gist(talk: Talk) -> tuple[Any, ...] | None:
    decisions = [payload["decision"] for turn in talk.turns for payload in turn.payloads("decision")]
    return gist_of(decisions[-1]) if decisions else None


def judge(talk: Talk, shop: Engine, truth: Mapping[str, Any]) -> tuple[str, str]:
    """The verdict on a conversation, and why."""
    right, found = gist_of(decide(truth).to_dict()), last_gist(talk)
    filed = [request for turn in talk.turns for request in turn.filed]
    is_to_be_filed = right[1] in ("eligible", "needs_review") or any(
        outcome in ("eligible", "needs_review") for outcome, _ in right[5]
    )
    if found is None:
        last = talk.turns[-1]
        return ("person", "") if CONTACT in last.text and not last.ask else ("asked back", f"at {last.asked}")
    if found != right:
        return "wrong", f"decided {found} instead of {right}"
    if is_to_be_filed and not filed:
        return "asked back", "nothing was filed"
    if filed and not is_to_be_filed:
        return "wrong", "filed what the policy refuses"
    return _judge_filed(filed, shop, truth)


def _judge_filed(filed: list[dict[str, Any]], shop: Engine, truth: Mapping[str, Any]) -> tuple[str, str]:
    """What was stored says nothing that isn't true."""
    with transaction(shop) as session:
        for payload in filed:
            request = find_request(session, payload["reference"])
            assert request is not None
            claim = {name: value for name, value in request.facts["claim"].items() if value is not None}
            false = [name for name, value in claim.items() if name in truth["claim"] and truth["claim"][name] != value]
            if false:
                return "wrong", f"filed with a false {', '.join(false)}"
    return "right", ""
