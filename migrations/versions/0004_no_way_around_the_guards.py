"""What was filed stays, by these ways, too: REPLACE on SQLite, TRUNCATE on PostgreSQL, and new ids for old rows."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

REFUSAL = "what was filed stays as it was"
KEPT = ("requests", "request_changes", "request_items")
WITH_IDS = ("requests", "request_changes")

# REPLACE takes away the row that is in its way without asking the triggers on DELETE.
# name: (table, when it fires, and what would be in its way)
NOT_REPLACED = {
    "requests_are_not_replaced": ("requests", "INSERT", "id = NEW.id OR reference = NEW.reference"),
    "history_is_not_replaced": ("request_changes", "INSERT", "id = NEW.id"),
    "asked_items_are_not_replaced": (
        "request_items", "INSERT", "item_id = NEW.item_id AND (request_id = NEW.request_id OR is_open AND NEW.is_open)",
    ),
    "open_items_are_not_replaced": (
        "request_items", "UPDATE OF is_open",
        "item_id = NEW.item_id AND request_id <> NEW.request_id AND is_open AND NEW.is_open",
    ),
}  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        refuse = "EXECUTE FUNCTION refuse_change()"
        for table in KEPT:
            op.execute(f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        for table in WITH_IDS:
            op.execute(f"CREATE TRIGGER {table}_ids_stay BEFORE UPDATE OF id ON {table} FOR EACH ROW {refuse}")
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for table in WITH_IDS:
        op.execute(f"CREATE TRIGGER {table}_ids_stay BEFORE UPDATE OF id ON {table} {refuse}")
    for name, (table, event, in_its_way) in NOT_REPLACED.items():
        stands = f"EXISTS (SELECT 1 FROM {table} WHERE {in_its_way})"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {stands} {refuse}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_is_not_emptied ON {table}")
        for table in WITH_IDS:
            op.execute(f"DROP TRIGGER {table}_ids_stay ON {table}")
        return
    for name in (*(f"{table}_ids_stay" for table in WITH_IDS), *NOT_REPLACED):
        op.execute(f"DROP TRIGGER {name}")
