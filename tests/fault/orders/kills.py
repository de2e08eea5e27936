"""Killing processes in the middle of their work, again and again, and looking at what they leave behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from database import HOME, transaction
from orders.models import Item, Order, OutboxEntry, Request, RequestChange, RequestItem
from orders.storing import store_orders
from tests.unit.orders.builders import CABLE, CAMERA, order_data
from tests.unit.orders.test_importing import HEADING, row

FILES, ORDERS_A_FILE = 400, 15
LONGEST_LIFE = 0.6  # seconds at work


def told_before_its_death(engine: Engine, *arguments: str) -> list[str]:
    """What a process says until it is killed at a moment of chance."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fault.orders.killed_process", *arguments],
        cwd=HOME,
        env=os.environ | {"ORDERS_DB_URL": engine.url.render_as_string(hide_password=False)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = [process.stdout.readline()]  # it is at work now
    time.sleep(random.uniform(0, LONGEST_LIFE))
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait(30)
    return [line.strip() for line in told if line.endswith("\n")]


def kill_imports(engine: Engine, folder: Path, times: int) -> int:
    """Kill an import so often; gives how many of these kills came before its end."""
    for file in range(FILES):
        numbers = range(file * ORDERS_A_FILE, (file + 1) * ORDERS_A_FILE)
        rows = [row(order_number=f"INO-{number}", sku=sku) for number in numbers for sku in ("A", "B", "C")]
        (folder / f"{file:04}.csv").write_text("\n".join((HEADING, *rows)), encoding="utf-8")
    in_the_middle = 0
    for _ in range(times):
        told = told_before_its_death(engine, "import", str(folder))
        in_the_middle += len(told) < FILES
        with transaction(engine) as session:
            items = Counter(session.execute(select(Item.order_id)).scalars())
            stored = {o.number: o.id for o in session.execute(select(Order.number, Order.id))}
        assert [number for number, order_id in stored.items() if items[order_id] != 3] == []
        reported = {
            f"INO-{number}"
            for file in map(int, told)
            for number in range(file * ORDERS_A_FILE, (file + 1) * ORDERS_A_FILE)
        }
        assert reported <= stored.keys()
        _forget_some(engine, keep=len(told) // 2 * ORDERS_A_FILE)
    return in_the_middle


def kill_filings(engine: Engine, times: int) -> int:
    """Kill a process that files requests so often; gives how many of these kills came before its end."""
    with transaction(engine) as session:
        store_orders(session, [order_data(f"INO-{number}", CAMERA, CABLE) for number in range(times * 120)])
    reported: set[str] = set()
    in_the_middle = 0
    for _ in range(times):
        told = told_before_its_death(engine, "file")
        reported |= set(told)
        with transaction(engine) as session:
            references = {request.id: request.reference for request in session.execute(select(Request)).scalars()}
            entries = Counter(session.execute(select(OutboxEntry.request_id)).scalars())
            steps = Counter(session.execute(select(RequestChange.request_id)).scalars())
            items = Counter(session.execute(select(RequestItem.request_id)).scalars())
            orders = session.execute(select(func.count(Order.id))).scalar_one()
        assert reported <= set(references.values())
        for request_id in references:
            assert (entries[request_id], steps[request_id], items[request_id]) == (3, 1, 2)
        in_the_middle += len(references) < orders
    return in_the_middle


def _forget_some(engine: Engine, keep: int) -> None:
    """So that the next import has something to store again, some of it among what is there."""
    with engine.begin() as connection:
        kept = select(Order.id).order_by(Order.id).limit(keep)
        ids = list(connection.execute(kept).scalars())
        connection.execute(Item.__table__.delete().where(Item.order_id.not_in(ids)))
        connection.execute(Order.__table__.delete().where(Order.id.not_in(ids)))
