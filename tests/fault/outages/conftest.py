"""Two shops, each started once for all tests of this folder, and what is known of them when a test fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fault.outages import shop
from tests.fault.outages.shop import Shop


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Iterator[None]:
    """What a customer never heard doesn't tell which part failed to say it."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed and report.when == "call":
        shops = [value for value in item.funcargs.values() if isinstance(value, Shop)]
        report.sections += [("The shop", each.in_words()) for each in shops]
        for each in shops:
            each.is_in_doubt = True


@pytest.fixture(autouse=True)
def _nothing_is_left_broken(request: pytest.FixtureRequest) -> None:
    """One test that fails must not make those after it fail, too."""
    for name in {"shop_on_files", "shop_on_servers"} & set(request.fixturenames):
        shop_used: Shop = request.getfixturevalue(name)
        shop_used.put_right()


@pytest.fixture(scope="session")
def shop_on_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop.on_files(tmp_path_factory.mktemp("files")) as opened:
        yield opened


@pytest.fixture(scope="session")
def shop_on_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop.on_servers(tmp_path_factory.mktemp("servers")) as opened:
        yield opened
