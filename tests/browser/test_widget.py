"""The widget on somebody else's page: another origin, hostile styles, a strict policy; its interface; its focus."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine

from tests.browser.conftest import customer_at
from tests.browser.customer import file_by_clicking, hears, launcher, open_chat, screenshot, transcript, write
from tests.unit.channels.servers import FakeRasa, WebService

# What careless and hostile pages say of everything; none of it may reach the widget.
HOSTILE_CSS = """
html { font-size: 62.5%; }
* { all: unset !important; color: red !important; font: 40px/3 cursive !important; letter-spacing: 9px !important; }
body > * { display: none !important; opacity: 0 !important; transform: rotate(9deg) !important; }
button, p, div, dialog, section { background: lime !important; border: 9px solid red !important; }
inomega-chat, inomega-chat * { position: static !important; visibility: hidden !important; width: 1px !important; }
"""


@contextmanager
def shop(body: str, policy: str | None = None) -> Iterator[str]:
    """A page of another origin; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_style = self.path == "/shop.css"
            content = (HOSTILE_CSS if is_style else body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if is_style else "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://localhost:{server.server_port}"  # a name of its own, so surely another origin
    server.shutdown()
    server.server_close()


def page_with(head: str, body: str = "<h1>A shop</h1>") -> str:
    return f'<!doctype html><html lang="en"><head><title>Shop</title>{head}</head><body>{body}</body></html>'


@pytest.fixture
def open_service(engine: Engine, rasa: FakeRasa) -> Iterator[WebService]:
    """A service on a port that is known before the shop's, whose origin it then allows."""
    service = WebService(engine, rasa)
    yield service
    service.stop()


def embedded(service: WebService, attributes: str = "") -> str:
    return f'<script src="{service.url}/static/widget.js" async {attributes}></script>'


@contextmanager
def visit(
    browser: Browser, service: WebService, head: str, policy: str | None = None, is_phone: bool = False
) -> Iterator[Page]:
    with shop(page_with(head), policy) as address:
        service.allow(address)
        service.start()
        with customer_at(browser, address, is_phone=is_phone) as page:
            yield page


def test_on_another_origin_with_hostile_styles_and_a_strict_policy(browser: Browser, open_service: WebService) -> None:
    socket = open_service.url.replace("http", "ws", 1)
    policy = (
        f"default-src 'none'; style-src 'self'; script-src {open_service.url}; "
        f"connect-src {open_service.url} {socket}; base-uri 'none'; form-action 'none'"
    )
    head = '<link rel="stylesheet" href="/shop.css">' + embedded(open_service, 'data-color="#b4236b"')
    with visit(browser, open_service, head, policy) as page:
        open_chat(page)
        file_by_clicking(page)
        screenshot(page, "elsewhere")

        card = transcript(page).get_by_label("Decision: Eligible")
        card.get_by_text("What our policy says").click()
        expect(card.get_by_text("14-day, no-hassle refund policy")).to_be_visible()
        style = "element => { const { fontSize, letterSpacing, color } = getComputedStyle(element);"
        style += " return [fontSize, letterSpacing, color] }"
        assert page.get_by_label("Your message").evaluate(style) == ["15px", "normal", "rgb(22, 36, 42)"]
        box = launcher(page).bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (60, 60)
        assert page.get_by_role("button", name="Send").evaluate("e => getComputedStyle(e).borderWidth") == "0px"


def test_a_page_that_is_not_allowed_cannot_connect(browser: Browser, open_service: WebService) -> None:
    with shop(page_with(embedded(open_service))) as address:
        open_service.start()
        with customer_at(browser, address) as page:
            launcher(page).click()
            expect(page.get_by_text("Connecting…")).to_be_visible()
            page.wait_for_timeout(800)
            expect(page.get_by_text("Connecting…")).to_be_visible()


def test_nothing_but_the_loader_is_loaded_before_it_is_wanted(browser: Browser, open_service: WebService) -> None:
    with visit(browser, open_service, embedded(open_service)) as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
        page.reload()
        expect(launcher(page)).to_be_visible()
        page.wait_for_timeout(500)
        assert loaded == ["", "widget.js"]
        open_chat(page)
        assert sorted(loaded[2:4]) == ["chat.en.js", "chat.js"]


def test_the_shop_chooses_colour_side_language_texts_and_theme(browser: Browser, open_service: WebService) -> None:
    attributes = 'data-color="rebeccapurple" data-side="left" data-lang="de-CH" data-theme="dark" data-title="Beratung"'
    with visit(browser, open_service, embedded(open_service, attributes + ' data-greeting="Grüezi!"')) as page:
        expect(launcher(page)).to_have_accessible_name("Chat öffnen")
        launcher(page).click()
        expect(page.get_by_role("heading", name="Beratung")).to_be_visible()
        expect(page.get_by_text("Grüezi!")).to_be_visible()
        page.get_by_role("button", name="Ich möchte mein Geld zurück").click()
        expect(page.get_by_label("Gespräch").get_by_text("I'm sorry to hear that.")).to_be_visible()
        screenshot(page, "german-dark-left")

        box = launcher(page).bounding_box()
        assert box is not None
        assert box["x"] < 100
        assert launcher(page).evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(102, 51, 153)"
        said = page.locator("inomega-chat .from-assistant .bubble").first
        assert (said.get_attribute("lang"), said.evaluate("e => e.closest('.root').lang")) == ("de", "de-CH")


def test_the_page_hears_what_happens_and_leaves_nothing_behind(browser: Browser, open_service: WebService) -> None:
    with visit(browser, open_service, embedded(open_service, 'data-init="manual"')) as page:
        page.wait_for_function("() => window.InomegaChat")
        expect(launcher(page)).to_have_count(0)
        page.evaluate(
            """() => {
                window.heard = []
                for (const name of ['open', 'close', 'message', 'decision', 'request', 'handover'])
                    InomegaChat.on(name, (details) => heard.push([name, details?.author?.kind ?? details?.type]))
                window.stop = InomegaChat.on('open', () => { throw new Error('the page\\'s own fault') })
                InomegaChat.init({ title: 'Ours', texts: { write: 'Say it' } })
                InomegaChat.open({ message: 'I want my money back' })
            }"""
        )
        expect(page.get_by_placeholder("Say it")).to_have_value("I want my money back")
        expect(page.get_by_placeholder("Say it")).to_be_focused()
        page.evaluate("() => stop()")
        page.keyboard.press("Enter")
        hears(page, "Which e-mail address")
        write(page, "decide and ask")
        hears(page, "Shall I file")
        page.evaluate("() => InomegaChat.close()")
        expect(page.get_by_placeholder("Say it")).to_be_hidden()
        heard = page.evaluate("() => heard")
        assert [heard[0], heard[1], heard[-1]] == [["open", None], ["message", "customer"], ["close", None]]
        assert ["decision", "decision"] in heard
        assert heard.count(["open", None]) == 1

        for _ in range(5):
            page.evaluate("async () => { InomegaChat.init(); InomegaChat.open() }")
            expect(page.get_by_label("Your message")).to_be_visible()
            page.evaluate("() => InomegaChat.destroy()")
        page.evaluate("() => { InomegaChat.init(); InomegaChat.open(); InomegaChat.destroy() }")  # while it is loading
        page.wait_for_timeout(300)
        left = page.evaluate(
            "() => [document.querySelectorAll('inomega-chat, script').length, document.adoptedStyleSheets.length,"
            " document.body.childElementCount]"
        )
        assert left == [1, 0, 1]  # the shop's own script and heading


def test_after_destroy_nothing_listens_and_no_socket_is_open(browser: Browser, open_service: WebService) -> None:
    with visit(browser, open_service, embedded(open_service)) as page:
        closed: list[str] = []
        page.on("websocket", lambda socket: socket.on("close", lambda _: closed.append(socket.url)))
        listeners = "() => ['online', 'storage', 'visibilitychange'].map((name) => (window.counted ?? {})[name] ?? 0)"
        page.evaluate(
            """() => {
                window.counted = {}
                for (const target of [window, document]) {
                    const { addEventListener, removeEventListener } = target
                    target.addEventListener = function (name, ...rest) {
                        counted[name] = (counted[name] ?? 0) + 1; addEventListener.call(target, name, ...rest) }
                    target.removeEventListener = function (name, ...rest) {
                        counted[name] = (counted[name] ?? 0) - 1; removeEventListener.call(target, name, ...rest) }
                }
            }"""
        )
        open_chat(page)
        assert page.evaluate(listeners) == [1, 1, 2]
        page.evaluate("() => InomegaChat.destroy()")
        page.wait_for_timeout(200)

        assert page.evaluate(listeners) == [0, 0, 0]
        assert len(closed) == 1


def test_escape_closes_it_and_gives_the_focus_back(page: Page) -> None:
    page.get_by_label("Your message").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your message")).to_be_hidden()
    expect(launcher(page)).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    expect(page.get_by_label("Your message")).to_be_visible()
    expect(page.get_by_role("button", name="More", exact=True)).to_be_focused()


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url, is_phone=True) as page:
        launcher(page).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.wait_for_timeout(300)  # it glides in
        assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        expect(page.get_by_label("Your message")).not_to_be_focused()  # or the keyboard would cover everything
        for _ in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate("() => ['BODY', 'INOMEGA-CHAT'].includes(document.activeElement.tagName)")
        page.set_viewport_size({"width": 1280, "height": 860})  # turned, or moved to another screen
        box = dialog.bounding_box()
        assert box is not None
        assert box["width"] == 404


def test_opened_by_itself_it_takes_no_focus(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url) as page:
        expect(page.get_by_label("Your message")).to_be_visible()
        assert page.evaluate("() => document.activeElement === document.body")
    with customer_at(browser, service.url, is_phone=True) as page:
        expect(launcher(page)).to_be_visible()
        page.wait_for_timeout(300)
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_the_chat_itself_it_says_so_and_tries_again(browser: Browser, open_service: WebService) -> None:
    with visit(browser, open_service, embedded(open_service)) as page:
        expect(launcher(page)).to_be_visible()
        page.route("**/chat.js", lambda route: route.abort())
        launcher(page).click()
        expect(page.get_by_text("The chat couldn’t be loaded.")).to_be_visible()
        screenshot(page, "not-loaded")
        page.unroute("**/chat.js")
        launcher(page).click()
        expect(page.get_by_label("Your message")).to_be_visible()


def test_where_nothing_may_be_stored_it_works_all_the_same(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url) as page:
        page.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, { get() { throw new Error('not allowed') } })"
        )
        page.reload()
        open_chat(page)
        write(page, "hello")
        hears(page, "Which e-mail address")
