"""The staff's commands: python -m orders ..."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from pathlib import Path
from textwrap import fill

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

import database
from orders import words
from orders.filing import find_request
from orders.finding import find_by_number
from orders.importing import import_orders
from orders.models import Item, Order, Request
from orders.money import to_text
from orders.reading import UnreadableFileError
from orders.references import read_reference
from orders.samples import load_samples, try_this
from orders.shop_file import FORMAT, REQUIRED_COLUMNS, TRAVEL_COLUMNS

COLUMNS = fill(", ".join(REQUIRED_COLUMNS), width=110)
WHERE_KNOWN = ", ".join(name for name in TRAVEL_COLUMNS if name not in REQUIRED_COLUMNS)

IMPORT_HELP = f"""\
Load or update orders from a CSV file (UTF-8, comma separated, first line = names of the columns).

One row is one item of an order; the rows of an order stand next to each other. The order's own columns are taken
from its first row and may be blank in the others.

Columns:
{COLUMNS}
and, where known: {WHERE_KNOWN}

  times           with their offset, like 2026-03-01T09:30:00+00:00; blank = not known
  amounts         like 12.50, in the order's currency; discount and tax are the whole row's
  status          {", ".join(words.ORDER_STATUSES)}
  sold_by         {", ".join(words.SELLERS)}
  kind            {", ".join(words.ITEM_KINDS)}
  pricing         {", ".join(words.PRICINGS)}

An order is stored whole or not at all: a bad row leaves its order out and is reported by its line. Importing a file
twice changes nothing. The exit status is 1 if any order was left out."""

console = Console(highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 not or not wholly, 2 not understood."""
    chosen = _parser().parse_args(arguments)
    try:
        engine = database.connect()
        database.migrate(engine)
    except (SQLAlchemyError, ImportError, OSError):  # no server, no such address, no driver for it, no right to write
        return _sorry("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")
    try:
        status: int = chosen.run(engine, chosen)
    except DBAPIError:
        return _sorry("The database stopped answering. What was stored before is safe; run the same command again.")
    except KeyboardInterrupt:
        return _sorry("Stopped. What was stored before is safe; the same command can be run again.", status=130)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m orders",
        description="Orders and the requests that customers filed about them.",
        epilog="The database is the embedded file var/assistant.db, unless ORDERS_DB_URL names another one.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[Engine, argparse.Namespace], int], says: str, more: str = ""
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=says, description=more or says, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        added.set_defaults(run=run)
        return added

    added = command("import", _import, "load or update orders from a CSV file", IMPORT_HELP)
    added.add_argument("file", type=Path, metavar="FILE.csv")
    command("samples", _samples, "load sample orders, dated from today, and say what to try with them")
    added = command("list", _list, "the newest orders")
    added.add_argument("--limit", type=int, default=50, metavar="N", help="how many at most (default: 50)")
    added = command("show", _show, "one order with its items and requests")
    added.add_argument("number", metavar="NUMBER", help="like INO-10482, or just 10482")
    added = command("requests", _requests, "the newest requests")
    added.add_argument("--open", action="store_true", help="only those that still wait for something")
    added.add_argument("--limit", type=int, default=50, metavar="N", help="how many at most (default: 50)")
    added = command("request", _request, "one request with its decision and history")
    added.add_argument("reference", metavar="REF", help="like R-7K4M-92XD; case, spaces and dashes don't matter")
    return parser


def _import(engine: Engine, chosen: argparse.Namespace) -> int:
    try:
        report = import_orders(
            engine,
            chosen.file,
            FORMAT,
            now=datetime.now(timezone.utc),
            tell=lambda problem: print(problem, file=sys.stderr),
        )
    except UnreadableFileError as error:
        return _sorry(f"{error} Nothing was imported.")
    if report.unused_columns:
        print(f"Columns that mean nothing here: {', '.join(report.unused_columns)[:500]}", file=sys.stderr)
    print(report.summary())
    return 1 if report.left_out else 0


def _samples(engine: Engine, _chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        count = load_samples(session, datetime.now(timezone.utc))
    print(f"{count} sample orders are dated from now; those that have requests were left as they are.")
    _show_table(
        ("order", "e-mail", "what it is", "what comes of it"),
        ((s["order_number"], s["email"], s["what"], s["outcome"]) for s in try_this()),
    )
    return 0


def _list(engine: Engine, chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        found = session.execute(
            select(Order).order_by(Order.placed_at.desc().nulls_last(), Order.number).limit(max(0, chosen.limit))
        ).scalars()
        orders = list(found)
    if not orders:
        return _sorry("There are no orders yet: 'python -m orders import FILE.csv' or 'python -m orders samples'.", 0)
    _show_table(
        ("order", "e-mail", "placed", "status", "items", "requests"),
        (
            (o.number, o.customer.email, _when(o.placed_at), o.status, str(len(o.items)), str(len(o.requests) or ""))
            for o in orders
        ),
    )
    return 0


def _show(engine: Engine, chosen: argparse.Namespace) -> int:
    with database.transaction(engine) as session:
        orders = find_by_number(session, chosen.number)
    if not orders:
        return _sorry(f"There is no order {chosen.number[:80]}. 'python -m orders list' shows which there are.")
    for order in orders:
        _show_order(order)
    return 0


def _show_order(order: Order) -> None:
    seller = "sold by us" if order.sold_by == "inomega" else "sold by a retailer"
    _say(f"Order {order.number}: {order.status}, placed {_when(order.placed_at)}, {seller}")
    _say(f"{order.customer.name} <{order.customer.email}>, shipping {_money(order.shipping_paid, order)}")
    _show_table(
        ("item", "name", "kind", "pricing", "number", "each", "discount", "tax", "how it travels"),
        (
            (
                item.sku, item.name, item.kind, item.pricing, str(item.quantity), _money(item.unit_price, order),
                _money(item.discount, order), _money(item.tax, order), _travel(item),
            )
            for item in order.items
        ),
    )  # fmt: skip
    if order.requests:
        _show_requests(order.requests)


def _requests(engine: Engine, chosen: argparse.Namespace) -> int:
    statuses = words.OPEN if chosen.open else words.REQUEST_STATUSES
    with database.transaction(engine) as session:
        requests = list(
            session.execute(
                select(Request)
                .where(Request.status.in_(statuses))
                .order_by(Request.filed_at.desc(), Request.id.desc())
                .limit(max(0, chosen.limit))
            ).scalars()
        )
        if not requests:
            return _sorry("There are no open requests." if chosen.open else "There are no requests yet.", 0)
        _show_requests(requests)
    return 0


def _request(engine: Engine, chosen: argparse.Namespace) -> int:
    written = read_reference(chosen.reference)
    if written is None:
        return _sorry(f"'{chosen.reference[:80]}' is no reference: a character is wrong, missing or out of place.")
    with database.transaction(engine) as session:
        request = find_request(session, written)
        if request is None:
            return _sorry(f"There is no request {written}. 'python -m orders requests' shows which there are.")
        _say(f"Request {request.reference}: {request.kind}, {request.status}")
        _say(f"Order {request.order.number}, {request.order.customer.name} <{request.order.customer.email}>")
        for asked in request.items:
            _say(f"  {asked.quantity} x {asked.item.name} ({asked.item.sku})")
        _say(f"Decided: {request.decision.get('outcome', '')}, wanted: {request.wants}")
        for clause in request.decision.get("clauses", []):
            _say(f"  by {clause}")
        if explanation := request.decision.get("explanation"):
            _say(str(explanation))
        if refund := request.decision.get("refund"):
            for line in refund["lines"]:
                _say(f"  {line['label']}: {line['amount']} {refund['currency']}")
            _say(f"  Total: {refund['total']} {refund['currency']}")
        _say(f"Policy version {request.policy_version}")
        _show_table(("when", "status", "by"), ((_when(c.at), c.status, c.by) for c in request.changes))
    return 0


def _show_requests(requests: Iterable[Request]) -> None:
    _show_table(
        ("reference", "kind", "status", "order", "filed", "items"),
        (
            (r.reference, r.kind, r.status, r.order.number, _when(r.filed_at),
             ", ".join(f"{asked.quantity} x {asked.item.sku}" for asked in r.items))
            for r in requests
        ),
    )  # fmt: skip


def _show_table(headings: Iterable[str], lines: Iterable[Iterable[str]]) -> None:
    table = Table(*headings, box=box.SIMPLE_HEAD)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))  # as Text, so that brackets in a name are no markup
    console.print(table)


def _say(text: str) -> None:
    console.print(Text(text))


def _sorry(text: str, status: int = 1) -> int:
    print(text, file=sys.stderr if status else sys.stdout)
    return status


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else "unknown"


def _money(minor: int, order: Order) -> str:
    return f"{to_text(minor, order.currency)} {order.currency}"


def _travel(item: Item) -> str:
    if item.delivered_at:
        return f"came {_when(item.delivered_at)}"
    if item.shipped_at:
        by = " ".join(filter(None, (item.carrier, item.tracking_number)))
        return f"shipped {_when(item.shipped_at)} {by}".rstrip()
    return "not shipped, as far as is known"


if __name__ == "__main__":
    sys.exit(main())
