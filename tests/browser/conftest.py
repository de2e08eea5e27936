from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from sqlalchemy.engine import Engine

from database import connect, migrate
from tests import machine, npm
from tests.browser.customer import open_chat
from tests.browser.script import Script
from tests.running import Running, start
from tests.unit.channels.servers import FakeRasa, WebService

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds. What takes a fifth of a second on a quiet machine may take long on a busy one."""

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}

Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole assistant, one for all tests that need it."""
    with start(tmp_path_factory.mktemp("running")) as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as the page's development dependencies have it."""
    return (npm.installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa(Script()).start()
    yield rasa
    rasa.stop()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, since it takes longer than most of the tests, and copied for each."""
    file = tmp_path_factory.mktemp("empty") / "web.db"
    engine = connect(f"sqlite:///{file}")
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")  # everything in the one file
    engine.dispose()
    return file


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("PHOTOS_DIR", str(tmp_path / "photos"))
    shutil.copy(empty_database, tmp_path / "web.db")
    engine = connect(f"sqlite:///{tmp_path / 'web.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def service(engine: Engine, rasa: FakeRasa) -> Iterator[WebService]:
    service = WebService(engine, rasa, is_demo=True).start()
    yield service
    service.stop()


@contextmanager
def customer_at(browser: Browser, url: str, is_phone: bool = False, **context: Any) -> Iterator[Page]:
    """A page of a browser of its own. What the browser complains of (a refused script, an error) fails the test."""
    size = PHONE if is_phone else DESKTOP
    opened = browser.new_context(**{"viewport": size, "has_touch": is_phone, "locale": "en-US", **context})
    opened.set_default_timeout(PATIENCE)
    page = opened.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if is_our_fault(message.text) else None)
    page.goto(url)
    yield page
    opened.close()
    assert complaints == []


def is_our_fault(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


@pytest.fixture(params=["desktop", "phone"])
def page(browser: Browser, service: WebService, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The shop's page with the chat opened, on a desktop and on a phone."""
    with customer_at(browser, service.url, is_phone=request.param == "phone") as page:
        open_chat(page)
        yield page


@pytest.fixture
def desktop(browser: Browser, service: WebService) -> Iterator[Page]:
    """The same where the size of the screen makes no difference."""
    with customer_at(browser, service.url) as page:
        open_chat(page)
        yield page
