"""For everyone: axe finds nothing in any state and either theme; the keyboard alone is enough; what is read out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, customer_at
from tests.browser.customer import (
    close_chat,
    file_by_clicking,
    hears,
    launcher,
    open_chat,
    pick_from_menu,
    screenshot,
    transcript,
    write,
)
from tests.browser.test_handover import ANN, AWAY, WAITING, handover, says
from tests.browser.test_photos import attach
from tests.photos import photo
from tests.unit.channels.servers import FakeRasa, WebService, slowly

State = Callable[[Page, WebService], None]


def card(page: Page, _: WebService) -> None:
    file_by_clicking(page)
    transcript(page).get_by_text("What our policy says").click()


def every_outcome(page: Page, _: WebService) -> None:
    write(page, "every outcome")
    hears(page, "Depends on your answers")
    transcript(page).locator("summary").filter(has_text="8-port PoE switch").click()


def asking(words: str, label: str) -> State:
    def ask(page: Page, _: WebService) -> None:
        write(page, words)
        expect(page.get_by_label(label, exact=True).first).to_be_visible()

    return ask


def waiting(page: Page, service: WebService) -> None:
    service.tells("state", WAITING)
    expect(page.get_by_text("You are number 2 in line.")).to_be_visible()


def nobody_there(page: Page, service: WebService) -> None:
    service.tells("state", AWAY)
    expect(page.get_by_label("Your e-mail address")).to_be_visible()


def agent(page: Page, service: WebService) -> None:
    service.tells("state", ANN)
    says(service, 1, "agent", "Hello, this is Ann. See https://shop.example.")
    says(service, 2, "system", custom=handover(ANN))
    hears(page, "Ann has joined.")


def ended(page: Page, _: WebService) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    pick_from_menu(page, "End conversation")
    page.get_by_role("alertdialog").get_by_role("button", name="End conversation").click()
    expect(page.get_by_role("button", name="Save transcript")).to_be_visible()


def question(page: Page, _: WebService) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    pick_from_menu(page, "New conversation")


def menu(page: Page, _: WebService) -> None:
    page.get_by_role("button", name="More", exact=True).click()


def offline(page: Page, service: WebService) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    service.stop()
    write(page, "unsent")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()


def error(page: Page, _: WebService) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    page.evaluate('() => sessionStorage.setItem(\'inomega-chat-unsent\', \'[{"clientId":"no id!","text":"x"}]\')')
    page.reload()
    expect(transcript(page).locator(".problem")).to_be_visible()


def with_photo(page: Page, _: WebService) -> None:
    attach(page, photo(400, 300))
    hears(page, "Your photos are kept")


def clause(page: Page, _: WebService) -> None:
    write(page, "the policy")
    hears(page, "14-day, no-hassle refund policy")


STATES: dict[str, State] = {
    "empty": lambda page, service: None,
    "menu": menu,
    "card": card,
    "every outcome": every_outcome,
    "clause": clause,
    "rich text": asking("be rich", "Your message"),
    "asking e-mail": asking("hello", "Your e-mail address"),
    "asking order": asking("which order", "Your order number"),
    "asking date": asking("which day", "Pick the day, or write it below"),
    "asking choice": asking("refused", "Answers to choose from"),
    "asking yes or no": asking("decide and ask", "Answers to choose from"),
    "asking many": asking("which of many", "Find an answer"),
    "question": question,
    "waiting": waiting,
    "nobody there": nobody_there,
    "agent": agent,
    "photo": with_photo,
    "ended": ended,
    "error": error,
    "offline": offline,
}


def violations(page: Page, axe: str, of: str = "inomega-chat") -> list[str]:
    """What axe finds in the widget, or `of` the whole page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate(
        "(of) => axe.run(of, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })"
        ".then(({ violations }) => violations.map(({ id, help, nodes }) =>"
        " `${id}: ${help}: ${nodes.map((node) => node.html + node.failureSummary).join(' | ')}`))",
        of,
    )
    return list(found)


@pytest.fixture
def readable(browser: Browser, service: WebService) -> Iterator[Page]:
    """The page without its policy, which allows nothing inline: axe comes as text."""
    # without motion, as what glides in is see-through at first
    with customer_at(browser, service.url, bypass_csp=True, reduced_motion="reduce") as page:
        open_chat(page)
        yield page


@pytest.mark.npm
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(readable: Page, service: WebService, axe: str, state: str) -> None:
    """Light on a desktop, then dark on a phone."""
    STATES[state](readable, service)
    assert violations(readable, axe) == []
    screenshot(readable, f"axe-{state.replace(' ', '-')}-light")

    readable.emulate_media(color_scheme="dark")
    readable.set_viewport_size(PHONE)
    assert violations(readable, axe) == []
    screenshot(readable, f"axe-{state.replace(' ', '-')}-dark")


@pytest.mark.npm
def test_axe_finds_nothing_on_the_page_around_a_closed_chat(readable: Page, axe: str) -> None:
    close_chat(readable)
    for theme in ("light", "dark"):
        readable.emulate_media(color_scheme="light" if theme == "light" else "dark")
        screenshot(readable, f"closed-{theme}")
        assert violations(readable, axe, "html") == []


@pytest.mark.npm
def test_axe_would_find_something(readable: Page, axe: str) -> None:
    readable.get_by_role("button", name="Attach a photo").evaluate("button => button.removeAttribute('aria-label')")
    readable.locator("inomega-chat .root").evaluate("root => root.style.setProperty('--soft', '#c0c8cc')")

    assert sorted(each.split(":")[0] for each in violations(readable, axe)) == ["button-name", "color-contrast"]


@pytest.mark.npm
@pytest.mark.parametrize("color", ["#ffd400", "#e3242b", "#7fd1ae", "#111111", "#0057ff"])
def test_any_colour_of_a_shop_can_be_read(readable: Page, axe: str, color: str) -> None:
    write(readable, "refused")
    for theme in ("light", "dark"):
        readable.evaluate("([color, theme]) => { InomegaChat.init({ color, theme }) }", [color, theme])
        open_chat(readable)
        hears(readable, "Shall we go on with something else?")
        assert violations(readable, axe) == []
        screenshot(readable, f"colour-{color[1:]}-{theme}")


def test_each_new_message_is_read_out_once_and_the_transcript_is_no_live_region(desktop: Page) -> None:
    write(desktop, "hello")
    live = desktop.locator("[aria-live=polite]")
    expect(live.get_by_text("Assistant: I'm sorry to hear that.")).to_have_count(1)

    assert transcript(desktop).get_attribute("aria-live") is None
    desktop.reload()
    hears(desktop, "Which e-mail address")
    expect(live.locator("p")).to_have_count(0)


def test_arriving_messages_do_not_move_the_focus(desktop: Page, rasa: FakeRasa) -> None:
    rasa.answers = slowly(0.3, rasa.answers)
    write(desktop, "hello")
    desktop.get_by_label("Your message").fill("half a sen")

    hears(desktop, "Which e-mail address")
    expect(desktop.get_by_label("Your message")).to_be_focused()
    expect(desktop.get_by_label("Your message")).to_have_value("half a sen")


def test_the_whole_conversation_works_with_the_keyboard_alone(desktop: Page) -> None:
    close_chat(desktop)
    expect(launcher(desktop)).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_label("Your message")).to_be_focused()
    tab_to(desktop, desktop.get_by_role("button", name="I want my money back"), "Shift+Tab")
    desktop.keyboard.press("Enter")
    email = desktop.get_by_label("Your e-mail address")
    expect(email).to_be_visible()
    tab_to(desktop, email)
    desktop.keyboard.type("ana.torres@example.com")
    desktop.keyboard.press("Enter")
    item = desktop.get_by_role("button", name="4K bullet camera", exact=True)
    expect(item).to_be_visible()
    tab_to(desktop, item)
    desktop.keyboard.press("Space")
    hears(desktop, "Does it still work as new?")

    tab_to(desktop, desktop.get_by_role("button", name="More", exact=True))
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("button", name="Talk to a person")).to_be_focused()
    desktop.keyboard.press("ArrowDown")
    expect(desktop.get_by_role("button", name="Save transcript")).to_be_focused()


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    for _ in range(120):
        if target.evaluate("element => element === element.getRootNode().activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("not reachable by the Tab key")


def test_at_twice_the_size_nothing_is_cut_off(browser: Browser, service: WebService) -> None:
    """What 200% of a 1280 by 860 window leaves."""
    with customer_at(browser, service.url, viewport={"width": 640, "height": 430}, device_scale_factor=2) as page:
        open_chat(page)
        file_by_clicking(page)
        screenshot(page, "zoomed")

        assert transcript(page).evaluate("e => e.scrollWidth <= e.clientWidth")
        expect(page.get_by_label("Your message")).to_be_in_viewport()
        box = transcript(page).bounding_box()
        assert box is not None
        assert box["height"] > 200


def test_the_visitors_own_text_size_counts(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url) as page:
        client = page.context.new_cdp_session(page)
        client.send("Page.enable")
        client.send("Page.setFontSizes", {"fontSizes": {"standard": 24, "fixed": 20}})
        page.reload()
        open_chat(page)
        file_by_clicking(page)
        screenshot(page, "large-text")

        assert page.get_by_label("Your message").evaluate("e => getComputedStyle(e).fontSize") == "22.5px"
        assert transcript(page).evaluate("e => e.scrollWidth <= e.clientWidth")


def test_from_right_to_left_everything_is_mirrored(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url) as page:
        page.evaluate("() => InomegaChat.init({ lang: 'ar', side: 'left' })")
        open_chat(page)
        write(page, "refused")
        hears(page, "Shall we go on")
        screenshot(page, "right-to-left")

        mine = transcript(page).locator(".from-customer .bubble").bounding_box()
        theirs = transcript(page).locator(".from-assistant .bubble").last.bounding_box()
        assert mine is not None
        assert theirs is not None
        assert mine["x"] + mine["width"] < theirs["x"] + theirs["width"]
        close, field = (
            page.get_by_role("dialog").get_by_role("button", name="Close the chat"),
            page.get_by_role("dialog"),
        )
        assert (close.bounding_box() or {"x": 999})["x"] < (field.bounding_box() or {"x": 0})["x"] + 60


def test_who_wants_no_motion_gets_none(browser: Browser, service: WebService) -> None:
    with customer_at(browser, service.url, reduced_motion="reduce") as page:
        open_chat(page)
        assert page.get_by_role("dialog").evaluate("e => getComputedStyle(e).animationName") == "none"
