from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from database import connect, transaction
from orders import __main__ as commands
from orders import find_order, move_request, showing
from orders.samples import SAMPLES
from tests.unit.orders.builders import NOW, file
from tests.unit.orders.test_importing import HEADING, row


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    address = f"sqlite:///{tmp_path / 'orders.db'}"
    monkeypatch.setenv("ORDERS_DB_URL", address)
    monkeypatch.setattr(showing.console, "_width", 200)
    return connect(address)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = commands.main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_import_ends_with_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2"))))

    assert said(capsys, "import", str(path)) == (
        0, "2 orders added, 0 updated, 0 unchanged, 0 left out because of bad rows.\n", "",
    )  # fmt: skip


def test_import_reports_bad_rows_by_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2", email=""))))

    status, out, err = said(capsys, "import", str(path))

    assert status == 1
    assert out == "1 orders added, 0 updated, 0 unchanged, 1 left out because of bad rows.\n"
    assert err == "line 3 (order INO-2): email is missing\n"


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_import_of_what_is_no_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, out, err = said(capsys, "import", str(tmp_path / name))

    assert (status, out) == (1, "")
    assert "can't be read" in err
    assert "Nothing was imported." in err


def test_samples_are_loaded_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, "samples")

    assert status == 0
    assert all(sample.number in out for sample in SAMPLES)
    status, out, _ = said(capsys, "list", "--limit", "3")
    assert out.count("@example.com") == 3
    assert "INO-10517" in out


def test_an_order_is_shown_with_its_items_and_requests(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10488", "liam.byrne@example.com")
        assert order is not None
        reference = file(session, order, [order.items[0]]).reference

    status, out, _ = said(capsys, "show", "10488")

    assert status == 0
    for part in ("INO-10488", "Liam Byrne", "4K bullet camera", "129.00 USD", "8-port PoE switch", reference):
        assert part in out


def test_a_request_is_shown_with_its_history(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10482", "ana.torres@example.com")
        assert order is not None
        request = file(session, order, order.items)
        move_request(session, request, "approved", by="Dana", at=NOW)
        reference = request.reference

    status, out, _ = said(capsys, "request", reference.lower())

    assert status == 0
    for part in (reference, "approved", "INO-10482", "1 x 4K bullet camera", "Dana", "2026-03-20 12:00 UTC", "v1"):
        assert part in out
    assert reference in said(capsys, "requests", "--open")[1]


def test_requests_that_ended_are_not_listed_as_open(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10482", "ana.torres@example.com")
        assert order is not None
        move_request(session, file(session, order, order.items), "rejected", by="Dana", at=NOW)

    assert "rejected" in said(capsys, "requests")[1]
    assert said(capsys, "requests", "--open") == (0, "There are no open requests.\n", "")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("show", "INO-99999"), "There is no order INO-99999."),
        (("request", "R-2222-2222"), "There is no request R-2222-2222."),
        (("request", "R-2222-2223"), "is no reference"),
        (("request", "hello"), "is no reference"),
    ],
)
def test_what_is_unknown_is_answered_by_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], answer: str
) -> None:
    status, out, err = said(capsys, *arguments)

    assert (status, out) == (1, "")
    assert answer in err


def test_an_empty_store_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "python -m orders samples" in said(capsys, "list")[1]
    assert said(capsys, "requests")[1] == "There are no requests yet.\n"


@pytest.mark.parametrize(
    "address",
    ["postgresql://postgres@127.0.0.1:1/nothing", "nonsense", "mysql://localhost/x", "sqlite:////proc/none/x.db"],
)
def test_a_database_that_cannot_be_reached_is_said_without_a_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ORDERS_DB_URL", address)

    assert said(capsys, "list") == (
        1, "", "The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?\n",
    )  # fmt: skip


def test_a_database_that_stops_answering_is_said_without_a_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(commands, "find_by_number", gone)

    status, out, err = said(capsys, "show", "INO-1")

    assert (status, out) == (1, "")
    assert err.startswith("The database stopped answering.")


def test_names_with_brackets_are_shown_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(item_name="Camera [bold]black[/]"))))
    said(capsys, "import", str(path))

    assert "Camera [bold]black[/]" in said(capsys, "show", "INO-1")[1]


def test_help_teaches_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.main(["import", "--help"])

    out = capsys.readouterr().out
    for column in HEADING.split(","):
        assert column in out
