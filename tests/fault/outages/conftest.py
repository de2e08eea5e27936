"""Two shops, each started once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fault.outages import shop
from tests.fault.outages.shop import Shop


@pytest.fixture(scope="session")
def shop_on_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop.on_files(tmp_path_factory.mktemp("files")) as opened:
        yield opened


@pytest.fixture(scope="session")
def shop_on_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop.on_servers(tmp_path_factory.mktemp("servers")) as opened:
        yield opened
