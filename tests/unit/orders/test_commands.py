from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from database import HOME, connect, transaction
from orders import __main__ as commands
from orders import ask_about_request, facts_of, file_request, find_order, move_request, showing
from orders.samples import SAMPLES
from tests.unit.orders.builders import NOW, file
from tests.unit.orders.test_importing import HEADING, row
from tests.unit.orders.test_shopify import COLUMNS, FIRST


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
        0, "Orders: 2 added, 0 updated, 0 unchanged, 0 left out because of bad rows.\n", "",
    )  # fmt: skip


def test_import_reports_bad_rows_by_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2", email=""))))

    status, out, err = said(capsys, "import", str(path))

    assert status == 1
    assert out == "Orders: 1 added, 0 updated, 0 unchanged, 1 left out because of bad rows.\n"
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
    for part in (
        "INO-10488",
        "Liam Byrne",
        "4K bullet camera",
        "129.00",
        "all amounts in USD",
        "8-port PoE switch",
        reference,
    ):
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


def test_a_database_of_a_newer_version_is_said_without_a_trace(
    database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "list")
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert said(capsys, "list") == (
        1, "", "The database was made by a newer version of the assistant. Please use that one.\n",
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


@pytest.mark.parametrize("limit", ["0", "-1", "many", "9" * 30])
def test_a_limit_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.main(["list", f"--limit={limit}"])

    assert ended.value.code == 2
    assert "isn't a number from 1 to" in capsys.readouterr().err


def test_the_orders_of_one_customer_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "samples")

    out = said(capsys, "list", "--email", "Ana.Torres@example.com")[1]

    assert out.count("@example.com") == 1
    assert "INO-10482" in out
    assert said(capsys, "list", "--email", "x@example.com")[1] == "There is no order with this e-mail address.\n"


def test_a_narrow_terminal_folds_and_cuts_nothing_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, "samples")
    monkeypatch.setattr(showing.console, "_width", 80)

    for arguments in (("list",), ("show", "10488"), ("samples",)):
        out = said(capsys, *arguments)[1]
        assert "\N{HORIZONTAL ELLIPSIS}" not in out
        assert max(map(len, out.splitlines())) <= 80
    assert "shipped" in said(capsys, "show", "10488")[1]


def test_whoever_reads_only_the_beginning_gets_no_trace() -> None:
    subprocess.run([sys.executable, "-m", "orders", "samples"], cwd=HOME, check=True, capture_output=True)
    command = f"{sys.executable} -m orders list --json | true"

    ended = subprocess.run(command, shell=True, cwd=HOME, capture_output=True, text=True, check=False)  # noqa: S602

    assert ended.stderr == ""


def test_a_terminal_that_cannot_write_a_name_shows_a_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(customer_name="Łucja", item_name="Kamera świetlna"))), encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    for arguments in (["import", str(path)], ["show", "INO-1"]):
        shown = subprocess.run(
            [sys.executable, "-m", "orders", *arguments], cwd=HOME, capture_output=True, text=True, check=True
        )

    assert r"\u0141ucja" in shown.stdout


def test_what_a_customer_wrote_does_not_steer_the_terminal(
    database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10482", "ana.torres@example.com")
        assert order is not None
        request = file(session, order, order.items)
        ask_about_request(session, request, "Hello\x1b[2J\x1b]0;owned\x07\nBye", at=NOW)

    out = said(capsys, "request", request.reference)[1]

    assert "\x1b" not in out
    assert "Hello" in out
    assert "Bye" in out


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


@pytest.fixture
def reference(database: Engine, capsys: pytest.CaptureFixture[str]) -> str:
    """A request of Ana's, decided by the policy as the assistant does it."""
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10482", "ana.torres@example.com")
        assert order is not None
        facts = facts_of(order, order.items) | {
            "as_of": datetime.now(timezone.utc).isoformat(),
            "wants": "refund",
            "claim": {"working": True, "original_packaging": True},
        }
        decided = subprocess.run(
            [sys.executable, "-m", "policy_core", "decide"], cwd=HOME, input=json.dumps(facts), text=True,
            capture_output=True, check=True,
        )  # fmt: skip
        return file_request(
            session, order=order, items=order.items, kind="refund", wants="refund", facts=facts,
            decision=json.loads(decided.stdout), filed_at=NOW, conversation_id="c-1",
        ).reference  # fmt: skip


def test_a_dry_run_reports_everything_and_stores_nothing(
    database: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join((HEADING, row(), row(order_number="INO-2", email=""))))

    status, out, err = said(capsys, "import", "--dry-run", str(path))

    assert (status, err) == (1, "line 3 (order INO-2): email is missing\n")
    assert out.startswith("Orders: 1 added")
    assert out.endswith("Nothing was stored: this was a dry run.\n")
    assert said(capsys, "show", "INO-1")[0] == 1


def test_a_shopify_export_needs_the_list_of_products(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, products = tmp_path / "orders_export.csv", tmp_path / "products.csv"
    with path.open("w", newline="", encoding="utf-8") as file_:
        writer = csv.DictWriter(file_, COLUMNS)
        writer.writeheader()
        writer.writerow(FIRST)
    products.write_text("sku,kind,pricing\nCAM-1,equipment,\n")

    assert "needs --products FILE.csv" in said(capsys, "import", "--format", "shopify", str(path))[2]
    arguments = ("import", "--format", "shopify", "--products", str(products), str(path))
    assert said(capsys, *arguments)[1].startswith("Orders: 1 added")
    assert "Ana Torres" in said(capsys, "show", "1001")[1]
    products.write_text("sku,kind\nCAM-1,equipment\n")
    assert "pricing. Nothing was imported." in said(capsys, *arguments)[2]


def test_orders_and_requests_are_told_to_programs(reference: str, capsys: pytest.CaptureFixture[str]) -> None:
    (order,) = json.loads(said(capsys, "show", "10482", "--json")[1])
    assert (order["order_number"], order["items"][0]["unit_price"], order["requests"]) == (
        "INO-10482", "129.00", [reference],
    )  # fmt: skip
    assert len(json.loads(said(capsys, "list", "--json", "--limit", "3")[1])) == 3
    (listed,) = json.loads(said(capsys, "requests", "--json")[1])
    assert listed == json.loads(said(capsys, "request", reference, "--json")[1])
    assert (listed["reference"], listed["status"], listed["facts"]["wants"]) == (reference, "filed", "refund")
    assert [step["by"] for step in listed["history"]] == ["customer"]


def test_a_request_is_moved_and_shown(reference: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, "move", reference, "approved", "--by", "Dana", "--note", "Welcome.")

    assert status == 0
    for part in ("approved", "Dana", "Welcome."):
        assert part in out
    moved = json.loads(said(capsys, "move", reference, "received", "--by", "Eli", "--json")[1])
    assert [step["status"] for step in moved["history"]] == ["filed", "approved", "received"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("REF", "replaced", "--by", "Dana"), "is filed and can't become replaced: it can become"),
        (("R-2222-2222", "approved", "--by", "Dana"), "There is no request R-2222-2222."),
        (("REF", "approved", "--by", "  "), "Please say who does it"),
        (("REF", "approved", "--by", "Customer"), "Please say who does it"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_in_words(
    reference: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], answer: str
) -> None:
    status, out, err = said(capsys, "move", *(reference if word == "REF" else word for word in arguments))

    assert (status, out) == (1, "")
    assert answer in err


@pytest.mark.parametrize("words", [("--by", "\udcff"), ("--by", "Dana", "--note", "a\udcff")])
def test_what_is_no_text_is_refused_in_words(
    reference: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        commands.main(["move", reference, "approved", *words])

    assert ended.value.code == 2
    assert "isn't text in this terminal's encoding" in capsys.readouterr().err


def test_a_request_is_decided_again_from_its_stored_facts(reference: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "replay", reference) == (
        0, f"{reference}: the same decision as when it was filed, to the letter.\n", "",
    )  # fmt: skip


def test_a_replay_shows_what_differs_today(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10391", "carla.meyer@example.com")
        assert order is not None
        facts = facts_of(order, order.items) | {"as_of": datetime.now(timezone.utc).isoformat(), "wants": "refund"}
        kept = {"outcome": "eligible", "policy_version": "of old", "clauses": ["refunds.window"]}
        filed = file_request(
            session, order=order, items=order.items, kind="refund", wants="refund", facts=facts, decision=kept,
            filed_at=NOW,
        ).reference  # fmt: skip

    status, out, _ = said(capsys, "replay", filed)

    assert status == 1
    assert "differs" in out
    (line,) = [line for line in out.splitlines() if line.strip().startswith("outcome")]
    assert line.split() == ["outcome", "eligible", "not_eligible"]
    assert json.loads(said(capsys, "request", filed, "--json")[1])["decision"] == kept


def test_a_replay_of_facts_that_the_engine_cannot_use_says_so(
    database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "samples")
    with transaction(database) as session:
        order = find_order(session, "INO-10482", "ana.torres@example.com")
        assert order is not None
        filed = file(session, order, order.items).reference  # its facts lack the time of the question

    status, out, err = said(capsys, "replay", filed)

    assert (status, out) == (1, "")
    assert "can't use the stored facts" in err


def test_the_outbox_is_counted_and_what_fails_is_shown(
    reference: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, "outbox")[1] == "1 wait for support, 1 wait for customer, 1 wait for webhook.\n"
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_PORT", "1")

    assert said(capsys, "send", "--once")[0] == 1

    out = said(capsys, "outbox")[1]
    assert out.count("SMTP ConnectionRefusedError") == 2
    assert reference in out


def test_sending_without_settings_says_what_waits(reference: str) -> None:
    sender = subprocess.run(
        [sys.executable, "-m", "orders", "send", "--once"], cwd=HOME, capture_output=True, text=True, check=True
    )

    assert "e-mails wait in the outbox: SMTP_HOST isn't set" in sender.stderr


def test_the_sender_ends_when_it_is_asked_to(reference: str) -> None:
    sender = subprocess.Popen([sys.executable, "-m", "orders", "send"], cwd=HOME, stderr=subprocess.PIPE, text=True)
    assert sender.stderr is not None
    sender.stderr.readline()  # it is at work
    sender.terminate()

    assert sender.wait(10) == 0


def test_settings_of_the_sender_that_cannot_be_used_are_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PORT", "mail")

    assert said(capsys, "send", "--once") == (1, "", "SMTP_PORT is 'mail'; it must be a port number from 1 to 65535.\n")
