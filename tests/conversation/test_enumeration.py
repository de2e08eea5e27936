"""Guessing at orders: cut off after a few tries, and a right number alone looks like any other, in words and time."""

from __future__ import annotations

import gc
import random
import re
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Engine

from actions import store, tries
from database import transaction
from orders.models import Customer, Order, WrongPair
from tests.assistant import Assistant

ADDRESS = "198.51.100.7"
STRANGER = "somebody.else@example.com"

# Kinds of wrong pairs, and what each is to look like. That an e-mail address is a customer's takes a microsecond more,
# so only what most take at least is held to a bound there.
KINDS = {
    "right number, nobody's address": "no such number, nobody's address",
    "right number, another's address": "no such number, another's address",
    "no such number, another's address": "no such number, nobody's address",
    "no such number, nobody's address": "no such number, nobody's address",
}

# What a stranger could measure over a network is a hundred times as much.
MOST_APART = 30e-6  # seconds
FAIREST = 0.5  # how often a hit takes longer than a miss, if there is nothing to tell them apart by


@pytest.fixture(autouse=True)
def _forgotten(shop: Engine) -> Iterator[None]:
    yield
    with transaction(shop) as session:
        session.execute(delete(WrongPair))


def numbers_in(shop: Engine) -> list[str]:
    with transaction(shop) as session:
        return sorted(session.scalars(select(Order.number).where(Order.number.like("INO-1____"))))


def without_numbers(said: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [{**each, "text": re.sub(r"INO-\d+", "INO-...", str(each.get("text")))} for each in said]


def test_guesses_from_one_address_are_cut_off_over_all_its_conversations(assistant: Assistant, shop: Engine) -> None:
    guesses = iter(range(20_000, 21_000))

    for conversation in range(8):
        for _ in range(tries.IN_A_CONVERSATION + 2):
            assistant.say(f"INO-{next(guesses)}, {STRANGER}", f"guessing-{conversation}", {"address": ADDRESS})

    with transaction(shop) as session:
        assert session.scalar(select(func.count(WrongPair.id))) == tries.FROM_AN_ADDRESS
    said = assistant.say("Where is my order INO-10498? farid.haddad@example.com", "guessing-9", {"address": ADDRESS})
    assert "DHL" not in str(said)


def test_guesses_in_one_conversation_are_cut_off_wherever_they_come_from(assistant: Assistant) -> None:
    for number in range(tries.IN_A_CONVERSATION):
        assistant.say(
            f"Where is my order INO-{20_000 + number}? {STRANGER}", "moving", {"address": f"203.0.113.{number}"}
        )

    said = assistant.say("Where is my order INO-10498? farid.haddad@example.com", "moving", {"address": "203.0.113.99"})

    assert "DHL" not in str(said)


def test_a_customer_who_has_proved_one_order_learns_nothing_of_others(assistant: Assistant, shop: Engine) -> None:
    """Whoever is known may name another number, and the address with it is no longer asked for."""
    answers = []
    for number in ("INO-10412", "INO-20412"):  # another customer's, nobody's
        sender = f"known-{number}"
        assert "DHL" in str(assistant.say("Where is my order INO-10498? farid.haddad@example.com", sender))
        answers.append(without_numbers(assistant.say(f"And where is {number}?", sender, {"address": ADDRESS})))

    assert answers[0] == answers[1]
    with transaction(shop) as session:
        assert session.scalar(select(func.count(WrongPair.id))) == 2  # and each counts


def test_a_right_number_alone_is_answered_in_the_same_words_as_a_wrong_one(
    assistant: Assistant, shop: Engine, at_full_size: bool
) -> None:
    numbers = numbers_in(shop)[: None if at_full_size else 6]
    assert len(numbers) >= 6
    for number in numbers:
        for words in (
            "Where is my order {number}? {email}",
            "I want my money back for {number}, my e-mail is {email}",
            "Hi, it's {number} and {email}, what about my request?",
        ):
            nobodys = f"INO-2{number[-4:]}"
            said = [
                without_numbers(assistant.say(words.format(number=each, email=STRANGER), f"{words} {each}"))
                for each in (number, nobodys)
            ]
            assert said[0] == said[1]


def test_nor_can_it_be_told_by_the_time(shop: Engine, at_full_size: bool) -> None:
    """Four kinds of wrong pair, in random order. What is the same for all (counting, the dialogue) is left out."""
    tried = 20_000 if at_full_size else 4_000
    numbers = numbers_in(shop)
    with transaction(shop) as session:
        emails = sorted(session.scalars(select(Customer.email)))
        owners = {row.number: row.email for row in session.execute(select(Order.number, Customer.email).join(Customer))}
    chance = random.Random(10)

    def pair(kind: str) -> tuple[str, str]:
        number = chance.choice(numbers)
        other = chance.choice([email for email in emails if email != owners[number]])
        number = number if kind.startswith("right") else f"INO-2{number[-4:]}"
        return number, (other if "another's" in kind else f"x{other}")

    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    order = [kind for kind in KINDS for _ in range(tried // len(KINDS))]
    chance.shuffle(order)
    gc.disable()
    try:
        for kind in order:
            number, email = pair(kind)
            begun = time.perf_counter()
            found = store.find(number, email)
            took[kind].append(time.perf_counter() - begun)
            assert found is None
    finally:
        gc.enable()

    bound = 6 * (len(KINDS) / tried / 6) ** 0.5  # six times the spread of the measure where nothing differs
    for kind, like in KINDS.items():
        apart = undisturbed(took[kind]) - undisturbed(took[like])
        longer = how_often_longer(took[kind], took[like])
        print(f"{kind}: {apart * 1e6:+.1f} of {undisturbed(took[like]) * 1e6:.0f} µs, longer in {longer:.3f}")
        assert abs(apart) < MOST_APART, kind
        if kind.partition(",")[2] == like.partition(",")[2]:
            assert abs(longer - FAIREST) < bound, kind


def undisturbed(took: Sequence[float]) -> float:
    """What nine of ten take at least: what else runs on the machine can only lengthen it."""
    return statistics.quantiles(took, n=10)[0]


def how_often_longer(some: Sequence[float], others: Sequence[float]) -> float:
    """Of all pairs, the part in which the first is the longer one (Mann and Whitney's U over their number)."""
    ordered = sorted(others)
    wins = sum(bisect_left(ordered, each) + bisect_right(ordered, each) for each in some) / 2
    return wins / (len(some) * len(others))


def test_the_measure_tells_what_differs() -> None:
    chance = random.Random(1)
    usual = [chance.gauss(1, 0.1) for _ in range(1000)]
    assert how_often_longer([1 + each for each in usual], usual) == 1
    assert how_often_longer(usual, usual) == 0.5
    assert how_often_longer([each + 0.05 for each in usual], usual) > 0.6
    assert undisturbed([each + 0.05 for each in usual]) - undisturbed(usual) == pytest.approx(0.05)
