"""Killed in the middle of importing, and of filing: a few times, or fifty with --long."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests.fault.orders.kills import kill_filings, kill_imports

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def times(at_full_size: bool) -> int:
    return 50 if at_full_size else 3


def test_an_import_that_is_killed_leaves_whole_orders_and_all_that_it_reported(
    engine: Engine, tmp_path: Path, times: int
) -> None:
    assert kill_imports(engine, tmp_path, times=times) > times // 2 - 1


def test_filing_that_is_killed_leaves_no_request_without_its_outbox(engine: Engine, times: int) -> None:
    assert kill_filings(engine, times=times) > times // 2 - 1
