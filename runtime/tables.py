"""`python -m runtime.tables`: bring the tables of one's own database to the newest form, before anything uses them."""

from __future__ import annotations

import sys

from sqlalchemy.exc import SQLAlchemyError

import database


def main() -> None:
    """Migrate, or end with a sentence that says what to look at."""
    try:
        database.migrate(database.connect())
    except database.NewerDatabaseError as error:
        sys.exit(str(error))
    except (SQLAlchemyError, ImportError, OSError):  # no server, no such address, no driver for it, no right to write
        sys.exit("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")


if __name__ == "__main__":
    main()
