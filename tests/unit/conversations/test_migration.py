from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import conversations  # noqa: F401  (its tables join the metadata)
from database import Base, connect, migrate

OURS = {
    "conversations",
    "messages",
    "changes",
    "shown_decisions",
    "examples",
    "agents",
    "sign_ins",
    "agent_actions",
    "notes",
    "photos",
    "transcript_mails",
    "chatwoot_conversations",
    "chatwoot_arrivals",
}


def test_the_migrations_make_exactly_the_tables_that_the_models_describe(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'fresh.db'}")

    migrate(engine)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [each for each in differences if OURS & _tables_in(each)] == []
    with engine.connect() as connection:
        assert set(connection.dialect.get_table_names(connection)) >= OURS


def _tables_in(difference: object) -> set[str]:
    return {name for name in OURS if name in str(difference)}
