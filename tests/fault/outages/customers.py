"""Customers of a shop in which things break: each has one whole conversation, and repeats what they are asked to."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from channels.turns import given_up
from runtime.rasa_changes import OUTAGE
from tests.fault.handover.people import StormAgent, StormCustomer
from tests.fault.outages.shop import Shop

LONGEST_WAIT = 120.0
"""Seconds for an answer: a fault's length, and the pauses between tries after it."""

ASKED_AGAIN = {OUTAGE, given_up()}
LAST_QUESTION = "what does the warranty cover?"


@dataclass
class Told:
    """How a conversation went."""

    customer: StormCustomer
    agent: StormAgent | None = None
    order: str | None = None
    is_confirmed: bool = False
    """Whether the customer said yes to what would be filed."""


class Talker:
    """A customer in conversation."""

    def __init__(self, shop: Shop, number: int, chance: random.Random) -> None:
        self.customer = StormCustomer([shop.servers.url], number, chance)

    def says(self, text: str, answer: str) -> None:
        """Until the assistant's answer to it contains `answer`."""
        end = time.monotonic() + LONGEST_WAIT
        self.customer.say(text)
        while not any(answer in heard for heard in self._heard() - ASKED_AGAIN):
            if ASKED_AGAIN & self._heard():
                time.sleep(1)
                self.customer.say(text)
            time.sleep(0.05)
            self.customer.stay_connected()
            assert time.monotonic() < end, f"{text!r} wasn't answered with {answer!r}: {self._all_said()}"

    def _heard(self) -> set[str]:
        """What was said since the customer's last message, but for notices."""
        last = max(self.customer.acknowledged.values())
        since = [each for seq, each in list(self.customer.screen.messages.items()) if seq > last]
        texts = {each.get("text", "") for each in since if each["author"]["kind"] == "assistant"}
        return texts | {given_up() for each in since if each.get("text") == given_up()}

    def _all_said(self) -> list[str]:
        return [each.get("text", "") for _, each in sorted(self.customer.screen.messages.items())]


def files_a_refund(shop: Shop, talker: Talker, _: StormAgent) -> Told:
    number = _decides(shop, talker)
    talker.says("yes please", "R-")
    return Told(talker.customer, order=number, is_confirmed=True)


def changes_their_mind(shop: Shop, talker: Talker, _: StormAgent) -> Told:
    number = _decides(shop, talker)
    talker.says("no, thank you", "")
    return Told(talker.customer, order=number)


def _decides(shop: Shop, talker: Talker) -> str:
    number, email = shop.order()
    talker.says(f"Hi, I want my money back for order {number}, {email}", "working")
    talker.says("yes, it works perfectly fine", "packaging")
    talker.says("how long does it take?", "")
    talker.says("yes, I have all of the packaging", "file")
    return number


def only_asks(_shop: Shop, talker: Talker, _: StormAgent) -> Told:
    talker.says("hello", "")
    talker.says(LAST_QUESTION, "arranty")
    talker.says("how long do I have to send something back?", "14")
    return Told(talker.customer)


def asks_for_a_person(_shop: Shop, talker: Talker, agent: StormAgent) -> Told:
    talker.says("I want to talk to a human being", "")
    agent.take_over(talker.customer.id)
    agent.say(talker.customer.id, "Hello, how can I help?")
    talker.customer.say("my camera is upside down")
    agent.say(talker.customer.id, "Then turn it round.")
    agent.hand_back(talker.customer.id)
    talker.says(LAST_QUESTION, "arranty")
    agent.look_away(talker.customer.id)
    return Told(talker.customer, agent=agent)


Conversation = Callable[[Shop, Talker, StormAgent], Told]
CONVERSATIONS: tuple[Conversation, ...] = (files_a_refund, changes_their_mind, only_asks, asks_for_a_person)
