from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

import conversations  # noqa: F401  (its tables join the metadata)
from database import Base, connect

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own with the tables in it: an SQLite file, and PostgreSQL where it is reachable."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'conversations.db'}")
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    server = create_engine(POSTGRESQL, future=True, isolation_level="AUTOCOMMIT")  # takes its time
    name = f"test_{uuid.uuid4().hex}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL server is reachable")
    engine = connect(make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()
