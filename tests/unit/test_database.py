"""The one door to the database."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import database
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


def test_who_opens_a_new_file_while_another_writes_to_it_waits(tmp_path: Path) -> None:
    file = tmp_path / "any.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    end = threading.Timer(0.3, other.execute, ["COMMIT"])
    end.start()
    engine = connect(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    end.join()
    other.close()


def test_nobody_waits_for_ever_for_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.1)
    other = sqlite3.connect(tmp_path / "any.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        connect(f"sqlite:///{tmp_path / 'any.db'}").connect()
    other.close()


@pytest.mark.postgresql
@pytest.mark.parametrize(("waits", "setting"), [(True, "on"), (False, "off")])
def test_a_server_waits_for_the_disk_unless_it_needs_not(waits: bool, setting: str) -> None:
    engine = connect(machine.POSTGRESQL_URL, waits_for_disk=waits)
    for _ in range(2):  # also from the pool
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == setting
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
    engine.dispose()
