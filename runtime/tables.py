"""`python -m runtime.tables`: bring the tables of one's own database to the newest form, before anything uses them."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import migrations


def are_newest(address: str) -> bool:
    """Whether the tables of an embedded database need nothing. SQLite says it at once, SQLAlchemy half a second later.

    What can't be said so quickly, as of another database, is taken for no.
    """
    file = Path(address.removeprefix("sqlite:///"))
    if not address.startswith("sqlite:///") or not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrations.newest(),)]
    except sqlite3.Error:
        return False


def main() -> None:
    """Migrate, or end with a sentence that says what to look at."""
    from sqlalchemy.exc import SQLAlchemyError

    import database

    try:
        database.migrate(database.connect())
    except database.NewerDatabaseError as error:
        sys.exit(str(error))
    except (SQLAlchemyError, ImportError, OSError):  # no server, no such address, no driver for it, no right to write
        sys.exit("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")


if __name__ == "__main__":
    main()
