"""The transcript of record: conversations, and their messages numbered from 1 without gaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("answered_seq", sa.Integer(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('assistant', 'waiting', 'agent', 'closed')", name="conversation_state_is_known"
        ),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_kind", sa.String(16), nullable=False),
        sa.Column("author_name", sa.String(100)),
        sa.Column("text", sa.Text()),
        sa.Column("custom", sa.JSON()),
        sa.Column("client_id", sa.String(64)),
        sa.Column("option_id", sa.String(200)),
        sa.UniqueConstraint("conversation_id", "client_id", name="message_client_id_is_unique"),
        sa.CheckConstraint(
            "author_kind IN ('customer', 'assistant', 'agent', 'system')", name="message_author_kind_is_known"
        ),
    )


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("conversations")
