"""Photos over HTTP: whose they are, what is refused, and what the conversation shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine

from channels.turns import PHOTO_KEPT, has_thanked
from conversations import Draft, answer, begin, close, store_message
from conversations.photos import LARGEST_PHOTO, MOST_PHOTOS
from database import transaction
from tests.photos import photo
from tests.unit.channels.servers import Customer, FakeRasa, WebService, running, until

Opens = Callable[[], Customer]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTOS_DIR", str(tmp_path))
    return tmp_path


def bearer(customer: Customer) -> dict[str, str]:
    return {"Authorization": f"Bearer {customer.session['session_id']}.{customer.session['secret']}"}


def attach(service: WebService, customer: Customer, client_id: str = "one", content: bytes = b"") -> httpx.Response:
    address = f"{service.url}/photos?client_id={client_id}"
    return httpx.post(address, content=content or photo(), headers=bearer(customer), timeout=20)


def hears_of_the_end(customer: Customer) -> bool:
    return any(event == "state" and data["state"] == "closed" for event, data in customer.events)


def error_code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


def test_every_tab_shows_it_and_the_assistant_says_thanks_without_rasa(
    service: WebService, customer: Opens, rasa: FakeRasa
) -> None:
    tab = customer().connect()
    other = tab.again(0)
    attached = attach(service, tab)

    assert attached.status_code == 201
    body = attached.json()
    for each in (tab, other):
        each.hears(PHOTO_KEPT)
        assert each.messages[0]["author"]["kind"] == "customer"
        assert each.messages[0]["custom"] == {"type": "photo", **{key: body[key] for key in ("id", "width", "height")}}
        assert each.messages[0]["client_id"] == "one"
    assert rasa.said == []


def test_several_in_a_row_are_thanked_for_once(service: WebService, customer: Opens) -> None:
    tab = customer().connect()
    for number in range(3):
        attach(service, tab, str(number))
    tab.say("that is how it looks")
    tab.hears("You said: that is how it looks")

    assert tab.texts.count(PHOTO_KEPT) == 1


@pytest.mark.parametrize(
    ("between", "since", "is_thanked"), [(None, None, True), (None, "so", True), ("so", None, False)]
)
def test_words_between_photos_call_for_thanks_again_and_words_after_them_do_not(
    service: WebService, engine: Engine, between: str | None, since: str | None, is_thanked: bool
) -> None:
    picture = Draft("customer", custom={"type": "photo", "id": "p", "width": 1, "height": 1})
    with transaction(engine) as session:
        conversation, _ = begin(session)
        first = store_message(session, conversation.id, picture)
        answer(session, conversation.id, first.seq, [Draft("assistant", PHOTO_KEPT)])
        for draft in [Draft("customer", between)] if between else []:
            store_message(session, conversation.id, draft)
        second = store_message(session, conversation.id, picture)
        for draft in [Draft("customer", since)] if since else []:
            store_message(session, conversation.id, draft)

        assert has_thanked(session, second) is is_thanked
        close(session, conversation.id)  # nothing is left for the service to answer


def test_the_same_number_again_is_the_same_photo(service: WebService, customer: Opens) -> None:
    tab = customer().connect()

    assert attach(service, tab).json() == attach(service, tab).json()


def test_it_is_shown_to_its_own_conversation_alone(service: WebService, customer: Opens) -> None:
    tab, stranger = customer().connect(), customer().connect()
    address = f"{service.url}/photos/{attach(service, tab).json()['id']}"

    shown = httpx.get(address, headers=bearer(tab))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert (shown.headers["Cache-Control"], shown.headers["Content-Disposition"]) == ("no-store", "inline")
    assert httpx.get(address, headers=bearer(stranger)).status_code == 404
    assert httpx.get(address).status_code == 401
    assert httpx.get(f"{service.url}/photos/..%2f..%2fetc", headers=bearer(tab)).status_code == 404


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer a.b", "Bearer a", "Basic YTpi"])
def test_without_the_secret_nothing_is_taken(service: WebService, authorization: str) -> None:
    headers = {"Authorization": authorization}
    refused = httpx.post(f"{service.url}/photos?client_id=one", content=photo(), headers=headers)

    assert (refused.status_code, error_code(refused)) == (401, "no_session")


def test_a_refusal_is_in_the_language_that_the_page_names(service: WebService) -> None:
    headers = {"Accept-Language": "de-DE,en;q=0.5"}
    refused = httpx.post(f"{service.url}/photos?client_id=one", content=photo(), headers=headers)

    assert refused.json()["error"]["message"].startswith("Dieses Gespräch ist nicht mehr bekannt.")


def test_what_cannot_be_taken_is_refused_with_its_reason(service: WebService, customer: Opens) -> None:
    tab = customer().connect()
    large = attach(service, tab, content=bytes(LARGEST_PHOTO + 1))
    text = attach(service, tab, content=b"not a photo")
    nameless = attach(service, tab, client_id="no name!")

    assert [(each.status_code, error_code(each)) for each in (large, text, nameless)] == [
        (413, "too_large"), (415, "not_a_photo"), (400, "bad_message"),
    ]  # fmt: skip
    for number in range(MOST_PHOTOS):
        assert attach(service, tab, str(number)).status_code == 201
    more = attach(service, tab, "more")
    assert (more.status_code, error_code(more)) == (409, "too_many")


def test_a_body_that_does_not_say_how_long_it_is_is_read_no_further_than_allowed(
    service: WebService, customer: Opens
) -> None:
    tab = customer().connect()
    parts = (bytes(1024**2) for _ in range(9))
    refused = httpx.post(f"{service.url}/photos?client_id=one", content=parts, headers=bearer(tab), timeout=20)

    assert (refused.status_code, error_code(refused)) == (413, "too_large")


def test_only_an_allowed_page_may_ask_for_it(engine: Engine, rasa: FakeRasa) -> None:
    asking = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    with running(engine, rasa, allowed_origins=("https://shop.example",)) as service:
        allowed, refused = (
            httpx.options(f"{service.url}/photos", headers={"Origin": origin, **asking})
            for origin in ("https://shop.example", "https://elsewhere.example")
        )

    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_an_ended_conversation_says_so_once(service: WebService, customer: Opens) -> None:
    tab = customer().connect()
    other = tab.again(0)
    assert tab.socket.call("end_session", timeout=5) == {"ok": True}

    for each in (tab, other):
        ended = each.hears("This conversation has ended.")
        assert ended["author"]["kind"] == "system"
        assert (ended["custom"]["state"], ended["custom"]["reason"]) == ("closed", None)
        until(partial(hears_of_the_end, each))
    assert tab.socket.call("end_session", timeout=5) == {"ok": True}
    assert len([each for each in tab.messages if each["author"]["kind"] == "system"]) == 1


def test_after_the_end_a_photo_begins_the_conversation_that_goes_on_in_all_tabs(
    service: WebService, customer: Opens
) -> None:
    tab = customer().connect()
    other = tab.again(0)
    ended = bearer(tab)
    tab.socket.call("end_session", timeout=5)
    until(partial(hears_of_the_end, other))
    first = attach(service, tab)

    assert (first.status_code, first.json()["seq"]) == (201, 1)
    for each in (tab, other):
        each.hears(PHOTO_KEPT)
        assert each.session["session_id"] not in ended["Authorization"]
        assert [message["custom"]["id"] for message in each.messages if "client_id" in message] == [first.json()["id"]]
    again = httpx.post(f"{service.url}/photos?client_id=one", content=photo(), headers=ended, timeout=20)
    assert again.json() == first.json()  # sent again by a page that hasn't heard of the new conversation
    assert httpx.get(f"{service.url}/photos/{first.json()['id']}", headers=bearer(tab)).status_code == 200
