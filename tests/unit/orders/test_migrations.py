from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

import conversations.models  # noqa: F401 - its tables are migrated together with ours
import migrations
from database import HOME, Base, connect, is_newest, migrate
from orders import models


def test_the_migrations_make_the_tables_that_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()

    migrate(engine)

    assert inspect(engine).get_table_names() == before


def test_the_newest_migration_is_alembics_head() -> None:
    assert migrations.newest() == ScriptDirectory(str(HOME / "migrations")).get_current_head()


def test_who_finds_nothing_to_migrate_does_not_wait_for_alembic(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)
    migrate(engine)
    assert is_newest(engine)


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'new.db'}"
    command = [sys.executable, "-c", f"import database as d; d.migrate(d.connect({address!r}))"]

    starting = [subprocess.Popen(command, cwd=HOME, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    assert [(process.communicate(timeout=60)[1], process.returncode) for process in starting] == [("", 0)] * 4
    assert models.Order.__tablename__ in inspect(connect(address)).get_table_names()


def test_a_migration_that_fails_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setattr("alembic.op.create_index", lambda *_args, **_kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        migrate(engine)

    assert inspect(engine).get_table_names() == []


def test_migrations_run_by_hand_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_DB_URL", f"sqlite:///{tmp_path / 'new.db'}")
    alembic = [sys.executable, "-m", "alembic"]

    subprocess.run([*alembic, "upgrade", "head"], cwd=HOME, check=True, capture_output=True)
    assert "orders" in inspect(connect()).get_table_names()
    subprocess.run([*alembic, "downgrade", "base"], cwd=HOME, check=True, capture_output=True)
    assert inspect(connect()).get_table_names() == ["alembic_version"]
