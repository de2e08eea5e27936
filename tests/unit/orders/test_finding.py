from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from database import transaction
from orders import find_order, open_items, order_with_id, orders_of
from orders.finding import find_by_number
from tests.unit.orders.builders import CABLE, CAMERA, EMAIL, NOW, file, stored


@pytest.mark.parametrize(
    "typed",
    [
        "INO-10482", "ino-10482", " INO-10482 ", "#INO-10482", "INO10482", "INO 10482", "ino - 10482", "10482",
        "#10482", "INO-1O482", "ino-1o482", "1o482", "ＩＮＯ－１０４８２",
    ],
)  # fmt: skip
def test_an_order_is_found_however_its_number_is_typed(session: Session, typed: str) -> None:
    order = stored(session, "INO-10482")

    assert find_order(session, typed, EMAIL) is order


@pytest.mark.parametrize("typed", [EMAIL, " ANA@Example.COM ", "<ana@example.com>", "ana@example.com."])
def test_an_order_is_found_however_the_email_is_typed(session: Session, typed: str) -> None:
    order = stored(session, email="Ana@Example.com")

    assert find_order(session, "INO-10482", typed) is order


def test_an_order_without_prefix_is_found(session: Session) -> None:
    order = stored(session, "#1001")

    assert find_order(session, "1001", EMAIL) is order


@pytest.mark.parametrize("has_request", [False, True])
def test_an_order_is_loaded_again_by_its_id_with_all_of_its_own(engine: Engine, has_request: bool) -> None:
    with transaction(engine) as session:
        order = stored(session, "INO-10482", CAMERA, CABLE)
        if has_request:
            file(session, order, [order.items[1]])
        order_id = order.id
    with transaction(engine) as session:
        found = order_with_id(session, order_id)
        assert order_with_id(session, order_id + 1) is None

    assert found
    assert [item.name for item in open_items(found)] == ["Camera", "Cable"][: 1 if has_request else 2]
    assert [request.kind for request in found.requests] == ["refund"] * has_request


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("INO-10482", "eve@example.com"), ("INO-10483", EMAIL), ("0482", EMAIL), ("", EMAIL), ("#", EMAIL),
        ("INO-10482", ""), ("INO", EMAIL), ("1" * 5000, EMAIL), ("INO-10482' OR '1'='1", EMAIL), ("%", EMAIL),
        ("INO-1048_", EMAIL), ("INO-10482", "eve\0@example.com"), ("INO-10482", "\ud800@example.com"),
        ("\0\ud800", EMAIL),
    ],
)  # fmt: skip
def test_a_wrong_pair_finds_nothing(session: Session, number: str, email: str) -> None:
    stored(session, "INO-10482")

    assert find_order(session, number, email) is None


def test_the_letter_o_stays_a_letter_where_an_order_is_written_with_it(session: Session) -> None:
    zero = stored(session, "INO-10482")
    letter = stored(session, "INO-1O482", email="bo@example.com")

    assert find_order(session, "INO-1O482", "bo@example.com") is letter
    assert find_order(session, "INO-10482", EMAIL) is zero
    assert find_order(session, "INO-1O482", EMAIL) is None


def test_a_number_without_prefix_counts_only_if_one_order_of_the_customer_is_meant(session: Session) -> None:
    stored(session, "INO-10482")
    stored(session, "EU-10482")
    other = stored(session, "UK-10482", email="bo@example.com")

    assert find_order(session, "10482", EMAIL) is None
    assert find_order(session, "10482", "bo@example.com") is other


def test_a_number_that_is_an_order_as_it_stands_means_no_other_one(session: Session) -> None:
    stored(session, "INO-10482")
    stored(session, "10482", email="bo@example.com")

    assert find_order(session, "10482", EMAIL) is None


def test_staff_find_every_order_that_a_number_may_mean(session: Session) -> None:
    stored(session, "INO-10482")
    stored(session, "EU-10482")

    assert [order.number for order in find_by_number(session, "10482")] == ["EU-10482", "INO-10482"]
    assert find_by_number(session, "99999") == []


def steps_of(engine: Engine, number: str, email: str) -> list[tuple[str, int]]:
    """The statements that looking for this pair takes, and how many rows each gives."""
    taken: list[tuple[str, int]] = []

    def note(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        taken.append((statement, len(cursor.fetchall())))
        cursor.execute(statement, *_[:1])  # again, for who asked

    event.listen(engine, "after_cursor_execute", note)
    try:
        with transaction(engine) as session:
            assert find_order(session, number, email) is None
    finally:
        event.remove(engine, "after_cursor_execute", note)
    return taken


@pytest.mark.parametrize("typed", ["INO-10482", "10482", "ino1o482"])
@pytest.mark.parametrize("email", ["nobody@example.com", "bo@example.com"])
def test_a_wrong_pair_takes_the_same_steps_whether_or_not_the_order_exists(
    engine: Engine, typed: str, email: str
) -> None:
    with transaction(engine) as session:
        stored(session, "INO-10482")
        stored(session, "INO-20000", email="bo@example.com")

    existing = steps_of(engine, typed, email)
    missing = steps_of(engine, typed.replace("482", "483"), email)

    assert existing == missing
    assert [rows for _statement, rows in existing] == [0]


def test_all_orders_of_a_customer_are_listed_by_number_and_item(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    stored(session, "INO-2", CABLE, placed_at=NOW - timedelta(days=1))
    stored(session, "INO-3", email="bo@example.com")

    assert orders_of(session, order) == [("INO-2", ["Cable"]), ("INO-1", ["Camera", "Cable"])]


def test_an_order_is_found_with_what_was_asked_about_it(engine: Engine) -> None:
    with transaction(engine) as session:
        order = stored(session, "INO-1", CAMERA, CABLE)
        file(session, order, order.items[:1])
    with transaction(engine) as session:
        found = find_order(session, "INO-1", EMAIL)

    assert found is not None
    assert [request.wants for request in found.requests] == ["refund"]
    assert [item.sku for item in open_items(found)] == ["CAB-1"]


def test_a_request_filed_after_finding_is_seen_at_once(session: Session) -> None:
    stored(session, "INO-1", CAMERA, CABLE)
    session.expunge_all()
    found = find_order(session, "INO-1", EMAIL)
    assert found is not None

    file(session, found, found.items[:1])

    assert [item.sku for item in open_items(found)] == ["CAB-1"]
