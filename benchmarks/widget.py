"""How smooth a long conversation is in the widget: frame times while scrolling through it, and until it is drawn.

`python -m benchmarks.widget [MESSAGES]`, with a Chromium on this machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from database import connect
from tests import machine
from tests.browser.conftest import DESKTOP, FLAGS
from tests.browser.customer import open_chat, transcript
from tests.unit.channels.servers import FakeRasa, WebService

SCROLL = """async (box) => {
    const times = []
    let last = performance.now()
    box.scrollTop = 0
    while (box.scrollTop + box.clientHeight < box.scrollHeight - 1) {
        box.scrollTop += 120
        const now = await new Promise(requestAnimationFrame)
        times.push(now - last)
        last = now
    }
    return times.slice(1)
}"""


def measure(page: Page, service: WebService, count: int) -> None:
    """Print the figures for a conversation of `count` messages."""
    page.goto(service.url)
    open_chat(page)
    service.fill(page.evaluate("() => JSON.parse(localStorage.getItem('inomega-chat-session')).id"), count)
    page.reload()
    expect(transcript(page).get_by_text(f"Message {count} of many")).to_be_in_viewport(timeout=30_000)
    drawn = page.evaluate("() => performance.now()")
    times = sorted(transcript(page).evaluate(SCROLL))
    print(f"{count} messages, drawn {drawn / 1000:.1f} s after the page began to load")
    print(
        f"{len(times)} frames while scrolling: median {statistics.median(times):.1f} ms,"
        f" 95% within {times[int(len(times) * 0.95)]:.1f} ms, longest {times[-1]:.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rasa = FakeRasa().start()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        service = WebService(connect(f"sqlite:///{Path(folder) / 'web.db'}"), rasa).start()
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=FLAGS)
        measure(browser.new_page(viewport=DESKTOP, locale="en-US"), service, count)
        browser.close()
        service.stop()
    rasa.stop()


if __name__ == "__main__":
    main()
