"""What an agent does and sees in the browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.engine import Engine

from conversations import Role
from conversations.agents import add_agent
from database import transaction

PASSWORD = "right horse battery"


def employ(engine: Engine, *names: str, role: Role = Role.AGENT) -> None:
    with transaction(engine) as session:
        for name in names:
            add_agent(session, name, PASSWORD, role)


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Queue")).to_be_visible()
    expect(queue(page).locator(".row, .empty").first).to_be_visible()  # the lists have come


def queue(page: Page, section: str | None = None) -> Locator:
    """The queue, or one section of it by its class."""
    return page.locator(f".queue section.{section}" if section else ".queue")


def unfold(page: Page, name: str) -> None:
    button = queue(page).get_by_role("button", name=name)
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def open_conversation(page: Page, words: str) -> None:
    queue(page).locator(".row").filter(has_text=words).first.click()
    expect(transcript(page)).to_be_visible()


def transcript(page: Page) -> Locator:
    return page.get_by_role("region", name="Transcript")


def sees(page: Page, text: str, seconds: float = 15) -> None:
    expect(transcript(page).get_by_text(text).last).to_be_attached(timeout=seconds * 1000)


def case(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Case")


def fact(page: Page, name: str) -> Locator:
    return case(page).get_by_role("region", name="Facts").get_by_role("listitem").filter(has_text=name)


def correct(page: Page, name: str, answer: str) -> None:
    page.get_by_role("button", name=f"Edit: {name}").click()
    fact(page, name).get_by_role("button", name=answer, exact=True).click()


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write(page: Page, text: str) -> None:
    field = page.get_by_label("Write to the customer")
    field.fill(text)
    field.press("Enter")


def bubbles(page: Page) -> list[str]:
    """What was said and noted, without who and when."""
    return transcript(page).locator(".bubble").all_inner_texts()
