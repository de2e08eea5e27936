from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from orders import find_order
from orders.finding import find_by_number
from tests.unit.orders.builders import EMAIL, stored


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


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("INO-10482", "eve@example.com"), ("INO-10483", EMAIL), ("0482", EMAIL), ("", EMAIL), ("#", EMAIL),
        ("INO-10482", ""), ("INO", EMAIL), ("1" * 5000, EMAIL), ("INO-10482' OR '1'='1", EMAIL), ("%", EMAIL),
        ("INO-1048_", EMAIL),
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
