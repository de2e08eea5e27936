"""The agents' page, with customers at the shop's page in other browsers: nothing is stale, lost or answered twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect
from sqlalchemy.engine import Engine

from conversations import Draft, Role, begin, claim, store_message
from conversations.agents import find_agent
from database import connect, transaction
from tests.browser import agent, customer
from tests.browser.agent import case, correct, employ, fact, open_conversation, press, queue, sees, sign_in, unfold
from tests.browser.conftest import customer_at
from tests.browser.customer import choose, hears, open_chat, screenshot
from tests.browser.script import HOSTILE
from tests.browser.test_accessibility import violations
from tests.browser.workday import workday
from tests.photos import photo
from tests.running import Running
from tests.unit.channels.servers import Customer, FakeRasa, WebService, until

WIDE: ViewportSize = {"width": 1440, "height": 900}
MARA, TOM, INES = "Mara Lind", "Tom Berg", "Ines Okafor"


@contextmanager
def desk_at(browser: Browser, url: str, name: str, **context: Any) -> Iterator[Page]:
    """The desk in a browser of its own, signed in."""
    with customer_at(browser, f"{url}/desk", **{"viewport": WIDE, **context}) as page:
        page.context.set_default_timeout(15_000)
        sign_in(page, name)
        yield page


@pytest.fixture
def shop(tmp_path: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop with a scripted assistant, and two agents."""
    monkeypatch.setenv("PHOTOS_DIR", str(tmp_path / "photos"))
    engine = connect(f"sqlite:///{tmp_path / 'desk.db'}")
    rasa = FakeRasa(calls_a_person).start()
    service = WebService(engine, rasa, is_demo=True).start()
    employ(engine, MARA, role=Role.LEAD)
    employ(engine, TOM, INES)
    with ExitStack() as opened:
        yield Shop(browser, service, engine, rasa, opened)
    service.stop()
    rasa.stop()
    engine.dispose()


class Shop:
    """Its service, and the browsers that look at it."""

    def __init__(
        self, browser: Browser, service: WebService, engine: Engine, rasa: FakeRasa, opened: ExitStack
    ) -> None:
        self.browser, self.service, self.engine, self.rasa, self._opened = browser, service, engine, rasa, opened

    def desk(self, name: str = MARA, **context: Any) -> Page:
        return self._opened.enter_context(desk_at(self.browser, self.service.url, name, **context))

    def customer(self, *words: str) -> Page:
        page = self._opened.enter_context(customer_at(self.browser, self.service.url))
        open_chat(page)
        for text in words:
            customer.write(page, text)
            hears(page, text)
        return page

    def held_by_mara(self, count: int) -> list[str]:
        """The ids of so many conversations, each with a word of its customer."""
        self.rasa.answers = lambda message: []
        with transaction(self.engine) as session:
            mara = find_agent(session, MARA)
            assert mara
            ids = [begin(session)[0].id for _ in range(count)]
            for id in ids:
                store_message(session, id, Draft("customer", f"hello from {id}"))
                claim(session, id, mara)
        return ids


def calls_a_person(message: dict[str, Any]) -> list[dict[str, Any]]:
    if "person" in message["message"]:
        return [{"custom": {"type": "handover", "state": "waiting", "reason": "asked_for_a_person"}}]
    return [{"text": f"You said: {message['message']}"}]


# Signing in -----------------------------------------------------------------------------------------------------------


def test_signing_in_says_what_is_wrong_and_signing_out_leaves_nothing(shop: Shop) -> None:
    with customer_at(shop.browser, f"{shop.service.url}/desk") as page:
        page.get_by_label("Name").fill(TOM)
        page.get_by_label("Password").fill("a wrong guess")
        press(page, "Sign in")
        expect(page.get_by_role("alert")).to_have_text("Name and password don't go together.")

        sign_in(page, TOM)
        page.get_by_role("switch", name="Sound").click()
        page.reload()
        expect(page.get_by_role("switch", name="Sound")).not_to_be_checked()
        press(page, "Sign out")

        expect(page.get_by_label("Password")).to_have_value("")
        page.reload()
        expect(page.get_by_label("Password")).to_be_visible()
        assert page.evaluate("() => sessionStorage.length") == 0


def test_a_sign_in_that_ends_elsewhere_ends_here_and_keeps_what_was_written(shop: Shop) -> None:
    shop.customer("a person, please")
    desk = shop.desk(TOM)
    open_conversation(desk, "a person")
    press(desk, "Take over")
    desk.get_by_label("Write to the customer").fill("half a sent")

    desk.evaluate("() => fetch('/desk/api/logout', { method: 'POST' })")

    expect(desk.get_by_text("Your sign-in has ended.")).to_be_visible()
    sign_in(desk, TOM)
    expect(desk.get_by_label("Write to the customer")).to_have_value("half a sent")


# Answering ------------------------------------------------------------------------------------------------------------


def test_who_waits_is_announced_and_counted_and_whoever_takes_over_answers(shop: Shop) -> None:
    desk = shop.desk()
    expect(queue(desk, "waiting").get_by_text("Nobody is waiting.")).to_be_visible()
    there = shop.customer("my camera is broken", "a person, please")

    row = queue(desk, "waiting").locator(".row")
    expect(row).to_contain_text("Asked for a person")
    expect(row).to_contain_text("my camera is broken")
    expect(row.locator(".presence")).to_have_class(re.compile("online"))
    expect(desk.get_by_role("status").get_by_text("New in the queue: Asked for a person.")).to_be_attached()
    expect(desk).to_have_title(re.compile(r"^\(1\) Desk"))
    waited = row.locator("time").inner_text()
    expect(row.locator("time")).not_to_have_text(waited)  # it counts on

    desk.keyboard.press("j")
    sees(desk, "a person, please")
    desk.keyboard.press("t")
    hears(there, f"{MARA} has joined")
    expect(desk.get_by_label("Write to the customer")).to_be_focused()
    expect(desk).to_have_title(re.compile("^Desk"))
    there.get_by_label("Your message").press_sequentially("I a")
    expect(transcript_foot(desk)).to_have_text("Customer is writing")
    agent.write(desk, "Hello!\nLet me **look**.")
    hears(there, "Let me")
    expect(customer.transcript(there).locator("strong", has_text="look")).to_be_attached()
    customer.write(there, "I am still here")
    sees(desk, "I am still here")
    expect(agent.transcript(desk).get_by_text("Seen")).to_be_visible()

    there.context.close()
    expect(desk.get_by_text("away", exact=True)).to_be_visible()


def transcript_foot(page: Page) -> Any:
    return agent.transcript(page).locator(".typing")


def test_taken_over_unasked_the_assistant_is_silent(shop: Shop) -> None:
    desk = shop.desk()
    there = shop.customer("what is the warranty?")
    hears(there, "You said: what is the warranty?")
    unfold(desk, "With the assistant")
    open_conversation(desk, "what is the warranty?")

    press(desk, "Take over")
    hears(there, f"{MARA} has joined")
    customer.write(there, "only for Mara")
    sees(desk, "only for Mara")
    agent.write(desk, "24 months.")
    hears(there, "24 months.")

    assert "only for Mara" not in shop.rasa.texts
    expect(queue(desk, "mine").locator(".row")).to_have_count(1)


def test_of_two_who_claim_at_the_same_moment_one_is_told_who_has_it(shop: Shop) -> None:
    shop.customer("a person, please")
    mara, tom = shop.desk(MARA), shop.desk(TOM)
    for desk in (mara, tom):
        open_conversation(desk, "a person")
    url = "**/claim"
    held: list[Route] = []
    tom.route(url, lambda route: held.append(route))  # Tom's call is on its way while Mara's arrives
    press(tom, "Take over")
    press(mara, "Take over")
    expect(mara.get_by_text("You answer")).to_be_visible()
    held[0].continue_()

    expect(tom.get_by_role("alert")).to_contain_text(f"{MARA} has this conversation.")
    expect(tom.get_by_text(f"{MARA} answers", exact=True)).to_be_visible()
    expect(tom.get_by_label("Write to the customer")).to_be_hidden()


def test_passed_on_and_put_back_and_ended(shop: Shop) -> None:
    there = shop.customer("a person, please")
    mara, tom = shop.desk(MARA), shop.desk(TOM)
    open_conversation(mara, "a person")
    press(mara, "Take over")
    press(mara, "Pass on")
    dialog = mara.get_by_role("dialog", name="Pass on to")
    expect(dialog.get_by_role("button", name=INES)).to_contain_text("away, holds 0")
    dialog.get_by_role("button", name=TOM).click()

    hears(there, f"{TOM} has joined")
    open_conversation(tom, "a person")
    press(tom, "Back to the queue")
    expect(queue(mara, "waiting").locator(".row")).to_contain_text("Put back in the queue")
    press(tom, "Take over")
    press(tom, "End")
    press(tom.get_by_role("dialog"), "Solved")
    press(tom.get_by_role("dialog"), "End")

    hears(there, "This conversation has ended.")
    expect(tom.get_by_text("This conversation has ended. You can leave a note.")).to_be_visible()
    unfold(tom, "Ended")
    expect(queue(tom, "closed").locator(".row")).to_have_count(1)


def test_cut_off_and_back_nothing_is_missing_and_nothing_comes_twice(shop: Shop) -> None:
    there = shop.customer("a person, please")
    desk = shop.desk()
    open_conversation(desk, "a person")
    press(desk, "Take over")
    agent.write(desk, "before")
    hears(there, "before")

    desk.context.set_offline(True)
    expect(desk.get_by_text("Connection lost.")).to_be_visible()
    agent.write(desk, "written while cut off")
    expect(agent.transcript(desk).get_by_text("Not sent yet.")).to_be_visible()
    customer.write(there, "said meanwhile")
    waiting = shop.customer("another person, please")
    desk.context.set_offline(False)

    expect(desk.get_by_text("Connection lost.")).to_be_hidden(timeout=20_000)
    sees(desk, "said meanwhile")
    hears(there, "written while cut off", 20)
    expect(queue(desk, "waiting").locator(".row")).to_contain_text("another person")
    shop.service.stop()
    expect(desk.get_by_text("Connection lost.")).to_be_visible()
    agent.write(desk, "written while it was away")
    shop.service.start()
    hears(there, "written while it was away", 20)
    customer.write(there, "after")
    sees(desk, "after")
    expect(agent.transcript(desk).locator(".unsent")).to_have_count(0)

    said = [
        "a person, please",
        "before",
        "said meanwhile",
        "written while cut off",
        "written while it was away",
        "after",
    ]
    assert [text for text in agent.bubbles(desk) if text in said] == sorted(agent.bubbles(desk), key=said.index)
    assert len(agent.bubbles(desk)) == len(said)
    waiting.context.close()


def test_what_is_refused_says_why_and_stays(shop: Shop) -> None:
    shop.customer("a person, please")
    desk, tom = shop.desk(MARA), shop.desk(TOM)
    open_conversation(tom, "a person")
    press(tom, "Take over")
    tom.route("**/messages", lambda route: None)  # lost on its way
    agent.write(tom, "too late")
    open_conversation_of(desk, "With colleagues", "a person")
    press(desk, "Pass on")
    desk.get_by_role("dialog").get_by_role("button", name=INES).click()
    expect(tom.get_by_text(f"{INES} answers", exact=True)).to_be_visible()
    tom.unroute("**/messages")

    problem = agent.transcript(tom).locator(".problem")
    expect(problem).to_contain_text(f"Not sent. {INES} has this conversation.", timeout=30_000)
    problem.get_by_role("button", name="Remove").click()
    expect(problem).to_have_count(0)


def open_conversation_of(page: Page, section: str, words: str) -> None:
    unfold(page, section)
    open_conversation(page, words)


# The case -------------------------------------------------------------------------------------------------------------


def test_the_case_is_there_and_a_corrected_fact_changes_the_decision_at_once(shop: Shop) -> None:
    workday(shop.engine, MARA, TOM)
    desk = shop.desk()
    open_conversation(desk, "INO-10482")

    expect(case(desk).get_by_text("Ana Torres", exact=True)).to_be_visible()
    expect(case(desk).get_by_text("4K bullet camera").first).to_be_visible()
    expect(fact(desk, "Works as new")).to_contain_text("Yescustomer")
    expect(fact(desk, "Delivered on")).to_contain_text("order")
    expect(fact(desk, "Delivered on").get_by_role("button")).to_have_count(0)
    expect(case(desk).get_by_text("Still to be asked: Original packaging")).to_be_visible()

    correct(desk, "Original packaging", "Yes")
    expect(case(desk).get_by_label("Decision: Eligible")).to_contain_text("Customer gets back$189.00")
    expect(fact(desk, "Original packaging")).to_contain_text("Yesagent")
    correct(desk, "Works as new", "No")
    expect(case(desk).get_by_label("Decision: Not eligible")).to_be_visible()
    expect(case(desk).get_by_role("button", name="File this refund")).to_be_hidden()
    correct(desk, "Works as new", "Take back")
    expect(case(desk).get_by_label("Decision: Eligible")).to_be_visible()

    case(desk).get_by_text("Clauses", exact=True).click()
    expect(case(desk).locator("blockquote").first).not_to_be_empty()
    case(desk).get_by_text("Rules looked at").click()
    expect(case(desk).get_by_text("refundable", exact=True)).to_be_visible()
    press(desk, "File this refund")
    request = case(desk).get_by_role("article")
    expect(request).to_contain_text("Filed")
    press(request, "Approve")
    desk.get_by_role("dialog").get_by_label("Note for the record").fill("All in order")
    press(desk.get_by_role("dialog"), "Approve")
    expect(request.locator(".chip")).to_have_text("Approved")
    request.get_by_text("History").click()
    expect(request).to_contain_text("All in order")
    expect(agent.transcript(desk).get_by_text("I have filed this for you.")).to_be_visible()


def test_notes_replies_and_hostile_words(shop: Shop) -> None:
    there = shop.customer("a person, please")
    mara, tom = shop.desk(MARA), shop.desk(TOM)
    for desk in (mara, tom):
        open_conversation(desk, "a person")
    mara.keyboard.press("t")
    expect(mara.get_by_label("Write to the customer")).to_be_focused()

    mara.keyboard.type("Well: . Yes?")
    for _ in range(6):
        mara.keyboard.press("ArrowLeft")
    mara.keyboard.press("Escape")
    mara.keyboard.press("p")
    mara.get_by_label("Find a reply").fill("guarantee modified")
    expect(mara.get_by_role("dialog").get_by_role("listitem")).to_have_count(1)
    mara.keyboard.press("Enter")
    field = mara.get_by_label("Write to the customer")
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile(r"^Well: Our policy says: “The guarantee .*”\. Yes\?$"))
    field.fill("")

    mara.keyboard.press("Escape")
    mara.keyboard.press("n")
    mara.keyboard.type("he is <b>nice</b>")
    mara.keyboard.press("Enter")
    for desk in (mara, tom):
        expect(agent.transcript(desk).locator(".note")).to_contain_text("he is <b>nice</b>")
    customer.write(there, HOSTILE)
    sees(mara, "<script>alert(1)</script>")
    assert HOSTILE.strip() in mara.locator(".from-customer .bubble").last.inner_text()
    expect(customer.transcript(there).get_by_text("nice")).to_have_count(0)


def test_the_address_that_was_left_and_the_conversation_before(shop: Shop) -> None:
    tab = Customer(shop.service.url).connect()
    tab.say("the first time")
    tab.hears("You said: the first time")
    assert tab.socket.call("end_session", timeout=10) == {"ok": True}
    tab.say("a person again, please")
    until(lambda: any(event == "state" and data["state"] == "waiting" for event, data in tab.events))
    assert tab.socket.call("leave_email", {"email": "kim@example.com"}, timeout=10) == {"ok": True}
    desk = shop.desk()
    open_conversation(desk, "a person again")

    link = case(desk).get_by_role("link", name="kim@example.com")
    expect(link).to_have_attribute("href", "mailto:kim@example.com")
    before = case(desk).get_by_role("region", name="The conversation before this one")
    before.get_by_text("Transcript").click()
    expect(before.get_by_text("You said: the first time")).to_be_visible()
    tab.leave()


def test_a_photo_is_seen(shop: Shop) -> None:
    there = shop.customer("a person, please")
    there.locator("input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": photo(kind="PNG")}
    )
    desk = shop.desk()
    open_conversation(desk, "a person")
    shown = agent.transcript(desk).locator("canvas.photo")
    expect(shown).to_be_visible()
    desk.wait_for_function(
        "() => document.querySelector('canvas.photo').getContext('2d').getImageData(0, 0, 1, 1).data[3]"
    )


# With the real assistant ----------------------------------------------------------------------------------------------


def test_a_person_joins_in_the_middle_of_the_form_and_gives_back(running: Running, browser: Browser) -> None:
    engine = connect(running.database)
    employ(engine, MARA)
    engine.dispose()
    with customer_at(browser, running.web) as there, desk_at(browser, running.web, MARA) as desk:
        for page in (there, desk):
            page.context.set_default_timeout(25_000)
        open_chat(there)
        customer.write(there, "hi, I want my money back for order INO-10462, mia.jensen@example.com")
        hears(there, "original working condition", 25)
        customer.write(there, "I want to talk to a person")

        row = queue(desk, "waiting").locator(".row")
        expect(row).to_contain_text("Asked for a person", timeout=25_000)
        expect(row).to_contain_text("INO-10462")
        row.click()
        expect(case(desk).get_by_text("Mia Jensen", exact=True)).to_be_visible()
        expect(fact(desk, "Wants")).to_contain_text("Refundcustomer")
        expect(case(desk).get_by_text("Still to be asked: Works as new, Original packaging")).to_be_visible()
        screenshot(desk, "desk-waiting")
        press(desk, "Take over")
        hears(there, f"{MARA} has joined", 25)
        customer.write(there, "the box is in the cellar, is that fine?")
        sees(desk, "the box is in the cellar")
        agent.write(desk, "Perfectly. I note that you have it.")
        hears(there, "Perfectly.", 25)
        correct(desk, "Original packaging", "Yes")
        expect(case(desk).get_by_text("Still to be asked: Works as new", exact=True)).to_be_visible()
        before = len(customer.lines(there))
        press(desk, "Hand back")

        expect(there.get_by_role("group", name="Answers to choose from")).to_be_visible(timeout=25_000)
        asked = " ".join(customer.lines(there)[before:])
        assert "original working condition" in asked
        choose(there, "Yes")
        expect(customer.transcript(there).get_by_label("Decision: Eligible")).to_be_attached(timeout=25_000)
        assert not any("packaging?" in line for line in customer.lines(there)[before:])
        expect(desk.get_by_text("The assistant answers", exact=True)).to_be_visible()
        expect(case(desk).get_by_label("Decision: Eligible")).to_be_visible()
        expect(fact(desk, "Original packaging")).to_contain_text("Yesagent")
        choose(there, "Yes")
        hears(there, "Your refund request is filed", 25)
        expect(case(desk).get_by_role("article")).to_contain_text("Filed")
        screenshot(desk, "desk-finished")


# For everyone ---------------------------------------------------------------------------------------------------------


@pytest.mark.npm
def test_axe_finds_nothing_anywhere_in_either_theme(shop: Shop, axe: str) -> None:
    workday(shop.engine, MARA, TOM)
    with customer_at(shop.browser, f"{shop.service.url}/desk", viewport=WIDE, bypass_csp=True) as page:
        check(page, axe, "sign-in")
        sign_in(page, MARA)
        for section in ("With colleagues", "With the assistant", "Ended"):
            unfold(page, section)
        check(page, axe, "queue")
        open_conversation(page, "INO-10482")
        correct(page, "Original packaging", "Yes")
        expect(case(page).get_by_label("Decision: Eligible")).to_be_visible()
        for fold in ("Clauses", "Rules looked at"):
            case(page).get_by_text(fold).first.click()
        check(page, axe, "conversation")
        press(page, "File this refund")
        page.get_by_role("button", name="Edit: Reason").click()
        expect(case(page).get_by_role("article")).to_be_visible()
        case(page).evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
        check(page, axe, "request")
        press(page, "Note")
        page.get_by_role("textbox").last.fill("Knows the shop well.\nAsked twice before.")
        shop.service.stop()
        expect(page.get_by_text("Connection lost.")).to_be_visible()
        check(page, axe, "cut-off")
        shop.service.start()
        expect(page.get_by_text("Connection lost.")).to_be_hidden(timeout=20_000)
        press(page, "Reply")
        for name in ("Prepared replies", "Pass on", "End", "Approve", "Keyboard shortcuts"):
            page.get_by_role("button", name=name, exact=True).click()
            expect(page.get_by_role("dialog").get_by_text("Loading…")).to_have_count(0)
            check(page, axe, f"dialog-{name.lower().replace(' ', '-')}")
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)


def check(page: Page, axe: str, state: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page, axe, "html") == [], (state, theme)
        screenshot(page, f"desk-{state}-{theme}")


def test_enlarged_to_twice_the_size_everything_can_be_reached(shop: Shop) -> None:
    workday(shop.engine, MARA, TOM)
    page = shop.desk(viewport={"width": 640, "height": 450})
    screenshot(page, "desk-enlarged-queue")
    open_conversation(page, "INO-10482")
    expect(page.get_by_label("Write to the customer")).to_be_in_viewport()
    screenshot(page, "desk-enlarged-conversation")
    press(page, "Case")
    expect(case(page)).to_be_visible()
    expect(agent.transcript(page)).to_be_hidden()
    screenshot(page, "desk-enlarged-case")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_alone_is_enough(shop: Shop) -> None:
    workday(shop.engine, MARA, TOM)
    page = shop.desk()
    page.keyboard.press("j")
    expect(page.locator(".row[aria-current]")).to_contain_text("Asked for a person")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".row[aria-current]")).to_contain_text("Asked for a person")
    page.keyboard.press("t")
    expect(page.get_by_label("Write to the customer")).to_be_focused()
    page.keyboard.type("?tj")  # letters, while one writes
    expect(page.get_by_label("Write to the customer")).to_have_value("?tj")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.get_by_text("The assistant answers", exact=True)).to_be_visible()

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_label("Single keys are shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Note")).to_have_attribute("aria-pressed", "false")

    page.locator(".row").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".row[aria-current]")).to_be_focused()


def test_what_is_written_right_after_a_click_is_for_the_customer_who_was_clicked(shop: Shop) -> None:
    """On a machine so slow that it draws twice a second."""
    ids = shop.held_by_mara(3)
    page = shop.desk()
    expect(queue(page, "mine").locator(".row")).to_have_count(3)
    page.evaluate("() => { window.requestAnimationFrame = (draw) => setTimeout(draw, 500) }")
    for id in ids:
        page.locator(f"[data-id='{id}']").click()
        page.get_by_label("Write to the customer").fill(f"draft for {id}")
    for id in ids:
        page.locator(f"[data-id='{id}']").click()
        expect(page.get_by_label("Write to the customer")).to_have_value(f"draft for {id}")


def test_thirty_conversations_at_once_stay_quick(shop: Shop) -> None:
    ids = shop.held_by_mara(30)
    page = shop.desk()
    expect(queue(page, "mine").locator(".row")).to_have_count(30)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for id in ids[:10]:
        page.locator(f"[data-id='{id}']").click()
        field = page.get_by_label("Write to the customer")
        field.fill(f"draft for {id}")
    for id in ids[:10]:
        page.locator(f"[data-id='{id}']").click()
        expect(page.get_by_label("Write to the customer")).to_have_value(f"draft for {id}")
    looks = [url for url in asked if "/desk/api/" in url]
    assert len(looks) == 20
    assert not any("?" in url for url in looks)  # the lists come by themselves
