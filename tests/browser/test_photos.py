"""Photos of a defect, attached and shown."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.customer import end, hears, pick_from_menu, screenshot, transcript, write
from tests.photos import photo
from tests.unit.channels.servers import FakeRasa, WebService


def attach(page: Page, *contents: bytes, name: str = "defect.jpg", mime: str = "image/jpeg") -> None:
    files: list[FilePayload] = [{"name": name, "mimeType": mime, "buffer": content} for content in contents]
    page.locator("inomega-chat input[type=file]").set_input_files(files)


def drawn(page: Page) -> list[int]:
    """What colour the middle of the last photo has; all zero as long as it isn't drawn."""
    return list(
        transcript(page)
        .locator("canvas")
        .last.evaluate("e => [...e.getContext('2d').getImageData(e.width / 2, e.height / 2, 1, 1).data]")
    )


def test_a_photo_is_sent_kept_and_shown_in_every_tab(page: Page, rasa: FakeRasa) -> None:
    write(page, "hello")
    hears(page, "Which e-mail address")
    attach(page, photo(3000, 2000))
    hears(page, "Your photos are kept with this conversation")

    picture = transcript(page).get_by_role("img", name="Photo")
    expect(picture).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_be_visible()  # the question is still open
    assert picture.evaluate("e => [e.width, e.height]") == [2048, 1365]
    screenshot(page, "photo")
    assert rasa.texts == ["hello"]

    page.reload()
    expect(transcript(page).get_by_role("img", name="Photo")).to_be_visible()
    for _ in range(50):
        if any(drawn(page)):
            break
        page.wait_for_timeout(100)
    assert drawn(page) != [0, 0, 0, 0]


def test_what_is_no_photo_is_refused_with_its_reason(desktop: Page) -> None:
    attach(desktop, b"not a photo")
    expect(desktop.get_by_text("Only photos (JPEG, PNG or WebP) can be attached.")).to_be_visible()
    attach(desktop, b"<svg/>", name="a.svg", mime="image/svg+xml")
    expect(desktop.get_by_text("Only photos (JPEG, PNG or WebP) can be attached.")).to_be_visible()


def test_more_than_allowed_are_refused_and_can_be_removed(desktop: Page) -> None:
    attach(desktop, *(photo(40, 30) for _ in range(6)))
    problem = transcript(desktop).locator(".problem")
    expect(problem).to_contain_text("5 photos are attached already")
    expect(transcript(desktop).get_by_role("img", name="Photo")).to_have_count(5)
    screenshot(desktop, "too-many-photos")
    problem.get_by_role("button", name="Remove").click()
    write(desktop, "that is all")
    hears(desktop, "Which e-mail address")


def test_it_goes_out_once_the_service_is_back(desktop: Page, service: WebService) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    service.stop()
    expect(desktop.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    attach(desktop, photo(40, 30))
    expect(transcript(desktop).get_by_text("Not sent yet.")).to_be_visible()
    write(desktop, "and this after it")
    service.start()

    hears(desktop, "Which item", 15)
    said = transcript(desktop).locator(".from-customer")
    expect(said.nth(1).get_by_role("img")).to_be_visible()
    expect(said.nth(2)).to_contain_text("and this after it")


def test_it_is_in_the_file_that_is_kept(desktop: Page, tmp_path: Path) -> None:
    attach(desktop, photo(400, 300))
    hears(desktop, "Your photos are kept")
    with desktop.expect_download() as download:
        pick_from_menu(desktop, "Save transcript")
    download.value.save_as(tmp_path / "kept.html")
    reader = desktop.context.new_page()
    reader.goto((tmp_path / "kept.html").as_uri())

    assert reader.get_by_role("img", name="Photo").evaluate("e => [e.naturalWidth, e.naturalHeight]") == [400, 300]


def test_a_photo_after_the_end_goes_on_below_what_was_said(desktop: Page) -> None:
    write(desktop, "hello")
    hears(desktop, "Which e-mail address")
    end(desktop)
    attach(desktop, photo())

    hears(desktop, "Your photos are kept with this conversation")
    expect(transcript(desktop).locator("canvas.photo")).to_have_count(1)
    expect(transcript(desktop).get_by_text("hello", exact=True)).to_be_visible()
    expect(transcript(desktop).locator(".unsent")).to_have_count(0)
