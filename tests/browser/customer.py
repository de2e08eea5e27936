"""What a customer does and sees in the browser."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def transcript(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation")


def launcher(page: Page) -> Locator:
    return page.locator("inomega-chat .launcher")


def open_chat(page: Page) -> None:
    """Opens it where it isn't open yet, and waits until it is connected."""
    expect(launcher(page)).to_be_attached()
    page.evaluate("() => InomegaChat.open()")  # a click would close one that is just opening by itself
    expect(page.get_by_label("Your message")).to_be_visible()
    expect(page.get_by_text("Connecting…")).to_be_hidden()


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def close_chat(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close the chat").click()


def choose(page: Page, name: str) -> None:
    """One of the answers to the open question."""
    page.get_by_role("group", name="Answers to choose from").get_by_role("button", name=name, exact=True).click()


def pick_from_menu(page: Page, name: str) -> None:
    click(page, "More")
    click(page, name)


def end(page: Page) -> None:
    pick_from_menu(page, "End conversation")
    page.get_by_role("alertdialog").get_by_role("button", name="End conversation").click()
    hears(page, "This conversation has ended.")


def write(page: Page, text: str) -> None:
    field = page.get_by_label("Your message")
    field.fill(text)
    field.press("Enter")


def hears(page: Page, text: str, seconds: float = 15) -> None:
    expect(transcript(page).get_by_text(text).last).to_be_attached(timeout=seconds * 1000)


def lines(page: Page) -> list[str]:
    """What stands in the transcript, each line once, without the time of day."""
    texts = transcript(page).locator("li.line").all_inner_texts()
    return [re.sub(r"\s*\d+:\d\d\s[AP]M", "", text).strip() for text in texts]


def file_by_clicking(page: Page) -> None:
    click(page, "I want my money back")
    page.get_by_label("Your e-mail address").fill("ana.torres@example.com")
    click(page, "Answer")
    choose(page, "4K bullet camera")
    choose(page, "Yes")
    hears(page, "Shall I file this refund for you?")
    choose(page, "Yes")
    hears(page, "R-7QK4-M2XD")


def screenshot(page: Page, name: str) -> None:
    """Kept under var/screenshots, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    page.screenshot(path=SCREENSHOTS / f"{name}-{'phone' if width < 500 else 'desktop'}.png")
