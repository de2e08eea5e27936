"""What a case is decided by."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from actions.memory import DECIDING, Memory
from actions.stage import stage_of
from database import connect, migrate, transaction
from orders import Order
from tests.unit.orders.builders import CABLE, CAMERA, stored

OTHERS = {
    "reference": "R-1",
    "order_number": "INO-1",
    "email": "eve@example.com",
    "rejected_number": "INO-2",
    "tries": 2,
    "said": "something",
    "confirm": True,
    "next_wish": "refund",
    "wishes": ["track_order"],
    "by_agent": ["wants"],
    "misunderstood": 1,
}
"""Everything else that is remembered, with a value that it may have."""


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('orders') / 'orders.db'}")
    migrate(engine)
    with transaction(engine) as session:
        return stored(session, "INO-10482", CAMERA, CABLE)


def test_everything_remembered_is_known_to_decide_or_not():
    assert {field.name for field in fields(Memory)} == {*DECIDING, *OTHERS}


@pytest.mark.parametrize(("name", "value"), OTHERS.items())
def test_what_does_not_decide_changes_neither_items_nor_decision(order: Order, name: str, value: Any):
    memory = Memory(
        task="decision", wants="refund", order_id=order.id, item_ids=[order.items[0].id], reason="defective"
    )
    other = replace(memory, **{name: value})
    assert other.is_decided_like(memory)
    assert known(other, order) == known(memory, order)


def test_what_decides_makes_it_another_case(order: Order):
    memory = Memory(task="decision", order_id=order.id)
    for name in DECIDING:
        other: dict[str, Any] = {name: "other"}
        assert not replace(memory, **other).is_decided_like(memory)


def known(memory: Memory, order: Order) -> tuple[Any, ...]:
    stage = stage_of(memory, order)
    decision = stage.decision
    return [item.name for item in stage.items], decision and (decision.outcome, decision.missing, decision.remedy)
