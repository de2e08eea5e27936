"""Runs the migrations: on the connection that `database.migrate` hands over, or by hand on `database.url()`."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

import conversations.models  # noqa: F401 - so that autogenerate knows the tables
import database
import orders.models  # noqa: F401


def upgrade_on(connection: Connection) -> None:
    # SQLite takes part: its own DDL can be rolled back too, and a half-made table must not stay behind.
    context.configure(connection=connection, target_metadata=database.Base.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    upgrade_on(handed_over)
else:
    with database.connect().begin() as own:
        upgrade_on(own)
