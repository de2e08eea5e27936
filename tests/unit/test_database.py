"""The one door to the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from database import connect, transaction
from tests import machine


def test_an_error_names_the_statement_and_never_the_values(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'any.db'}")
    with pytest.raises(OperationalError) as failure, transaction(engine) as session:
        session.execute(text("INSERT INTO nowhere VALUES (:email)"), {"email": "ana.torres@example.com"})
    assert "INSERT INTO nowhere" in str(failure.value)
    assert "ana.torres" not in str(failure.value)
    engine.dispose()


@pytest.mark.parametrize(("waits", "level"), [(True, 2), (False, 1)])  # FULL and NORMAL
def test_a_file_waits_for_the_disk_unless_it_needs_not(tmp_path: Path, waits: bool, level: int) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'any.db'}", waits_for_disk=waits)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize(("waits", "setting"), [(True, "on"), (False, "off")])
def test_a_server_waits_for_the_disk_unless_it_needs_not(waits: bool, setting: str) -> None:
    engine = connect(machine.POSTGRESQL_URL, waits_for_disk=waits)
    for _ in range(2):  # also from the pool
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == setting
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
    engine.dispose()
