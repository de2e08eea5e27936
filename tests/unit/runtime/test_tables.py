"""An embedded database that needs nothing is known without SQLAlchemy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from database import HOME, connect, migrate
from runtime.tables import are_newest


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'orders.db'}"


def test_the_newest_tables_need_nothing(address: str):
    migrate(connect(address))
    assert are_newest(address)


def test_older_ones_do(address: str):
    migrate(engine := connect(address))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert not are_newest(address)


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_so_does_what_has_no_tables(address: str, tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "orders.db").write_bytes(content)
    before = sorted(tmp_path.iterdir())
    assert not are_newest(address)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("address", ["", "sqlite://", "postgresql://127.0.0.1/orders", "nonsense"])
def test_another_database_is_asked_by_who_migrates_it(address: str):
    assert not are_newest(address)


def test_it_is_said_at_once():
    told = "import runtime.up, sys; print({'alembic', 'sqlalchemy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", told], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
