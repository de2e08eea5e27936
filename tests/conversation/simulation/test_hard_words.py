"""Each single thing that can't be relied on, said where it would decide: it decides nothing, and files nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from sqlalchemy.engine import Engine

from tests.assistant import Assistant
from tests.conversation.shop import catalogue, make_order
from tests.conversation.simulation.hard_words import CONDITIONS, LEADING, UNCLEAR, UNCLEAR_REASONS
from tests.conversation.talk import Talk

AT = {
    "claim.working": ("camera that came 6 days ago", "please refund me. {number}, {email}"),
    "claim.original_packaging": ("camera that came 6 days ago", "please refund me. {number}, {email}, it works fine"),
    "claim.tampered": ("camera of month 5", "I need a replacement, it developed a fault. {number}, {email}"),
    "claim.reason": ("camera of month 5", "I need a replacement. {number}, {email}"),
    "confirm": ("camera that came 6 days ago", "refund {number}, {email}, it works fine, I have the original box"),
}
"""The order and the words with which one comes to a question."""

Arrive = Callable[[str], Talk]


@pytest.fixture(scope="module")
def arrive(assistant: Assistant, shop: Engine) -> Arrive:
    """Somebody new who is at that question."""

    @cache
    def arrived(fact: str) -> Talk:
        fixture, opening = AT[fact]
        order = make_order(shop, catalogue()["fixtures"][fixture])
        talk = Talk(assistant)
        assert talk.say(opening.format(number=order.number, email=order.email)).asked == fact, str(talk)
        return talk

    return lambda fact: arrived(fact).copy()


def said() -> Iterator[tuple[str, str]]:
    """Each with the question at which it is said."""
    for (name, _), sayings in UNCLEAR.items():
        yield from ((f"claim.{name}", words) for words in sayings)
    yield from (("claim.reason", words) for words in UNCLEAR_REASONS)
    yield from (("confirm", words) for words in CONDITIONS)
    yield from ((fact, words) for fact in AT for words in LEADING)


@pytest.mark.parametrize(("fact", "words"), list(said()))
def test_it_decides_nothing(fact: str, words: str, arrive: Arrive) -> None:
    talk = arrive(fact)
    known = talk.slots

    turn = talk.say(words)

    assert turn.filed == [], str(talk)
    if fact != "confirm":  # where one may hear the decision once more, or leave it all
        assert turn.payloads("decision") == [], str(talk)
        slots = ("reason", "working", "original_packaging", "tampered")
        assert {slot: talk.slots[slot] for slot in slots} == {slot: known[slot] for slot in slots}, str(talk)
