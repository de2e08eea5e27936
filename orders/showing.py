"""Orders and requests shown to the shop's staff, as tables to read."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orders.facts import claim_in_words
from orders.models import Item, Order, Request
from orders.money import to_text
from orders.words import next_statuses

_AS_WIDE_AS_IT_TAKES = 1000  # columns, where a program reads along and a folded line would hide what it looks for
_NUMBERS = ("number", "each", "discount", "tax", "items", "requests", "tries")

console = Console(
    highlight=False,
    width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _AS_WIDE_AS_IT_TAKES,
)


def show_orders(orders: Sequence[Order]) -> None:
    """A line for each order."""
    show_table(
        ("order", "e-mail", "placed", "status", "items", "requests"),
        (
            (o.number, o.customer.email, _when(o.placed_at), o.status, str(len(o.items)), str(len(o.requests) or ""))
            for o in orders
        ),
        may_fold=("e-mail",),
    )


def show_order(order: Order) -> None:
    """Everything about one order."""
    seller = "sold by us" if order.sold_by == "inomega" else "sold by a retailer"
    say(f"Order {order.number}: {order.status}, placed {_when(order.placed_at)}, {seller}")
    say(f"{order.customer.name} <{order.customer.email}>".lstrip())
    say(f"Shipping {_money(order.shipping_paid, order)}; all amounts in {order.currency}")
    if order.refunded:
        say(f"Refunded by the shop, outside of requests: {_money(order.refunded, order)}")
    show_table(
        ("item", "name", "number", "each", "discount", "tax"),
        (
            (
                item.sku, f"{item.name}\n{item.kind}, {item.pricing}\n{_travel(item)}", _number(item),
                *(to_text(amount, order.currency) for amount in (item.unit_price, item.discount, item.tax)),
            )
            for item in order.items
        ),
        may_fold=("name",),
    )  # fmt: skip
    if order.requests:
        show_requests(order.requests)


def show_requests(requests: Iterable[Request]) -> None:
    """A line for each request."""
    show_table(
        ("reference", "kind", "status", "order", "filed", "about"),
        (
            (r.reference, r.kind, r.status, r.order.number, _when(r.filed_at),
             ", ".join(f"{asked.quantity} x {asked.item.sku}" for asked in r.items))
            for r in requests
        ),
        may_fold=("about",),
    )  # fmt: skip


def show_request(request: Request) -> None:
    """Everything about one request."""
    say(f"Request {request.reference}: {request.kind}, {request.status}")
    if request.erased_at:
        say(f"Whose it was and the order's number were erased {_when(request.erased_at)}")
    else:
        say(f"Order {request.order.number}, {request.order.customer.name} <{request.order.customer.email}>")
    for asked in request.items:
        say(f"  {asked.quantity} x {asked.item.name} ({asked.item.sku})")
    for said in claim_in_words(request.facts):
        say(f"  the customer said: {said}")
    say(f"Decided: {request.decision.get('outcome', '')}, wanted: {request.wants}")
    for clause in request.decision.get("clauses", []):
        say(f"  by {clause}")
    if explanation := request.decision.get("explanation"):
        say(str(explanation))
    if refund := request.decision.get("refund"):
        for line in refund["lines"]:
            say(f"  {line['label']}: {line['amount']} {refund['currency']}")
        say(f"  Total: {refund['total']} {refund['currency']}")
    if deadline := request.decision.get("deadline"):
        say(f"Deadline for the customer: {deadline}")
    say(f"Policy version {request.policy_version}")
    show_table(
        ("when", "status", "by", "note"),
        ((_when(c.at), c.status, c.by, c.note or "") for c in request.changes),
        may_fold=("by", "note"),
    )
    if allowed := next_statuses(request.kind, request.status):
        say(f"It can become: {', '.join(sorted(allowed))}")


def show_table(headings: Sequence[str], lines: Iterable[Iterable[str]], *, may_fold: Collection[str] = ()) -> None:
    """A table as wide as the terminal; where that is too narrow, the columns that `may_fold` go on in further lines."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(
            heading,
            no_wrap=heading not in may_fold,
            overflow="fold",
            justify="right" if heading in _NUMBERS else "left",
        )
    for line in lines:
        table.add_row(*(_plain(cell) for cell in line))
    console.print(table)


def show_json(value: Any) -> None:
    """JSON on standard output, for a program to read."""
    console.out(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """A line of text as it is."""
    console.print(_plain(text))


def be_ready_for_any_name() -> None:
    """Let a terminal that can't write a character show a stand-in for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def sorry(text: str, status: int = 1) -> int:
    """Say why something wasn't done, and give the exit status."""
    print(text, file=sys.stderr if status else sys.stdout)
    return status


def _plain(text: str) -> Text:
    """The text itself: brackets in a name are no markup, and what a customer wrote doesn't steer the terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else " " for c in text))


def _when(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else "unknown"


def _money(minor: int, order: Order) -> str:
    return f"{to_text(minor, order.currency)} {order.currency}"


def _number(item: Item) -> str:
    return f"{item.quantity} ({item.settled} settled)" if item.settled else str(item.quantity)


def _travel(item: Item) -> str:
    if item.delivered_at:
        return f"came {_when(item.delivered_at)}"
    if item.shipped_at:
        by = " ".join(filter(None, (item.carrier, item.tracking_number)))
        expected = f", expected {item.estimated_delivery:%Y-%m-%d}" if item.estimated_delivery else ""
        return f"shipped {_when(item.shipped_at)} {by}".rstrip() + expected
    return "not shipped, as far as is known"
