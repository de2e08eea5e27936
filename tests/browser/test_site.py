"""The documentation in a browser: axe finds nothing, in either theme, and no other server is asked."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from documentation.pages import ROOT
from tests import site
from tests.browser.conftest import DESKTOP, PHONE, customer_at
from tests.browser.customer import screenshot
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.npm
PAGES = ROOT / "docs"
EVERY_PAGE = sorted(page.relative_to(PAGES).with_suffix("").as_posix() for page in PAGES.rglob("*.md"))
ONE_OF_EACH_KIND = ["index", "architecture", "how-it-decides", "try-it", "widget", "reference/settings"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    served = functools.partial(Quiet, directory=str(site.built()))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.timeout(1200)  # every page, on a busy machine
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, address: str, axe: str, theme: str, at_full_size: bool) -> None:
    """Light on a desktop, dark on a phone; on every page with --long."""
    found: dict[str, list[str]] = {}
    size = DESKTOP if theme == "light" else PHONE
    with customer_at(browser, address, viewport=size, color_scheme=theme, reduced_motion="reduce") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name in EVERY_PAGE if at_full_size else ONE_OF_EACH_KIND:
            page.goto(f"{address}/{'' if name == 'index' else name + '/'}")
            expect(page.locator("pre.mermaid")).to_have_count(0)  # the drawings have taken their places
            found[name] = violations(page, axe, "html")
            screenshot(page, f"site-{name.replace('/', '-')}-{theme}")

        assert {name: faults for name, faults in found.items() if faults} == {}
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_what_is_looked_for_is_found(browser: Browser, address: str) -> None:
    with customer_at(browser, address) as page:
        page.get_by_role("textbox", name="Search").fill("opening hours")
        expect(page.locator(".md-search-result__item").first).to_be_visible()
