from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from database import connect, migrate, transaction
from orders.importing import Problem, import_orders
from orders.models import Customer, Item, Order
from orders.reading import UnreadableFileError
from orders.shop_file import FORMAT, REQUIRED_COLUMNS

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=timezone.utc)
HEADING = ",".join(REQUIRED_COLUMNS)
GOOD = {
    "order_number": "INO-1", "email": "ana@example.com", "customer_name": "Ana",
    "placed_at": "2026-03-01T10:00:00+00:00", "status": "delivered", "sold_by": "inomega", "currency": "USD",
    "shipping_paid": "9.90", "delivered_at": "2026-03-05T10:00:00+00:00", "sku": "CAM-1", "item_name": "Camera",
    "kind": "equipment", "quantity": "1", "unit_price": "129.00", "discount": "", "tax": "10.64", "pricing": "regular",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'orders.db'}")
    migrate(engine)
    return engine


def imported(engine: Engine, content: bytes) -> tuple[Counter[str], list[Problem]]:
    """Import into the emptied database; gives how many rows an order has there, and the problems."""
    with transaction(engine) as session:
        for table in (Item, Order, Customer):
            session.execute(delete(table))
    told: list[Problem] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(content)
        try:
            report = import_orders(engine, path, FORMAT, now=NOW, tell=told.append)
        except UnreadableFileError:
            return Counter(), told
    with transaction(engine) as session:
        stored = Counter({order.number: len(order.items) for order in session.execute(select(Order)).scalars()})
    assert report.new == len(stored)
    assert bool(report.left_out) == bool(told)
    return stored, told


def line(cells: dict[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cells[name] for name in REQUIRED_COLUMNS])
    return text.getvalue()


unhurried = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@unhurried
@given(st.binary(max_size=2000))
def test_no_file_breaks_the_import(engine: Engine, content: bytes) -> None:
    imported(engine, content)
    imported(engine, f"{HEADING}\n".encode() + content)


@unhurried
@given(st.dictionaries(st.sampled_from(REQUIRED_COLUMNS), words, max_size=4))
def test_no_cell_breaks_the_import_or_its_neighbours(engine: Engine, changes: dict[str, str]) -> None:
    rows = [GOOD | {"order_number": "BEFORE"}, GOOD | changes, GOOD | {"order_number": "AFTER"}]

    stored, _ = imported(engine, "\n".join((HEADING, *map(line, rows))).encode())

    # A row without a number belongs to the order before it; one that takes a neighbour's number does so too.
    spared = {"BEFORE", "AFTER"} - ({"BEFORE"} if not changes.get("order_number", "x").strip() else set())
    assert spared <= set(stored) | {changes.get("order_number", "").strip()}


@unhurried
@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["1", "2", "none"])), max_size=12),
    st.integers(0, 11),
    st.sampled_from(['"', 'x"', "\udcff", "\0", ""]),
)
def test_an_order_is_stored_whole_or_not_at_all(
    engine: Engine, told: list[tuple[str, str]], place: int, stain: str
) -> None:
    lines = [
        line(GOOD | {"order_number": number, "quantity": quantity, "sku": f"S{n}"})
        for n, (number, quantity) in enumerate(told)
    ]
    if place < len(lines):
        lines[place] += stain
    content = "\n".join((HEADING, *lines)).encode("utf-8", "surrogateescape")

    stored, _ = imported(engine, content)

    for number, rows in stored.items():
        assert rows == sum(other == number for other, _quantity in told)
        assert "none" not in {quantity for other, quantity in told if other == number}


@unhurried
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4)), max_size=15, unique_by=lambda pair: pair[0]))
def test_good_orders_are_all_stored(engine: Engine, orders: list[tuple[int, int]]) -> None:
    lines = [line(GOOD | {"order_number": f"INO-{number}"}) for number, items in orders for _ in range(items)]

    stored, problems = imported(engine, "\n".join((HEADING, *lines)).encode())

    assert stored == {f"INO-{number}": items for number, items in orders}
    assert problems == []
