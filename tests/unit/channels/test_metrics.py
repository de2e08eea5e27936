"""The web service's figures: they equal what happened, and not everybody may read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.engine import Engine

from channels.metrics import Standing, may_read
from channels.turns import given_up
from database import connect, migrate
from tests.unit.channels.agents import AgentPage
from tests.unit.channels.servers import Customer, FakeRasa, WebService, until

Series = tuple[str, tuple[tuple[str, str], ...]]


class Figures:
    """What /metrics shows, and by how much it has changed since this was made."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._before = self._read()

    def _read(self) -> dict[Series, float]:
        text = httpx.get(f"{self._url}/metrics", trust_env=False).raise_for_status().text
        families = text_string_to_metric_families(text)
        return {(each.name, tuple(sorted(each.labels.items()))): each.value for f in families for each in f.samples}

    def now(self, name: str, **labels: str) -> float:
        return self._read().get((f"assistant_{name}", tuple(sorted(labels.items()))), 0)

    def more(self, name: str, **labels: str) -> float:
        series = (f"assistant_{name}", tuple(sorted(labels.items())))
        return self._read().get(series, 0) - self._before.get(series, 0)


@pytest.fixture
def figures(service: WebService) -> Figures:
    return Figures(service.url)


def test_turns_and_messages_are_counted(figures: Figures, customer: Callable[[], Customer], rasa: FakeRasa) -> None:
    tab = customer().connect()
    assert figures.now("connections", of="customers") >= 1
    for number in range(3):
        tab.say(f"message {number}", client_id=f"c-{number}")
        tab.hears(f"You said: message {number}")
    tab.say("message 2", client_id="c-2")  # again: it counts once

    assert figures.more("turns_total", outcome="answered") == 3
    assert figures.more("turn_seconds_count") == 3
    assert figures.more("part_seconds_count", part="rasa_call") == 3
    assert figures.more("part_seconds_count", part="storing") == 3
    assert figures.more("messages_stored_total", author="customer") == 3
    assert figures.more("messages_stored_total", author="assistant") == 3


def test_who_leaves_is_no_longer_connected(figures: Figures, customer: Callable[[], Customer]) -> None:
    tab = customer().connect()
    assert figures.more("connections", of="customers") == 1
    tab.leave()
    until(lambda: figures.more("connections", of="customers") == 0)


def test_what_goes_wrong_is_counted(figures: Figures, customer: Callable[[], Customer], rasa: FakeRasa) -> None:
    rasa.answers = lambda message: []
    tab = customer().connect()
    tab.say("hello", client_id="c-1")
    tab.hears(given_up(), 20)

    assert figures.more("turns_total", outcome="given_up") == 1
    assert figures.more("notices_total", reason="silent") == 2
    assert figures.more("part_seconds_count", part="rasa_call") == 3


def test_handovers_and_the_queue_are_seen(
    figures: Figures, customer: Callable[[], Customer], rasa: FakeRasa, agent: Callable[..., AgentPage]
) -> None:
    rasa.answers = lambda message: [{"custom": {"type": "handover", "state": "waiting", "reason": "upset"}}]
    tab = customer().connect()
    tab.say("a person!", client_id="c-1")
    until(lambda: figures.now("queue_length") == 1)
    assert figures.more("handovers_total", reason="upset") == 1
    assert figures.now("queue_longest_wait_seconds") > 0

    page = agent().connect()
    until(lambda: figures.more("connections", of="desks") == 1)
    assert figures.now("agents_present") == 1
    page.post(f"/conversations/{tab.session['session_id']}/claim")
    assert figures.now("queue_length") == 0
    assert figures.now("queue_longest_wait_seconds") == 0
    assert figures.now("conversations_with_agents") == 1
    assert figures.more("handovers_total", reason="upset") == 1
    page.post(f"/conversations/{tab.session['session_id']}/close", reason="")
    assert figures.now("conversations_with_agents") == 0


def test_labels_hold_nothing_of_a_customers(service: WebService, customer: Callable[[], Customer]) -> None:
    tab = customer().connect()
    tab.say("SECRET words", client_id="c-1")
    tab.hears("You said: SECRET words")
    shown = httpx.get(f"{service.url}/metrics", trust_env=False).text
    for hidden in ("SECRET", tab.session["session_id"], tab.session["secret"]):
        assert hidden not in shown


def test_without_its_database_it_says_just_that(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    (shown,) = Standing(engine).collect()
    assert [(each.name, each.value) for each in shown.samples] == [("assistant_database_up", 0)]
    migrate(engine)
    assert next(iter(Standing(engine).collect())).samples[0].value == 1
    engine.dispose()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_passes_on_finds_nothing(service: WebService, header: str) -> None:
    answer = httpx.get(f"{service.url}/metrics", headers={header: "203.0.113.7"}, trust_env=False)
    assert answer.status_code == 404
    assert "assistant_" not in answer.text


@pytest.fixture
def with_token(engine: Engine, one_rasa: FakeRasa) -> Iterator[WebService]:
    service = WebService(engine, one_rasa, metrics_token="a-token-for-prometheus").start()
    yield service
    service.stop()


def test_with_a_token_set_it_has_to_be_shown(with_token: WebService) -> None:
    def status(**headers: str) -> int:
        return httpx.get(f"{with_token.url}/metrics", headers=headers, trust_env=False).status_code

    assert status() == 404
    assert status(Authorization="Bearer another") == 404
    assert status(Authorization="Bearer a-token-for-prometheus") == 200
    assert status(Authorization="Bearer a-token-for-prometheus", **{"X-Forwarded-For": "203.0.113.7"}) == 200


@pytest.mark.parametrize(
    ("client", "may"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("203.0.113.7", False), (None, False)]
)
def test_without_a_token_only_this_machine_may_read(client: Any, may: bool) -> None:
    assert may_read(None, client, {}) is may
