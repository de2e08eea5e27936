"""Transcripts that customers want by e-mail, until they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "transcript_mails",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_index("ix_transcript_mails_conversation_id", "transcript_mails", ["conversation_id"])
    op.create_index("ix_transcript_mails_due_at", "transcript_mails", ["due_at"])


def downgrade() -> None:
    op.drop_table("transcript_mails")
