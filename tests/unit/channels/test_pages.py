from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import httpx
import pytest
import socketio
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

import channels.readiness
from channels import pages
from channels.pages import HEADERS
from policy_core import load_policy
from policy_core.policy import PUBLISHED
from tests.unit.channels.servers import TO_CONNECT, FakeRasa, WebService, running, until


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/static/page.js", "/healthz", "/policy/clauses", "/nowhere", "/socket.io/"]
)
def test_every_answer_carries_the_security_headers(service: WebService, path: str) -> None:
    headers = httpx.get(service.url + path).headers

    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_a_page_that_isolates_itself_may_load_the_widget_and_nothing_else(service: WebService) -> None:
    policies = [
        httpx.get(service.url + path).headers["Cross-Origin-Resource-Policy"]
        for path in ("/static/widget.js", "/static/chat.js", "/", "/desk/api/me")
    ]

    assert policies == ["cross-origin", "cross-origin", "same-origin", "same-origin"]


def test_the_content_security_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy


def test_the_page_loads_only_our_own_files(service: WebService) -> None:
    page = httpx.get(service.url).text

    assert "<title>" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<style" not in page
    assert "<script>" not in page


def test_a_shop_embeds_the_widget_as_the_demo_does_and_gets_it_compressed(service: WebService) -> None:
    assert '<script src="/static/widget.js" async data-open></script>' in " ".join(httpx.get(service.url).text.split())
    script = httpx.get(f"{service.url}/static/widget.js")

    assert script.headers["Content-Encoding"] == "gzip"
    assert script.headers["Content-Type"].startswith("text/javascript")


def test_the_policys_sentences_can_be_read(service: WebService) -> None:
    clauses = {clause["id"]: clause for clause in httpx.get(f"{service.url}/policy/clauses").json()}

    assert clauses["refunds.promise"]["section"] == "Refunds"
    assert "14-day, no-hassle refund policy" in clauses["refunds.promise"]["text"]


def test_sample_orders_are_shown_only_by_the_demo(service: WebService, engine: Engine, rasa: FakeRasa) -> None:
    assert httpx.get(f"{service.url}/demo/orders").json() == []

    with running(engine, rasa, is_demo=True) as demo:
        samples = httpx.get(f"{demo.url}/demo/orders").json()

    assert len(samples) >= 8
    assert all(set(sample) == {"order_number", "email", "what", "say", "outcome"} for sample in samples)
    assert all("@" in sample["email"] and sample["say"] for sample in samples)


def test_health_says_that_the_process_runs_and_readiness_what_is_missing(service: WebService, rasa: FakeRasa) -> None:
    assert httpx.get(f"{service.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{service.url}/readyz")
    rasa.stop()
    not_ready = httpx.get(f"{service.url}/readyz")

    all_of_it = {"database": "ok", "rasa": "ok", "model": "ok", "actions": "ok", "memory": "ok"}
    assert (ready.status_code, ready.json()) == (200, all_of_it)
    assert (not_ready.status_code, not_ready.json()) == (503, {"database": "ok", "rasa": "not reachable"})


@pytest.mark.parametrize(
    "parts", [{"model": "not loaded"}, {"model": "ok", "actions": "not reachable", "memory": "ok"}]
)
def test_readiness_names_what_rasa_misses(service: WebService, rasa: FakeRasa, parts: dict[str, str]) -> None:
    before, rasa.parts = rasa.parts, parts
    answer = httpx.get(f"{service.url}/readyz")
    rasa.parts = before

    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "rasa": "ok", **parts})


@pytest.fixture
def _looks_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels.readiness, "LASTS", -1.0)


@pytest.mark.usefixtures("_looks_anew_each_time")
def test_a_database_of_another_form_is_not_ready(service: WebService, rasa: FakeRasa, engine: Engine) -> None:
    with engine.begin() as connection:
        newest = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = httpx.get(f"{service.url}/readyz")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})

    assert (answer.status_code, answer.json()["database"]) == (503, "not migrated")


@pytest.mark.usefixtures("_looks_anew_each_time")
def test_a_database_that_is_away_is_not_ready(
    service: WebService, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.readiness, "is_newest", Mock(side_effect=OperationalError("", {}, Exception())))
    answer = httpx.get(f"{service.url}/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "not reachable")


@pytest.mark.usefixtures("_looks_anew_each_time")
def test_a_database_that_somebody_has_locked_is_not_ready(
    service: WebService, rasa: FakeRasa, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.readiness, "PATIENCE", 0.2)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        locked = [httpx.get(f"{service.url}/readyz").json()["database"] for _ in range(2)]

    assert locked == ["not writable"] * 2
    until(lambda: httpx.get(f"{service.url}/readyz").json()["database"] == "ok")


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/settings.py", "/docs"])
def test_nothing_else_is_served(service: WebService, path: str) -> None:
    assert httpx.get(service.url + path).status_code == 404


def page_of(origin: str) -> socketio.Client:
    return socketio.Client(reconnection=False, websocket_extra_options={"origin": origin})


def test_a_page_of_another_origin_cannot_connect(service: WebService) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        page_of("https://elsewhere.example").connect(service.url, transports=["websocket"])


def test_our_own_pages_and_those_of_an_allowed_origin_can_connect(engine: Engine, rasa: FakeRasa) -> None:
    with running(engine, rasa, allowed_origins=("https://shop.example",)) as service:
        for origin in ("https://shop.example", service.url):
            page = page_of(origin)
            page.connect(service.url, transports=["websocket"], wait_timeout=TO_CONNECT)
            assert page.connected
            page.disconnect()


@pytest.mark.parametrize("path", ["/static/%00", "/photos/%00", "/desk/api/conversations/%00", "/?x=%00"])
def test_an_address_that_no_file_or_database_can_hold_is_not_there(service: WebService, path: str) -> None:
    answer = httpx.get(service.url + path)

    assert answer.status_code in (401, 404)
    assert answer.json()["error"]["message"].endswith(".")


def test_pages_bear_the_name_of_the_shop_whose_policy_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = load_policy(PUBLISHED)
    theirs.settings = replace(theirs.settings, shop="Lamps & Co", contact="hello@lamps.example")
    monkeypatch.setattr(pages, "published", lambda: theirs)
    pages._with_the_shop.cache_clear()

    try:
        for page in (pages.page(), pages.desk()):
            shown = bytes(page.body).decode()
            assert "Lamps &amp; Co" in shown
            assert "INOMEGA" not in shown
    finally:
        pages._with_the_shop.cache_clear()
