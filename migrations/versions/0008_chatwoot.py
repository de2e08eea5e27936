"""Conversations that are held in Chatwoot, and what it has told of them until it is worked on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chatwoot_conversations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("chatwoot_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_at", sa.Float(53), nullable=False),
        sa.Column("toggled_at", TIME),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("sent_part", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.UniqueConstraint("account_id", "chatwoot_id", name="chatwoot_conversation_is_one_of_ours"),
    )
    op.create_index("ix_chatwoot_conversations_status_at", "chatwoot_conversations", ["status_at"])
    op.create_index("ix_chatwoot_conversations_tries", "chatwoot_conversations", ["tries"])
    op.create_table(
        "chatwoot_arrivals",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("happened", sa.JSON(), nullable=False),
    )
    op.create_index("ix_chatwoot_arrivals_conversation_id", "chatwoot_arrivals", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("chatwoot_arrivals")
    op.drop_table("chatwoot_conversations")
