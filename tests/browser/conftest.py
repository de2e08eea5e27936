from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from database import connect
from tests import machine
from tests.browser.script import Script
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
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    rasa = FakeRasa(Script()).start()
    yield rasa
    rasa.stop()


@pytest.fixture
def service(tmp_path: Path, rasa: FakeRasa) -> Iterator[WebService]:
    engine = connect(f"sqlite:///{tmp_path / 'web.db'}")
    service = WebService(engine, rasa, is_demo=True).start()
    yield service
    service.stop()
    engine.dispose()


@pytest.fixture(params=["desktop", "phone"])
def viewport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, service: WebService, viewport: str) -> Iterator[Page]:
    """The shop's page. What the browser complains of (a refused script, an error) fails the test."""
    context = browser.new_context(
        viewport=PHONE if viewport == "phone" else DESKTOP, has_touch=viewport == "phone", locale="en-US"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if is_our_fault(message.text) else None)
    page.goto(service.url)
    yield page
    context.close()
    assert complaints == []


def is_our_fault(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text
