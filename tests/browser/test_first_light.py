"""The whole assistant as `make run` starts it, and a customer in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import customer_at
from tests.browser.customer import choose, click, hears, launcher, screenshot, transcript, write
from tests.running import Running


def test_a_customer_gets_a_decision_and_files_it_by_typing(running: Running, browser: Browser) -> None:
    with customer_at(browser, running.web) as page:
        write(page, "hi, I want my money back for order INO-10482, ana.torres@example.com")
        choose(page, "Yes")
        hears(page, "packag")
        write(page, "sure, I still have the box")
        card = transcript(page).get_by_label("Decision: Eligible")
        expect(card.get_by_role("heading", name="Refund")).to_be_attached()
        expect(card.get_by_text("$139.64").last).to_be_attached()
        card.evaluate("card => card.scrollIntoView()")
        screenshot(page, "whole-decision")
        write(page, "yes please")
        hears(page, "Your refund request is filed")
        page.reload()
        hears(page, "Your refund request is filed")
        screenshot(page, "whole-filed")


def test_another_one_by_tapping_on_a_phone(running: Running, browser: Browser) -> None:
    with customer_at(browser, running.web, is_phone=True, color_scheme="dark") as page:
        launcher(page).click()
        page.get_by_role("button", name="I want my money back").click()
        page.get_by_label("Your order number").fill("INO-10412")
        click(page, "Answer")
        page.get_by_label("Your e-mail address").fill("ben.okafor@example.com")
        click(page, "Answer")
        hears(page, "work")
        choose(page, "Yes")
        hears(page, "packag")
        choose(page, "Yes")
        card = transcript(page).get_by_label("Decision: Eligible")
        expect(card.get_by_text("today is the last day")).to_be_attached()
        screenshot(page, "whole-decision")
        card.get_by_role("button", name="File this refund").click()
        hears(page, "Your refund request is filed")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (["I want to cancel order INO-10517, deepak.rao@example.com"], "eligible"),
        (["my camera stopped working, INO-10231 noah.fischer@example.com", "no"], "eligible"),
        (["the dvr of INO-10118 stopped working olga.petrova@example.com", "no"], "needs_review"),
        (["NVR stopped working INO-10007 paul.dubois@example.com"], "not_eligible"),
        (["can I get a refund for INO-10406? grace.lim@example.com"], "not_eligible"),
        (
            ["the cable in INO-10456 doesn't work jonas.weber@example.com", "It was broken when I unpacked it"],
            "eligible",
        ),
    ],
    ids=["cancellation", "month 5", "month 18", "month 30", "clearance", "cable"],
)
def test_free_words_over_rest_end_in_the_right_decision(running: Running, words: list[str], outcome: str) -> None:
    sender = f"customer-{time.monotonic_ns()}"
    answers = [answer for message in words for answer in running.hears(sender, message)]
    decisions = [answer["custom"] for answer in answers if answer.get("custom", {}).get("type") == "decision"]
    assert [payload["decision"]["outcome"] for payload in decisions] == [outcome]
