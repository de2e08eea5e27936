"""The shop's own CSV format: one row an item, the order's columns from its first row."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from orders import cells, words
from orders.cells import BadValueError, Cells
from orders.importing import BadOrderError, Format, Problem
from orders.reading import Row
from orders.storing import ItemData, OrderData

# How an item travels may differ from item to item; what is said of the order as a whole may not.
TRAVEL_COLUMNS = ("delivered_at", "shipped_at", "carrier", "tracking_number", "estimated_delivery")
ORDER_COLUMNS = ("email", "customer_name", "placed_at", "status", "sold_by", "currency", "shipping_paid")
ITEM_COLUMNS = ("sku", "item_name", "kind", "quantity", "unit_price", "discount", "tax", "pricing")
REQUIRED_COLUMNS = ("order_number", *ORDER_COLUMNS, "delivered_at", *ITEM_COLUMNS)

_TOLD_OF_ORDER = tuple(field.name for field in fields(OrderData) if field.name != "items")


def read_order(group: list[Row], now: datetime) -> OrderData:
    """The order that these rows tell. Raises BadOrderError with every reason why they don't."""
    first = group[0]
    number = first.cells["order_number"]
    problems: list[Problem] = []
    told: OrderData | None = None
    items: list[ItemData] = []
    for row in group:
        try:
            if row is first or any(row.cells[name] for name in ORDER_COLUMNS):
                order = _read_order(_completed(row, first, ORDER_COLUMNS))
                item = _read_item(row.cells, order, now)
                told = told or order
                if different := _different(told, order):
                    raise BadValueError(f"{different} isn't the same as in the order's first row; leave it blank here")
            elif told is not None:
                item = _read_item(_completed(row, first, TRAVEL_COLUMNS), told, now)
            else:
                continue  # the first row is to blame
            items.append(item)
        except BadValueError as error:
            problems.append(Problem(row.line, number, str(error)))
    if problems or told is None:
        raise BadOrderError(problems)
    return replace(told, items=tuple(items))


FORMAT = Format(
    number_column="order_number",
    required=REQUIRED_COLUMNS,
    known=frozenset({*REQUIRED_COLUMNS, *TRAVEL_COLUMNS}),
    may_span_lines=lambda column: column.endswith("name"),
    read_order=read_order,
    untold=lambda columns: frozenset(TRAVEL_COLUMNS).difference(columns),
)


def _completed(row: Row, first: Row, columns: tuple[str, ...]) -> Cells:
    """The row's cells, with these columns' from the order's first row where they are blank.

    A row that repeats the order's columns speaks for itself on how its item travels: blank there is unknown.
    """
    if row is first:
        return row.cells
    known = {name: row.cells.get(name) or first.cells.get(name, "") for name in columns}
    return row.cells | known | {"order_number": first.cells["order_number"]}


def _different(first: OrderData, other: OrderData) -> str | None:
    if first == other:  # their items are still out of it
        return None
    return next(name for name in _TOLD_OF_ORDER if getattr(first, name) != getattr(other, name))


def _seller(row: Cells) -> str:
    """`shop` is how other shops call what the contract calls `inomega`: sold by the shop itself."""
    found = cells.word(row, "sold_by", (*words.SELLERS, "shop"))
    return "inomega" if found == "shop" else found


def _read_order(row: Cells) -> OrderData:
    currency = cells.currency(row, "currency")
    return OrderData(
        number=cells.order_number(row, "order_number"),
        email=cells.email(row, "email"),
        customer_name=cells.line_of_text(row, "customer_name", 200, is_required=False),
        placed_at=cells.time(row, "placed_at"),
        status=cells.word(row, "status", words.ORDER_STATUSES),
        sold_by=_seller(row),
        currency=currency,
        shipping_paid=cells.amount(row, "shipping_paid", currency),
        items=(),
    )


def _read_item(row: Cells, order: OrderData, now: datetime) -> ItemData:
    item = ItemData(
        sku=cells.line_of_text(row, "sku", 64),
        name=cells.line_of_text(row, "item_name", 300),
        kind=cells.word(row, "kind", words.ITEM_KINDS),
        quantity=cells.quantity(row, "quantity"),
        unit_price=cells.amount(row, "unit_price", order.currency, is_required=True),
        pricing=cells.word(row, "pricing", words.PRICINGS),
        discount=cells.amount(row, "discount", order.currency),
        tax=cells.amount(row, "tax", order.currency),
        shipped_at=cells.time(row, "shipped_at"),
        carrier=cells.line_of_text(row, "carrier", 64, is_required=False) or None,
        tracking_number=cells.line_of_text(row, "tracking_number", 64, is_required=False) or None,
        estimated_delivery=cells.time(row, "estimated_delivery", date_will_do=True),
        delivered_at=cells.time(row, "delivered_at"),
    )
    if item.discount > item.unit_price * item.quantity:
        raise BadValueError("discount is more than the price of the whole line")
    cells.check_times({"placed_at": order.placed_at, "delivered_at": item.delivered_at}, now)
    return item
