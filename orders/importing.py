"""Orders from the shop's CSV file: one row an item, an order's rows next to each other.

An order is stored whole or not at all. Memory stays the same however long the file is, but for its order numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

from dateutil.parser import isoparse
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, IntegrityError

from database import transaction
from orders import words
from orders.identifiers import email_key, number_key
from orders.money import is_known_currency, to_minor
from orders.reading import Row, columns_of, rows
from orders.storing import ItemData, OrderData, store_orders

# How an item travels may differ from item to item; what is said of the order as a whole may not.
TRAVEL_COLUMNS = ("delivered_at", "shipped_at", "carrier", "tracking_number", "estimated_delivery")
ORDER_COLUMNS = ("email", "customer_name", "placed_at", "status", "sold_by", "currency", "shipping_paid")
ITEM_COLUMNS = ("sku", "item_name", "kind", "quantity", "unit_price", "discount", "tax", "pricing")
REQUIRED_COLUMNS = ("order_number", *ORDER_COLUMNS, "delivered_at", *ITEM_COLUMNS)

_BATCH = 200
_MOST = 100_000  # of one item in an order
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass
class Report:
    """What an import did, counted in orders; `left_out` are those with a bad row."""

    new: int = 0
    changed: int = 0
    same: int = 0
    left_out: int = 0
    unused_columns: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line for the end."""
        return (
            f"{self.new} orders added, {self.changed} updated, {self.same} unchanged, "
            f"{self.left_out} left out because of bad rows."
        )


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line of the file, as a sentence for whoever keeps it."""

    line: int
    order_number: str
    reason: str

    def __str__(self) -> str:
        about = f" (order {self.order_number[:64]})" if self.order_number else ""
        return f"line {self.line}{about}: {self.reason}"


class _BadValueError(ValueError):
    """A cell that can't be used; the text says which and why."""


def import_orders(
    engine: Engine,
    path: Path,
    *,
    now: datetime,
    tell: Callable[[Problem], None],
) -> Report:
    """Load or update the orders in the file. Bad rows go to `tell`, their orders are left out, all others stored.

    Raises UnreadableFileError where the file as a whole can't be used; then nothing is stored.
    """
    scattered = _scattered_numbers(path)
    known = {"order_number", *ORDER_COLUMNS, *ITEM_COLUMNS, *TRAVEL_COLUMNS}
    report = Report(unused_columns=[name for name in columns_of(path) if name and name not in known])
    good = _good_orders(path, scattered, now, tell, report)
    while batch := list(islice(good, _BATCH)):
        for outcome, count in _store(engine, batch, tell, report).items():
            setattr(report, outcome, getattr(report, outcome) + count)
    return report


def _store(
    engine: Engine, batch: list[tuple[int, OrderData]], tell: Callable[[Problem], None], report: Report
) -> Counter[str]:
    try:
        with transaction(engine) as session:
            return store_orders(session, [order for _line, order in batch])
    except (IntegrityError, DataError):
        if len(batch) == 1:
            line, order = batch[0]
            tell(Problem(line, order.number, "the database doesn't take this order as it is"))
            report.left_out += 1
            return Counter()
        # One of them is to blame, or another import stored it at the same moment: each by itself.
        return sum((_store(engine, [single], tell, report) for single in batch), Counter())


def _groups(path: Path) -> Iterator[list[Row]]:
    """The rows of one order after the other. A row without an order number goes with the row before it."""
    group: list[Row] = []
    for row in rows(path, REQUIRED_COLUMNS):
        number = row.cells.get("order_number", "")
        if group and number not in ("", group[0].cells.get("order_number", "")):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _scattered_numbers(path: Path) -> set[str]:
    """Order numbers whose rows aren't next to each other: what belongs to the order can't be told from one group."""
    seen: set[str] = set()
    scattered: set[str] = set()
    for group in _groups(path):
        number = group[0].cells.get("order_number", "")
        (scattered if number in seen else seen).add(number)
    return scattered


def _good_orders(
    path: Path, scattered: set[str], now: datetime, tell: Callable[[Problem], None], report: Report
) -> Iterator[tuple[int, OrderData]]:
    for group in _groups(path):
        first = group[0]
        number = first.cells.get("order_number", "")
        problems = [Problem(row.line, number, row.problem) for row in group if row.problem]
        if number in scattered:
            problems.append(Problem(first.line, number, "the rows of this order aren't next to each other in the file"))
        order = None
        if not problems:
            order, problems = _order(group, now)
        for problem in problems:
            tell(problem)
        if order is None:
            report.left_out += 1
        else:
            yield first.line, order


def _order(group: list[Row], now: datetime) -> tuple[OrderData | None, list[Problem]]:
    """The order that these rows tell, or every reason why they don't."""
    first = group[0]
    number = first.cells["order_number"]
    problems: list[Problem] = []
    read: list[tuple[OrderData, ItemData]] = []
    for row in group:
        try:
            order, item = _read(number, _completed(row, first), now)
            if read and (different := _different(read[0][0], order)):
                raise _BadValueError(f"{different} isn't the same as in the order's first row; leave it blank here")
            read.append((order, item))
        except _BadValueError as error:
            problems.append(Problem(row.line, number, str(error)))
    if problems:
        return None, problems
    whole = {f.name: getattr(read[0][0], f.name) for f in fields(OrderData)} | {"items": tuple(i for _, i in read)}
    return OrderData(**whole), []


def _completed(row: Row, first: Row) -> dict[str, str]:
    """The row's cells, with the order's from its first row where they are blank.

    A row that repeats the order's columns speaks for itself on how its item travels: blank there is unknown.
    """
    repeats = any(row.cells[name] for name in ORDER_COLUMNS)
    inherited = ORDER_COLUMNS if repeats else (*ORDER_COLUMNS, *TRAVEL_COLUMNS)
    return row.cells | {name: row.cells.get(name) or first.cells.get(name, "") for name in inherited}


def _different(first: OrderData, other: OrderData) -> str | None:
    told = ((f.name, getattr(first, f.name), getattr(other, f.name)) for f in fields(OrderData) if f.name != "items")
    return next((name for name, one, another in told if one != another), None)


def _read(number: str, cells: dict[str, str], now: datetime) -> tuple[OrderData, ItemData]:
    currency = _required(cells, "currency").upper()
    if not is_known_currency(currency):
        raise _BadValueError(f"currency '{currency[:40]}' isn't one; write its three letters, like USD")
    item = ItemData(
        sku=_text(cells, "sku", 64),
        name=_text(cells, "item_name", 300),
        kind=_word(cells, "kind", words.ITEM_KINDS),
        quantity=_quantity(cells),
        unit_price=_amount(cells, "unit_price", currency, required=True),
        pricing=_word(cells, "pricing", words.PRICINGS),
        discount=_amount(cells, "discount", currency),
        tax=_amount(cells, "tax", currency),
        shipped_at=_time(cells, "shipped_at"),
        carrier=_text(cells, "carrier", 64, required=False) or None,
        tracking_number=_text(cells, "tracking_number", 64, required=False) or None,
        estimated_delivery=_time(cells, "estimated_delivery", date_will_do=True),
        delivered_at=_time(cells, "delivered_at"),
    )
    order = OrderData(
        number=_number(number),
        email=_email(cells),
        customer_name=_text(cells, "customer_name", 200, required=False),
        placed_at=_time(cells, "placed_at"),
        status=_word(cells, "status", words.ORDER_STATUSES),
        sold_by=_word(cells, "sold_by", words.SELLERS),
        currency=currency,
        shipping_paid=_amount(cells, "shipping_paid", currency),
        items=(),
    )
    if item.discount > item.unit_price * item.quantity:
        raise _BadValueError("discount is more than the price of the whole line")
    for name, time in (("placed_at", order.placed_at), ("delivered_at", item.delivered_at)):
        if time and time > now:
            raise _BadValueError(f"{name} lies in the future")
    if order.placed_at and item.delivered_at and item.delivered_at < order.placed_at:
        raise _BadValueError("delivered_at is before placed_at")
    return order, item


def _required(cells: dict[str, str], name: str) -> str:
    if not cells[name]:
        raise _BadValueError(f"{name} is missing")
    return cells[name]


def _text(cells: dict[str, str], name: str, longest: int, *, required: bool = True) -> str:
    text = " ".join((_required(cells, name) if required else cells.get(name, "")).split())
    if len(text) > longest:
        raise _BadValueError(f"{name} is longer than {longest} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise _BadValueError(f"{name} has characters that can't be printed")
    return text


def _number(number: str) -> str:
    number = _text({"order_number": number}, "order_number", 64)
    if not number_key(number) or len(number_key(number)) > 64:
        raise _BadValueError(f"order_number '{number}' has no letter or digit in it, or too many")
    return number


def _email(cells: dict[str, str]) -> str:
    email = email_key(_text(cells, "email", 254))
    if not _EMAIL.fullmatch(email):
        raise _BadValueError(f"email '{email}' is no e-mail address")
    return email


def _word(cells: dict[str, str], name: str, allowed: Iterable[str]) -> str:
    word = _required(cells, name).lower()
    if word not in allowed:
        raise _BadValueError(f"{name} '{word[:40]}' is unknown; it is one of {', '.join(allowed)}")
    return word


def _quantity(cells: dict[str, str]) -> int:
    text = _required(cells, "quantity")
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= _MOST:
        raise _BadValueError(f"quantity '{text[:40]}' isn't a whole number from 1 to {_MOST}")
    return int(text)


def _amount(cells: dict[str, str], name: str, currency: str, *, required: bool = False) -> int:
    text = _required(cells, name) if required else cells[name] or "0"
    try:
        return to_minor(text, currency)
    except ValueError as error:
        raise _BadValueError(f"{name} {error}") from error


def _time(cells: dict[str, str], name: str, *, date_will_do: bool = False) -> datetime | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        time = isoparse(text)
        if date_will_do and _DATE.fullmatch(text):
            time = time.replace(tzinfo=timezone.utc)
        if time.tzinfo is not None:
            return time.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        pass
    raise _BadValueError(f"{name} '{text[:40]}' is no time with its offset; write it like 2026-03-01T09:30:00+00:00")
