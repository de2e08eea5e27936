"""Who answers, and why: agents with their sign-ins, notes and audit trail; the case and what is left to answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", TIME),
        sa.Column("seen_at", TIME),
        sa.CheckConstraint("role IN ('agent', 'lead')", name="agent_role_is_known"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("ix_sign_ins_agent_id", "sign_ins", ["agent_id"])
    op.create_table(
        "agent_actions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_name", sa.String(100), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32)),
        sa.Column("detail", sa.String(200)),
    )
    op.create_index("ix_agent_actions_conversation_id", "agent_actions", ["conversation_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_name", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])

    op.add_column("conversations", sa.Column("reason", sa.String(32)))
    op.add_column("conversations", sa.Column("reason_seq", sa.Integer()))
    # Written out: SQLite takes a constraint along with a column, but not by itself.
    time = TIME.compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE conversations ADD COLUMN waiting_since {time}"
        " CONSTRAINT conversation_waits_since CHECK ((state = 'waiting') = (waiting_since IS NOT NULL))"
    )
    op.execute(
        "ALTER TABLE conversations ADD COLUMN agent_id INTEGER"
        " CONSTRAINT conversation_has_its_agent CHECK ((state = 'agent') = (agent_id IS NOT NULL))"
        " REFERENCES agents (id)"
    )
    op.add_column("conversations", sa.Column("email", sa.String(254)))
    op.add_column("conversations", sa.Column("case", sa.JSON()))
    op.add_column("conversations", sa.Column("corrections", sa.JSON()))
    op.add_column("conversations", sa.Column("earlier_id", sa.String(32)))
    op.create_index("conversations_by_earlier", "conversations", ["earlier_id"], unique=True)
    op.create_index("conversations_by_state", "conversations", ["state", "waiting_since", "created_at"])
    op.add_column("messages", sa.Column("awaits_answer", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Until now every customer's message was the assistant's to answer; those that are answered stay answered.
    op.execute("UPDATE messages SET awaits_answer = (author_kind = 'customer')")


def downgrade() -> None:
    op.drop_column("messages", "awaits_answer")
    op.drop_index("conversations_by_state", "conversations")
    op.drop_index("conversations_by_earlier", "conversations")
    for column in (
        "earlier_id", "corrections", "case", "email", "agent_id", "waiting_since", "reason_seq", "reason",
    ):
        op.drop_column("conversations", column)
    for table in ("notes", "agent_actions", "sign_ins", "agents"):
        op.drop_table(table)
