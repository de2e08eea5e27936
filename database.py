"""The one door to the database, which orders and conversations share.

An embedded SQLite file by default; any SQLAlchemy URL in `ORDERS_DB_URL` instead (PostgreSQL where there is
more than one machine).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, create_engine, event, inspect
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.types import TypeDecorator

import migrations

HOME = Path(__file__).resolve().parent
EMBEDDED = HOME / "var" / "assistant.db"
LONGEST_WAIT = 5
"""Seconds for a connection, or for what somebody else has locked: less than an action and a customer have patience."""

LEAST_ROOM = 1_000_000
"""Bytes of free disk below which an embedded database counts as full."""

_IN_MEMORY = (None, "", ":memory:")  # how SQLAlchemy names a SQLite database without a file
_REPORTS = "reports"
_MIGRATING = 7_310_482  # any number: PostgreSQL's lock for whoever migrates first

Base = declarative_base()


class UtcDateTime(TypeDecorator):
    """A point in time, kept in UTC and always handed out with its offset (SQLite itself knows no offsets)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its offset can't be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


def url() -> str:
    """The database's address: `ORDERS_DB_URL`, else the embedded file."""
    return os.environ.get("ORDERS_DB_URL") or f"sqlite:///{EMBEDDED}"


def dialogues_url() -> str:
    """Where Rasa remembers its dialogues if `TRACKERS_DB` names nothing: with the rest, or in a file of their own.

    A file has one writer at a time, so the two embedded ones don't wait for each other.
    """
    return f"sqlite:///{EMBEDDED.with_name('trackers.db')}" if url().startswith("sqlite") else url()


def connect(address: str | None = None, *, waits_for_disk: bool = True) -> Engine:
    """An engine on `address` (default: `url()`); for SQLite with what several processes on one file need.

    Where it doesn't wait for the disk, what was stored outlives this process but, for a moment, not the machine or the
    database's server: a power cut may take the last of it, and leaves what was before whole. On the disk it is at the
    latest with the next that an engine which waits stores in the same database, as the log of changes keeps its order.

    Its errors name the statement and never the values, which are customers'.
    """
    engine = _connect(address or url())
    if not waits_for_disk and engine.dialect.name in _NOT_WAITING:
        event.listen(engine, "connect", _stop_waiting)
    return engine


_NOT_WAITING = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET synchronous_commit = off"}


def _connect(address: str) -> Engine:
    if address.startswith("postgresql"):
        from postgresql import Impatient, limit_patience  # its driver takes a while to import

        engine = create_engine(
            address,
            future=True,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": LONGEST_WAIT, "connection_factory": Impatient},
        )
        event.listen(engine, "connect", _prepare_postgresql)
        limit_patience(engine, LONGEST_WAIT + 1)  # one more than PostgreSQL itself waits for a lock
        return engine
    if not address.startswith("sqlite"):
        return create_engine(address, future=True, hide_parameters=True, pool_pre_ping=True)
    is_in_memory = make_url(address).database in _IN_MEMORY
    engine = create_engine(
        address,
        future=True,
        hide_parameters=True,
        connect_args={"timeout": LONGEST_WAIT, "check_same_thread": False},
        # SQLAlchemy would open the file anew for each transaction, which takes longer than finding an order in it.
        poolclass=StaticPool if is_in_memory else QueuePool,
    )
    if not is_in_memory:
        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=FULL")  # what was reported as stored survives a crash
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only marked as free
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Readers don't wait for the writer. Where others write to a new file, SQLite gives up at once; this doesn't."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}s'")
    cursor.close()
    connection.commit()  # else the pool's first roll-back would take it back


def _stop_waiting(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(_NOT_WAITING["sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"])
    cursor.close()
    connection.commit()


def empty_log(engine: Engine) -> None:
    """Take SQLite's write-ahead log into the file and empty it, so that it holds nothing of what was erased."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


class NewerDatabaseError(Exception):
    """A newer version of the assistant has made this database; the text says what to do."""


def migrate(engine: Engine) -> None:
    """Bring the database's tables to the newest form; safe when several processes start at once.

    Raises NewerDatabaseError.
    """
    with engine.connect() as connection:
        revision = _revision(connection)
    if revision == migrations.newest():
        return
    from alembic import command, config, script  # a fifth of a second that only who migrates should wait for

    settings = config.Config(str(HOME / "alembic.ini"))
    known = script.ScriptDirectory.from_config(settings).walk_revisions()
    if revision and revision not in {each.revision for each in known}:
        raise NewerDatabaseError("The database was made by a newer version of the assistant. Please use that one.")
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # others may take long to migrate
            driver: Any = connection.connection.dbapi_connection
            driver.patience = None  # and so may we
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")  # finds nothing to do if another process was first


def is_newest(engine: Engine) -> bool:
    """Whether the database's tables have the newest form. Raises SQLAlchemyError where it can't be reached."""
    with engine.connect() as connection:
        return _revision(connection) == migrations.newest()


def has_room(engine: Engine) -> bool:
    """Whether more can be stored. Where the database is a server, that is for the server to watch.

    A write alone doesn't tell: SQLite may find room for a small one in the files it has.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in _IN_MEMORY:
        return True
    return shutil.disk_usage(Path(str(engine.url.database)).parent).free >= LEAST_ROOM


def try_to_write(engine: Engine) -> None:
    """Store what is there already. Raises SQLAlchemyError where the database can't be reached, or is locked."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def _revision(connection: Connection) -> str | None:
    """As Alembic has noted it; None where there are no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is stored whole at the end of the block, or not at all."""
    with Session(engine, future=True, expire_on_commit=False) as session:
        with session.begin():
            yield session
        for report in session.info.pop(_REPORTS, ()):
            report()


def once_stored(session: Session, report: Callable[[], object]) -> None:
    """Call `report` after the session's transaction, if that stores its work."""
    session.info.setdefault(_REPORTS, []).append(report)
