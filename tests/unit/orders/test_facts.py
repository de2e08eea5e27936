from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from orders import facts_of, left_of, move_request, open_items, requests_of
from orders.storing import ItemData
from tests.unit.orders.builders import CABLE, CAMERA, NOW, file, settle, stored

THREE = replace(CAMERA, quantity=3, discount=1_00, tax=2_00)


def test_facts_have_the_shape_of_the_contract(session: Session) -> None:
    order = stored(session, "INO-10482", replace(CAMERA, discount=5_00, tax=7_84), shipping_paid=9_90)

    assert facts_of(order, order.items) == {
        "order": {
            "number": "INO-10482",
            "currency": "USD",
            "placed_at": "2026-03-11T12:00:00+00:00",
            "delivered_at": "2026-03-15T12:00:00+00:00",
            "sold_by": "inomega",
            "shipping_paid": "9.90",
            "is_whole_order": True,
        },
        "items": [
            {
                "sku": "CAM-1", "name": "Camera", "kind": "equipment", "quantity": 1, "unit_price": "100.00",
                "pricing": "regular", "discount": "5.00", "tax": "7.84",
            }
        ],
    }  # fmt: skip


def test_amounts_have_the_decimals_of_their_currency(session: Session) -> None:
    yen = stored(session, "INO-1", replace(CAMERA, unit_price=12_000), currency="JPY", shipping_paid=500)
    dinar = stored(session, "INO-2", replace(CAMERA, unit_price=12_345), currency="KWD", shipping_paid=0)

    assert facts_of(yen, yen.items)["items"][0]["unit_price"] == "12000"
    assert facts_of(dinar, dinar.items)["items"][0]["unit_price"] == "12.345"


def test_a_partly_delivered_order_tells_when_each_item_came(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, replace(CABLE, delivered_at=None), status="shipped")

    facts = facts_of(order, order.items)

    assert facts["order"]["delivered_at"] is None
    assert facts["items"][0]["delivered_at"] == "2026-03-15T12:00:00+00:00"
    assert "delivered_at" not in facts["items"][1]  # so that what the customer says of the delivery counts


def test_an_order_is_delivered_when_its_last_item_is(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, replace(CABLE, delivered_at=NOW - timedelta(days=1)))

    facts = facts_of(order, order.items)

    assert facts["order"]["delivered_at"] == "2026-03-19T12:00:00+00:00"
    assert facts["items"][0]["delivered_at"] == "2026-03-15T12:00:00+00:00"
    assert "delivered_at" not in facts["items"][1]


def test_a_part_of_a_line_brings_its_share(session: Session) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]

    (part,) = facts_of(order, [line], {line.id: 1})["items"]

    assert (part["quantity"], part["discount"], part["tax"]) == (1, "0.33", "0.67")


def test_the_parts_of_a_line_add_up_to_it(session: Session) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]
    for _ in range(3):
        settle(session, file(session, order, [line], quantities={line.id: 1}))

    assert sum(asked.discount for asked in line.asked) == 1_00
    assert sum(asked.tax for asked in line.asked) == 2_00
    assert open_items(order) == []


@pytest.mark.parametrize(
    ("changed_to", "discount", "tax"),
    [
        (replace(THREE, discount=0, tax=0), "0.00", "0.00"),  # less than the first part had
        (replace(THREE, discount=3 * 100_00), "200.00", "1.33"),  # more than the rest costs
        (replace(THREE, quantity=2), "0.67", "1.33"),
    ],
)
def test_a_line_that_the_shop_changed_after_a_part_of_it_was_claimed_stays_within_its_price(
    session: Session, changed_to: ItemData, discount: str, tax: str
) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]
    settle(session, file(session, order, [line], quantities={line.id: 1}))

    stored(session, "INO-1", changed_to)

    (rest,) = facts_of(order, [line])["items"]
    assert (rest["quantity"], rest["discount"], rest["tax"]) == (changed_to.quantity - 1, discount, tax)


def test_the_share_of_a_rejected_part_goes_to_the_later_ones(session: Session) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]
    rejected = file(session, order, [line], quantities={line.id: 1})
    move_request(session, rejected, "rejected", by="Dana", at=NOW)

    settle(session, file(session, order, [line], quantities={line.id: 2}))
    settle(session, file(session, order, [line]))

    assert sum(asked.discount for asked in line.asked if asked.request is not rejected) == 1_00


def test_the_whole_order_is_asked_for_when_nothing_of_it_remains(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    camera, cable = order.items

    assert facts_of(order, [camera, cable])["order"]["is_whole_order"] is True
    assert facts_of(order, [camera])["order"]["is_whole_order"] is False


@pytest.mark.parametrize(
    ("wants", "end", "whole"),
    [
        ("refund", None, True),
        ("cancellation", None, True),
        ("replacement", None, False),  # the replacement stays with the customer
        ("refund", "rejected", False),
        ("refund", "withdrawn", False),
    ],
)
def test_earlier_requests_count_for_the_whole_order(session: Session, wants: str, end: str | None, whole: bool) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    camera, cable = order.items
    earlier = file(session, order, [camera], wants)
    if end:
        move_request(session, earlier, end, by="Dana", at=NOW)

    assert facts_of(order, [cable])["order"]["is_whole_order"] is whole


def test_one_of_three_is_not_the_whole_order_until_the_last(session: Session) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]

    assert facts_of(order, [line], {line.id: 2})["order"]["is_whole_order"] is False
    settle(session, file(session, order, [line], quantities={line.id: 2}))
    assert facts_of(order, [line])["order"]["is_whole_order"] is True


def test_what_has_an_open_request_is_not_open(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    camera, cable = order.items

    request = file(session, order, [camera])

    assert open_items(order) == [cable]
    assert requests_of(order) == [request]


@pytest.mark.parametrize("end", ["rejected", "withdrawn", "closed"])
def test_what_was_asked_in_vain_is_open_again(session: Session, end: str) -> None:
    order = stored(session, "INO-1", CAMERA)

    move_request(session, file(session, order, order.items), end, by="Dana", at=NOW)

    assert open_items(order) == order.items


def test_what_is_left_of_a_line_is_open_once_its_part_is_settled(session: Session) -> None:
    order = stored(session, "INO-1", THREE)
    line = order.items[0]
    request = file(session, order, [line], quantities={line.id: 1})
    assert open_items(order) == []

    settle(session, request)

    assert open_items(order) == [line]
    assert left_of(line) == 2


def test_an_item_that_the_shop_took_off_the_order_cannot_be_asked_for_again(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    camera, cable = order.items
    move_request(session, file(session, order, [cable]), "rejected", by="Dana", at=NOW)

    stored(session, "INO-1", CAMERA)

    assert order.items == [camera, cable]
    assert open_items(order) == [camera]
    assert facts_of(order, [camera])["order"]["is_whole_order"] is True
    stored(session, "INO-1", CAMERA, CABLE)
    assert open_items(order) == [camera, cable]


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
def test_nothing_of_a_settled_order_is_open(session: Session, status: str) -> None:
    assert open_items(stored(session, status=status)) == []


def test_the_newest_request_comes_first(session: Session) -> None:
    order = stored(session, "INO-1", CAMERA, CABLE)
    camera, cable = order.items
    first, second = file(session, order, [camera]), file(session, order, [cable])

    assert requests_of(order) == [second, first]


def test_facts_of_what_cannot_be_asked_for_are_refused(session: Session) -> None:
    order, other = stored(session, "INO-1", CAMERA), stored(session, "INO-2", CAMERA)
    line = order.items[0]

    with pytest.raises(ValueError, match="at least one"):
        facts_of(order, [])
    with pytest.raises(ValueError, match="isn't part of order INO-1"):
        facts_of(order, other.items)
    with pytest.raises(ValueError, match="only once"):
        facts_of(order, [line, line])
    for number in (0, -1, 2):
        with pytest.raises(ValueError, match="1 left"):
            facts_of(order, [line], {line.id: number})
