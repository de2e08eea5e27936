"""What was filed stays as it was, whoever tries to change it, in whatever way."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from database import transaction
from orders import find_request, move_request
from orders.models import Request
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
