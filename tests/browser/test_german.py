"""A customer whose page is German, with the whole assistant: everything is, but the policy's own sentences."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import customer_at
from tests.browser.customer import screenshot
from tests.browser.test_accessibility import violations
from tests.german import english_in
from tests.running import Running


def answer(page: Page, name: str) -> None:
    page.get_by_role("group", name="Antworten zur Auswahl").get_by_role("button", name=name, exact=True).click()


@pytest.mark.npm
def test_a_german_page_has_german_answers_and_the_policy_in_its_own_words(
    running: Running, browser: Browser, axe: str
) -> None:
    with customer_at(browser, running.web, is_phone=True, bypass_csp=True, reduced_motion="reduce") as page:
        page.wait_for_function("() => window.InomegaChat")
        page.evaluate("() => { InomegaChat.init({ lang: 'de-DE' }); return InomegaChat.open() }")
        said = page.get_by_role("region", name="Gespräch")
        page.get_by_role("button", name="Ich möchte mein Geld zurück").click()
        page.get_by_label("Ihre Bestellnummer").fill("INO-10391")
        page.get_by_role("button", name="Antworten", exact=True).click()
        page.get_by_label("Ihre E-Mail-Adresse").fill("carla.meyer@example.com")
        page.get_by_role("button", name="Antworten", exact=True).click()
        card = said.get_by_label("Entscheidung:").first
        expect(card.get_by_text("So steht es in unseren Bedingungen.")).to_be_attached(timeout=20_000)
        screenshot(page, "german-decision")
        card.get_by_text("Was unsere Bedingungen sagen").click()
        quote = card.locator("figure.quote blockquote").first
        assert quote.evaluate("e => e.closest('[lang]').lang") == "en"
        assert english_in(quote.inner_text())
        quote.scroll_into_view_if_needed()
        screenshot(page, "german-quotes")

        assert violations(page, axe) == []
        for bubble in said.locator(".from-assistant .bubble").all():
            assert bubble.evaluate("e => e.closest('[lang]').lang") == "de"
            assert not english_in(bubble.inner_text()), bubble.inner_text()
