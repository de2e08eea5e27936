"""A customer rates the conversation; a lead looks at the figures and makes an example; nobody else sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.engine import Engine

from conversations import Conversation, Role, note_misunderstood
from conversations.examples import accepted, as_training_data
from conversations.models import Message
from database import transaction
from tests.browser.agent import employ, press
from tests.browser.conftest import PHONE
from tests.browser.customer import hears, screenshot, write
from tests.browser.test_accessibility import violations
from tests.browser.test_desk import WIDE, desk_at
from tests.unit.channels.scripted_day import write_the_day
from tests.unit.channels.servers import WebService, until

LEAD, AGENT = "Mara Lind", "Tom Berg"
ASKED = "I'm Ana Torres, which tripod fits? ana.torres@example.com, INO-10482"


def rating_of(engine: Engine) -> bool | None:
    with transaction(engine) as session:
        return session.scalars(select(Conversation.helped)).one()


def test_a_customer_rates_with_one_tap_and_may_change_it(page: Page, engine: Engine) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    expect(page.get_by_role("group", name="Did this help?")).to_have_count(0)  # in the middle of a case

    write(page, "refused")
    hears(page, "Shall we go on with something else?")
    rating = page.get_by_role("group", name="Did this help?")
    rating.get_by_role("button", name="No").click()
    expect(rating.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "true")
    assert rating_of(engine) is False
    screenshot(page, "rating")

    page.reload()
    expect(rating.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "true")
    rating.get_by_role("button", name="Yes").click()
    expect(rating.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "false")
    assert rating_of(engine) is True


@pytest.mark.npm
def test_a_lead_sees_the_figures_and_makes_an_example(
    browser: Browser, service: WebService, engine: Engine, axe: str, tmp_path: Path
) -> None:
    employ(engine, LEAD, role=Role.LEAD)
    employ(engine, AGENT)
    write_the_day(engine, conversations=60)
    misread(engine)

    with desk_at(browser, service.url, AGENT) as page:
        expect(page.get_by_role("button", name="Figures")).to_have_count(0)

    with desk_at(browser, service.url, LEAD, bypass_csp=True, reduced_motion="reduce") as page:
        press(page, "Figures")
        expect(page.get_by_role("heading", name="Figures")).to_be_visible()
        page.get_by_label("First day").fill("2026-10-31")
        page.get_by_label("Last day").fill("2026-11-03")
        press(page, "Show")
        waiting = page.get_by_role("region", name="Waiting and answering", exact=True)
        expect(waiting.get_by_role("row", name="Waiting time").first).to_be_visible()
        waiting.get_by_text("What counts").click()
        expect(waiting.get_by_text("until an agent takes over")).to_be_visible()

        unclear = page.get_by_role("region", name="Not understood", exact=True)
        unclear.locator("summary").filter(has_text="I'm Ana").click()
        unclear.get_by_role("button", name="Make an example").first.click()
        words = page.get_by_role("dialog").get_by_label("The example, without personal details")
        expect(words).to_have_value("I'm Alex, which tripod fits? name@example.com, INO-12345")
        assert violations(page, axe, "html") == []
        screenshot(page, "figures-example")
        words.fill("which tripod fits?")
        page.get_by_role("dialog").get_by_label("What the customer wants").select_option("out_of_scope")
        press(page, "Keep for review")
        expect(unclear.get_by_text("An example was made of it.").first).to_be_visible()
        press(page, "Review")
        press(page, "Accept")
        expect(page.get_by_text("No example waits to be reviewed.")).to_be_visible()
        with transaction(engine) as session:
            assert as_training_data(accepted(session)).endswith(
                "  - intent: out_of_scope\n    examples: |\n      - which tripod fits?\n"
            )

        with page.expect_download() as download:
            page.get_by_role("link", name="Conversations as a CSV file").click()
        download.value.save_as(tmp_path / "days.csv")
        days = list(csv.DictReader(io.StringIO((tmp_path / "days.csv").read_text(encoding="utf-8-sig"))))
        assert [row["day"] for row in days] == ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"]
        assert sum(int(row["conversations"]) for row in days) > 50

        for theme in ("light", "dark"):
            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
            for size in (WIDE, PHONE):
                page.set_viewport_size(size)
                assert violations(page, axe, "html") == []
                assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
                page.set_viewport_size({"width": size["width"], "height": 2600})
                screenshot(page, f"figures-{theme}")


def misread(engine: Engine) -> None:
    """A message with personal details that the assistant doesn't understand, on the scripted day."""
    with transaction(engine) as session:
        message = session.scalars(select(Message).where(Message.misunderstood.is_not(None)).limit(1)).one()
        message.text = ASKED
        note_misunderstood(session, message.conversation_id, message.seq, "out_of_scope")


def test_nothing_to_count_is_said(browser: Browser, service: WebService, engine: Engine) -> None:
    employ(engine, LEAD, role=Role.LEAD)
    with desk_at(browser, service.url, LEAD) as page:
        press(page, "Figures")
        expect(page.get_by_role("region", name="Handovers", exact=True)).to_contain_text("Nothing in this period.")
        press(page, "Today")
        expect(page.get_by_role("button", name="Today")).to_have_attribute("aria-pressed", "true")
        press(page, "Back to the desk")
        until(lambda: page.get_by_role("navigation", name="Queue").is_visible())
