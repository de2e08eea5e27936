"""A database made by the first migration, filled by hand as it was then, brought to the newest form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command, config
from sqlalchemy import text
from sqlalchemy.engine import Engine

from database import HOME, connect, migrate, transaction
from orders import facts_of, find_order, find_request, move_request, open_items
from orders.models import OutboxEntry
from tests.unit.orders.builders import NOW

FILL = f"""
INSERT INTO customers VALUES (1, 'ana@example.com', 'Ana');
INSERT INTO customers VALUES (2, 'bo@example.com', '');
INSERT INTO orders VALUES (1, 'INO-1O482', 'IN010482', '10482', 1, '2026-03-01 09:00:00', 'delivered', 'inomega', 'USD', 990);
INSERT INTO orders VALUES (2, 'EU-7', 'EU7', '7', 2, NULL, 'paid', 'retailer', 'EUR', 0);
INSERT INTO items VALUES (1, 1, 1, 'CAM-1', 'Camera', 'equipment', 3, 10000, 1000, 825, 'regular', NULL, NULL, NULL, NULL,
    '2026-03-05 10:00:00');
INSERT INTO items VALUES (2, 1, 2, 'CAB-1', 'Cable', 'accessory', 1, 1000, 0, 0, 'sale', '2026-03-02 10:00:00', 'DHL',
    'JD01', '2026-03-09 00:00:00', NULL);
INSERT INTO items VALUES (3, 2, 1, 'CAM-1', 'Camera', 'equipment', 1, 9000, 0, 0, 'regular', NULL, NULL, NULL, NULL, NULL);
INSERT INTO requests VALUES (1, 'R-2222-2222', 1, 'refund', 'refund', 'approved', '{json.dumps({"as_of": "then"})}',
    '{json.dumps({"outcome": "eligible"})}', 'v0', '2026-03-06 10:00:00', 'c-1');
INSERT INTO request_changes VALUES (1, 1, 'filed', '2026-03-06 10:00:00', 'customer');
INSERT INTO request_changes VALUES (2, 1, 'approved', '2026-03-07 10:00:00', 'Dana');
INSERT INTO request_items VALUES (1, 1, 0, 1, 333, 275, true)
"""  # noqa: E501, S608 - a line a row


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A filled database as the first migration made it."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        engine = request.getfixturevalue("empty_postgresql")
    settings = config.Config(str(HOME / "alembic.ini"))
    with engine.begin() as connection:
        if request.param == "postgresql":
            driver: Any = connection.connection.dbapi_connection
            driver.patience = None  # as `migrate` does
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
        for statement in FILL.split(";\n"):
            connection.execute(text(statement))
        if request.param == "postgresql":
            for table in ("customers", "orders", "items", "requests", "request_changes"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', 10)"))  # as by filling it row by row
    yield engine
    engine.dispose()


def contents(engine: Engine) -> dict[str, list[dict[str, object]]]:
    tables = ("customers", "orders", "items", "requests", "request_changes", "request_items")
    with engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608
            for table in tables
        }


def test_nothing_is_lost_on_the_way_to_the_newest_form(old: Engine) -> None:
    before = contents(old)

    migrate(old)

    after = contents(old)
    for table, rows in before.items():
        assert len(after[table]) == len(rows) > 0
        for was, is_now in zip(rows, after[table], strict=True):
            assert was.items() <= is_now.items()


def test_old_orders_and_requests_go_on_as_if_they_were_new(old: Engine) -> None:
    migrate(old)

    with transaction(old) as session:
        order = find_order(session, "ino-10482", "ANA@example.com")
        assert order is not None
        assert [item.sku for item in open_items(order)] == ["CAB-1"]
        assert facts_of(order, open_items(order))["order"]["is_whole_order"] is False
        request = find_request(session, "R22222222")
        assert request is not None
        move_request(session, request, "received", by="Eli", at=NOW)
        assert session.query(OutboxEntry).count() == 2


def test_going_back_and_forth_loses_nothing_either(old: Engine) -> None:
    before = contents(old)
    migrate(old)
    settings = config.Config(str(HOME / "alembic.ini"))
    with old.begin() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "0001")

    assert contents(old) == before
    migrate(old)
