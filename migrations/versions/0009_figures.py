"""What the lead's figures are made of: ratings, changes, decisions, what wasn't understood, and examples made of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    dialect = op.get_bind().dialect
    op.add_column("conversations", sa.Column("helped", sa.Boolean()))
    # Written out: SQLite takes a constraint along with a column, but not by itself.
    op.execute(
        f"ALTER TABLE conversations ADD COLUMN rated_at {TIME.compile(dialect=dialect)}"
        " CONSTRAINT conversation_is_rated_at CHECK ((helped IS NULL) = (rated_at IS NULL))"
    )
    op.create_index("conversations_by_beginning", "conversations", ["created_at"])
    _index_of_some("conversations_by_rating", "conversations", ["rated_at"], "rated_at IS NOT NULL")

    op.add_column("messages", sa.Column("misunderstood", sa.String(64)))
    _index_of_some("messages_misunderstood", "messages", ["at"], "misunderstood IS NOT NULL")

    op.create_table(
        "changes",
        *_place(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
    )
    op.create_index("changes_by_time", "changes", ["at"])
    op.create_table(
        "shown_decisions",
        *_place(),
        sa.Column("wish", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("refused", sa.String(32)),
    )
    op.create_index("shown_decisions_by_time", "shown_decisions", ["at"])
    _set_apart()

    op.create_table(
        "examples",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("accepted_by", sa.String(100)),
    )
    op.create_index("ix_examples_conversation_id", "examples", ["conversation_id"])

    op.create_index("requests_by_filing", "requests", ["filed_at"])
    op.create_index("request_changes_by_status", "request_changes", ["status", "at"])


def downgrade() -> None:
    op.drop_index("request_changes_by_status", "request_changes")
    op.drop_index("requests_by_filing", "requests")
    for table in ("examples", "shown_decisions", "changes"):
        op.drop_table(table)
    op.drop_index("messages_misunderstood", "messages")
    op.drop_column("messages", "misunderstood")
    op.drop_index("conversations_by_rating", "conversations")
    op.drop_index("conversations_by_beginning", "conversations")
    op.drop_column("conversations", "rated_at")
    op.drop_column("conversations", "helped")


def _index_of_some(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _place() -> list[sa.Column]:
    return [
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
    ]


def _set_apart() -> None:
    """What was said until now. What was refused isn't known of old decisions."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"

    def there(*path: str) -> str:
        return f"json_extract(custom, '$.{'.'.join(path)}')" if is_sqlite else f"(custom #>> '{{{','.join(path)}}}')"

    op.execute(
        "INSERT INTO changes (conversation_id, seq, at, state, reason)"
        f" SELECT conversation_id, seq, at, {there('state')}, {there('reason')} FROM messages"  # noqa: S608
        f" WHERE author_kind = 'system' AND custom IS NOT NULL AND {there('type')} = 'handover'"
    )
    op.execute(
        "INSERT INTO shown_decisions (conversation_id, seq, at, wish, outcome, about)"
        f" SELECT conversation_id, seq, at, {there('decision', 'wants')}, {there('decision', 'outcome')},"  # noqa: S608
        f" coalesce({there('order_number')}, '') || ' ' || {there('items')} FROM messages"
        f" WHERE author_kind = 'assistant' AND custom IS NOT NULL AND {there('type')} = 'decision'"
        f" AND {there('decision', 'wants')} IS NOT NULL"
    )
