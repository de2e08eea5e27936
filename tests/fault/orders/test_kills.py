"""Killed fifty times in the middle of importing, and of filing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests.unit.orders.kills import kill_filings, kill_imports

pytestmark = pytest.mark.timeout(1200)


def test_an_import_that_is_killed_leaves_whole_orders_and_all_that_it_reported(engine: Engine, tmp_path: Path) -> None:
    assert kill_imports(engine, tmp_path, times=50) > 25


def test_filing_that_is_killed_leaves_no_request_without_its_outbox(engine: Engine) -> None:
    assert kill_filings(engine, times=50) > 25
