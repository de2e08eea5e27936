"""Whatever an order cost in Shopify, its items cost the same here, to the cent."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orders.money import share
from orders.reading import Row
from orders.shopify import Product, shopify_format
from orders.storing import ItemData, OrderData

NOW = datetime(2026, 3, 20, tzinfo=timezone.utc)
FORMAT = shopify_format({"cam": Product("equipment", None)})

prices = st.integers(0, 300_000)


@st.composite
def lines(draw: st.DrawFn) -> tuple[int, int, int, bool]:
    """A price, how many, the line's own discount, and whether it is taxed."""
    price, quantity = draw(prices), draw(st.integers(1, 5))
    return price, quantity, draw(st.integers(0, price * quantity)), draw(st.booleans())


def written(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))


def read(
    told: list[tuple[int, int, int, bool]], off: int, taxes: int, shipping: int, *, included: bool, refunded: int = 0
) -> OrderData:
    subtotal = sum(price * quantity - discount for price, quantity, discount, _taxed in told) - off
    first = {
        "name": "#1", "email": "ana@example.com", "currency": "USD", "created at": "2026-03-01 09:30:00 -0500",
        "financial status": "partially_refunded" if refunded else "paid", "cancelled at": "",
        "subtotal": written(subtotal), "shipping": written(shipping), "taxes": written(taxes),
        "total": written(subtotal + shipping + (0 if included else taxes)), "discount amount": written(off),
        "refunded amount": written(refunded),
    }  # fmt: skip
    rows = [
        Row(
            line,
            {
                **(first if line == 2 else dict.fromkeys(first, "")),
                "name": "#1",
                "lineitem name": "Camera",
                "lineitem sku": "CAM",
                "lineitem quantity": str(quantity),
                "lineitem price": written(price),
                "lineitem discount": written(discount),
                "lineitem taxable": str(taxed).lower(),
            },
        )
        for line, (price, quantity, discount, taxed) in enumerate(told, start=2)
    ]
    order = FORMAT.read_order(rows, NOW)
    assert order is not None
    return order


def cost(item: ItemData) -> int:
    return item.unit_price * item.quantity - item.discount + item.tax


@settings(deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6), st.data(), st.booleans())
def test_the_items_cost_what_the_customer_paid(
    told: list[tuple[int, int, int, bool]], data: st.DataObject, included: bool
) -> None:
    worth = sum(price * quantity - discount for price, quantity, discount, _taxed in told)
    off = data.draw(st.integers(0, worth))
    # A tax on goods is a part of their price; a taxed line must be able to bear it.
    bearing = sum(p * q - d for p, q, d, taxed in told if taxed) * (worth - off) // worth if worth else 0
    taxes = data.draw(st.integers(0, max(0, bearing * 2 // 5)))

    order = read(told, off, taxes, 9_90, included=included)

    assert sum(cost(item) for item in order.items) == worth - off + (0 if included else taxes)
    assert sum(item.tax for item in order.items) == taxes
    assert order.shipping_paid == 9_90
    for item, (price, quantity, _discount, _taxed) in zip(order.items, told, strict=True):
        assert 0 <= item.discount <= item.unit_price * item.quantity
        assert item.tax >= 0
        assert item.quantity == quantity
        assert item.unit_price <= price


@settings(deadline=None)
@given(st.lists(lines(), min_size=1, max_size=4), st.integers(1, 500_000))
def test_what_a_partial_refund_settles_is_worth_the_refund(
    told: list[tuple[int, int, int, bool]], refunded: int
) -> None:
    worth = sum(price * quantity - discount for price, quantity, discount, _taxed in told)
    assume(worth > 0)

    order = read(told, 0, 0, 9_90, included=False, refunded=refunded)

    settled = sum(
        item.unit_price * item.settled - share(item.discount, item.settled, item.quantity) for item in order.items
    )
    shipping = 9_90 - order.shipping_paid
    assert settled + shipping in (0, refunded)
    assert order.refunded == refunded


@settings(deadline=None)
@given(st.lists(lines(), min_size=1, max_size=4), st.data())
def test_a_refund_of_whole_lines_is_never_taken_for_another(
    told: list[tuple[int, int, int, bool]], data: st.DataObject
) -> None:
    back = data.draw(st.lists(st.booleans(), min_size=len(told), max_size=len(told)))
    refunded = sum(p * q - d for (p, q, d, _taxed), is_back in zip(told, back, strict=True) if is_back)
    assume(refunded > 0)

    order = read(told, 0, 0, 0, included=False, refunded=refunded)

    if any(item.settled for item in order.items):
        for item, is_back in zip(order.items, back, strict=True):
            assert item.settled == (item.quantity if is_back else 0)
