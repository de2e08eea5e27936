from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session

from database import connect, migrate, transaction
from tests import machine

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "orders.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # the last connection takes everything into the one file
    return path


@pytest.fixture
def sqlite(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'migrated.db')}")
    yield engine
    engine.dispose()


@contextmanager
def new_postgresql() -> Iterator[Engine]:
    """An empty database of its own on the server."""
    server = create_engine(machine.POSTGRESQL_URL, future=True, isolation_level="AUTOCOMMIT")  # takes its time
    name = f"test_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = connect(make_url(machine.POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[Engine]:
    with new_postgresql() as engine:
        migrate(engine)
        yield engine


@pytest.fixture
def empty_postgresql() -> Iterator[Engine]:
    with new_postgresql() as engine:
        yield engine


@pytest.fixture
def postgresql(postgresql_database: Engine) -> Iterator[Engine]:
    yield postgresql_database
    kept = {"secrets", "alembic_version"}
    with postgresql_database.begin() as connection:
        tables = ", ".join(table for table in inspect(connection).get_table_names() if table not in kept)
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # past the requests' guards
        connection.execute(text(f"TRUNCATE {tables}"))


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """A migrated, empty database: an SQLite file, and PostgreSQL where it is reachable."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as session:
        yield session
