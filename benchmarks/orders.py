"""How quickly orders are found and imported: python benchmarks/orders.py [--orders N] [--rows N] [--postgresql URL]

Without a URL, on SQLite files in a folder of its own. The figures in docs/orders.md come from it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from sqlalchemy import text  # noqa: E402 - after the path is set
from sqlalchemy.engine import Engine, make_url  # noqa: E402

from database import connect, migrate, transaction  # noqa: E402
from orders import find_order  # noqa: E402
from orders.shop_file import REQUIRED_COLUMNS  # noqa: E402
from orders.storing import ItemData, OrderData, store_orders  # noqa: E402

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
CAME = NOW - timedelta(days=6)
CAMERA = ItemData("CAM-B4K", "4K bullet camera", "equipment", 1, 129_00, tax=10_64, delivered_at=CAME)
CABLE = ItemData("CAB-C6", "Cat 6 cable", "accessory", 2, 18_50, tax=3_06, delivered_at=CAME)

FIGURES: dict[str, float] = {}
"""What was measured, by name: milliseconds, seconds and megabytes."""


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgresql", metavar="URL", help="of a server on which databases may be made and dropped")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with a_database(Path(folder), chosen.postgresql) as address:
            finding(connect(address), chosen.orders)
        for rows in (chosen.rows // 5, chosen.rows):
            with a_database(Path(folder), chosen.postgresql) as address:
                importing(address, Path(folder), rows)
    if chosen.json:
        chosen.json.write_text(json.dumps(FIGURES, indent=2))


@contextmanager
def a_database(folder: Path, server: str | None) -> Iterator[str]:
    """The address of an empty database that is gone afterwards."""
    name = f"benchmark_{os.getpid()}_{time.time_ns()}"
    if server is None:
        yield f"sqlite:///{folder / name}.db"
        return
    administration = connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def number_of(place: int) -> str:
    return f"INO-{place:08}"


def email_of(place: int) -> str:
    return f"customer-{place % 400_000}@example.com"


def order_at(place: int) -> OrderData:
    items = (CAMERA, CABLE) if place % 3 else (CAMERA,)
    placed_at = NOW - timedelta(days=10, minutes=place % 500_000)
    return OrderData(
        number_of(place), email_of(place), "Ana Torres", placed_at, "delivered", "inomega", "USD", 9_90, items
    )


def finding(engine: Engine, count: int) -> None:
    """Fill a database with so many orders, and find some of them."""
    migrate(engine)
    began = time.perf_counter()
    for start in range(0, count, 2000):
        with transaction(engine) as session:
            store_orders(session, [order_at(place) for place in range(start, min(start + 2000, count))])
    print(f"{engine.dialect.name}: {count:,} orders stored in {time.perf_counter() - began:.0f} s", flush=True)

    places = random.Random(1).sample(range(count), min(3000, count // 2))  # noqa: S311 - which orders doesn't matter
    known = email_of(count // 2)
    compare(
        [place for place in places if email_of(place) != known],
        {
            "an order and its items": lambda p: look(engine, number_of(p), email_of(p), is_there=True),
            "the same, typed without its prefix": lambda p: look(engine, f"#{p:08}", email_of(p), is_there=True),
            "wrong pair, the order exists": lambda p: look(engine, number_of(p), "x@example.com", is_there=False),
            "wrong pair, no such order": lambda p: look(engine, number_of(p + count), "x@example.com", is_there=False),
            "a customer's, the order is another's": lambda p: look(engine, number_of(p), known, is_there=False),
            "a customer's, no such order": lambda p: look(engine, number_of(p + count), known, is_there=False),
        },
    )


def look(engine: Engine, number: str, email: str, *, is_there: bool) -> None:
    with transaction(engine) as session:
        if (find_order(session, number, email) is not None) != is_there:
            raise AssertionError(number)


def compare(places: list[int], ways: dict[str, Callable[[int], None]]) -> None:
    """Look for the orders in each of these ways in turn, shuffled, so that none of them has the quieter moments."""
    chance = random.Random(2)  # noqa: S311 - no secret
    taken: dict[str, list[float]] = {what: [] for what in ways}
    used: dict[str, list[float]] = {what: [] for what in ways}
    for place in places:
        for what, look_for in chance.sample(list(ways.items()), len(ways)):
            began, used_before = time.perf_counter(), time.process_time()
            look_for(place)
            taken[what].append((time.perf_counter() - began) * 1000)
            used[what].append((time.process_time() - used_before) * 1000)
    for what in ways:
        FIGURES[what], FIGURES[f"{what}, processor"] = statistics.median(taken[what]), statistics.median(used[what])
        print(
            f"  {what}: median {statistics.median(taken[what]):.3f} ms ({statistics.median(used[what]):.3f} of "
            f"processor), 95 % {statistics.quantiles(taken[what], n=20)[-1]:.3f} ms",
            flush=True,
        )


def importing(address: str, folder: Path, rows: int) -> None:
    """Import a file with so many rows, by the command, twice."""
    path = folder / "orders.csv"
    first = [
        "Ana Torres",
        "2026-03-01T09:30:00+00:00",
        "delivered",
        "inomega",
        "USD",
        "9.90",
        "2026-03-05T10:00:00+00:00",
    ]
    camera = ["CAM-B4K", "Bullet camera, 4K", "equipment", "1", "129.00", "0.00", "10.64", "regular"]
    cable = ["CAB-C6", "Cat 6 cable", "accessory", "2", "18.50", "", "3.06", "regular"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(REQUIRED_COLUMNS)
        for place in range(rows // 2):
            writer.writerow([number_of(place), email_of(place), *first, *camera])
            writer.writerow([number_of(place), *[""] * 8, *cable])
    migrate(connect(address))
    for how in ("first", "again"):
        began = time.perf_counter()
        command = [sys.executable, "-m", "orders", "import", str(path)]
        process = subprocess.Popen(
            command, cwd=HOME, env=os.environ | {"ORDERS_DB_URL": address}, stdout=subprocess.DEVNULL
        )
        _pid, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit("the import failed")
        FIGURES[f"{rows} rows, {how}, seconds"] = time.perf_counter() - began
        FIGURES[f"{rows} rows, {how}, megabytes"] = used.ru_maxrss / 1024
        print(
            f"  {rows:,} rows imported ({how}): {time.perf_counter() - began:.1f} s, of them "
            f"{used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 1024:.0f} MB at most",
            flush=True,
        )


if __name__ == "__main__":
    main()
