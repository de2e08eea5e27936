"""What was filed stays as it was, whoever tries to change it, in whatever way."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from database import transaction
from orders import find_request, move_request
from orders.models import Request, RequestItem
from tests.unit.orders.builders import NOW, file, stored


@pytest.fixture
def reference(engine: Engine) -> str:
    with transaction(engine) as session:
        order = stored(session)
        request = file(session, order, order.items)
        move_request(session, request, "approved", by="Dana", at=NOW, note="Welcome.")
        return request.reference


def request_of(engine: Engine, reference: str) -> Request:
    with transaction(engine) as session:
        request = find_request(session, reference)
        assert request is not None
    return request


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE requests SET facts = '{}'",
        'UPDATE requests SET decision = \'{"outcome": "eligible"}\'',
        "UPDATE requests SET policy_version = 'v2'",
        "UPDATE requests SET filed_at = '2020-01-01'",
        "UPDATE requests SET reference = 'R-2222-2222'",
        "UPDATE requests SET kind = 'review'",
        "UPDATE requests SET wants = 'replacement'",
        "DELETE FROM requests",
        "UPDATE request_changes SET \"by\" = 'Eli'",
        "UPDATE request_changes SET status = 'rejected'",
        "UPDATE request_changes SET note = 'Go away.'",
        "DELETE FROM request_changes WHERE status = 'approved'",
        "UPDATE request_items SET quantity = 2",
        "UPDATE request_items SET discount = 1",
        "DELETE FROM request_items",
        "UPDATE requests SET id = 99",
        "UPDATE request_changes SET id = id + 100",
    ],
)
def test_the_database_refuses_to_change_what_was_filed(engine: Engine, reference: str, change: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))  # which must not be what stops a deletion

    with pytest.raises(IntegrityError, match="what was filed stays as it was"), engine.begin() as connection:
        connection.execute(text(change))

    request = request_of(engine, reference)
    assert (request.decision["outcome"], request.policy_version, request.kind) == ("eligible", "v1", "refund")
    assert [(c.status, c.by, c.note) for c in request.changes] == [
        ("filed", "customer", None), ("approved", "Dana", "Welcome."),
    ]  # fmt: skip
    assert request.items[0].quantity == 1


REPLACEMENTS = [
    *(
        pytest.param("sqlite", f"REPLACE INTO {replacement}")
        for replacement in (
            "requests SELECT id, reference, order_id, kind, wants, status, '{}', decision, policy_version, filed_at,"
            " conversation_id, erased_at FROM requests",
            "requests SELECT 99, reference, order_id, kind, wants, status, '{}', decision, policy_version, filed_at,"
            " conversation_id, erased_at FROM requests",
            "request_changes SELECT id, request_id, status, at, 'Eli', note FROM request_changes",
            "request_items SELECT request_id, item_id, position, 2, discount, tax, is_open FROM request_items",
            "request_items SELECT 99, item_id, position, 2, discount, tax, is_open FROM request_items",
        )
    ),
    *(
        pytest.param("postgresql", replacement, marks=pytest.mark.postgresql)
        for replacement in (
            "TRUNCATE request_items",
            "TRUNCATE request_changes, outbox",
            "TRUNCATE requests CASCADE",
            "INSERT INTO requests SELECT * FROM requests ON CONFLICT (id) DO UPDATE SET facts = '{}'",
        )
    ),
]


@pytest.mark.parametrize(("engine", "replacement"), REPLACEMENTS, indirect=["engine"])
def test_the_database_refuses_to_put_something_else_in_its_place(
    engine: Engine, reference: str, replacement: str
) -> None:
    filed = request_of(engine, reference)

    with pytest.raises(IntegrityError, match="what was filed stays as it was"), engine.begin() as connection:
        connection.execute(text(replacement))

    assert request_of(engine, reference).facts == filed.facts


def test_an_open_item_is_not_replaced_by_opening_another(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session)
        move_request(session, file(session, order, order.items), "rejected", by="Dana", at=NOW)
        file(session, order, order.items)
    open_both = "UPDATE OR REPLACE" if engine.dialect.name == "sqlite" else "UPDATE"

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"{open_both} request_items SET is_open = true"))

    with transaction(engine) as session:
        assert len(session.execute(select(RequestItem)).all()) == 2


def test_objects_are_refused_in_the_same_way(engine: Engine, reference: str) -> None:
    def change() -> None:
        with transaction(engine) as session:
            request = find_request(session, reference)
            assert request is not None
            request.decision = {"outcome": "not_eligible"}

    with pytest.raises(IntegrityError, match="what was filed stays as it was"):
        change()


def test_erasing_is_allowed_once(engine: Engine, reference: str) -> None:
    erase = text("UPDATE requests SET facts = '{}', erased_at = '2026-03-20'")
    with engine.begin() as connection:
        connection.execute(erase)

    with pytest.raises(IntegrityError, match="what was filed stays as it was"), engine.begin() as connection:
        connection.execute(erase)


def test_only_facts_and_decision_change_with_erasing(engine: Engine, reference: str) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("UPDATE requests SET policy_version = 'v2', erased_at = '2026-03-20'"))


def test_status_and_conversation_are_free_to_change(engine: Engine, reference: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE requests SET status = 'received', conversation_id = NULL"))
        connection.execute(text("UPDATE request_items SET is_open = false"))

    assert request_of(engine, reference).status == "received"
