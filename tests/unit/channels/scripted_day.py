"""A day of 300 conversations, made by the services that make every day, under a clock of its own.

It is the 1st of November 2026 in St. John's, Newfoundland, which is half an hour off and ends its summer time that
night: the day has 25 hours. Conversations begin from two hours before it to two hours after it and go on across its
ends. By the same seed it is the same day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

import orders
from conversations import (
    Agent,
    Conversation,
    Draft,
    Reason,
    Role,
    answer,
    begin,
    call_a_person,
    claim,
    close,
    give_back,
    go_on_after,
    note_misunderstood,
    pass_on,
    put_back,
    rate,
    stop_waiting,
    store_message,
)
from conversations.agents import add_agent
from database import transaction
from orders.models import Request
from policy_core import decide
from tests.unit.conversations.people import PASSWORD
from tests.unit.orders.builders import stored

ZONE = ZoneInfo("America/St_Johns")
DAY = date(2026, 11, 1)
BEGINS = datetime(2026, 11, 1, 2, 30, tzinfo=timezone.utc)
ENDS = datetime(2026, 11, 2, 3, 30, tzinfo=timezone.utc)
LOOKED_AT = ENDS + timedelta(hours=3)
CONVERSATIONS = 300

PRICES = {"USD": "129.90", "EUR": "99.05", "JPY": "12900", "KWD": "41.255"}
OUTCOMES = ("eligible", "not_yet", "not_eligible", "needs_review", "mixed")
WISHES = ("refund", "cancellation", "replacement")
QUESTIONS = ("do you sell drones", "Do you sell drones?", "can it record sound", "what is the wifi password", "blah")

REAL = decide(
    {
        "as_of": "2026-03-20T12:00:00+00:00",
        "wants": "refund",
        "order": {"currency": "USD", "sold_by": "inomega", "delivered_at": "2026-03-15T12:00:00+00:00"},
        "items": [
            {
                "sku": "CAM",
                "name": "Thing",
                "kind": "equipment",
                "quantity": 1,
                "unit_price": "99",
                "pricing": "regular",
            }
        ],
        "claim": {"working": True, "original_packaging": True},
    }
).to_dict()
"""As large as decisions are."""


@dataclass
class Clock:
    at: datetime = BEGINS

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=int(seconds))


@dataclass
class Script:
    """Writes one conversation after the other into the session."""

    session: Session
    clock: Clock
    chance: Random = field(default_factory=lambda: Random(300))
    agents: list[Agent] = field(default_factory=list)
    written: int = 0

    def write(self, conversations: int) -> None:
        self.agents = [add_agent(self.session, name, PASSWORD, Role.LEAD) for name in ("Ann", "Bo", "Cy")]
        for number in range(conversations):
            share = number / (conversations - 1)
            self.clock.at = BEGINS - timedelta(hours=2) + share * (ENDS - BEGINS + timedelta(hours=4))
            self.clock.at = self.clock.at.replace(microsecond=0)
            Talk(self, begin(self.session)[0].id).run(number)


@dataclass
class Talk:
    """One conversation."""

    script: Script
    id: str

    def run(self, number: int) -> None:
        chance = self.script.chance
        if number % 37 == 0:
            return  # opened, and nothing was said
        self.ask("Hi, I bought a camera")
        if number % 41 == 0:
            self.say("customer", "are you there?")  # and the assistant isn't
            return
        for _ in range(chance.randrange(4)):
            chance.choice((self.talk, self.is_misunderstood, self.decides, self.decides))()
        if chance.random() < 0.35:
            self.files()
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
            if not self.goes_to_a_person():
                break
        self.ends()

    def say(self, kind: str, text: str | None = None, custom: dict[str, Any] | None = None, wait: float = 40) -> int:
        self.script.clock.go_on(self.script.chance.uniform(1, wait))
        return store_message(self.script.session, self.id, Draft(kind, text, custom=custom)).seq

    def ask(self, text: str, *replies: Draft) -> int:
        """The customer says something, and the assistant answers."""
        seq = self.say("customer", text, wait=self.script.chance.choice((40, 400, 4000)))
        self.script.clock.go_on(1)
        answer(self.script.session, self.id, seq, replies or [Draft("assistant", "I see.")])
        return seq

    def talk(self) -> None:
        self.ask("It came on Monday")

    def is_misunderstood(self) -> None:
        seq = self.say("customer", self.script.chance.choice(QUESTIONS))
        note_misunderstood(
            self.script.session, self.id, seq, self.script.chance.choice(("out_of_scope", "ask_warranty"))
        )
        answer(self.script.session, self.id, seq, [Draft("assistant", "Could you say that in other words?")])

    def decides(self) -> None:
        """One of two items, so that a case may be decided again, and another one be decided besides."""
        chance = self.script.chance
        currency, wish, outcome = chance.choice(list(PRICES)), chance.choice(WISHES), chance.choice(OUTCOMES)
        is_refused = outcome in ("not_eligible", "mixed") and wish != "replacement"
        custom = {
            "type": "decision",
            "decision": {**REAL, "wants": wish, "outcome": outcome},
            "order_number": "INO-1",
            "items": [{"sku": chance.choice(("CAM", "CAB")), "name": "Thing"}],
            "refused": {"currency": currency, "total": PRICES[currency]} if is_refused else None,
        }
        self.ask("Money back", Draft("assistant", custom=custom), Draft("assistant", "Is that all right?"))

    def files(self) -> None:
        session, chance, clock = self.script.session, self.script.chance, self.script.clock
        self.script.written += 1
        currency = chance.choice(list(PRICES))
        order = stored(session, f"INO-{self.script.written}", currency=currency)
        kind = chance.choice(("refund", "refund", "cancellation", "replacement", "review"))
        money = {"currency": currency, "total": PRICES[currency], "lines": []}
        request = orders.file_request(
            session,
            order=order,
            items=order.items,
            kind=kind,
            wants="refund" if kind == "review" else kind,
            facts=orders.facts_of(order, order.items),
            decision={
                "outcome": "eligible",
                "policy_version": "v1",
                "refund": money if kind in ("refund", "cancellation") else None,
            },
            filed_at=clock(),
            conversation_id=self.id,
        )
        self.ask("Yes, please", Draft("assistant", custom=orders.request_message(request)))
        self.moves(request)

    def moves(self, request: Request) -> None:
        """Some are approved and settled, some rejected, some of it after the day."""
        at = self.script.clock() + timedelta(hours=self.script.chance.choice((1, 5, 20)))
        settled = {"refund": "refunded", "cancellation": "cancelled", "replacement": "replaced", "review": "refunded"}
        for status in self.script.chance.choice(((), ("rejected",), ("approved", settled[request.kind]))):
            orders.move_request(self.script.session, request, status, by="Ann", at=at)

    def goes_to_a_person(self) -> bool:
        """Whether the assistant answers again afterwards."""
        session, chance, clock = self.script.session, self.script.chance, self.script.clock
        agent, other = chance.sample(self.script.agents, 2)
        if chance.random() < 0.2:
            claim(session, self.id, agent)  # without anybody asking
        else:
            seq = self.say("customer", "A person, please")
            call_a_person(session, self.id, chance.choice(list(Reason)[:5]), seq)
            clock.go_on(chance.choice((20, 70, 400, 1200, 5000)) * chance.random())
            what_then = chance.random()
            if what_then < 0.1:
                return False  # and waits
            if what_then < 0.25:
                stop_waiting(session, self.id)
                return True
            if what_then < 0.3:
                close(session, self.id)
                return False
            claim(session, self.id, agent)
        clock.go_on(chance.uniform(1, 600))
        if chance.random() < 0.15:
            put_back(session, self.id, agent)
            clock.go_on(chance.uniform(1, 600))
            claim(session, self.id, other)
            agent = other
        elif chance.random() < 0.15:
            pass_on(session, self.id, agent, other)
            agent = other
        if chance.random() < 0.8:
            self.say("agent", "I'll see to it", wait=900)
        if chance.random() < 0.1:
            return False  # and goes on answering
        if chance.random() < 0.5:
            close(session, self.id, agent)
            return False
        give_back(session, self.id, agent)
        self.ask("Thanks")
        return True

    def ends(self) -> None:
        session, chance, clock = self.script.session, self.script.chance, self.script.clock
        state = _state_of(session, self.id)
        if state == "assistant" and chance.random() < 0.2:
            close(session, self.id)
        if chance.random() < 0.5:
            clock.go_on(chance.choice((10, 4000)))
            rate(session, self.id, chance.random() < 0.7)
        if chance.random() < 0.1:
            clock.go_on(chance.choice((10, 40_000)))
            rate(session, self.id, chance.random() < 0.5)
        if _state_of(session, self.id) == "closed" and chance.random() < 0.3:
            clock.go_on(5000)
            Talk(self.script, go_on_after(session, self.id).id).ask("Me again")


def _state_of(session: Session, id: str) -> str:
    conversation = session.get(Conversation, id)
    assert conversation
    return conversation.state


def write_the_day(engine: Engine, conversations: int = CONVERSATIONS) -> None:
    """All of it, or fewer conversations; meanwhile time stands still, until the script lets it go on."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch, transaction(engine) as session:
        for module in ("transcript", "answering", "rating"):
            patch.setattr(f"conversations.{module}.now", clock)
        Script(session, clock).write(conversations)
