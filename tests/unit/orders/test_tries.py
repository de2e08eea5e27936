from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from orders.models import WrongPair
from orders.tries import MOST_WRONG_PAIRS, WITHIN, may_try, note_wrong_pair
from tests.unit.orders.builders import NOW

ADDRESS = "203.0.113.7"


def test_an_address_may_be_wrong_so_often_and_no_more(session: Session) -> None:
    for _ in range(MOST_WRONG_PAIRS):
        assert may_try(session, ADDRESS, NOW)
        note_wrong_pair(session, ADDRESS, NOW)

    assert not may_try(session, ADDRESS, NOW)
    assert may_try(session, "203.0.113.8", NOW)


def test_after_a_while_it_is_forgotten(session: Session) -> None:
    for _ in range(MOST_WRONG_PAIRS):
        note_wrong_pair(session, ADDRESS, NOW)
    later = NOW + WITHIN

    assert not may_try(session, ADDRESS, later - timedelta(seconds=1))
    assert may_try(session, ADDRESS, later)
    note_wrong_pair(session, "203.0.113.8", later)
    assert session.execute(select(func.count(WrongPair.id))).scalar_one() == 1


def test_the_address_itself_is_not_kept(session: Session) -> None:
    note_wrong_pair(session, ADDRESS, NOW)

    kept = session.execute(select(WrongPair)).scalar_one().address_hash
    assert len(kept) == 64
    assert ADDRESS not in kept
