"""A customer in a real browser: the whole conversation, reloads, lost connections, and hostile content."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.script import HOSTILE
from tests.unit.channels.servers import FakeRasa, WebService, slowly


def transcript(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation")


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write(page: Page, text: str) -> None:
    field = page.get_by_label("Your message")
    field.fill(text)
    field.press("Enter")


def lines(page: Page) -> list[str]:
    """What stands in the transcript, each line once, without the time of day."""
    texts = transcript(page).locator("li.line").all_inner_texts()
    return [re.sub(r"\s*\d+:\d\d\s[AP]M", "", text).strip() for text in texts]


def screenshot(page: Page, name: str, viewport: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{viewport}.png")


def file_by_clicking(page: Page) -> None:
    click(page, "I want my money back")
    page.get_by_label("Your e-mail address").fill("ana.torres@example.com")
    click(page, "Answer")
    click(page, "4K bullet camera")
    click(page, "Yes")
    expect(transcript(page).get_by_text("Shall I file this refund for you?")).to_be_attached()
    click(page, "Yes")
    expect(transcript(page).get_by_text("R-7QK4-M2XD")).to_be_visible()


def test_a_refund_is_filed_by_clicking(page: Page, viewport: str) -> None:
    expect(page.get_by_role("button", name="I want my money back")).to_be_visible()
    screenshot(page, "start", viewport)
    file_by_clicking(page)
    screenshot(page, "filed", viewport)

    card = transcript(page).get_by_label("Decision: Eligible")
    expect(card.get_by_role("heading", name="Refund")).to_be_attached()
    expect(card.get_by_role("row")).to_have_count(4)
    expect(card.get_by_role("row").last).to_have_text("You get back$189.00")
    expect(card.get_by_text("days left")).to_be_attached()
    expect(card.locator("ol.steps li").first).to_contain_text("address")
    card.scroll_into_view_if_needed()
    screenshot(page, "decision", viewport)


def test_a_refund_is_filed_by_typing(page: Page) -> None:
    for words, next_question in [
        ("hi, I want my money back", "Which e-mail address"),
        ("ana.torres@example.com", "Which item"),
        ("the 4K bullet camera", "Does it still work"),
        ("yes it does", "Shall I file"),
        ("yes please", "Your request is filed"),
    ]:
        write(page, words)
        expect(transcript(page).get_by_text(next_question)).to_be_attached()

    expect(transcript(page).get_by_text("R-7QK4-M2XD")).to_be_attached()


def test_the_policys_sentences_stand_behind_the_fold(page: Page, viewport: str) -> None:
    file_by_clicking(page)
    card = transcript(page).get_by_label("Decision: Eligible")

    expect(card.get_by_text("14-day, no-hassle refund policy")).to_be_hidden()
    card.get_by_text("What our policy says").click()

    expect(card.get_by_text("14-day, no-hassle refund policy")).to_be_visible()
    screenshot(page, "clauses", viewport)


def test_a_reload_in_the_middle_changes_nothing(page: Page) -> None:
    click(page, "I want my money back")
    page.get_by_label("Your e-mail address").fill("ana.torres@example.com")
    click(page, "Answer")
    expect(page.get_by_role("button", name="4K bullet camera", exact=True)).to_be_visible()
    before = lines(page)

    page.reload()
    expect(page.get_by_role("button", name="4K bullet camera", exact=True)).to_be_visible()

    assert lines(page) == before
    assert len(before) == 5  # with the buttons of the open question
    click(page, "4K bullet camera")
    expect(transcript(page).get_by_text("Does it still work as new?")).to_be_visible()


def test_another_tab_shows_the_same_conversation(page: Page) -> None:
    write(page, "hello")
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()

    other = page.context.new_page()
    other.goto(page.url)
    expect(transcript(other).get_by_text("Which e-mail address")).to_be_visible()
    write(other, "from the other tab")

    for tab in (page, other):
        expect(transcript(tab).get_by_text("from the other tab")).to_be_visible()
        expect(transcript(tab).get_by_text("Which item")).to_be_visible()
    assert lines(page) == lines(other)


def test_a_restart_of_the_service_loses_and_doubles_nothing(
    page: Page, service: WebService, rasa: FakeRasa, viewport: str
) -> None:
    write(page, "hello")
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()

    service.stop()
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    write(page, "written while it was away")
    expect(transcript(page).get_by_text("Not sent yet.")).to_be_visible()
    screenshot(page, "reconnecting", viewport)
    service.start()

    expect(transcript(page).get_by_text("Which item")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    assert rasa.texts == ["hello", "written while it was away"]
    assert len([line for line in lines(page) if "written while it was away" in line]) == 1


def test_what_was_written_without_a_connection_survives_a_reload_of_the_page(page: Page, service: WebService) -> None:
    expect(page.get_by_text("Connecting…")).to_be_hidden()
    page.context.set_offline(True)
    service.stop()
    write(page, "kept")
    page.context.set_offline(False)
    service.start()

    page.reload()

    expect(transcript(page).get_by_text("kept")).to_be_visible()
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible(timeout=15_000)


def test_while_rasa_is_away_the_customer_is_told_so(page: Page, rasa: FakeRasa, viewport: str) -> None:
    rasa.stop()
    write(page, "hello")
    expect(transcript(page).get_by_text("Your message is kept")).to_be_visible()
    screenshot(page, "rasa-away", viewport)

    rasa.start()

    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible(timeout=15_000)


def test_it_is_seen_that_the_assistant_is_writing(page: Page, rasa: FakeRasa, viewport: str) -> None:
    rasa.answers = slowly(0.8, rasa.answers)
    write(page, "hello")

    expect(page.get_by_text("Assistant is writing")).to_be_attached()
    screenshot(page, "typing", viewport)
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()
    expect(page.get_by_text("Assistant is writing")).to_have_count(0)


def test_every_outcome_is_said_in_words(page: Page, viewport: str) -> None:
    write(page, "every outcome")
    for outcome in ("Eligible", "Not eligible", "A person decides", "Differs by item", "Depends on your answers"):
        expect(transcript(page).get_by_label(f"Decision: {outcome}").first).to_be_attached()

    for number, card in enumerate(transcript(page).locator(".card").all()):
        card.scroll_into_view_if_needed()
        screenshot(page, f"outcome-{number}", viewport)


def test_a_date_can_be_picked_or_written(page: Page) -> None:
    write(page, "which day")
    page.get_by_label("Pick the day").fill("2026-03-05")
    click(page, "Answer")
    expect(transcript(page).locator(".from-customer").last).to_contain_text("2026-03-05")

    write(page, "which day")
    expect(page.get_by_label("Pick the day")).to_be_visible()
    write(page, "two weeks ago")
    expect(transcript(page).locator(".from-customer").last).to_contain_text("two weeks ago")


def test_hostile_content_is_shown_as_text(page: Page, viewport: str) -> None:
    write(page, HOSTILE)
    expect(transcript(page).get_by_text("<script>alert(1)</script>").first).to_be_visible()
    write(page, "be hostile")
    expect(page.get_by_role("button", name="<script>")).to_be_visible()
    screenshot(page, "hostile", viewport)

    assert page.locator("#page script, #page b, #page img, #page a[href^='javascript']").count() == 0


def test_starting_over_begins_a_new_conversation(page: Page) -> None:
    write(page, "hello")
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()

    click(page, "Start over")
    expect(page.get_by_role("button", name="I want my money back")).to_be_visible()
    page.reload()

    expect(page.get_by_role("button", name="I want my money back")).to_be_visible()
    assert lines(page) == []


def test_a_sample_orders_first_message_stands_ready(page: Page) -> None:
    page.get_by_role("button", name="INO-10482").click()

    expect(page.get_by_label("Your message")).to_have_value(re.compile("INO-10482, ana.torres@example.com"))
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_each_new_message_is_read_out_once_and_the_transcript_is_no_live_region(page: Page) -> None:
    write(page, "hello")
    live = page.locator("[aria-live=polite]")
    expect(live.get_by_text("Assistant: I'm sorry to hear that.")).to_have_count(1)

    assert transcript(page).get_attribute("aria-live") is None
    page.reload()
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()
    expect(live.locator("p")).to_have_count(0)


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_arriving_messages_do_not_move_the_focus(page: Page, rasa: FakeRasa) -> None:
    rasa.answers = slowly(0.3, rasa.answers)
    write(page, "hello")
    page.get_by_label("Your message").fill("half a sen")

    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_value("half a sen")


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_the_whole_conversation_works_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_role("button", name="I want my money back").focus()
    page.keyboard.press("Enter")
    email = page.get_by_label("Your e-mail address")
    expect(email).to_be_visible()
    tab_to(page, email)
    page.keyboard.type("ana.torres@example.com")
    page.keyboard.press("Enter")
    item = page.get_by_role("button", name="4K bullet camera", exact=True)
    expect(item).to_be_visible()
    tab_to(page, item)
    page.keyboard.press("Space")

    expect(transcript(page).get_by_text("Does it still work as new?")).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not reachable by the Tab key")


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_reading_back_is_not_interrupted(page: Page, rasa: FakeRasa) -> None:
    file_by_clicking(page)
    box = transcript(page)
    box.evaluate("element => { element.scrollTop = 40 }")
    rasa.answers = slowly(0.3, lambda _: [{"text": f"news {number}"} for number in range(20)])
    page.evaluate("() => document.querySelector('.restart').focus()")

    other = page.context.new_page()
    other.goto(page.url)
    write(other, "from elsewhere")
    expect(box.get_by_text("news 19")).to_be_attached()

    assert box.evaluate("element => element.scrollTop") == 40
    page.get_by_role("button", name="Go to the newest messages").click()
    expect(box.get_by_text("news 19")).to_be_in_viewport()


def test_the_secret_is_in_no_address(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.reload()
    write(page, "hello")
    expect(transcript(page).get_by_text("Which e-mail address")).to_be_visible()
    secret = page.evaluate("() => JSON.parse(localStorage.getItem('inomega-chat-session')).secret")

    assert len(requests) > 3
    assert [url for url in requests if secret in url] == []


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    file_by_clicking(page)
    write(page, "x" * 600)
    time.sleep(0.2)

    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert transcript(page).evaluate("element => element.scrollWidth <= element.clientWidth")
