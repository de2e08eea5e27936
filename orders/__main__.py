"""The staff's commands: python -m orders ..."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from tempfile import NamedTemporaryFile
from textwrap import fill

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

import database
from observability import logs
from orders import outbox, shop_file, shopify, words
from orders.describing import order_json, request_json
from orders.filing import NotAllowedError, find_request, move_request
from orders.finding import find_by_number
from orders.identifiers import email_key
from orders.importing import Format, Problem, Report, import_orders
from orders.models import Customer, Order, OutboxEntry, Request
from orders.reading import UnreadableFileError
from orders.references import read_reference
from orders.replaying import ReplayError, replay
from orders.samples import dated_text, load_samples, own_file, try_this
from orders.showing import (
    be_ready_for_any_name,
    say,
    show_json,
    show_order,
    show_orders,
    show_request,
    show_requests,
    show_table,
    sorry,
)

COLUMNS = fill(", ".join(shop_file.REQUIRED_COLUMNS), width=110)
WHERE_KNOWN = ", ".join(name for name in shop_file.TRAVEL_COLUMNS if name not in shop_file.REQUIRED_COLUMNS)

IMPORT_HELP = f"""\
Load or update orders from a CSV file (UTF-8, comma separated, first line = names of the columns).

One row is one item of an order; the rows of an order stand next to each other. The order's own columns are taken
from its first row and are blank or the same in the others. A row that leaves them all blank travels as the first row
does; one that repeats them tells for itself how its item travels, and blank there means not known.

Columns:
{COLUMNS}
and, where known: {WHERE_KNOWN}
(a file without one of these columns leaves what is known of it as it is)

  times           with their offset, like 2026-03-01T09:30:00+00:00; blank = not known
  amounts         like 12.50, in the order's currency; discount and tax are the whole row's
  status          {", ".join(words.ORDER_STATUSES)}
  sold_by         {", ".join(words.SELLERS)}
  kind            {", ".join(words.ITEM_KINDS)}
  pricing         {", ".join(words.PRICINGS)}

With --format shopify the file is Shopify's own order export, and --products names a list of the products (columns
{", ".join(shopify.PRODUCT_COLUMNS)}), since Shopify doesn't know which of them is an accessory, or on clearance.

An order is stored whole or not at all: a bad row leaves its order out and is reported by its line. Importing a file
twice changes nothing. The exit status is 1 if any order was left out."""

SEND_HELP = """\
Send the e-mails and events that wait in the outbox, until stopped (Ctrl-C or SIGTERM).

  SMTP_HOST       the mail server; without it e-mails stay in the outbox
  SMTP_SECURITY   starttls (default, port 587), tls (port 465) or none (port 25); SMTP_PORT chooses another port
  SMTP_USER, SMTP_PASSWORD
  MAIL_FROM, SUPPORT_EMAIL   the shop's addresses (default: that of its policy's settings)
  WEBHOOK_URL     where requests are told to the shop's own system, signed with WEBHOOK_SECRET"""

REFERENCE_HELP = "like R-7K4M-92XB; case, spaces and dashes don't matter"

MOST_LISTED = 1_000_000

_Command = Callable[[Engine, argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 not or not wholly, 2 not understood."""
    chosen = _parser().parse_args(arguments)
    be_ready_for_any_name()
    try:
        engine = database.connect()
        database.migrate(engine)
    except database.NewerDatabaseError as error:
        return sorry(str(error))
    except (SQLAlchemyError, ImportError, OSError):  # no server, no such address, no driver for it, no right to write
        return sorry("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")
    try:
        status: int = chosen.run(engine, chosen)
    except DBAPIError:
        return sorry("The database stopped answering. What was stored before is safe; run the same command again.")
    except KeyboardInterrupt:
        return sorry("Stopped. What was stored before is safe; the same command can be run again.", status=130)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m orders",
        description="Orders and the requests that customers filed about them.",
        epilog="The database is the embedded file var/assistant.db, unless ORDERS_DB_URL names another one. "
        "The exit status is 0 for done, 1 for not or not wholly done, 2 for a command that isn't understood.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: _Command, says: str, more: str = "", *, has_json: bool = False
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=says, description=more or says, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        added.set_defaults(run=run)
        if has_json:
            added.add_argument("--json", action="store_true", help="for programs: JSON instead of a table")
        return added

    added = command("import", _import, "load or update orders from a CSV file", IMPORT_HELP)
    added.add_argument("file", type=Path, metavar="FILE.csv")
    added.add_argument("--format", choices=("shop", "shopify"), default="shop", help="default: shop")
    added.add_argument("--products", type=Path, metavar="FILE.csv", help="the list of products, for shopify")
    added.add_argument("--dry-run", action="store_true", help="check everything, report everything, store nothing")
    command("samples", _samples, "load sample orders, dated from today, and say what to try with them")
    added = command("list", _list, "the newest orders", has_json=True)
    added.add_argument("--email", help="only those of the customer with this address")
    added.add_argument("--limit", type=_count, default=50, metavar="N", help="how many at most (default: 50)")
    added = command("show", _show, "one order with its items and requests", has_json=True)
    added.add_argument("number", metavar="NUMBER", help="like INO-10482, or just 10482")
    added = command("requests", _requests, "the newest requests", has_json=True)
    added.add_argument("--open", action="store_true", help="only those that still wait for something")
    added.add_argument("--limit", type=_count, default=50, metavar="N", help="how many at most (default: 50)")
    added = command("request", _request, "one request with its decision and history", has_json=True)
    added.add_argument("reference", metavar="REF", help=REFERENCE_HELP)
    added = command("move", _move, "give a request its next status; the customer is told", has_json=True)
    added.add_argument("reference", metavar="REF", help=REFERENCE_HELP)
    statuses = words.REQUEST_STATUSES
    added.add_argument("status", choices=statuses, metavar="STATUS", help=", ".join(statuses))
    added.add_argument("--by", required=True, type=_words, metavar="NAME", help="who does it")
    added.add_argument("--note", type=_words, metavar="TEXT", help="a word to the customer")
    added = command("replay", _replay, "decide a request again from its stored facts, and show what differs today")
    added.add_argument("reference", metavar="REF", help=REFERENCE_HELP)
    command("outbox", _outbox, "what waits to be sent, and what couldn't be")
    added = command("send", _send, "send the e-mails and events that wait", SEND_HELP)
    added.add_argument("--once", action="store_true", help="send what is due now, then end")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:10]) <= MOST_LISTED:
        raise argparse.ArgumentTypeError(f"'{text[:20]}' isn't a number from 1 to {MOST_LISTED}")
    return int(text)


def _words(text: str) -> str:
    if not text.isprintable() and any("\ud800" <= c <= "\udfff" for c in text):
        raise argparse.ArgumentTypeError("what was typed isn't text in this terminal's encoding")
    return text


def _sentence(error: Exception) -> str:
    told = str(error)
    return told[0].upper() + told[1:].rstrip(".") + "."


def _import(engine: Engine, chosen: argparse.Namespace) -> int:
    try:
        report = _import_with_progress(engine, chosen, _format(chosen))
    except UnreadableFileError as error:
        return sorry(f"{error} Nothing was imported.")
    if report.unused_columns:
        print(f"Columns that mean nothing here: {', '.join(report.unused_columns)[:500]}", file=sys.stderr)
    say(report.summary(is_dry_run=chosen.dry_run))
    return 1 if report.left_out else 0


def _format(chosen: argparse.Namespace) -> Format:
    if chosen.format == "shop":
        return shop_file.FORMAT
    if chosen.products is None:
        raise UnreadableFileError(
            f"A Shopify export needs --products FILE.csv, a list with the columns {', '.join(shopify.PRODUCT_COLUMNS)}."
        )
    return shopify.shopify_format(shopify.read_products(chosen.products))


def _import_with_progress(engine: Engine, chosen: argparse.Namespace, file_format: Format) -> Report:
    terminal = Console(stderr=True)
    bar = Progress(
        "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=terminal, disable=not terminal.is_terminal, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("orders", total=None)

        def tell(problem: Problem) -> None:
            print(problem, file=sys.stderr)

        return import_orders(
            engine,
            chosen.file,
            file_format,
            now=datetime.now(timezone.utc),
            tell=tell,
            advance=lambda done, total: bar.update(task, completed=done, total=total),
            is_dry_run=chosen.dry_run,
        )


def _samples(engine: Engine, _chosen: argparse.Namespace) -> int:
    if file := own_file():
        return _own_samples(engine, file)
    with database.transaction(engine) as session:
        count = load_samples(session, datetime.now(timezone.utc))
    say(f"{count} sample orders are dated from now; those that have requests were left as they are.")
    show_table(
        ("order", "e-mail", "what it is", "what comes of it"),
        ((s["order_number"], s["email"], s["what"], s["outcome"]) for s in try_this()),
        may_fold=("e-mail", "what it is", "what comes of it"),
    )
    return 0


def _own_samples(engine: Engine, file: Path) -> int:
    """Those of the shop whose policy POLICY_DIR names."""
    if not file.exists():
        say(f"There are no sample orders; {file.name} beside the policy would have them.")
        return 0
    now = datetime.now(timezone.utc)
    with NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as dated:
        dated.write(dated_text(file.read_text(encoding="utf-8"), now))
        dated.flush()
        told: list[Problem] = []
        report = import_orders(engine, Path(dated.name), shop_file.FORMAT, now=now, tell=told.append)
    for problem in told:
        print(f"{file.name}, {problem}", file=sys.stderr)
    say(f"{file.name}, dated from now: {report.summary()}")
    return 1 if told else 0


def _list(engine: Engine, chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        newest = select(Order).order_by(Order.placed_at.desc().nulls_last(), Order.number).limit(chosen.limit)
        if chosen.email is not None:
            newest = newest.join(Customer, Customer.id == Order.customer_id).where(
                Customer.email == email_key(chosen.email)
            )
        orders = list(session.execute(newest).scalars())
    if chosen.json:
        show_json([order_json(order) for order in orders])
    elif not orders and chosen.email is not None:
        return sorry("There is no order with this e-mail address.", 0)
    elif not orders:
        return sorry("There are no orders yet: 'python -m orders import FILE.csv' or 'python -m orders samples'.", 0)
    else:
        show_orders(orders)
    return 0


def _show(engine: Engine, chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        orders = find_by_number(session, chosen.number)
    if not orders:
        return sorry(f"There is no order {chosen.number[:80]}. 'python -m orders list' shows which there are.")
    if chosen.json:
        show_json([order_json(order) for order in orders])
        return 0
    for order in orders:
        show_order(order)
    return 0


def _requests(engine: Engine, chosen: argparse.Namespace) -> int:
    statuses = words.OPEN if chosen.open else words.REQUEST_STATUSES
    with database.transaction(engine) as session:
        requests = list(
            session.execute(
                select(Request)
                .where(Request.status.in_(statuses))
                .order_by(Request.filed_at.desc(), Request.id.desc())
                .limit(chosen.limit)
            ).scalars()
        )
    if chosen.json:
        show_json([request_json(request) for request in requests])
    elif not requests:
        return sorry("There are no open requests." if chosen.open else "There are no requests yet.", 0)
    else:
        show_requests(requests)
    return 0


class _UnknownRequestError(Exception):
    """There is no such request; the text says so and what to do."""


def _the_request(session: Session, typed: str) -> Request:
    written = read_reference(typed)
    if written is None:
        raise _UnknownRequestError(f"'{typed[:80]}' is no reference: a character is wrong, missing or out of place.")
    request = find_request(session, written)
    if request is None:
        raise _UnknownRequestError(f"There is no request {written}. 'python -m orders requests' shows which there are.")
    return request


def _request(engine: Engine, chosen: argparse.Namespace) -> int:
    try:
        with database.transaction(engine) as session:
            request = _the_request(session, chosen.reference)
    except _UnknownRequestError as unknown:
        return sorry(str(unknown))
    show_json(request_json(request)) if chosen.json else show_request(request)
    return 0


def _move(engine: Engine, chosen: argparse.Namespace) -> int:
    name = " ".join(chosen.by.split())[:100]
    if name.lower() in ("", words.CUSTOMER):
        return sorry("Please say who does it: --by YOUR-NAME.")
    try:
        with database.transaction(engine) as session:
            request = _the_request(session, chosen.reference)
            move_request(session, request, chosen.status, by=name, at=datetime.now(timezone.utc), note=chosen.note)
    except (_UnknownRequestError, NotAllowedError) as refusal:
        return sorry(_sentence(refusal))
    show_json(request_json(request)) if chosen.json else show_request(request)
    return 0


def _replay(engine: Engine, chosen: argparse.Namespace) -> int:
    try:
        with database.transaction(engine) as session:
            request = _the_request(session, chosen.reference)
        differences = replay(request)
    except (_UnknownRequestError, ReplayError) as refusal:
        return sorry(_sentence(refusal))
    if not differences:
        say(f"{request.reference}: the same decision as when it was filed, to the letter.")
        return 0
    say(f"{request.reference}: today's decision differs from the one that was filed (which stays as it is).")
    show_table(
        ("what", "as filed", "today"),
        ((name, str(filed), str(today)) for name, filed, today in differences),
        may_fold=("what", "as filed", "today"),
    )
    return 1


def _outbox(engine: Engine, _chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        waiting = outbox.waiting(session)
        failing = session.execute(
            select(OutboxEntry).where(OutboxEntry.error.is_not(None)).order_by(OutboxEntry.id.desc()).limit(50)
        ).scalars()
        say(", ".join(f"{waiting[who]} wait for {who}" for who in words.RECIPIENTS) + ".")
        lines = [
            (f"{e.created_at:%Y-%m-%d %H:%M} UTC", e.recipient, e.request.reference, str(e.tries), e.error or "",
             "given up" if e.done_at else f"again {e.due_at:%Y-%m-%d %H:%M} UTC")
            for e in failing
        ]  # fmt: skip
    if lines:
        show_table(
            ("of", "for", "request", "tries", "why it failed", "what next"), lines,
            may_fold=("why it failed", "what next"),
        )  # fmt: skip
    return 0


def _send(engine: Engine, chosen: argparse.Namespace) -> int:
    # These take a while to load, which only who sends should wait for.
    import structlog

    from orders import sending

    logs.configure("sender")
    try:
        settings = sending.Settings.from_environment(os.environ)
    except sending.SettingError as error:
        return sorry(str(error))
    if chosen.once:
        failed = 0
        while outcome := sending.send_due(engine, settings):
            failed += outcome["failed"]
        sending.tell_what_stays(engine, settings)
        return 1 if failed else 0
    stop = threading.Event()
    log = structlog.get_logger("orders.send")
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    log.info("started", sends_to=settings.recipients)
    sending.run(engine, settings, stop)
    log.info("stopping")
    return 0


if __name__ == "__main__":
    logs.configure("orders", logging.WARNING)  # what is done, a command says itself
    sys.exit(main())
