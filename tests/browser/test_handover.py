"""A person takes over, as the customer sees it: waiting, leaving an address, talking, and back to the assistant."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.customer import click, hears, screenshot, transcript, write
from tests.unit.channels.servers import WebService

WAITING: dict[str, Any] = {
    "state": "waiting",
    "reason": "asked",
    "agent": None,
    "position": 2,
    "online": True,
    "email": False,
}
AWAY: dict[str, Any] = WAITING | {"position": None, "online": False}
ANN: dict[str, Any] = {
    "state": "agent",
    "reason": None,
    "agent": {"name": "Ann"},
    "position": None,
    "online": True,
    "email": False,
}


def handover(state: dict[str, Any]) -> dict[str, Any]:
    return {"type": "handover", **{key: state[key] for key in ("state", "reason", "agent", "position")}}


def says(service: WebService, seq: int, kind: str, text: str = "", custom: dict[str, Any] | None = None) -> None:
    """A message that the customer's browser gets, whatever is stored."""
    author = {"kind": kind, "name": "Ann" if kind == "agent" else None}
    message = {"seq": seq, "at": "2026-11-25T12:00:00+00:00", "author": author}
    service.tells("message", message | ({"text": text} if text else {}) | ({"custom": custom} if custom else {}))


def test_waiting_talking_and_back(page: Page, service: WebService) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    expect(page.get_by_label("Your e-mail address")).to_be_visible()

    service.tells("state", WAITING)
    says(service, 4, "system", custom=handover(WAITING))
    expect(transcript(page).get_by_text("You are number 2 in line.")).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_be_hidden()  # nobody's question is open
    screenshot(page, "waiting")
    service.tells("state", WAITING | {"position": 1})
    expect(page.get_by_text("You are number 1 in line.")).to_be_visible()

    service.tells("state", ANN)
    says(service, 5, "system", custom=handover(ANN))
    expect(page.get_by_text("Ann is here")).to_be_visible()
    service.tells("typing", {"on": True, "author": {"kind": "agent", "name": "Ann"}})
    expect(page.get_by_text("Ann is writing")).to_be_attached()
    screenshot(page, "agent-typing")
    service.tells("typing", {"on": False, "author": {"kind": "agent", "name": "Ann"}})
    says(service, 6, "agent", "Hello, this is Ann. **How** can I help?")
    hears(page, "Hello, this is Ann.")
    expect(page.locator("[aria-live=polite]").get_by_text("Ann: Hello, this is Ann.")).to_have_count(1)
    screenshot(page, "agent")

    service.tells("state", ANN | {"state": "assistant", "agent": None})
    expect(page.get_by_text("Answers right away")).to_be_visible()


def test_when_nobody_is_there_an_address_can_be_left(page: Page, service: WebService) -> None:
    asked = service.hears_event("leave_email", {"ok": True})
    service.tells("state", AWAY)
    screenshot(page, "nobody-there")
    page.get_by_label("Your e-mail address").fill("ana.torres@example.com")
    click(page, "Leave it")
    asked.until([{"email": "ana.torres@example.com"}])

    service.tells("state", AWAY | {"email": True})
    expect(page.get_by_text("We write to the address that you left.")).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_be_hidden()


def test_the_customer_goes_back_to_the_assistant_or_is_told_that_it_did_not_work(
    desktop: Page, service: WebService
) -> None:
    asked = service.hears_event("resume_assistant", {"ok": True})
    service.tells("state", WAITING)
    click(desktop, "Back to the assistant")
    asked.until([{}])
    service.tells("state", ANN | {"state": "assistant", "agent": None})
    expect(desktop.get_by_role("button", name="Back to the assistant")).to_be_hidden()

    service.hears_event("resume_assistant", {"ok": False})
    service.tells("state", WAITING)
    click(desktop, "Back to the assistant")
    expect(desktop.get_by_text("That didn’t work. Please try again.")).to_be_visible()


def test_a_transcript_can_be_mailed_only_where_the_service_says_so(desktop: Page, service: WebService) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    click(desktop, "More")
    expect(desktop.get_by_role("button", name="Save transcript")).to_be_visible()
    expect(desktop.get_by_role("button", name="E-mail transcript")).to_be_hidden()
    desktop.keyboard.press("Escape")

    asked = service.hears_event("mail_transcript", {"ok": True})
    service.tells("state", ANN | {"state": "assistant", "agent": None, "can_mail": True})
    click(desktop, "More")
    click(desktop, "E-mail transcript")
    asked.until([{}])
    expect(desktop.get_by_text("The transcript is on its way")).to_be_visible()
