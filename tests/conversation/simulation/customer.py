"""A simulated customer: knows what is true, and answers the questions that `custom.ask` carries in a certain manner."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conversation.shop import Ordered, span_of
from tests.conversation.simulation import words
from tests.conversation.simulation.goals import Goal
from tests.conversation.simulation.judging import Known
from tests.conversation.talk import Talk, Turn

MANNERS = ("terse", "chatty", "misspelling", "correcting", "changing", "disordered")
YES_OR_NO = ("claim.working", "claim.original_packaging", "claim.tampered", "claim.original_purchaser")
NOT_COUNTED = {"confirm", "anything_else", "clarify"}


@dataclass
class SimulatedCustomer:
    """One person with one goal. The same seed makes the same choices."""

    goal: Goal
    manner: str
    order: Ordered
    chance: random.Random
    told: set[str] = field(default_factory=set)
    """Names of the facts that were said before anybody asked."""
    tried: dict[str, int] = field(default_factory=dict)
    """How often each question was answered."""
    detours: int = 0
    """How often something else was said instead of the answer, so that the question must be asked again."""
    stated: dict[str, Any] = field(default_factory=dict)
    """What was last clearly said of the item, by the engine's names of the claim."""
    wishes: list[str] = field(default_factory=list)
    """What was wanted so far, the last one last."""
    lied_about: str | None = None
    times_corrected: int = 0
    is_other_wish_open: bool = False
    is_agreeing: bool = False
    """Whether the last thing said was a plain yes to what would be filed."""
    is_leading: bool = False
    """Whether it asked to agree to what isn't so."""
    has_left: bool = False
    """Whether it wants nothing any more, so that nothing is to be filed."""
    takes_back: bool | None = None
    """Whether it said yes to what was filed being withdrawn; None where that was never asked."""

    @property
    def known(self) -> Known:
        """What the assistant can know by now."""
        return Known(self.order, self.goal, dict(self.stated), self.wishes[-1], list(self.wishes))

    def let_time_pass(self, talk: Talk) -> None:
        """Before the next message is said."""

    def afterwards(self, turn: Turn) -> str | None:
        """What is said after something was filed; None where there is nothing more to say."""
        return None

    def opening(self) -> str:
        """The first message."""
        wish = self.goal.wants
        if self.manner == "changing":
            wish = {"refund": "replacement", "replacement": "refund", "cancellation": "refund"}[wish]
            self.is_other_wish_open = True
        self.wishes.append(wish)
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
            self.stated["reason"] = reason
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
        value = self.stated[name] = self.goal.claim[name]
        said = self._pick(words.REASONS[value] if name == "reason" else words.FACTS[name, value])
        return said[0].upper() + said[1:]

    def _items_in_words(self) -> str:
        return " and the ".join(self.goal.items)

    def reply_to(self, turn: Turn, has_right_decision: bool) -> str | None:
        """The next message; None where there is nothing more to say."""
        self.is_agreeing = self.is_leading = False
        if self.is_other_wish_open and turn.asked not in (None, "order_number", "email"):
            self.is_other_wish_open = False
            self.wishes.append(self.goal.wants)
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
        self.wishes.append(self.goal.wants)
        return titles.get(self.goal.wants) or words.WISHES[self.goal.wants][0]

    def _decided(self, has_right_decision: bool) -> str | None:
        if not has_right_decision:
            return self._fewer() if self.goal.quantity else None
        self.tried["confirm"] = self.tried.get("confirm", 0) + 1
        if self.tried["confirm"] == 1 and self.chance.random() < 0.3:
            return self._pick(words.DOUBTS)
        self.is_agreeing = self.tried["confirm"] < 4
        return self._pick(words.FILE_IT) if self.is_agreeing else None

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
        self.stated[name] = value
        if self.manner == "correcting" and self.lied_about is None:
            self.lied_about = name
            self.stated[name] = not value
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
            "clarify": lambda ask, is_plain: words.WISHES[self.goal.wants][0],
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
        self.wishes.append(self.goal.wants)
        return _title(ask, self.goal.wants) if is_plain else self._pick(words.WISHES[self.goal.wants])

    def _reason(self, ask: Mapping[str, Any], is_plain: bool) -> str:
        reason = self.stated["reason"] = self.goal.claim.get("reason", "changed_mind")
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
