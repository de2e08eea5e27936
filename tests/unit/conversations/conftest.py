"""The databases of the orders' tests."""

from __future__ import annotations

from tests.unit.orders.conftest import engine, migrated_file, postgresql, postgresql_database, sqlite

__all__ = ["engine", "migrated_file", "postgresql", "postgresql_database", "sqlite"]
