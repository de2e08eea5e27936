from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.engine import Engine

from database import transaction
from orders import facts_of, open_items
from orders.importing import Problem, Report, import_orders
from orders.models import Order
from orders.money import shares
from orders.reading import UnreadableFileError
from orders.shopify import Product, read_products, shopify_format
from tests.unit.orders.builders import NOW

# As Shopify's help names them; the ones that mean nothing here are in it, too.
HEADING = """
Name Email Financial_Status Paid_at Fulfillment_Status Fulfilled_at Accepts_Marketing Currency Subtotal Shipping Taxes
Total Discount_Code Discount_Amount Shipping_Method Created_at Lineitem_quantity Lineitem_name Lineitem_price
Lineitem_compare_at_price Lineitem_sku Lineitem_requires_shipping Lineitem_taxable Lineitem_fulfillment_status
Billing_Name Billing_Street Shipping_Name Notes Note_Attributes Cancelled_at Payment_Method Refunded_Amount Vendor Id
Tags Source Lineitem_discount Tax_1_Name Tax_1_Value Duties
"""
COLUMNS = [name.replace("_", " ") for name in HEADING.split()]
PRODUCTS = {
    "cam-1": Product("equipment", "regular"),
    "cab-1": Product("accessory", None),
    "old-1": Product("equipment", "clearance"),
}
FIRST = {
    "Name": "#1001", "Email": "ana@example.com", "Financial Status": "paid", "Fulfillment Status": "unfulfilled",
    "Currency": "USD", "Subtotal": "100.00", "Shipping": "9.90", "Taxes": "8.25", "Total": "118.15",
    "Discount Amount": "0.00", "Created at": "2026-03-01 09:30:00 -0500", "Lineitem quantity": "1",
    "Lineitem name": "Camera", "Lineitem price": "100.00", "Lineitem sku": "CAM-1", "Lineitem taxable": "true",
    "Lineitem fulfillment status": "pending", "Billing Name": "Ana Torres", "Refunded Amount": "0.00",
    "Lineitem discount": "0.00", "Paid at": "2026-03-01 09:30:05 -0500",
}  # fmt: skip

Importing = Callable[..., tuple[Report, list[str]]]


def further(**changes: str) -> dict[str, str]:
    """A further row of the order, as Shopify leaves it."""
    row = {
        "Name": "#1001", "Email": "ana@example.com", "Created at": "2026-03-01 09:30:00 -0500",
        "Lineitem quantity": "1", "Lineitem name": "Cable", "Lineitem price": "10.00", "Lineitem sku": "CAB-1",
        "Lineitem taxable": "true", "Lineitem fulfillment status": "pending", "Lineitem discount": "0.00",
    }  # fmt: skip
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def first(**changes: str) -> dict[str, str]:
    return FIRST | {name.replace("_", " "): value for name, value in changes.items()}


@pytest.fixture
def imported(engine: Engine, tmp_path: Path) -> Importing:
    def imported(*rows: dict[str, str]) -> tuple[Report, list[str]]:
        path = tmp_path / "orders_export.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        told: list[Problem] = []
        return import_orders(engine, path, shopify_format(PRODUCTS), now=NOW, tell=told.append), list(map(str, told))

    return imported


def the_order(engine: Engine) -> Order:
    with transaction(engine) as session:
        order: Order = session.execute(select(Order)).scalar_one()
    return order


def paid_for(order: Order) -> int:
    return sum(item.unit_price * item.quantity - item.discount + item.tax for item in order.items)


def test_an_order_is_stored_as_shopify_tells_it(engine: Engine, imported: Importing) -> None:
    report, problems = imported(
        first(Subtotal="110.00", Taxes="9.08", Total="128.98"), further(Lineitem_compare_at_price="15.00")
    )

    assert (problems, report.new, report.unused_columns) == ([], 1, [])
    order = the_order(engine)
    assert (order.number, order.customer.email, order.customer.name) == ("#1001", "ana@example.com", "Ana Torres")
    assert order.placed_at == datetime(2026, 3, 1, 14, 30, tzinfo=timezone.utc)
    assert (order.status, order.sold_by, order.currency, order.shipping_paid) == ("paid", "inomega", "USD", 9_90)
    camera, cable = order.items
    assert (camera.sku, camera.kind, camera.pricing, camera.unit_price, camera.tax) == (
        "CAM-1", "equipment", "regular", 100_00, 8_25,
    )  # fmt: skip
    assert (cable.sku, cable.kind, cable.pricing, cable.tax) == ("CAB-1", "accessory", "sale", 83)
    assert paid_for(order) == 119_08


def test_notes_may_have_line_breaks(engine: Engine, imported: Importing) -> None:
    report, problems = imported(first(Notes='Ring twice.\n"Please"', Note_Attributes="a: 1\nb: 2\n" * 9))

    assert (problems, report.new) == ([], 1)


def test_a_discount_on_the_order_is_shared_out_to_the_cent(engine: Engine, imported: Importing) -> None:
    _, problems = imported(
        first(Subtotal="109.99", Discount_Amount="10.01", Taxes="0.00", Total="119.89"),
        further(Lineitem_quantity="2"),
    )

    assert problems == []
    camera, cable = the_order(engine).items
    assert (camera.discount, cable.discount) == (8_34, 1_67)
    assert paid_for(the_order(engine)) == 109_99


def test_a_discount_on_a_line_stays_on_it(engine: Engine, imported: Importing) -> None:
    """Whether `Discount Amount` repeats it or not, since the subtotal says what was taken off in all."""
    for repeated in ("20.00", "0.00"):
        _, problems = imported(
            first(
                Subtotal="90.00", Discount_Amount=repeated, Lineitem_discount="20.00", Taxes="0.00", Total="99.90",
            ),
            further(),
        )  # fmt: skip

        assert problems == []
        assert [item.discount for item in the_order(engine).items] == [20_00, 0]


def test_free_shipping_is_no_discount_on_the_goods(engine: Engine, imported: Importing) -> None:
    _, problems = imported(first(Discount_Amount="9.90", Taxes="0.00", Total="100.00"))

    assert problems == []
    order = the_order(engine)
    assert (order.items[0].discount, order.shipping_paid) == (0, 0)


def test_prices_that_include_the_tax_are_taken_apart(engine: Engine, imported: Importing) -> None:
    _, problems = imported(
        first(Currency="EUR", Subtotal="99.99", Discount_Amount="20.01", Taxes="15.96", Total="109.89"),
        further(Lineitem_quantity="2"),
    )

    assert problems == []
    order = the_order(engine)
    assert sum(item.tax for item in order.items) == 15_96
    assert paid_for(order) == 99_99
    assert 83_00 < order.items[0].unit_price < 86_00


def test_tax_is_only_on_what_is_taxed(engine: Engine, imported: Importing) -> None:
    imported(first(Subtotal="110.00", Total="128.15"), further(Lineitem_taxable="false"))

    assert [item.tax for item in the_order(engine).items] == [8_25, 0]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Cancelled_at": "2026-03-02 10:00:00 -0500"}, "cancelled"),
        ({"Financial_Status": "voided"}, "cancelled"),
        ({"Financial_Status": "refunded", "Refunded_Amount": "118.15"}, "refunded"),
        ({"Fulfillment_Status": "fulfilled", "Fulfilled_at": "2026-03-02 10:00:00 -0500"}, "shipped"),
        ({"Fulfillment_Status": "partial"}, "shipped"),
        ({"Financial_Status": "authorized"}, "paid"),
    ],
)
def test_what_became_of_the_order_is_understood(
    engine: Engine, imported: Importing, changes: dict[str, str], status: str
) -> None:
    _, problems = imported(first(**changes))

    assert problems == []
    order = the_order(engine)
    assert order.status == status
    assert bool(open_items(order)) == (status not in ("cancelled", "refunded"))


def test_an_order_may_be_shipped_in_part(engine: Engine, imported: Importing) -> None:
    imported(
        first(
            Subtotal="110.00", Total="128.15", Fulfillment_Status="partial", Fulfilled_at="2026-03-02 10:00:00 -0500",
            Lineitem_fulfillment_status="fulfilled",
        ),
        further(),
    )  # fmt: skip

    camera, cable = the_order(engine).items
    assert camera.shipped_at == datetime(2026, 3, 2, 15, tzinfo=timezone.utc)
    assert cable.shipped_at is None


@pytest.mark.parametrize(
    ("refunded", "settled", "shipping"),
    [
        ("0.00", [0, 0], 9_90),
        ("108.25", [1, 0], 9_90),
        ("20.00", [0, 2], 9_90),
        ("10.00", [0, 1], 9_90),
        ("19.90", [0, 1], 0),
        ("9.90", [0, 0], 0),
        ("5.00", [0, 0], 9_90),
    ],
)
def test_a_partial_refund_settles_the_items_it_must_have_been_for(
    engine: Engine, imported: Importing, refunded: str, settled: list[int], shipping: int
) -> None:
    """Piece by piece, with or without shipping; an amount that fits nothing is only kept for people to see."""
    _, problems = imported(
        first(
            Subtotal="120.00", Total="138.15", Financial_Status="partially_refunded", Refunded_Amount=refunded,
        ),
        further(Lineitem_quantity="2", Lineitem_taxable="false"),
    )  # fmt: skip

    assert problems == []
    order = the_order(engine)
    assert [item.settled for item in order.items] == settled
    assert order.refunded == round(float(refunded) * 100)
    left = facts_of(order, open_items(order))
    assert sum(item["quantity"] for item in left["items"]) == 3 - sum(settled)
    assert left["order"]["is_whole_order"] is True
    assert order.shipping_paid == shipping


def test_a_partial_refund_that_two_items_fit_settles_neither(engine: Engine, imported: Importing) -> None:
    imported(
        first(Subtotal="200.00", Taxes="0", Total="209.90", Financial_Status="partially_refunded",
              Refunded_Amount="100.00"),
        further(Lineitem_price="100.00"),
    )  # fmt: skip

    assert [item.settled for item in the_order(engine).items] == [0, 0]


def test_what_is_left_after_a_refund_brings_the_rest_of_discount_and_tax(engine: Engine, imported: Importing) -> None:
    imported(
        first(Subtotal="299.00", Discount_Amount="1.00", Lineitem_quantity="3", Taxes="10.00", Total="318.90",
              Financial_Status="partially_refunded", Refunded_Amount="103.00")
    )  # fmt: skip

    order = the_order(engine)
    (facts,) = facts_of(order, open_items(order))["items"]
    assert order.items[0].settled == 1
    assert (facts["quantity"], facts["discount"], facts["tax"]) == (2, "0.67", "6.67")


def test_orders_that_are_not_paid_are_passed_over(engine: Engine, imported: Importing) -> None:
    report, problems = imported(first(Financial_Status="pending"), first(Name="#1002"))

    assert (problems, report.unpaid, report.new) == ([], 1, 1)
    assert "Not paid yet, so passed over: 1." in report.summary()


def test_what_is_known_from_elsewhere_stays(engine: Engine, imported: Importing) -> None:
    imported(first())
    with transaction(engine) as session:
        session.execute(select(Order)).scalar_one().items[0].delivered_at = NOW

    assert imported(first())[0].same == 1
    assert imported(first(Fulfillment_Status="fulfilled"))[0].changed == 1
    order = the_order(engine)
    assert (order.status, order.items[0].delivered_at) == ("shipped", NOW)


def test_importing_twice_changes_nothing(engine: Engine, imported: Importing) -> None:
    rows = [first(Subtotal="110.00", Total="128.15"), further()]

    assert imported(*rows)[0].new == 1
    assert imported(*rows)[0].same == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Lineitem_sku": ""}, "lineitem sku is missing"),
        ({"Lineitem_sku": "NEW-1"}, "lineitem sku 'NEW-1' isn't in the list of products; add it with its kind"),
        ({"Lineitem_price": "12,50"}, "lineitem price '12,50' is no amount; write it like 12.50"),
        ({"Total": "1.00"}, "total isn't the sum of subtotal, shipping and taxes"),
        ({"Subtotal": "200.00"}, "the items cost less than subtotal says; was a row left out?"),
        ({"Email": ""}, "email is missing"),
        ({"Currency": "XXQ"}, "currency 'XXQ' isn't one; write its three letters, like USD"),
        ({"Created_at": "03/01/2026"}, "created at '03/01/2026' isn't a time like 2026-03-01 09:30:00 -0500"),
        ({"Financial_Status": "odd"}, "financial status 'odd' is unknown"),
        ({"Lineitem_discount": "100.01"}, "lineitem discount is more than the price of the whole line"),
        ({"Created_at": "2030-03-01 09:30:00 -0500"}, "created at lies in the future"),
    ],
)
def test_a_bad_order_is_left_out_and_the_others_stored(
    engine: Engine, imported: Importing, changes: dict[str, str], reason: str
) -> None:
    report, problems = imported(first(**changes), first(Name="#1002"))

    assert (report.new, report.left_out) == (1, 1)
    assert problems[0].startswith(f"line 2 (order #1001): {reason}")
    assert the_order(engine).number == "#1002"


def test_the_list_of_products_is_read(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,kind,pricing\nCAM-1,equipment,Regular\nCAB-1,accessory,\n")

    assert read_products(path) == {
        "cam-1": Product("equipment", "regular"), "cab-1": Product("accessory", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("CAB-1,thing,", "kind 'thing' is unknown; it is one of equipment, accessory."),
        ("cam-1,equipment,", "sku 'cam-1' is in the list twice."),
        (",equipment,", "sku is missing."),
        ("CAB-1,accessory,cheap", "pricing 'cheap' is unknown; it is one of regular, sale, clearance."),
        ("CAB-1", "it has 1 columns where the first line has 3."),
    ],
)
def test_a_bad_list_of_products_is_told_by_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "products.csv"
    path.write_text(f"sku,kind,pricing\nCAM-1,equipment,\n{line}\n")

    with pytest.raises(UnreadableFileError) as refused:
        read_products(path)

    assert str(refused.value) == f"The list of products, line 3: {reason}"


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_shares_add_up_and_none_is_more_than_its_weight(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))

    parts = shares(amount, weights)

    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
