"""What every test may rely on, and which tests this machine can run."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher

from conversations import agents
from observability import logs
from runtime import stand_ins
from tests import machine

TESTS = Path(__file__).parent
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (lambda: machine.chromium() is not None, "no Chromium is installed"),
    "npm": (machine.has_npm, "no Node.js is installed"),
    "nginx": (machine.has_nginx, "no nginx is installed"),
    "postgresql": (machine.has_postgresql, "no PostgreSQL server is reachable"),
    "rabbitmq": (machine.has_rabbitmq, "no RabbitMQ server is reachable"),
    "redis": (machine.has_redis, "no Redis server is reachable"),
}

stand_ins.install()  # before any test imports Rasa
os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"  # about Rasa's own tables; read when SQLAlchemy is imported


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="kill storms, load and the like at their full size")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _folder_of(item) == "browser")  # Playwright holds the thread's event loop from then on
    for item in items:
        folder = _folder_of(item)
        if folder == "browser":
            item.add_marker("browser")
        for marker, (is_met, reason) in NEEDS.items():
            if item.get_closest_marker(marker) and not is_met():
                item.add_marker(pytest.mark.skip(reason=reason))


def _folder_of(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    left_out = "; ".join(f"{number} ({reason})" for reason, number in sorted(reasons.items()))
    terminalreporter.write_line(f"Tests left out: {left_out or 'none'}.")


@pytest.fixture(scope="session")
def at_full_size(pytestconfig: pytest.Config) -> bool:
    """Whether tests that repeat something many times do so (`make test-long`) or only show that it works."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture
def logged() -> Iterator[Sequence[MutableMapping[str, Any]]]:
    """What is logged in this process, from INFO on, with the conversation and turn that it is about."""
    before, captured = structlog.get_config(), structlog.testing.LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, captured],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    yield captured.entries
    structlog.configure(**before)


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """The one that agents' passwords go through, but not in this process: hundreds of times it would take minutes."""
    real = agents._HASHER
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agents, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield real


@pytest.fixture(scope="session", autouse=True)
def _rasa_is_quiet() -> Iterator[None]:
    """Rasa prints every step of every turn until its logging is configured.

    By us: what is configured by a command that a test runs in this process would stay for all tests after it.
    """
    structlog.configure(
        processors=[structlog.stdlib.add_logger_name, logs.only_the_event, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "configure", lambda *_: None)
        yield
