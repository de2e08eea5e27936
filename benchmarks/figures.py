"""How long the lead's figures take: `python -m benchmarks.figures [CONVERSATIONS]`, on SQLite and PostgreSQL.

The conversations are the scripted day of the tests, again and again, each time two days earlier.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Column, Table, literal_column, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import Select
from sqlalchemy.sql.elements import ColumnElement

from channels.desk.figures import figures_of
from channels.desk.misread import misread_groups
from channels.desk.period import MOST_DAYS, Period
from conversations.models import Change, Conversation, Message, ShownDecision
from database import Base, UtcDateTime, connect, migrate, transaction
from orders.models import Customer, Item, Order, Request, RequestChange, RequestItem
from tests.unit.channels.scripted_day import CONVERSATIONS, DAY, LOOKED_AT, ZONE, write_the_day
from tests.unit.orders.conftest import new_postgresql

COPIED = (Customer, Order, Item, Request, RequestItem, RequestChange, Conversation, Message, Change, ShownDecision)
TRIES = 5


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        for engine in (connect(f"sqlite:///{folder / 'days.db'}"), opened.enter_context(new_postgresql())):
            fill(engine, count)
            for days in (1, 7, 30, MOST_DAYS):
                measure(engine, days)


def fill(engine: Engine, count: int) -> None:
    """As many days as make so many conversations."""
    migrate(engine)
    write_the_day(engine)
    for number in range(1, count // CONVERSATIONS + 1):
        with engine.begin() as connection:
            copy(connection, number)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def copy(connection: Connection, number: int) -> None:
    """The day once more, `number` times two days earlier."""
    for model in COPIED:
        table: Table = Base.metadata.tables[model.__tablename__]
        columns = [_copied(column, number, connection.dialect.name) for column in table.columns]
        connection.execute(table.insert().from_select([column.name for column in table.columns], _day(table, columns)))


def _day(table: Table, columns: list[ColumnElement]) -> Select:
    key = next(iter(table.primary_key.columns))
    is_first = key < _STEP if key.type.python_type is int else ~key.like("%#%")
    return select(*columns).where(is_first)


_STEP = 1_000_000


def _copied(column: Column, number: int, dialect: str) -> ColumnElement:
    """The value in the copy: times earlier, and numbers and names of its own."""
    days = 2 * number
    if isinstance(column.type, UtcDateTime):
        name = f'"{column.name}"'
        earlier = f"strftime('%Y-%m-%d %H:%M:%f', {name}, '-{days} days') || '000'"
        return literal_column(earlier if dialect == "sqlite" else f"{name} - interval '{days} days'")
    is_key = column.primary_key or column.foreign_keys or column.unique or column.name == "earlier_id"
    if not is_key or column.name in ("seq", "agent_id"):
        return column
    if column.type.python_type is int:
        return column + number * _STEP
    return column + f"#{number}"


def measure(engine: Engine, days: int) -> None:
    """Print the best of a few tries."""
    period = Period(DAY - timedelta(days=days - 1), DAY, ZONE)
    shown, grouped = [], []
    for _ in range(TRIES):
        with transaction(engine) as session:
            began = time.perf_counter()
            figures = figures_of(session, period, LOOKED_AT)
            counted = time.perf_counter()
            misread_groups(session, period)
            shown.append(counted - began)
            grouped.append(time.perf_counter() - counted)
    conversations = sum(row.conversations for row in figures.conversations)
    print(
        f"{engine.dialect.name}: {days} days, {conversations} conversations: figures {min(shown) * 1000:.0f} ms,"
        f" groups of {figures.misunderstood} not understood {min(grouped) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
