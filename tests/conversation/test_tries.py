"""Trying pairs of order number and e-mail address out: so often, and then a person is offered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Engine

from database import transaction
from orders.models import WrongPair
from orders.tries import MOST_WRONG_PAIRS, note_wrong_pair
from tests.assistant import Assistant, Said

ADDRESS = "203.0.113.7"
RIGHT = "Where is my order INO-10498? farid.haddad@example.com"
WRONG = "Where is my order INO-10498? somebody.else@example.com"


@pytest.fixture(autouse=True)
def _forgotten(shop: Engine) -> Iterator[None]:
    yield
    with transaction(shop) as session:
        session.execute(delete(WrongPair))


def exhausted(shop: Engine) -> None:
    with transaction(shop) as session:
        for _ in range(MOST_WRONG_PAIRS):
            note_wrong_pair(session, ADDRESS, datetime.now(timezone.utc))


def words(said: Said) -> str:
    return " ".join(str(answer.get("text", "")) for answer in said)


def test_a_wrong_pair_counts_for_the_address_that_it_came_from(assistant: Assistant, shop: Engine) -> None:
    said = assistant.say(WRONG, "tries-1", {"address": ADDRESS})
    assert "can't find an order" in words(said)
    assistant.say(RIGHT, "tries-2", {"address": ADDRESS})

    with transaction(shop) as session:
        assert session.execute(select(func.count(WrongPair.id))).scalar_one() == 1


@pytest.mark.parametrize("pair", [RIGHT, WRONG])
def test_after_too_many_tries_every_new_conversation_is_offered_a_person(
    assistant: Assistant, shop: Engine, pair: str
) -> None:
    exhausted(shop)

    said = assistant.say(pair, f"tries-over-{hash(pair)}", {"address": ADDRESS})

    assert "A person can" in words(said)
    assert "DHL" not in words(said)


@pytest.mark.parametrize("metadata", [{"address": "203.0.113.8"}, {"address": None}, {}, None])
def test_others_are_not_held_up(assistant: Assistant, shop: Engine, metadata: dict[str, str] | None) -> None:
    exhausted(shop)

    said = assistant.say(RIGHT, f"tries-others-{metadata}", metadata)

    assert "DHL" in words(said)
