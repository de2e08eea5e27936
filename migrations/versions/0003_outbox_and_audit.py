"""The outbox, limits on tries, what the shop settled by itself; and requests that nobody can change afterwards.

Whoever rebuilds `requests`, `request_changes` or `request_items` in a later migration (SQLite's way of altering a
table) has to create the triggers again; a test notices.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

IS_BEING_ERASED = "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL"
REFUSAL = "what was filed stays as it was"

# name: (table, when it fires, and unless what)
GUARDS = {
    "requests_stay": (
        "requests", "UPDATE OF reference, order_id, kind, wants, policy_version, filed_at", None,
    ),
    "decisions_stay": ("requests", "UPDATE OF facts, decision", IS_BEING_ERASED),
    "erasing_is_final": ("requests", "UPDATE OF erased_at", "OLD.erased_at IS NULL"),
    "requests_are_kept": ("requests", "DELETE", None),
    "history_stays": ("request_changes", "UPDATE OF request_id, status, at, by", None),
    "notes_stay": ("request_changes", "UPDATE OF note", "NEW.note IS NULL"),
    "history_is_kept": ("request_changes", "DELETE", None),
    "asked_items_stay": (
        "request_items", "UPDATE OF request_id, item_id, position, quantity, discount, tax", None,
    ),
    "asked_items_are_kept": ("request_items", "DELETE", None),
}


def upgrade() -> None:
    op.execute(
        "ALTER TABLE orders ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0"
        " CONSTRAINT refunded_not_negative CHECK (refunded >= 0)"
    )
    op.execute(
        "ALTER TABLE items ADD COLUMN settled INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT settled_within_quantity CHECK (settled BETWEEN 0 AND quantity)"
    )
    op.create_index("orders_by_key", "orders", ["number_key", "customer_id"])
    op.create_index("orders_by_tail", "orders", ["number_tail", "customer_id"])
    op.drop_index("ix_orders_number_key", "orders")
    op.drop_index("ix_orders_number_tail", "orders")
    op.add_column("requests", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("request_changes", sa.Column("note", sa.Text()))

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("recipient", sa.String(16), nullable=False),
        sa.Column("request_id", sa.Integer(), sa.ForeignKey("requests.id"), nullable=False),
        sa.Column("change_id", sa.Integer(), sa.ForeignKey("request_changes.id"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(200)),
        sa.CheckConstraint("recipient IN ('support', 'customer', 'webhook')", name="known_recipient"),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index("outbox_waiting", "outbox", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_outbox_request_id", "outbox", ["request_id"])

    op.create_table(
        "wrong_pairs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("wrong_pairs_of_an_address", "wrong_pairs", ["address_hash", "at"])
    op.create_index("ix_wrong_pairs_at", "wrong_pairs", ["at"])
    kept = op.create_table(
        "secrets",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.bulk_insert(kept, [{"name": "address_salt", "value": secrets.token_hex(32)}])

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for name, (table, event, unless) in GUARDS.items():
        op.execute(_guard(name, table, event, unless))


def _guard(name: str, table: str, event: str, unless: str | None) -> str:
    if op.get_bind().dialect.name == "postgresql":
        when = f" WHEN (NOT ({unless}))" if unless else ""
        return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION refuse_change()"
    when = f" WHEN NOT ({unless})" if unless else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event, _unless) in GUARDS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
    if is_postgresql:
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_table("secrets")
    op.drop_table("wrong_pairs")
    op.drop_table("outbox")
    op.drop_column("request_changes", "note")
    op.drop_column("requests", "erased_at")
    op.create_index("ix_orders_number_key", "orders", ["number_key"])
    op.create_index("ix_orders_number_tail", "orders", ["number_tail"])
    op.drop_index("orders_by_key", "orders")
    op.drop_index("orders_by_tail", "orders")
    op.execute("ALTER TABLE items DROP COLUMN settled")
    op.execute("ALTER TABLE orders DROP COLUMN refunded")
