from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from database import transaction
from orders import facts_of, find_order, open_items
from orders.models import Order
from orders.samples import SAMPLES, load_samples, try_this
from policy_core import decide
from tests.unit.orders.builders import file

NOW = datetime(2026, 3, 20, 12, 34, 56, 789, tzinfo=timezone.utc)

# What each sample says of itself, in the engine's words: the wish, the reason, the outcome and the money due.
PROMISED = {
    "INO-10482": ("refund", None, "eligible", "139.64"),
    "INO-10412": ("refund", None, "eligible", "96.34"),
    "INO-10391": ("refund", None, "not_eligible", None),
    "INO-10517": ("cancellation", None, "eligible", "117.07"),
    "INO-10505": ("cancellation", None, "not_yet", None),
    "INO-10498": ("refund", None, "not_yet", None),
    "INO-10406": ("refund", None, "not_eligible", None),
    "INO-10433": ("refund", None, "not_eligible", None),
    "INO-10455": ("replacement", "defective", "not_eligible", None),
    "INO-10456": ("replacement", "defective", "eligible", None),
    "INO-10470": ("refund", None, "eligible", "993.75"),
    "INO-10488": ("refund", None, "mixed", "139.64"),
    "INO-10462": ("refund", None, "eligible", "53.04"),
    "INO-10231": ("replacement", "defective", "eligible", None),
    "INO-10118": ("replacement", "defective", "needs_review", None),
    "INO-10007": ("replacement", "defective", "not_eligible", None),
    "INO-10377": ("replacement", "defective", "needs_review", None),
    "INO-10499": ("refund", None, "eligible", "141.40"),
    "INO-10501": ("replacement", "damaged_on_arrival", "eligible", None),
}


# A leap day, the first and the last of a month: months ago are not always the same day.
@pytest.mark.parametrize("now", [NOW, NOW.replace(year=2028, month=2, day=29), NOW.replace(day=1), NOW.replace(day=31)])
def test_the_policy_gives_what_the_samples_promise(engine: Engine, now: datetime) -> None:
    given = {}
    with transaction(engine) as session:
        load_samples(session, now)
        for sample in SAMPLES:
            order = find_order(session, sample.number, sample.email)
            assert order is not None
            if open_items(order):
                wants, reason, *_ = PROMISED[sample.number]
                decision = decided(facts_of(order, open_items(order)), wants, reason, now)
                total = (decision["refund"] or {"total": None})["total"]
                given[sample.number] = (wants, reason, decision["outcome"], total)

    assert given == PROMISED


def decided(facts: dict[str, Any], wants: str, reason: str | None, now: datetime) -> dict[str, Any]:
    """The decision on these facts where the customer answers everything in favour of the wish."""
    claim = {
        "reason": reason,
        "working": reason is None,
        "original_packaging": True,
        "tampered": False,
        "original_purchaser": True,
    }
    return dict(decide(facts | {"wants": wants, "as_of": now.isoformat(), "claim": claim}).to_dict())


def test_every_sample_is_promised_something_or_settled() -> None:
    assert {sample.number for sample in SAMPLES if sample.status not in ("refunded", "cancelled")} == set(PROMISED)


def test_the_samples_move_with_the_day(engine: Engine) -> None:
    for now in (NOW, NOW + timedelta(days=40)):
        with transaction(engine) as session:
            assert load_samples(session, now) == len(SAMPLES)
            assert session.execute(select(func.count(Order.id))).scalar_one() == len(SAMPLES)
            order = find_order(session, "INO-10482", "ana.torres@example.com")
            assert order is not None
            assert order.delivered_at == now.replace(microsecond=0) - timedelta(days=6)


def test_samples_that_were_asked_about_stay_as_they_are(engine: Engine) -> None:
    with transaction(engine) as session:
        load_samples(session, NOW)
        order = find_order(session, "INO-10470", "karen.walsh@example.com")
        assert order is not None
        reference = file(session, order, [order.items[0]]).reference
        placed_at = order.placed_at

    with transaction(engine) as session:
        assert load_samples(session, NOW + timedelta(days=9)) == len(SAMPLES) - 1
        order = find_order(session, "INO-10470", "karen.walsh@example.com")
        assert order is not None
        assert order.placed_at == placed_at
        assert [request.reference for request in order.requests] == [reference]


def test_what_to_say_names_the_order_and_its_customer() -> None:
    for sample in try_this():
        assert sample["order_number"] in sample["say"]
        assert sample["email"] in sample["say"]
        assert sample["email"].endswith("@example.com")
        assert sample["what"]
        assert sample["outcome"]


def test_no_two_samples_share_their_number_or_customer() -> None:
    assert len({sample.number for sample in SAMPLES}) == len({sample.email for sample in SAMPLES}) == len(SAMPLES)
