"""Shopify's own order export: several rows an order, the order's columns in its first row.

Its columns are those of Shopify's help page "Exporting orders" (Name, Email, Financial Status, ... Lineitem sku). Money
comes out to the cent: what the items' prices, discounts and taxes add up to here is what the customer paid for them.
What the export doesn't tell (when an item came, tracking numbers) stays as it is known from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from orders import cells, words
from orders.cells import BadValueError, Cells
from orders.importing import BadOrderError, Format, Problem
from orders.money import share, shares
from orders.reading import Row, UnreadableFileError, rows
from orders.storing import ItemData, OrderData

REQUIRED_COLUMNS = (
    "name", "email", "financial status", "currency", "subtotal", "shipping", "taxes", "total", "discount amount",
    "created at", "cancelled at", "refunded amount", "lineitem quantity", "lineitem name", "lineitem price",
    "lineitem sku",
)  # fmt: skip
PRODUCT_COLUMNS = ("sku", "kind", "pricing")

_UNPAID = {"pending", "unpaid", "expired", "partially_paid"}
_PAID = {"paid", "authorized", "partially_refunded", "refunded", "voided"}
_FREE_TEXT = ("name", "note", "street", "address", "company", "city", "tags")
_MOST_WAYS = 20_000  # of putting a partial refund together from items; beyond that nobody can tell


@dataclass(frozen=True)
class Product:
    """What Shopify doesn't know of a product; without `pricing` the compare-at price tells whether it was on sale."""

    kind: str
    pricing: str | None


Products = Mapping[str, Product]


@dataclass(frozen=True)
class _Line:
    """A line as Shopify tells it; the amounts as they stand there, with or without tax."""

    item: ItemData
    is_taxable: bool

    @property
    def price(self) -> int:
        return self.item.unit_price * self.item.quantity

    @property
    def paid(self) -> int:
        return self.price - self.item.discount


def read_products(path: Path) -> Products:
    """The shop's list of products (`sku,kind,pricing`). Raises UnreadableFileError, naming the first bad line."""
    products: dict[str, Product] = {}
    for row in rows(path, PRODUCT_COLUMNS, lambda _column: False):
        try:
            if row.problem:
                raise BadValueError(row.problem)
            sku = cells.line_of_text(row.cells, "sku", 64).casefold()
            if sku in products:
                raise BadValueError(f"sku '{sku}' is in the list twice")
            pricing = cells.word(row.cells, "pricing", words.PRICINGS) if row.cells["pricing"] else None
            products[sku] = Product(cells.word(row.cells, "kind", words.ITEM_KINDS), pricing)
        except BadValueError as error:
            raise UnreadableFileError(f"The list of products, line {row.line}: {error}.") from error
    return products


def shopify_format(products: Products) -> Format:
    """The format of Shopify's export, for a shop with these products."""
    return Format(
        number_column="name",
        required=REQUIRED_COLUMNS,
        known=None,
        may_span_lines=lambda column: any(word in column for word in _FREE_TEXT) and column != "name",
        read_order=lambda group, now: _read_order(group, products, now),
        untold=lambda _columns: frozenset({"carrier", "tracking_number", "estimated_delivery", "delivered_at"}),
    )


def _read_order(group: list[Row], products: Products, now: datetime) -> OrderData | None:
    first = group[0]
    try:
        if cells.word(first.cells, "financial status", (*sorted(_PAID), *sorted(_UNPAID))) in _UNPAID:
            return None
        currency = cells.currency(first.cells, "currency")
    except BadValueError as error:
        raise BadOrderError([Problem(first.line, first.cells["name"], str(error))]) from error
    lines, problems = [], []
    for row in group:
        if row is not first and not row.cells["lineitem name"] and not row.cells["lineitem quantity"]:
            continue  # a further discount code or payment of the order, no item
        try:
            lines.append(_read_line(row.cells, first.cells, products, currency))
        except BadValueError as error:
            problems.append(Problem(row.line, first.cells["name"], str(error)))
    if problems:
        raise BadOrderError(problems)
    try:
        return _put_together(first.cells, lines, currency, now)
    except BadValueError as error:
        raise BadOrderError([Problem(first.line, first.cells["name"], str(error))]) from error


def _read_line(row: Cells, first: Cells, products: Products, currency: str) -> _Line:
    sku = cells.line_of_text(row, "lineitem sku", 64)
    product = products.get(sku.casefold())
    if product is None:
        raise BadValueError(f"lineitem sku '{sku}' isn't in the list of products; add it with its kind")
    price = _amount(row, "lineitem price", currency)
    is_on_sale = _amount(row, "lineitem compare at price", currency) > price
    item = ItemData(
        sku=sku,
        name=cells.line_of_text(row, "lineitem name", 300),
        kind=product.kind,
        quantity=cells.quantity(row, "lineitem quantity"),
        unit_price=price,
        pricing=product.pricing or ("sale" if is_on_sale else "regular"),
        discount=_amount(row, "lineitem discount", currency),
        shipped_at=_time(first, "fulfilled at") if row.get("lineitem fulfillment status") == "fulfilled" else None,
    )
    if item.discount > item.unit_price * item.quantity:
        raise BadValueError("lineitem discount is more than the price of the whole line")
    return _Line(item, is_taxable=row.get("lineitem taxable") != "false")


def _put_together(first: Cells, lines: Sequence[_Line], currency: str, now: datetime) -> OrderData:
    taxes = _amount(first, "taxes", currency)
    refunded = _amount(first, "refunded amount", currency)
    lines = _with_order_discount(lines, _amount(first, "subtotal", currency))
    shipping, taxes_are_included = _shipping_and_taxes(first, lines, currency)
    items = _with_taxes(lines, taxes, taxes_are_included)
    status = _status(first)
    if status not in words.SETTLED:
        items, shipping = _without_refunded(items, shipping, refunded)
    placed_at = _time(first, "created at")
    cells.check_times({"created at": placed_at, "fulfilled at": _time(first, "fulfilled at")}, now)
    return OrderData(
        number=cells.order_number(first, "name"),
        email=cells.email(first, "email"),
        customer_name=cells.line_of_text(first, _name_column(first), 200, is_required=False),
        placed_at=placed_at,
        status=status,
        sold_by="inomega",
        currency=currency,
        shipping_paid=shipping,
        items=tuple(items),
        refunded=refunded,
    )


def _with_order_discount(lines: Sequence[_Line], subtotal: int) -> list[_Line]:
    """The discount of the order as a whole, shared out over the items by what each costs.

    It is what the lines lack to the subtotal. `Discount Amount` isn't it: that may be off the shipping, or repeat
    what the lines' own discounts say.
    """
    on_the_whole = sum(line.paid for line in lines) - subtotal
    if on_the_whole < 0:
        raise BadValueError("the items cost less than subtotal says; was a row left out?")
    parts = shares(on_the_whole, [line.paid for line in lines])
    return [
        replace(line, item=replace(line.item, discount=line.item.discount + part))
        for line, part in zip(lines, parts, strict=True)
    ]


def _shipping_and_taxes(first: Cells, lines: Sequence[_Line], currency: str) -> tuple[int, bool]:
    """What was paid for shipping, and whether the prices include the taxes: whatever adds up to the total."""
    subtotal, shipping, taxes, total, discount, duties = (
        _amount(first, name, currency)
        for name in ("subtotal", "shipping", "taxes", "total", "discount amount", "duties")
    )
    off_the_goods = sum(line.item.discount for line in lines)
    off_the_shipping = min(max(0, discount - off_the_goods), shipping)
    for paid in (shipping, shipping - off_the_shipping, shipping - min(discount, shipping)):
        for are_included in (False, True):
            if total == subtotal + paid + duties + (0 if are_included else taxes):
                return paid, are_included and taxes > 0
    raise BadValueError("total isn't the sum of subtotal, shipping and taxes")


def _with_taxes(lines: Sequence[_Line], taxes: int, are_included: bool) -> list[ItemData]:
    """The items with their share of the taxes, by what each taxable one cost; prices without them."""
    weights = [line.paid if line.is_taxable else 0 for line in lines]
    if not any(weights):
        weights = [line.paid for line in lines]
    items = []
    for line, tax in zip(lines, shares(taxes, weights), strict=True):
        item = replace(line.item, tax=tax)
        items.append(_without_tax(item, line) if are_included else item)
    return items


def _without_tax(item: ItemData, line: _Line) -> ItemData:
    """The item's price and discount without the tax in them; price - discount + tax stays what was paid."""
    net = line.paid - item.tax
    if net < 0:
        raise BadValueError("taxes are more than the items cost")
    net_price = share(line.price, net, line.paid) if line.paid else line.price
    unit_price = -(-net_price // item.quantity)  # rounded up, so that the discount takes up the odd cents
    return replace(item, unit_price=unit_price, discount=unit_price * item.quantity - net)


def _status(first: Cells) -> str:
    if first["cancelled at"] or first["financial status"].lower() == "voided":
        return "cancelled"
    if first["financial status"].lower() == "refunded":
        return "refunded"
    is_under_way = first.get("fulfillment status", "").lower() in ("fulfilled", "partial")
    return "shipped" if is_under_way else "paid"


def _without_refunded(items: list[ItemData], shipping: int, refunded: int) -> tuple[list[ItemData], int]:
    """The items, those that a partial refund paid back settled; and the shipping charge, if it wasn't paid back, too.

    The export gives only its amount. Where just one choice of items, with or without the shipping charge, comes to
    that amount, it was those; else nobody can tell, and all stay open for a person to see the amount.
    """
    choices: dict[int, list[tuple[int, ...]]] = {0: [()]}
    for item in items:
        further: dict[int, list[tuple[int, ...]]] = {}
        for total, ways in choices.items():
            for pieces in range(item.quantity + 1):
                worth = item.unit_price * pieces - share(item.discount, pieces, item.quantity)
                worth += share(item.tax, pieces, item.quantity)
                further.setdefault(total + worth, []).extend((*way, pieces) for way in ways)
        choices = {total: ways[:2] for total, ways in further.items()}
        if len(choices) > _MOST_WAYS:
            return items, shipping
    possible = [
        (way, left_for_shipping)
        for left_for_shipping in {0, shipping}
        for way in choices.get(refunded - shipping + left_for_shipping, [])
    ]
    if len(possible) != 1:
        return items, shipping
    way, shipping = possible[0]
    return [replace(item, settled=pieces) for item, pieces in zip(items, way, strict=True)], shipping


def _name_column(first: Cells) -> str:
    return "billing name" if first.get("billing name") else "shipping name"


def _amount(row: Cells, name: str, currency: str) -> int:
    written = row.get(name, "")
    if "." in written:
        written = written.rstrip("0").rstrip(".")  # two decimals in any currency
    return cells.amount({name: written}, name, currency)


def _time(row: Cells, name: str) -> datetime | None:
    text = row.get(name, "").replace(" UTC", " +0000")
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").astimezone(timezone.utc)
    except ValueError:
        pass
    try:
        return cells.time({name: text}, name)
    except BadValueError as error:
        raise BadValueError(f"{name} '{text[:40]}' isn't a time like 2026-03-01 09:30:00 -0500") from error
