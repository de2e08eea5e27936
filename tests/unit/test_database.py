"""The one door to the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from database import connect, transaction


def test_an_error_names_the_statement_and_never_the_values(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'any.db'}")
    with pytest.raises(OperationalError) as failure, transaction(engine) as session:
        session.execute(text("INSERT INTO nowhere VALUES (:email)"), {"email": "ana.torres@example.com"})
    assert "INSERT INTO nowhere" in str(failure.value)
    assert "ana.torres" not in str(failure.value)
    engine.dispose()
