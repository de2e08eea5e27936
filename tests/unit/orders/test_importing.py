from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from database import transaction
from orders.importing import Problem, Report, import_orders
from orders.models import Customer, Item, Order
from orders.reading import UnreadableFileError
from orders.shop_file import FORMAT
from tests.unit.orders.builders import NOW, file

# As the contract writes them.
HEADING = (
    "order_number,email,customer_name,placed_at,delivered_at,status,sold_by,currency,shipping_paid,"
    "sku,item_name,kind,quantity,unit_price,discount,tax,pricing"
)
GOOD = {
    "order_number": "INO-1",
    "email": "ana@example.com",
    "customer_name": "Ana",
    "placed_at": "2026-03-01T10:00:00+01:00",
    "delivered_at": "2026-03-05T10:00:00+00:00",
    "status": "delivered",
    "sold_by": "inomega",
    "currency": "USD",
    "shipping_paid": "9.90",
    "sku": "CAM-1",
    "item_name": "Camera",
    "kind": "equipment",
    "quantity": "3",
    "unit_price": "129.00",
    "discount": "10.00",
    "tax": "10.64",
    "pricing": "regular",
}

Importing = Callable[..., tuple[Report, list[str]]]


def row(**changes: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow((GOOD | changes).values())
    return text.getvalue()


@pytest.fixture
def imported(engine: Engine, tmp_path: Path) -> Importing:
    """Imports lines (or the bytes of a whole file) and gives the report and the problems told."""

    def imported(*lines: str, content: bytes | None = None, heading: str = HEADING) -> tuple[Report, list[str]]:
        path = tmp_path / "orders.csv"
        path.write_bytes(content if content is not None else "\n".join((heading, *lines, "")).encode())
        told: list[Problem] = []
        report = import_orders(engine, path, FORMAT, now=NOW, tell=told.append)
        return report, [str(problem) for problem in told]

    return imported


def numbers(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.execute(select(Order.number).order_by(Order.number)).scalars())


def the_order(session: Session) -> Order:
    order: Order = session.execute(select(Order)).scalar_one()
    return order


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.same, report.left_out


def test_an_order_is_stored_as_the_file_tells_it(engine: Engine, imported: Importing) -> None:
    report, problems = imported(row(), row(sku="CAB-1", item_name="Cable", kind="accessory", discount="", tax=""))

    assert (counts(report), problems) == ((1, 0, 0, 0), [])
    with transaction(engine) as session:
        order = the_order(session)
        assert (order.number, order.customer.email, order.customer.name) == ("INO-1", "ana@example.com", "Ana")
        assert order.placed_at == datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
        assert (order.status, order.sold_by, order.currency, order.shipping_paid) == (
            "delivered", "inomega", "USD", 9_90,
        )  # fmt: skip
        camera, cable = order.items
        assert (camera.sku, camera.name, camera.kind, camera.quantity) == ("CAM-1", "Camera", "equipment", 3)
        assert (camera.unit_price, camera.discount, camera.tax, camera.pricing) == (129_00, 10_00, 10_64, "regular")
        assert (cable.kind, cable.discount, cable.tax) == ("accessory", 0, 0)


def test_the_orders_columns_may_be_blank_in_its_further_rows(engine: Engine, imported: Importing) -> None:
    blank = dict.fromkeys(HEADING.split(",")[:9], "")

    report, problems = imported(row(), row(**blank | {"sku": "CAB-1"}))

    assert (counts(report), problems) == ((1, 0, 0, 0), [])
    with transaction(engine) as session:
        assert len(the_order(session).items) == 2
        assert the_order(session).delivered_at is not None


def test_an_order_may_be_delivered_in_parts(engine: Engine, imported: Importing) -> None:
    imported(row(status="shipped"), row(status="shipped", sku="CAB-1", delivered_at=""))

    with transaction(engine) as session:
        camera, cable = the_order(session).items
        assert camera.delivered_at == datetime(2026, 3, 5, 10, tzinfo=timezone.utc)
        assert cable.delivered_at is None
        assert the_order(session).delivered_at is None


def test_how_an_item_travels_is_kept_where_the_file_knows_it(engine: Engine, imported: Importing) -> None:
    report, problems = imported(
        row(delivered_at="") + ",2026-03-02T08:00:00Z,DHL,JD01,2026-03-21",
        heading=HEADING + ",shipped_at,carrier,tracking_number,estimated_delivery",
    )

    assert (report.unused_columns, problems) == ([], [])
    with transaction(engine) as session:
        (item,) = the_order(session).items
        assert item.shipped_at == datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
        assert (item.carrier, item.tracking_number) == ("DHL", "JD01")
        assert item.estimated_delivery == datetime(2026, 3, 21, tzinfo=timezone.utc)


def test_what_a_file_has_no_column_for_stays_as_it_is_known(engine: Engine, imported: Importing) -> None:
    heading = f"{HEADING},shipped_at,carrier,tracking_number,estimated_delivery"
    imported(f"{row()},2026-03-02T08:00:00+00:00,DHL,JD01,2026-03-06", heading=heading)

    again, _problems = imported(row())
    changed, _problems = imported(row(status="refunded"))

    assert (counts(again), counts(changed)) == ((0, 0, 1, 0), (0, 1, 0, 0))
    with transaction(engine) as session:
        assert (the_order(session).status, the_order(session).items[0].tracking_number) == ("refunded", "JD01")
    imported(f"{row()},,,,", heading=heading)
    with transaction(engine) as session:
        assert the_order(session).items[0].tracking_number is None


def test_importing_twice_changes_nothing(engine: Engine, imported: Importing) -> None:
    lines = (row(), row(sku="CAB-1"), row(sku="CAB-1", quantity="2"), row(order_number="INO-2", email="BO@example.com"))
    imported(*lines)

    def everything() -> list[tuple[object, ...]]:
        with engine.connect() as connection:
            return [tuple(line) for line in connection.execute(select(Item.__table__).order_by(Item.id))]

    before = everything()
    report, problems = imported(*lines)

    assert (counts(report), problems) == ((0, 0, 2, 0), [])
    assert everything() == before


def test_a_changed_order_is_updated(engine: Engine, imported: Importing) -> None:
    imported(row(status="paid", delivered_at=""), row(status="paid", delivered_at="", sku="OLD"))

    report, _ = imported(row(quantity="2", customer_name="Ana T."), row(sku="NEW", customer_name=""))

    assert counts(report) == (0, 1, 0, 0)
    with transaction(engine) as session:
        order = the_order(session)
        assert order.status == "delivered"
        assert order.customer.name == "Ana T."
        assert [(item.sku, item.quantity) for item in order.items] == [("CAM-1", 2), ("NEW", 3)]


def test_items_with_requests_on_them_are_never_dropped(engine: Engine, imported: Importing) -> None:
    imported(row(), row(sku="CAB-1"))
    with transaction(engine) as session:
        order = the_order(session)
        reference = file(session, order, [order.items[1]]).reference

    imported(row())

    with transaction(engine) as session:
        order = the_order(session)
        assert [item.sku for item in order.items] == ["CAM-1", "CAB-1"]
        assert order.requests[0].reference == reference


def test_a_bad_row_leaves_its_whole_order_out_and_no_other(engine: Engine, imported: Importing) -> None:
    report, problems = imported(
        row(),
        row(order_number="INO-2"),
        row(order_number="INO-2", sku="CAB-1", quantity="many"),
        "",
        row(order_number="INO-3"),
    )

    assert counts(report) == (2, 0, 0, 1)
    assert problems == ["line 4 (order INO-2): quantity 'many' isn't a whole number from 1 to 100000"]
    assert numbers(engine) == ["INO-1", "INO-3"]


def test_every_bad_row_of_an_order_is_reported(imported: Importing) -> None:
    _, problems = imported(row(kind="camera"), row(pricing="cheap"))

    assert problems == [
        "line 2 (order INO-1): kind 'camera' is unknown; it is one of equipment, accessory",
        "line 3 (order INO-1): pricing 'cheap' is unknown; it is one of regular, sale, clearance",
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_number": ""}, "order_number is missing"),
        ({"order_number": "---"}, "has no letter or digit"),
        ({"order_number": "9" * 65}, "longer than 64"),
        ({"email": ""}, "email is missing"),
        ({"email": "ana"}, "no e-mail address"),
        ({"email": "a@b c"}, "no e-mail address"),
        ({"placed_at": "2026-03-01"}, "placed_at '2026-03-01' is no time with its offset"),
        ({"placed_at": "2026-03-01T10:00:00"}, "no time with its offset"),
        ({"placed_at": "01/03/2026"}, "no time with its offset"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "no time with its offset"),
        ({"placed_at": "2027-03-01T10:00:00+00:00"}, "placed_at lies in the future"),
        ({"delivered_at": "2026-03-20T12:00:01+00:00"}, "delivered_at lies in the future"),
        ({"delivered_at": "2026-02-01T10:00:00+00:00"}, "delivered_at is before placed_at"),
        ({"status": ""}, "status is missing"),
        ({"status": "lost"}, "status 'lost' is unknown"),
        ({"sold_by": "amazon"}, "sold_by 'amazon' is unknown"),
        ({"currency": "DOLLARS"}, "currency 'DOLLARS' isn't one"),
        ({"currency": ""}, "currency is missing"),
        ({"shipping_paid": "9,90"}, "shipping_paid '9,90' is no amount"),
        ({"unit_price": ""}, "unit_price is missing"),
        ({"unit_price": "-1"}, "unit_price '-1' is no amount"),
        ({"unit_price": "1e3"}, "is no amount"),
        ({"unit_price": "NaN"}, "is no amount"),
        ({"unit_price": "٣"}, "is no amount"),
        ({"unit_price": "129.001"}, "more decimals than USD"),
        ({"unit_price": "99999999999.99"}, "too large"),
        ({"discount": "387.01"}, "discount is more than the price"),
        ({"quantity": "0"}, "quantity '0'"),
        ({"quantity": "1.5"}, "quantity '1.5'"),
        ({"sku": ""}, "sku is missing"),
        ({"item_name": ""}, "item_name is missing"),
        ({"item_name": "x" * 301}, "item_name is longer than 300"),
        ({"item_name": "bell \x07"}, "can't be printed"),
    ],
)
def test_what_cannot_be_used_is_reported_in_words(
    engine: Engine, imported: Importing, changes: dict[str, str], reason: str
) -> None:
    report, problems = imported(row(**changes), row(order_number="INO-9"))

    assert counts(report) == (1, 0, 0, 1)
    assert len(problems) == 1
    assert problems[0].startswith("line 2")
    assert reason in problems[0]
    assert numbers(engine) == ["INO-9"]


def test_rows_that_disagree_about_their_order_leave_it_out(imported: Importing) -> None:
    report, problems = imported(row(), row(sku="CAB-1", status="paid"))

    assert report.left_out == 1
    assert problems == ["line 3 (order INO-1): status isn't the same as in the order's first row; leave it blank here"]


def test_an_order_whose_rows_are_scattered_is_left_out(engine: Engine, imported: Importing) -> None:
    report, problems = imported(row(), row(order_number="INO-2"), row(sku="CAB-1"))

    assert numbers(engine) == ["INO-2"]
    assert report.left_out == 1
    assert len(problems) == 2
    assert all("aren't next to each other" in problem for problem in problems)


@pytest.mark.parametrize(
    "broken", ['"', 'INO-5,"', "INO-5,,,", "garbage", row(order_number="INO-5") + ",more", 'INO-5,"a,b']
)
def test_a_broken_line_takes_no_other_order_with_it(engine: Engine, imported: Importing, broken: str) -> None:
    after = [row(order_number=f"INO-{number}") for number in range(6, 40)]

    report, problems = imported(row(order_number="INO-4"), row(order_number="INO-41", sku="CAM"), broken, *after)

    assert {f"INO-{number}" for number in range(6, 40)} | {"INO-4"} <= set(numbers(engine))
    assert "INO-5" not in numbers(engine)
    assert report.left_out == 1
    assert problems[0].startswith("line 4")


def test_a_broken_line_is_reported_on_one_line_and_without_an_address(imported: Importing) -> None:
    broken = f'"INO-5\n{row(order_number="INO-6")}'

    _report, problems = imported(broken, row().replace(",", ";"))

    assert [problem.split(":")[0] for problem in problems] == ["line 2 (order INO-5)", "line 4 (order INO-1)"]
    assert "ana" not in "".join(problems).lower()


def test_a_name_may_have_commas_quotation_marks_and_line_breaks(engine: Engine, imported: Importing) -> None:
    _, problems = imported(row(item_name='27" monitor,\n"black"'), row(order_number="INO-2", item_name="Caméra 高清"))

    assert problems == []
    with transaction(engine) as session:
        names = list(session.execute(select(Item.name).order_by(Item.name)).scalars())
        assert names == ['27" monitor, "black"', "Caméra 高清"]


def test_sql_in_every_field_is_only_text(engine: Engine, imported: Importing) -> None:
    evil = "'; DROP TABLE orders; --"

    imported(row(order_number=evil, customer_name=evil, sku=evil, item_name=evil))

    assert numbers(engine) == [evil]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_files_of_every_system_are_read(engine: Engine, imported: Importing, ending: str) -> None:
    content = ending.join((HEADING.upper(), row(), "", ",,,,,,,,,,,,,,,,", row(order_number="INO-2"))).encode(
        "utf-8-sig"
    )

    report, problems = imported(content=content)

    assert (counts(report), problems) == ((2, 0, 0, 0), [])


def test_text_in_another_encoding_is_reported_by_line(engine: Engine, imported: Importing) -> None:
    content = "\n".join((HEADING, row(customer_name="Jürgen"), row(order_number="INO-2"))).encode("latin-1")

    _, problems = imported(content=content)

    assert numbers(engine) == ["INO-2"]
    assert problems == ["line 2 (order INO-1): it has characters that aren't UTF-8 text; save the file as 'CSV UTF-8'"]


def test_nul_bytes_are_reported_by_line(engine: Engine, imported: Importing) -> None:
    content = "\n".join((HEADING, row(item_name="Cam\N{REPLACEMENT CHARACTER}era"), row(order_number="INO-2"))).encode()

    _, problems = imported(content=content.replace("\N{REPLACEMENT CHARACTER}".encode(), b"\0"))

    assert numbers(engine) == ["INO-2"]
    assert [problem[:21] for problem in problems] == ["line 2 (order INO-1):"]


def test_a_huge_line_is_reported_and_passed_over(engine: Engine, imported: Importing) -> None:
    _, problems = imported(row(item_name="x" * 3_000_000), row(order_number="INO-2"))

    assert numbers(engine) == ["INO-2"]
    assert problems == ["line 2 (order INO-1): it is far too long for an order"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (HEADING.replace(",tax,pricing", "").encode(), "the columns tax, pricing"),
        (HEADING.replace(",", ";").encode(), "separated by commas"),
        ((HEADING + ",sku").encode(), "names a column twice: sku"),
        (HEADING.encode("utf-16"), "UTF-16"),
        (HEADING.encode("utf-16-le"), "first line isn't UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "first line isn't UTF-8 text"),
        pytest.param(b"\x00" * 500_000, "first line isn't UTF-8 text", id="zeros"),
        (b"hello", "doesn't name the columns"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_as_a_whole(imported: Importing, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        imported(content=content)


def test_a_pipe_is_refused_as_it_can_be_read_only_once(engine: Engine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableFileError, match="Save it first"):
        import_orders(engine, tmp_path / "pipe", FORMAT, now=NOW, tell=lambda _problem: None)


def test_a_heading_alone_is_no_mistake(imported: Importing) -> None:
    assert counts(imported()[0]) == (0, 0, 0, 0)


def test_columns_that_mean_nothing_are_named(imported: Importing) -> None:
    report, problems = imported(row() + ",blue", heading=HEADING + ",Colour")

    assert (report.unused_columns, problems, report.new) == (["colour"], [], 1)


def test_an_order_may_move_to_another_customer(engine: Engine, imported: Importing) -> None:
    imported(row())
    report, _ = imported(row(email="Bo@Example.com"))

    assert report.changed == 1
    with transaction(engine) as session:
        assert the_order(session).customer.email == "bo@example.com"


def test_many_orders_are_stored_in_batches(engine: Engine, imported: Importing) -> None:
    lines = [row(order_number=f"INO-{number}", email=f"c{number % 300}@example.com") for number in range(1, 1001)]

    assert counts(imported(*lines)[0]) == (1000, 0, 0, 0)
    assert counts(imported(*lines)[0]) == (0, 0, 1000, 0)


def test_an_order_that_the_database_refuses_leaves_the_others_of_its_batch(
    engine: Engine, imported: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reader lets through what only the database's own check refuses.
    monkeypatch.setattr("orders.cells.is_known_currency", lambda code: True)

    report, problems = imported(row(), row(order_number="INO-2", currency="EU"), row(order_number="INO-3"))

    assert numbers(engine) == ["INO-1", "INO-3"]
    assert counts(report) == (2, 0, 0, 1)
    assert problems == ["line 3 (order INO-2): the database doesn't take this order as it is"]


def test_an_import_that_is_stopped_leaves_whole_orders(engine: Engine, tmp_path: Path) -> None:
    def stop(_problem: Problem) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "orders.csv"
    lines = [row(order_number=f"INO-{number}", sku=sku) for number in range(1, 1000) for sku in ("A", "B")]
    path.write_text("\n".join((HEADING, *lines, row(order_number="INO-1000", status=""))), encoding="utf-8")

    with pytest.raises(KeyboardInterrupt):
        import_orders(engine, path, FORMAT, now=NOW, tell=stop)

    with transaction(engine) as session:
        stored = session.execute(select(Order)).scalars().all()
        assert 0 < len(stored) < 999
        assert all(len(order.items) == 2 for order in stored)


def test_two_orders_a_day_apart_keep_their_own_times(engine: Engine, imported: Importing) -> None:
    other = (NOW - timedelta(days=3)).isoformat()

    imported(row(), row(order_number="INO-2", placed_at=other, delivered_at=""))

    with transaction(engine) as session:
        placed = {order.number: order.placed_at for order in session.execute(select(Order)).scalars()}
    assert placed["INO-2"] == NOW - timedelta(days=3)
    assert placed["INO-1"] != placed["INO-2"]


def test_the_same_file_imported_twice_at_once_is_stored_once(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [row(order_number=f"INO-{number}", email=f"c{number % 7}@example.com") for number in range(1200)]
    path.write_text("\n".join((HEADING, *lines)), encoding="utf-8")
    told: list[Problem] = []
    with ThreadPoolExecutor(2) as both:
        running = [both.submit(import_orders, engine, path, FORMAT, now=NOW, tell=told.append) for _ in range(2)]
        reports = [each.result(60) for each in running]

    assert told == []
    assert sum(report.new for report in reports) == 1200
    assert all(report.new + report.same == 1200 for report in reports)
    assert len(numbers(engine)) == 1200


def test_an_order_of_endless_rows_is_reported_and_passed_over(engine: Engine, imported: Importing) -> None:
    report, problems = imported(*[row(sku=f"S{n}") for n in range(1100)], row(order_number="INO-2"))

    assert (report.new, report.left_out) == (1, 1)
    assert problems == ["line 2 (order INO-1): an order can't have more than 1000 rows"]


def test_a_dry_run_tells_what_would_happen_and_leaves_everything_as_it_was(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2"))), encoding="utf-8")
    import_orders(engine, path, FORMAT, now=NOW, tell=print)
    changed = [row(quantity="2"), row(order_number="INO-2"), row(order_number="INO-3", email="new@example.com")]
    path.write_text("\n".join((HEADING, *changed)), encoding="utf-8")

    report = import_orders(engine, path, FORMAT, now=NOW, tell=print, is_dry_run=True)

    assert counts(report) == (1, 1, 1, 0)
    assert numbers(engine) == ["INO-1", "INO-2"]
    with transaction(engine) as session:
        assert {item.quantity for item in session.execute(select(Item)).scalars()} == {3}
        assert session.execute(select(Customer.email)).scalars().all() == ["ana@example.com"]


def test_progress_is_told_up_to_the_end(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2", email=""), row(order_number="INO-3"))))
    steps: list[tuple[int, int]] = []

    import_orders(engine, path, FORMAT, now=NOW, tell=lambda _problem: None, advance=lambda *step: steps.append(step))

    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
