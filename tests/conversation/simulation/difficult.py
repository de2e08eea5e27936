"""Simulated customers who contradict themselves, hedge, press, waver, misremember, come late, regret or withdraw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Engine

from tests.conversation.shop import catalogue, make_order, move_back
from tests.conversation.simulation import hard_words, words
from tests.conversation.simulation.customer import YES_OR_NO, SimulatedCustomer
from tests.conversation.simulation.judging import Known
from tests.conversation.talk import Talk, Turn

DIFFICULT = ("contradicting", "unclear", "pressing", "wavering", "misdating", "late", "regretting", "withdrawing")
OTHER_ORDERS = ("camera that came 6 days ago", "switch ordered 3 hours ago", "dvr of month 18", "old cable")
WAITS = (timedelta(hours=1), timedelta(hours=25), timedelta(days=15), timedelta(days=400), timedelta(days=800))
MOST_DETOURS = 4


@dataclass
class DifficultCustomer(SimulatedCustomer):
    """Ends with the truth, said clearly, unless it gives up before."""

    shop: Engine | None = None
    others: list[Any] = field(default_factory=list)
    """Orders that were named by mistake."""
    is_elsewhere: bool = False
    """Whether it is about a wrong order or item just now."""
    times_elsewhere: int = 0
    waits: timedelta | None = None
    was_late: bool = False
    last_remarks: list[str] | None = None
    """What is still to be said after something was filed."""
    false: str | None = None
    """The fact about which it has lied, and will not any more once the decision is there."""

    @property
    def known(self) -> Known:
        may_be_misread = self.manner in ("unclear", "pressing")
        wishes = list(words.WISHES) if may_be_misread else list(self.wishes)
        return replace(super().known, others=list(self.others), wishes=wishes)

    def opening(self) -> str:
        if self.manner == "wavering" and not self.goal.items and self.chance.random() < 0.5:
            return self._about_another_order()
        said = super().opening()
        if self.manner == "misdating" and self.chance.random() < 0.5:
            return f"{said}{'' if said[-1] in '.?' else '.'} {self._other_day()}"
        return said

    def _about_another_order(self) -> str:
        assert self.shop is not None
        other = make_order(self.shop, catalogue()["fixtures"][self._pick(OTHER_ORDERS)])
        self.others.append(other)
        self.is_elsewhere = True
        self.wishes.append(self.goal.wants)
        self.told |= {"order_number", "email"}
        return f"{self._pick(words.WISHES[self.goal.wants])} {other.number}, {other.email}"

    def reply_to(self, turn: Turn, has_right_decision: bool) -> str | None:
        if self.has_left:
            return self._after_leaving(turn)
        if turn.ask is None or turn.asked == "clarify":
            return super().reply_to(turn, has_right_decision)
        self.is_agreeing = self.is_leading = False
        if self.detours < MOST_DETOURS or self.is_elsewhere or self.false or self.wishes[-1] != self.goal.wants:
            said = self._ways()[self.manner](turn, has_right_decision)
            if said is not None:
                self._leave_open(turn.asked)
                return self._mistyped(said) if self.chance.random() < 0.15 and not self.is_elsewhere else said
        return super().reply_to(turn, has_right_decision)

    def _ways(self) -> Mapping[str, Callable[[Turn, bool], str | None]]:
        return {
            "contradicting": self._contradict,
            "unclear": self._hedge,
            "pressing": self._press,
            "wavering": self._waver,
            "misdating": self._misdate,
            "late": self._be_late,
            "regretting": self._regret,
            "withdrawing": self._leave,
        }

    def afterwards(self, turn: Turn) -> str | None:
        if self.manner == "withdrawing":
            return self._take_back(turn)
        if self.manner not in ("pressing", "regretting"):
            return None
        self.is_leading = True
        if self.last_remarks is None:
            self.last_remarks = self.chance.sample(hard_words.AFTERWARDS, 2)
        return self.last_remarks.pop() if self.last_remarks else None

    # In the middle of it ------------------------------------------------------------------------------------------

    def _contradict(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Says both in one message; or the contrary, and takes it back at the next question."""
        if self.false:
            return self._truth(hard_words.REGRETS + words.CORRECTIONS)
        if turn.asked not in YES_OR_NO or self.tried.get(f"{turn.asked} twice", 0) > 1:
            return None
        self.tried[f"{turn.asked} twice"] = self.tried.get(f"{turn.asked} twice", 0) + 1
        name = str(turn.asked).partition(".")[2]
        value = self._true(name)
        if self.chance.random() < 0.4:
            self.false, self.stated[name] = name, not value
            return self._pick(words.FACTS.get((name, not value), words.YES_AND_NO[not value]))
        self.stated[name] = value
        if self.chance.random() < 0.4 or (name, value) not in words.FACTS:
            return self._pick(hard_words.YES_AND_NO_AT_ONCE[value])
        false, true = (self._pick(words.FACTS[name, said]) for said in (not value, value))
        return self._pick(hard_words.BOTH_AT_ONCE).format(false=false, true=true)

    def _hedge(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Says what can't be relied on."""
        if self.chance.random() < 0.25:
            return None
        if turn.asked == "confirm":
            return self._pick(hard_words.CONDITIONS)
        if turn.asked == "claim.reason":
            return self._pick(hard_words.UNCLEAR_REASONS)
        name = str(turn.asked).partition(".")[2]
        seemings = [said for (fact, _), sayings in hard_words.UNCLEAR.items() if fact == name for said in sayings]
        return self._pick(seemings) if seemings else None

    def _press(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Asks to agree to more than there is."""
        if self.chance.random() < 0.4:
            return None
        self.is_leading = True
        return self._pick(
            hard_words.CONDITIONS if turn.asked == "confirm" and self.chance.random() < 0.4 else hard_words.LEADING
        )

    def _waver(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Means another order or item than it says; wants something else each time."""
        if self.is_elsewhere:
            return self._come_back(turn)
        titles = [str(option["title"]) for option in turn.ask.get("options", ())] if turn.ask else []
        is_choice_of_items = turn.asked == "item" and titles[0] != "1"
        if is_choice_of_items and len(self.goal.items) == 1 and self.times_elsewhere == 0:
            wrong = [title for title in titles[:-1] if not title.endswith(self.goal.items[0])]
            self.is_elsewhere = True
            return self._pick(wrong)
        if turn.asked == "anything_else" and self.wishes[-1] == self.goal.wants:
            return None
        if turn.asked in ("order_number", "email", "item"):
            return None
        if self.wishes[-1] != self.goal.wants:
            self.wishes.append(self.goal.wants)
            return self._pick(words.OTHER_WISHES[self.goal.wants])
        if self.chance.random() < 0.5:
            others = [wish for wish in words.OTHER_WISHES if wish != self.goal.wants]
            self.wishes.append(self._pick(others))
            return self._pick(words.OTHER_WISHES[self.wishes[-1]])
        return None

    def _come_back(self, turn: Turn) -> str:
        """To what is really meant; what was said before was of the other."""
        self.times_elsewhere += 1
        if turn.asked in YES_OR_NO and self.times_elsewhere == 1:
            name = str(turn.asked).partition(".")[2]
            self.stated[name] = not self._true(name)
            return "yes" if self.stated[name] else "no"
        self.is_elsewhere = False
        self.stated.clear()
        self.told -= {name for name in self.told if name.startswith("claim.")}
        if self.others:
            said = self._pick(hard_words.OTHER_ORDER).format(number=self.order.number, email=self.order.email)
            return self._with_reason_that_is_never_asked(said)
        return self._pick(hard_words.OTHER_ITEM).format(item=self.goal.items[0])

    def _misdate(self, turn: Turn, has_right_decision: bool) -> str | None:
        if turn.asked in ("order_number", "email", "order.delivered_at") or self.chance.random() < 0.4:
            return None
        return self._other_day()

    def _other_day(self) -> str:
        """Of no weight where the shop knows the days; where it doesn't, the true day is said."""
        if self.goal.delivered:
            return f"it came {self.goal.delivered} ago"
        is_known = all(item.delivered_at for item in self.order.data.items)
        days = hard_words.OTHER_DAYS_OF_DELIVERY if is_known else ()
        return self._pick([*days, *hard_words.OTHER_DAYS_OF_THE_ORDER])

    def _be_late(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Time passes before the answer, most often before the yes."""
        is_time = turn.asked == "confirm" or self.chance.random() < 0.2
        if is_time and not self.was_late and not self.goal.delivered:
            self.was_late = True
            self.waits = self.chance.choice(WAITS)
        return None

    def let_time_pass(self, talk: Talk) -> None:
        if self.waits is not None and self.shop is not None:
            self.order = move_back(self.shop, self.order, self.waits)
            talk.sender = talk.copy(ago=self.waits).sender
            self.waits = None

    def _regret(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Lies until the decision is there, and takes it back then, once or twice."""
        if turn.asked in YES_OR_NO and not self.false and not self.tried.get("lie"):
            self.tried["lie"] = 1
            name = str(turn.asked).partition(".")[2]
            self.false, self.stated[name] = name, not self._true(name)
            return self._pick(words.FACTS.get((name, not self._true(name)), words.YES_AND_NO[not self._true(name)]))
        if self.false and turn.asked in ("confirm", "anything_else"):
            return self._truth(hard_words.REGRETS)
        return None

    def _leave(self, turn: Turn, has_right_decision: bool) -> str | None:
        """Wants nothing any more, for now or for good; most often when asked for the yes."""
        if self.tried.get("leave") or self.chance.random() > (0.5 if turn.asked == "confirm" else 0.15):
            return None
        self.tried["leave"] = 1
        self.has_left = True
        is_of_a_request = turn.asked == "confirm" and self.chance.random() < 0.3
        return self._pick(hard_words.CANCEL_THAT if is_of_a_request else hard_words.FORGET_IT)

    def _after_leaving(self, turn: Turn) -> str | None:
        """Insists where it is still asked something of the case; some come back to it."""
        self.is_agreeing = self.is_leading = False
        if turn.asked not in (None, "anything_else") and self.tried["leave"] == 1:
            self.tried["leave"] = 2
            return "stop"
        if self.chance.random() < 0.5:
            return None
        self.has_left = False
        self.tried.pop("confirm", None)
        self.stated.clear()  # it was told that what it said counts no more
        self.told -= {name for name in self.told if name.startswith("claim.")}
        self.wishes.append(self.goal.wants)
        plain = [wish for wish in words.WISHES[self.goal.wants] if "?" not in wish]  # else it may be about the policy
        return self._with_reason_that_is_never_asked(self._pick(plain))

    def _take_back(self, turn: Turn) -> str | None:
        """What was filed; some think better of it when asked for their yes."""
        self.is_agreeing = self.is_leading = False
        times = self.tried["take back"] = self.tried.get("take back", 0) + 1
        if self.takes_back is not None or times > 3:
            return None
        if turn.asked == "confirm":
            self.takes_back = self.chance.random() < 0.8
            return self._pick(words.FILE_IT[:4] if self.takes_back else hard_words.KEEP_IT)
        return self._pick(hard_words.CANCEL_THAT) if times == 1 else "withdraw my request"

    # What is true -------------------------------------------------------------------------------------------------

    def _true(self, name: str) -> bool:
        return bool(self.goal.claim.get(name, name != "tampered"))

    def _truth(self, ways: Sequence[str]) -> str:
        name, self.false = str(self.false), None
        self.stated[name] = self._true(name)
        said = self._pick(words.FACTS[name, self._true(name)])
        return self._pick(ways).format(fact=said if said.startswith("I ") else said[0].lower() + said[1:])
