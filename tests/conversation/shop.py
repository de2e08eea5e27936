"""Orders made for one conversation alone, dated from its beginning, so that no test meets another one's order."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from time import sleep
from typing import Any
from unittest.mock import patch

import yaml
from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import Engine

from database import connect, migrate, transaction
from orders import Order, Request, facts_of, file_request, find_order, move_request
from orders.finding import find_by_number
from orders.money import to_minor
from orders.samples import load_samples
from orders.storing import ItemData, OrderData, store_orders
from policy_core import decide

FIXTURES = Path(__file__).parent / "transcripts" / "fixtures.yml"
KNOWN_OF_AN_ORDER = frozenset(
    ["items", "placed", "delivered", "shipped", "status", "sold_by", "currency", "shipping", "requests"]
)
_SPAN = re.compile(r"(\d+) (hour|day|month|minute)s?")
_STEPS_TO = {
    "filed": [],
    "approved": ["approved"],
    "received": ["approved", "received"],
    "rejected": ["rejected"],
    "refunded": ["approved", "received", "refunded"],
    "replaced": ["approved", "received", "replaced"],
    "cancelled": ["cancelled"],
    "withdrawn": ["withdrawn"],
    "closed": ["closed"],
}
_numbers = itertools.count(500_001)


@contextmanager
def open_shop(file: Path) -> Iterator[Engine]:
    """A database in `file` with the sample orders in it, where the actions find it."""
    with patch.dict(os.environ, ORDERS_DB_URL=f"sqlite:///{file}"):
        engine = connect()
        migrate(engine)
        with transaction(engine) as session:
            load_samples(session, datetime.now(timezone.utc))
        yield engine
        engine.dispose()


@dataclass(frozen=True)
class Ordered:
    """An order that was made, and the moment from which its dates count."""

    number: str
    email: str
    now: datetime
    data: OrderData
    references: tuple[str, ...] = ()

    def day(self, words: str) -> datetime:
        """The moment that "placed + 24 hours" or "delivered + 14 days" names."""
        start, _, span = words.partition(" + ")
        came = [item.delivered_at for item in self.data.items if item.delivered_at]
        moment = {"placed": self.data.placed_at, "delivered": max(came, default=None)}[start]
        if moment is None:
            raise ValueError(f"nobody knows when it was {start}")
        return moment + span_of(span) if span else moment


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Any]:
    """The shared fixtures: `articles` of the shop and `fixtures`, orders by name."""
    content: Mapping[str, Any] = yaml.safe_load(FIXTURES.read_text(encoding="utf-8"))
    return content


def span_of(words: str) -> relativedelta:
    """ "5 months 4 days" as a span of time."""
    spans = _SPAN.findall(words)
    if not spans or _SPAN.sub("", words).strip():
        raise ValueError(f"{words!r} is no span of time; write it like '5 months 4 days' or '3 hours'")
    counts: dict[str, Any] = {f"{unit}s": int(count) for count, unit in spans}
    return relativedelta(**counts)


def make_order(engine: Engine, told: Mapping[str, Any]) -> Ordered:
    """Store an order as `told` (docs/conversation-tests.md lists what can be said of one)."""
    now = _now_with_enough_of_the_day_left()
    number = next(_numbers)
    data = _order(told, f"INO-{number}", f"kim.{number}@example.com", now)
    with transaction(engine) as session:
        store_orders(session, [data])
    references = tuple(_file(engine, data, request, now) for request in told.get("requests", ()))
    return Ordered(data.number, data.email, now, data, references)


def stored_order(engine: Engine, number: str) -> Ordered:
    """An order that the shop has. Raises ValueError where it hasn't, as a fixture's name with a slip would be."""
    now = _now_with_enough_of_the_day_left()
    with transaction(engine) as session:
        found = find_by_number(session, number)
        if len(found) != 1:
            raise ValueError(f"{number} is neither a fixture nor the number of one of the shop's sample orders")
        [order] = found
        items = tuple(
            ItemData(**{each.name: getattr(item, each.name) for each in fields(ItemData)}) for item in order.items
        )
        told = {each.name: getattr(order, each.name) for each in fields(OrderData) if hasattr(order, each.name)}
        customer = {"email": order.customer.email, "customer_name": order.customer.name}
        data = OrderData(**{**told, **customer, "items": items})
    return Ordered(data.number, data.email, now, data)


def move_back(engine: Engine, order: Ordered, time: timedelta) -> Ordered:
    """The same order with all its days that much longer ago, as if time had passed."""

    def earlier(moment: datetime | None) -> datetime | None:
        return moment and moment - time

    items = tuple(
        replace(item, shipped_at=earlier(item.shipped_at), delivered_at=earlier(item.delivered_at))
        for item in order.data.items
    )
    data = replace(order.data, placed_at=earlier(order.data.placed_at), items=items)
    with transaction(engine) as session:
        store_orders(session, [data])
    return replace(order, data=data)


def _now_with_enough_of_the_day_left() -> datetime:
    """A conversation must not begin on one day and end on the next: its deadlines would be other ones."""
    now = datetime.now(timezone.utc)
    left = timedelta(days=1) - timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
    if left < timedelta(seconds=20):
        sleep(left.total_seconds() + 1)
        now = datetime.now(timezone.utc)
    return now.replace(microsecond=0)


def _order(told: Mapping[str, Any], number: str, email: str, now: datetime) -> OrderData:
    if unknown := sorted(set(told) - KNOWN_OF_AN_ORDER):
        raise ValueError(f"an order knows nothing of {', '.join(unknown)}")
    currency = told.get("currency", "USD")
    placed_at = now - span_of(told["placed"]) if told.get("placed") else None
    items = tuple(_item(item, told, currency, placed_at, now) for item in told["items"])
    status = "delivered" if any(item.delivered_at for item in items) else "shipped" if told.get("shipped") else "paid"
    return OrderData(
        number=number,
        email=email,
        customer_name="Kim Parker",
        placed_at=placed_at,
        status=told.get("status", status),
        sold_by=told.get("sold_by", "inomega"),
        currency=currency,
        shipping_paid=to_minor(str(told.get("shipping", "9.90")), currency),
        items=items,
    )


def _item(
    told: str | Mapping[str, Any], order: Mapping[str, Any], currency: str, placed_at: datetime | None, now: datetime
) -> ItemData:
    line = {"article": told} if isinstance(told, str) else dict(told)
    line = {**catalogue()["articles"][line.pop("article")], **line}
    delivered = line.pop("delivered", order.get("delivered"))
    shipped = line.pop("shipped", order.get("shipped")) or delivered
    amounts = {name: to_minor(line.pop(name, "0.00"), currency) for name in ("price", "discount", "tax")}
    return ItemData(
        **{"quantity": 1, **line},
        unit_price=amounts["price"],
        discount=amounts["discount"],
        tax=amounts["tax"],
        shipped_at=(placed_at or now) + timedelta(minutes=30) if shipped else None,
        carrier="DHL" if shipped == "tracked" else None,
        tracking_number="JD014600003" if shipped == "tracked" else None,
        delivered_at=now - span_of(delivered) if delivered else None,
    )


def _file(engine: Engine, data: OrderData, told: Mapping[str, Any], now: datetime) -> str:
    """A request that was filed before the conversation began."""
    with transaction(engine) as session:
        order = find_order(session, data.number, data.email)
        assert order is not None
        request = _filed(session, order, told, now)
        for status in _STEPS_TO[told.get("status", "filed")]:
            move_request(session, request, status, by="Robin", at=now)
        return request.reference


def _filed(session: Any, order: Order, told: Mapping[str, Any], now: datetime) -> Request:
    named: Sequence[str] = told.get("items", [item.sku for item in order.items])
    items = [item for item in order.items if item.sku in named]
    facts = facts_of(order, items)
    facts |= {"as_of": now.isoformat(), "wants": told["wants"], "claim": dict(told.get("claim", {}))}
    return file_request(
        session,
        order=order,
        items=items,
        kind=told.get("kind", told["wants"]),
        wants=told["wants"],
        facts=facts,
        decision={**decide(facts).to_dict()},
        filed_at=now,
    )
