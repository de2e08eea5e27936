"""`make pictures`: the README's moving pictures, docs/images/case.gif and handover.gif, filmed from the real assistant.

What customer and agent do is what the browser tests let them do (tests/browser/customer.py, agent.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from database import connect
from documentation.pages import ROOT
from tests.browser import agent, customer
from tests.browser.conftest import FLAGS, customer_at
from tests.browser.test_desk import desk_at
from tests.machine import chromium
from tests.running import Running, start

PAGE: ViewportSize = {"width": 960, "height": 680}
CHAT: ViewportSize = {"width": 400, "height": 720}
DESK: ViewportSize = {"width": 1100, "height": 720}
GAP, GREY = 12, (222, 226, 229)
COLOURS = 96
LETTERS_AT_ONCE = 14
SHORT, LOOK, READ, LAST = 120, 900, 2400, 4500  # milliseconds that a frame stays

AGENT = "Nora Weiss"


@dataclass(frozen=True)
class Order:
    """One that can be refunded, and whose it is."""

    number: str
    email: str


@dataclass
class Film:
    """Frames, each of all pages side by side as they are at that moment, and how long it stays."""

    pages: list[Page]
    width: int
    frames: list[tuple[Image.Image, int]] = field(default_factory=list)

    def take(self, milliseconds: int) -> None:
        shots = [Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB") for page in self.pages]
        self.frames.append((self._side_by_side(shots), milliseconds))

    def types(self, page: Page, label: str, text: str) -> None:
        """Letter by letter, or nearly so, and sent."""
        writing = page.get_by_label(label)
        for end in range(LETTERS_AT_ONCE, len(text) + LETTERS_AT_ONCE, LETTERS_AT_ONCE):
            writing.fill(text[:end])
            self.take(SHORT)
        self.take(LOOK)
        writing.press("Enter")

    def save(self, path: Path) -> None:
        """As a GIF with one palette for all frames, so that what stays the same is stored once."""
        palette = self._all_of_it().quantize(COLOURS)
        frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame, _ in self.frames]
        durations = [milliseconds for _, milliseconds in self.frames]
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)

    def _side_by_side(self, shots: list[Image.Image]) -> Image.Image:
        whole = Image.new("RGB", (sum(shot.width + GAP for shot in shots) - GAP, shots[0].height), GREY)
        left = 0
        for shot in shots:
            whole.paste(shot, (left, 0))
            left += shot.width + GAP
        height = round(whole.height * self.width / whole.width)
        return whole if whole.width == self.width else whole.resize((self.width, height), Image.Resampling.LANCZOS)

    def _all_of_it(self) -> Image.Image:
        """Some of the frames below each other: what the palette is chosen from."""
        some = [frame for frame, _ in self.frames[:: max(1, len(self.frames) // 6)]] + [self.frames[-1][0]]
        whole = Image.new("RGB", (some[0].width, some[0].height * len(some)))
        for place, frame in enumerate(some):
            whole.paste(frame, (0, place * frame.height))
        return whole


def film_case(browser: Browser, running: Running, order: Order, width: int) -> Film:
    """A customer gets a refund: two questions, the decision as a card, a yes, a reference."""
    with customer_at(browser, running.web, viewport=PAGE, reduced_motion="reduce") as page:
        customer.open_chat(page)
        film = Film([page], width)
        film.take(LOOK)
        film.types(page, "Your message", f"Hi, I want my money back for {order.number}, {order.email}")
        customer.hears(page, "work", 20)
        film.take(READ)
        customer.choose(page, "Yes")
        customer.hears(page, "packag", 20)
        film.take(READ)
        film.types(page, "Your message", "sure, I still have the box")
        card = customer.transcript(page).get_by_label("Decision: Eligible")
        expect(card).to_be_attached(timeout=20_000)
        card.evaluate("card => card.scrollIntoView()")
        film.take(LAST)
        page.get_by_role("group", name="Answers to choose from").evaluate("group => group.scrollIntoView(false)")
        film.take(READ)
        film.types(page, "Your message", "yes please")
        customer.hears(page, "is filed", 20)
        film.take(LAST)
        return film


def film_handover(browser: Browser, running: Running, order: Order, width: int) -> Film:
    """A customer wants a person, who sees everything, answers, puts a fact right and hands back. Both sides at once."""
    with (
        customer_at(browser, running.web, viewport=CHAT, reduced_motion="reduce") as there,
        desk_at(browser, running.web, AGENT, viewport=DESK, reduced_motion="reduce") as desk,
    ):
        customer.open_chat(there)
        film = Film([there, desk], width)
        film.types(there, "Your message", f"I'd like a refund for {order.number}, {order.email}")
        customer.hears(there, "work", 20)
        film.take(LOOK)
        film.types(there, "Your message", "I'd rather talk to a person")
        row = agent.queue(desk, "waiting").locator(".row").filter(has_text=order.number)
        expect(row).to_be_visible(timeout=20_000)
        film.take(READ)
        agent.open_conversation(desk, order.number)
        film.take(READ)
        agent.press(desk, "Take over")
        customer.hears(there, f"{AGENT} has joined", 25)
        film.take(LOOK)
        film.types(desk, "Write to the customer", "Hello, I see your order. Is it fine, box and all?")
        customer.hears(there, "box and all?", 20)
        film.take(LOOK)
        film.types(there, "Your message", "yes, all of it, it's just too small for me")
        agent.sees(desk, "too small for me", 20)
        film.take(LOOK)
        for fact in ("Works as new", "Original packaging"):
            agent.correct(desk, fact, "Yes")
            expect(agent.fact(desk, fact)).to_contain_text("agent")
            film.take(LOOK)
        expect(agent.case(desk).get_by_text("Eligible").first).to_be_visible()
        agent.case(desk).get_by_text("Eligible").first.scroll_into_view_if_needed()
        film.take(READ)
        agent.press(desk, "Hand back")
        customer.hears(there, "By our policy", 25)
        film.take(LAST)
        return film


FILMS: dict[str, Callable[[Browser, Running, Order, int], Film]] = {"handover": film_handover, "case": film_case}
ANA = Order("INO-10482", "ana.torres@example.com")


def main() -> None:
    """Film both on an assistant of their own."""
    with tempfile.TemporaryDirectory() as home, start(Path(home)) as running, sync_playwright() as playwright:
        engine = connect(running.database)
        agent.employ(engine, AGENT)
        engine.dispose()
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, film in FILMS.items():
            path = ROOT / "docs" / "images" / f"{name}.gif"
            film(browser, running, ANA, 1200 if name == "handover" else PAGE["width"]).save(path)
            print(f"- {path.relative_to(ROOT)}: {path.stat().st_size / 1000:,.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
