"""Reloads, other tabs, a service that goes away, a network that is cut: nothing is lost, nothing comes twice."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.engine import Engine

from channels import website
from tests.browser.conftest import customer_at
from tests.browser.customer import (
    choose,
    click,
    close_chat,
    hears,
    launcher,
    lines,
    open_chat,
    pick_from_menu,
    screenshot,
    transcript,
    write,
)
from tests.unit.channels.servers import LIFTED, FakeRasa, Held, WebService, running, slowly


def ask_for_item(page: Page) -> None:
    click(page, "I want my money back")
    page.get_by_label("Your e-mail address").fill("ana.torres@example.com")
    click(page, "Answer")
    expect(page.get_by_role("button", name="4K bullet camera", exact=True)).to_be_visible()


def test_a_reload_in_the_middle_changes_nothing(page: Page) -> None:
    ask_for_item(page)
    before = lines(page)

    page.reload()
    expect(page.get_by_role("button", name="4K bullet camera", exact=True)).to_be_visible()

    assert lines(page) == before
    assert len(before) == 4
    choose(page, "4K bullet camera")
    hears(page, "Does it still work as new?")


def test_another_tab_shows_the_same_conversation_and_follows_into_a_new_one(desktop: Page) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")

    other = desktop.context.new_page()
    other.goto(desktop.url)
    hears(other, "Which e-mail address")
    write(other, "from the other tab")
    for tab in (desktop, other):
        hears(tab, "from the other tab")
        hears(tab, "Which item")
    assert lines(desktop) == lines(other)

    pick_from_menu(other, "New conversation")
    other.get_by_role("alertdialog").get_by_role("button", name="New conversation").click()
    expect(desktop.get_by_role("button", name="I want my money back")).to_be_visible()
    write(desktop, "again")
    hears(other, "again")


def test_a_restart_of_the_service_loses_and_doubles_nothing(page: Page, service: WebService, rasa: FakeRasa) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")

    service.stop()
    expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    write(page, "written while it was away")
    expect(transcript(page).get_by_text("Not sent yet.")).to_be_visible()
    screenshot(page, "reconnecting")
    service.start()

    hears(page, "Which item", 15)
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    assert rasa.texts == ["hello", "written while it was away"]
    assert len([line for line in lines(page) if "written while it was away" in line]) == 1


def test_a_restart_while_it_is_answering_loses_and_doubles_nothing(
    desktop: Page, service: WebService, rasa: FakeRasa
) -> None:
    rasa.answers = slowly(1.0, rasa.answers)
    write(desktop, "hello")
    expect(desktop.get_by_text("Assistant is writing")).to_be_attached()
    service.stop()
    service.start()

    hears(desktop, "Which e-mail address", 15)
    assert len([line for line in lines(desktop) if "hello" in line]) == 1
    assert len([line for line in lines(desktop) if "Which e-mail address" in line]) == 1


def test_a_network_that_is_cut_for_a_while(desktop: Page, rasa: FakeRasa, at_full_size: bool) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    desktop.context.set_offline(True)
    expect(desktop.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    for number in range(3):
        write(desktop, f"offline {number}")
    time.sleep(30 if at_full_size else 2)
    desktop.context.set_offline(False)

    expect(desktop.get_by_text("Reconnecting…")).to_be_hidden(timeout=15_000)
    expect(transcript(desktop).locator(".unsent")).to_have_count(0, timeout=15_000)
    assert [line.split("\n")[-1] for line in lines(desktop) if "offline" in line] == [f"offline {n}" for n in range(3)]
    hears(desktop, "Shall I file this refund", 15)
    assert rasa.texts == ["hello", *(f"offline {n}" for n in range(3))]


def test_what_was_written_without_a_connection_survives_a_reload_of_the_page(
    desktop: Page, service: WebService
) -> None:
    desktop.context.set_offline(True)
    service.stop()
    write(desktop, "kept")
    desktop.context.set_offline(False)
    service.start()

    desktop.reload()

    hears(desktop, "kept")
    hears(desktop, "Which e-mail address", 15)


def test_what_can_never_be_sent_says_why_and_can_be_removed(desktop: Page) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    desktop.evaluate('() => sessionStorage.setItem(\'inomega-chat-unsent\', \'[{"clientId":"no id!","text":"x"}]\')')
    desktop.reload()

    problem = transcript(desktop).locator(".problem")
    expect(problem).to_contain_text("Not sent.")
    screenshot(desktop, "not-sent")
    problem.get_by_role("button", name="Remove").click()
    expect(problem).to_have_count(0)


def test_while_rasa_is_away_the_customer_is_told_so(page: Page, rasa: FakeRasa) -> None:
    rasa.stop()
    write(page, "hello")
    hears(page, "Your message is kept")
    screenshot(page, "rasa-away")

    rasa.start()

    hears(page, "Which e-mail address", 15)


def test_the_badge_tells_how_much_is_new_also_after_a_reload(desktop: Page, rasa: FakeRasa) -> None:
    rasa.answers = held = Held(lambda _: [{"text": "one"}, {"text": "two"}])
    write(desktop, "hello")
    expect(transcript(desktop).locator(".unsent")).to_have_count(0)
    close_chat(desktop)
    held.release()

    expect(launcher(desktop)).to_have_accessible_name("Open the chat, 2 new messages")
    expect(desktop.locator("inomega-chat").get_by_role("status").get_by_text("2 new messages")).to_be_attached()
    screenshot(desktop, "unread")
    desktop.reload()
    expect(launcher(desktop)).to_have_accessible_name("Open the chat, 2 new messages")
    open_chat(desktop)
    hears(desktop, "two")
    close_chat(desktop)
    expect(launcher(desktop)).to_have_accessible_name("Open the chat")
    desktop.reload()
    expect(launcher(desktop)).to_have_accessible_name("Open the chat")


def test_a_long_conversation_is_there_at_once_and_at_its_end(browser: Browser, service: WebService) -> None:
    count = 500
    with customer_at(browser, service.url) as page:
        open_chat(page)
        service.fill(page.evaluate("() => JSON.parse(localStorage.getItem('inomega-chat-session')).id"), count)
        page.reload()

        expect(transcript(page).get_by_text(f"Message {count} of many")).to_be_in_viewport()
        assert len(lines(page)) == count


def test_who_writes_too_much_reads_why_it_waits_and_it_is_sent_again(
    browser: Browser, engine: Engine, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(website, "MINUTE", 6.0)
    with running(engine, rasa, is_demo=True, limits=replace(LIFTED, messages_per_minute=1)) as service:
        with customer_at(browser, service.url) as page:
            open_chat(page)
            write(page, "hello")
            hears(page, "Which e-mail address")
            write(page, "one more thing")
            waiting = transcript(page).locator(".unsent .status")
            expect(waiting).to_have_text(
                "That was a lot at once. Please wait a moment, then send it again. We do that for you."
            )
            screenshot(page, "waiting for its turn")

            expect(waiting).to_have_count(0)
            hears(page, "Which item")
