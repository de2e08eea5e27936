"""A customer in a real browser: the whole conversation, its cards, the fields for what is asked, hostile content."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.customer import (
    choose,
    click,
    close_chat,
    end,
    file_by_clicking,
    hears,
    lines,
    open_chat,
    pick_from_menu,
    screenshot,
    transcript,
    write,
)
from tests.browser.script import HOSTILE, LONG
from tests.unit.channels.servers import FakeRasa, Held, slowly, until


def test_a_refund_is_filed_by_clicking(page: Page) -> None:
    expect(page.get_by_role("button", name="I want my money back")).to_be_visible()
    screenshot(page, "start")
    file_by_clicking(page)
    screenshot(page, "filed")

    card = transcript(page).get_by_label("Decision: Eligible")
    expect(card.get_by_role("heading", name="Refund")).to_be_attached()
    expect(card.get_by_role("row")).to_have_count(4)
    expect(card.get_by_role("row").last).to_have_text("You get back$189.00")
    expect(card.get_by_text("days left")).to_be_attached()
    expect(card.locator("ol.steps li").first).to_contain_text("address")
    card.scroll_into_view_if_needed()
    screenshot(page, "decision")


def test_a_refund_is_filed_by_typing(page: Page) -> None:
    for words, next_question in [
        ("hi, I want my money back", "Which e-mail address"),
        ("ana.torres@example.com", "Which item"),
        ("the 4K bullet camera", "Does it still work"),
        ("yes it does", "Shall I file"),
        ("yes please", "Your request is filed"),
    ]:
        write(page, words)
        hears(page, next_question)

    hears(page, "R-7QK4-M2XD")


def test_the_card_itself_files_offers_other_ways_and_a_person(desktop: Page, rasa: FakeRasa) -> None:
    write(desktop, "refused")
    card = transcript(desktop).get_by_label("Decision: Not eligible")
    card.get_by_role("button", name="Replacement or repair").click()
    hears(desktop, "Very well.")
    assert rasa.texts[-1] == "Replacement, please"  # the title of the option that was offered
    assert rasa.said[-1]["metadata"]["option"] == "replacement"

    write(desktop, "decide and ask")
    older, newer = transcript(desktop).locator(".card").first, transcript(desktop).get_by_label("Decision: Eligible")
    newer.get_by_role("button", name="Talk to a person").click()
    hears(desktop, "I want to talk to a person")
    expect(older.get_by_role("button")).to_have_count(0)

    write(desktop, "decide and ask")
    transcript(desktop).get_by_label("Decision: Eligible").last.get_by_role("button", name="File this refund").click()
    hears(desktop, "R-7QK4-M2XD")
    assert rasa.texts[-1] == "Yes"


def test_the_policys_sentences_stand_behind_the_fold_in_their_own_words(desktop: Page) -> None:
    file_by_clicking(desktop)
    card = transcript(desktop).get_by_label("Decision: Eligible")

    expect(card.get_by_text("14-day, no-hassle refund policy")).to_be_hidden()
    card.get_by_text("What our policy says").click()

    expect(card.get_by_text("14-day, no-hassle refund policy")).to_be_visible()
    assert card.locator("figure.quote").first.get_attribute("lang") == "en"
    screenshot(desktop, "clauses")


def test_the_deadline_goes_into_a_calendar(desktop: Page, tmp_path: Path) -> None:
    file_by_clicking(desktop)
    with desktop.expect_download() as download:
        transcript(desktop).get_by_role("button", name="Add to calendar").click()

    entry = tmp_path / "deadline.ics"
    download.value.save_as(entry)
    assert download.value.suggested_filename == "deadline.ics"
    text = entry.read_bytes().decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Last day: Refund\\, 4K bullet camera\r\n" in text


def test_every_outcome_is_said_in_words(page: Page) -> None:
    write(page, "every outcome")
    for outcome in ("Eligible", "Not eligible", "A person decides", "Differs by item", "Depends on your answers"):
        expect(transcript(page).get_by_label(f"Decision: {outcome}").first).to_be_attached()

    expect(
        transcript(page).get_by_text("every outcome")
    ).to_be_in_viewport()  # a long answer is read from its beginning
    mixed = transcript(page).get_by_label("Decision: Differs by item")
    mixed.locator("summary").filter(has_text="8-port PoE switch").click()
    expect(mixed.locator("details[open]").get_by_text("clearance").first).to_be_visible()
    for number, card in enumerate(transcript(page).locator(".card").all()):
        card.scroll_into_view_if_needed()
        screenshot(page, f"outcome-{number}")


def test_the_right_field_stands_beside_the_free_words(desktop: Page, rasa: FakeRasa) -> None:
    write(desktop, "which day")
    desktop.get_by_label("Pick the day").fill("2026-03-05")
    screenshot(desktop, "asking-date")
    click(desktop, "Answer")
    expect(desktop.get_by_label("Pick the day")).to_be_hidden()

    write(desktop, "which day")
    expect(desktop.get_by_label("Pick the day")).to_be_visible()
    write(desktop, "two weeks ago")

    write(desktop, "which order")
    desktop.get_by_label("Your order number").fill("INO-10482")
    screenshot(desktop, "asking-order")
    desktop.keyboard.press("Enter")
    until(lambda: rasa.texts[-1] == "INO-10482")
    assert [text for text in rasa.texts if text[0] in "2tI"] == ["2026-03-05", "two weeks ago", "INO-10482"]


def test_among_many_answers_a_few_letters_find_the_right_one(page: Page, rasa: FakeRasa) -> None:
    write(page, "which of many")
    answers = page.get_by_role("group", name="Answers to choose from")
    expect(answers.get_by_role("button")).to_have_count(30)
    screenshot(page, "asking-many")
    page.get_by_label("Find an answer").fill("camera 17")
    expect(answers.get_by_role("button")).to_have_count(1)
    choose(page, "Dome camera 17")

    hears(page, "Which e-mail address")
    assert (rasa.texts[-1], rasa.said[-1]["metadata"]["option"]) == ("Dome camera 17", "17")


def test_a_message_may_have_several_lines(desktop: Page, rasa: FakeRasa) -> None:
    field = desktop.get_by_label("Your message")
    field.press_sequentially("one")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    field.press("Enter")

    hears(desktop, "Which e-mail address")
    assert rasa.texts == ["one\ntwo"]


def test_it_is_seen_that_the_assistant_is_writing(desktop: Page, rasa: FakeRasa) -> None:
    rasa.answers = held = Held(rasa.answers)
    write(desktop, "hello")

    expect(desktop.get_by_text("Assistant is writing")).to_be_attached()
    screenshot(desktop, "typing")
    held.release()
    hears(desktop, "Which e-mail address")
    expect(desktop.get_by_text("Assistant is writing")).to_have_count(0)


def test_text_has_links_bold_and_lists(desktop: Page) -> None:
    write(desktop, "be rich")
    said = transcript(desktop).locator(".from-assistant .bubble").last
    expect(said.locator("strong")).to_have_text("14 days")
    expect(said.locator("ul li")).to_have_count(2)
    link = said.get_by_role("link", name="https://shop.example/returns")
    expect(link).to_have_attribute("rel", "noopener")
    expect(link).to_have_attribute("target", "_blank")
    screenshot(desktop, "rich-text")


def test_hostile_content_is_shown_as_text(page: Page) -> None:
    write(page, HOSTILE)
    expect(transcript(page).get_by_text("<script>alert(1)</script>").first).to_be_visible()
    write(page, "be hostile")
    expect(page.get_by_role("button", name="<script>")).to_be_visible()
    hears(page, LONG[-40:])
    screenshot(page, "hostile")

    forbidden = "script, b, img, iframe, a[href^='javascript'], a[href^='data']"
    assert transcript(page).locator(forbidden).count() == 0
    assert transcript(page).evaluate("element => element.scrollWidth <= element.clientWidth")


def test_what_one_field_turns_round_stays_in_that_field(desktop: Page) -> None:
    """Marks of direction in a name mustn't reverse the words and figures around it."""
    write(desktop, "be hostile")
    about = transcript(desktop).locator(".card .about").first
    expect(about).to_be_attached()

    assert about.locator("bdi").count() == 2
    isolation = "element => [...element.querySelectorAll('bdi')].map((each) => getComputedStyle(each).unicodeBidi)"
    assert about.evaluate(isolation) == ["isolate", "isolate"]


def test_starting_over_begins_a_new_conversation(desktop: Page) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")

    pick_from_menu(desktop, "New conversation")
    screenshot(desktop, "question")
    desktop.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    hears(desktop, "Which e-mail address")
    pick_from_menu(desktop, "New conversation")
    desktop.get_by_role("alertdialog").get_by_role("button", name="New conversation").click()
    expect(desktop.get_by_role("button", name="I want my money back")).to_be_visible()
    desktop.reload()

    open_chat(desktop)
    expect(desktop.get_by_role("button", name="I want my money back")).to_be_visible()


def test_a_conversation_is_ended_and_can_still_be_read(page: Page) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    end(page)

    expect(page.get_by_role("button", name="Save transcript")).to_be_visible()
    screenshot(page, "ended")
    page.reload()
    hears(page, "Which e-mail address")
    click(page, "New conversation")
    expect(page.get_by_role("button", name="I want my money back")).to_be_visible()
    assert lines(page) == []


def test_who_writes_after_the_end_goes_on_below_what_was_said(desktop: Page) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    end(desktop)
    write(desktop, "one more thing")

    hears(desktop, "Which item")
    before = lines(desktop)
    assert [line.split("\n")[-1][:20] for line in before] == [
        "hello",
        "I'm sorry to hear th",
        "This conversation ha",
        "one more thing",
        "Thank you, I found y",
    ]
    desktop.reload()
    hears(desktop, "Which item")
    assert lines(desktop) == before


def test_the_transcript_can_be_kept_as_a_file_that_needs_nothing_else(desktop: Page, tmp_path: Path) -> None:
    file_by_clicking(desktop)
    write(desktop, HOSTILE)
    with desktop.expect_download() as download:
        pick_from_menu(desktop, "Save transcript")
    kept = tmp_path / "kept.html"
    download.value.save_as(kept)

    reader = desktop.context.new_page()
    reader.goto(kept.as_uri())
    for text in ("4K bullet camera", "You get back", "R-7QK4-M2XD", "14-day, no-hassle refund policy", HOSTILE[:20]):
        expect(reader.get_by_text(text).first).to_be_visible()
    assert reader.locator("script, button, b").count() == 0
    reader.set_viewport_size({"width": 800, "height": 1400})
    screenshot(reader, "kept")


def test_the_transcript_is_printed_alone_and_unfolded(desktop: Page, tmp_path: Path) -> None:
    file_by_clicking(desktop)
    desktop.evaluate("() => { window.print = () => { window.printed = true } }")
    pick_from_menu(desktop, "Print transcript")
    desktop.wait_for_function("() => window.printed")

    desktop.emulate_media(media="print")
    record = desktop.locator("inomega-chat .record")
    for text in ("You get back", "R-7QK4-M2XD", "14-day, no-hassle refund policy"):
        expect(record.get_by_text(text).first).to_be_visible()
    expect(desktop.get_by_role("heading", name="Something not right with your order?")).to_be_hidden()
    expect(desktop.get_by_label("Your message")).to_be_hidden()
    desktop.set_viewport_size({"width": 800, "height": 1400})
    screenshot(desktop, "printed")
    desktop.pdf(path=tmp_path / "transcript.pdf")  # really prints, and so tells the page that it is done
    desktop.emulate_media(media="screen")
    expect(record).to_have_count(0)
    expect(desktop.get_by_role("heading", name="Something not right with your order?")).to_be_visible()


def test_who_prints_the_page_gets_the_page_and_the_open_conversation(desktop: Page) -> None:
    file_by_clicking(desktop)
    desktop.emulate_media(media="print")

    expect(desktop.get_by_role("heading", name="Something not right with your order?")).to_be_visible()
    expect(desktop.locator("inomega-chat .record").get_by_text("R-7QK4-M2XD").first).to_be_visible()
    expect(desktop.locator("inomega-chat .launcher")).to_be_hidden()
    desktop.emulate_media(media="screen")
    expect(desktop.locator("inomega-chat .record")).to_have_count(0)


def test_a_sample_orders_first_message_stands_ready(page: Page) -> None:
    close_chat(page)
    page.get_by_role("button", name="INO-10482").click()

    expect(page.get_by_label("Your message")).to_have_value(re.compile("INO-10482, ana.torres@example.com"))
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_be_in_viewport()


def test_the_secret_is_in_no_address(desktop: Page) -> None:
    requests: list[str] = []
    desktop.on("request", lambda request: requests.append(request.url))
    desktop.on("websocket", lambda socket: requests.append(socket.url))
    desktop.reload()
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    secret = desktop.evaluate("() => JSON.parse(localStorage.getItem('inomega-chat-session')).secret")

    assert len(requests) > 3
    assert [url for url in requests if secret in url] == []


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    file_by_clicking(page)
    write(page, "x" * 600)
    hears(page, "Which e-mail address")

    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert transcript(page).evaluate("element => element.scrollWidth <= element.clientWidth")


def test_reading_back_is_not_interrupted(desktop: Page, rasa: FakeRasa) -> None:
    file_by_clicking(desktop)
    box = transcript(desktop)
    box.evaluate("element => { element.scrollTop = 40 }")
    rasa.answers = slowly(0.3, lambda _: [{"text": f"news {number}"} for number in range(20)])

    other = desktop.context.new_page()
    other.goto(desktop.url)
    write(other, "from elsewhere")
    expect(box.get_by_text("news 19")).to_be_attached()

    assert box.evaluate("element => element.scrollTop") == 40
    news = desktop.get_by_role("button", name="New messages")
    expect(news).to_be_visible()
    screenshot(desktop, "reading-back")
    news.click()
    expect(box.get_by_text("news 19")).to_be_in_viewport()
