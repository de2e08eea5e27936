"""So much and no more: who asks for more is told so kindly, and others don't notice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import httpx
import pytest
import socketio
from sqlalchemy import event
from sqlalchemy.engine import Engine

from channels import limits
from channels.limits import Allowance, Limits
from conversations import Role
from database import HOME
from tests.photos import photo
from tests.unit.channels.agents import PASSWORD, AgentPage, refusal
from tests.unit.channels.servers import LIFTED, Customer, FakeRasa, WebService, running, until


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestAllowance:
    def test_so_many_at_once_and_then_evenly_as_many_again(self):
        clock = Clock()
        allowance = Allowance(6, 60, clock)

        assert [allowance.take("a") for _ in range(8)] == [True] * 6 + [False] * 2
        clock.now += 10
        assert [allowance.take("a") for _ in range(2)] == [True, False]
        clock.now += 1000
        assert [allowance.take("a") for _ in range(8)] == [True] * 6 + [False] * 2

    def test_each_name_has_its_own(self):
        allowance = Allowance(1, 60, Clock())
        assert allowance.take("a")
        assert allowance.take("b")
        assert not allowance.take("a")

    def test_what_is_given_back_can_be_taken_again(self):
        allowance = Allowance(1, 60, Clock())
        for _ in range(5):
            assert allowance.take("a")
            allowance.give_back("a")
        allowance.give_back("nobody")

    def test_who_is_whole_again_is_forgotten(self):
        clock = Clock()
        allowance = Allowance(2, 60, clock)
        for number in range(1000):
            allowance.take(f"name {number}")
        clock.now += 60
        allowance.take("another")
        assert len(allowance) == 1

    def test_many_names_do_not_fill_the_memory(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(limits, "NAMES_KEPT", 100)
        allowance = Allowance(1, 60, Clock())
        for number in range(1000):
            assert allowance.take(f"name {number}")
        assert len(allowance) == 100


@contextmanager
def limited(engine: Engine, rasa: FakeRasa, **some: int) -> Iterator[WebService]:
    with running(engine, rasa, limits=replace(LIFTED, **some)) as service:
        yield service


@contextmanager
def without_database_work(engine: Engine) -> Iterator[None]:
    """Fails where a statement reaches the database meanwhile. What was begun before may end first."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        while not is_quiet_for_a_moment(statements):
            statements.clear()
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert statements == []


def is_quiet_for_a_moment(statements: list[str]) -> bool:
    time.sleep(0.3)
    return statements == []


def code_of(acknowledged: dict[str, Any]) -> str | None:
    error = acknowledged.get("error")
    if error:
        assert error["message"].endswith("."), error
    return error and error["code"]


def test_a_conversation_may_say_so_much_a_minute_and_another_is_not_held_up(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, messages_per_minute=3) as service:
        tab, other = Customer(service.url).connect(), Customer(service.url).connect()
        assert [code_of(tab.say("hi", client_id=f"c-{number}")) for number in range(3)] == [None] * 3
        until(lambda: len(tab.messages) == 3)
        with without_database_work(engine):
            assert code_of(tab.say("hi", client_id="c-9")) == "too_many"
        assert code_of(other.say("hi", client_id="c-1")) is None
        other.hears("You said")
        for each in (tab, other):
            each.leave()


def test_all_conversations_of_an_address_together_may_say_so_much(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, messages_per_minute_and_address=3) as service:
        tabs = [Customer(service.url).connect() for _ in range(4)]
        assert [code_of(tab.say("hi", client_id="c-1")) for tab in tabs] == [None] * 3 + ["too_many"]
        for tab in tabs[:3]:
            tab.hears("You said")
        for tab in tabs:
            tab.leave()


def test_the_longest_message_is_a_setting(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, message_length=10) as service:
        tab = Customer(service.url).connect()
        assert code_of(tab.say("x" * 11)) == "too_long"
        assert code_of(tab.say("x" * 10)) is None
        tab.hears("You said")
        tab.leave()


def test_an_address_may_begin_so_many_conversations_and_is_told_so(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, conversations_per_hour_and_address=2) as service:
        tabs = [Customer(service.url).connect() for _ in range(2)]
        refused = Customer(service.url)
        with without_database_work(engine):
            refused.socket.connect(service.url, transports=["websocket"])
            refused.socket.emit("session_request", {})
            notice = refused.hears("another one right now")
            until(lambda: not refused.socket.connected)
        assert refused.session == {}
        assert (notice["seq"], notice["author"]["kind"]) == (0, "system")
        back = tabs[0].again(last_seq=0)  # who has a conversation goes on in it
        assert back.session["session_id"] == tabs[0].session["session_id"]
        thief = Customer(service.url)
        thief.socket.connect(service.url, transports=["websocket"])
        thief.socket.emit("session_request", {"session_id": tabs[0].session["session_id"], "secret": "wrong"})
        thief.hears("another one right now")
        for tab in (*tabs, back):
            tab.leave()


@pytest.mark.parametrize("limit", [{"connections_per_address": 2}, {"connections": 2}])
def test_so_many_may_be_connected_at_once(engine: Engine, rasa: FakeRasa, limit: dict[str, int]) -> None:
    with limited(engine, rasa, **limit) as service:
        tabs = [Customer(service.url).connect() for _ in range(2)]
        third = Customer(service.url)
        with without_database_work(engine), pytest.raises(socketio.exceptions.ConnectionError):
            third.connect()
        assert tabs[0].say("hello", client_id="c-1")["ok"]
        tabs[0].hears("You said: hello")
        tabs[1].leave()

        def has_room() -> bool:
            try:
                third.connect()
            except socketio.exceptions.ConnectionError:
                return False
            return True

        until(has_room)  # the place is free again
        for tab in (tabs[0], third):
            tab.leave()


def test_who_sends_too_fast_is_read_more_slowly_and_loses_nothing(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, frames_per_minute=600) as service:
        tab, other = Customer(service.url).connect(), Customer(service.url).connect()
        for number in range(100):
            tab.socket.emit("typing", {"on": number % 2 == 0})
        before = time.monotonic()
        assert tab.say("hello", client_id="c-1")["ok"]
        assert time.monotonic() - before > 0.05
        before = time.monotonic()
        assert other.say("hello", client_id="c-1")["ok"]
        for each in (tab, other):
            each.hears("You said: hello")
            each.leave()


def test_who_does_not_stop_sending_is_cut_off(engine: Engine, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.frames.PATIENCE", 0.3)
    with limited(engine, rasa, frames_per_minute=600) as service:
        tab, other = Customer(service.url).connect(), Customer(service.url).connect()
        for _ in range(200):
            tab.socket.emit("typing", {"on": True})
        until(lambda: not tab.socket.connected)
        assert other.say("hello", client_id="c-1")["ok"]
        other.hears("You said: hello")
        other.leave()


def test_an_address_may_send_so_many_photos(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, photos_per_hour_and_address=1) as service:
        tab = Customer(service.url).connect()
        owner = f"Bearer {tab.session['session_id']}.{tab.session['secret']}"

        def attach(client_id: str) -> httpx.Response:
            return httpx.post(
                f"{service.url}/photos?client_id={client_id}",
                content=photo(),
                headers={"Authorization": owner},
                trust_env=False,
            )

        assert attach("p-1").status_code == 201
        until(lambda: len(tab.messages) == 2)
        with without_database_work(engine):
            assert refusal(attach("p-2")) == (429, "too_many")
        tab.leave()


def test_an_address_may_try_so_many_passwords_and_right_ones_do_not_count(engine: Engine, rasa: FakeRasa) -> None:
    with limited(engine, rasa, sign_in_failures_per_address=3) as service:
        desk = AgentPage(service, engine, Role.AGENT)
        for _ in range(5):
            assert desk.sign_in().status_code == 200
        names = ["nobody", "somebody", "whoever"]
        tries = [desk.http.post("/login", json={"name": name, "password": PASSWORD}) for name in names]
        assert [refusal(answer) for answer in tries] == [(401, "wrong_password")] * 3
        with without_database_work(engine):
            assert refusal(desk.sign_in()) == (429, "too_many")
        assert desk.get("/me")["name"] == desk.name  # who is signed in works on


@pytest.mark.parametrize("announced", [True, False])
def test_a_request_may_be_so_large(engine: Engine, rasa: FakeRasa, announced: bool) -> None:
    with limited(engine, rasa, request_size=1000) as service:
        desk = AgentPage(service, engine)
        body = b'{"name": "' + b"x" * 1000 + b'"}'
        content = body if announced else iter([body[:10], body[10:]])
        with without_database_work(engine):
            answer = desk.http.post("/login", content=content, headers={"Content-Type": "application/json"})
        assert refusal(answer) == (413, "too_large")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert desk.get("/me")["name"] == desk.name


def test_a_request_that_does_not_arrive_is_not_waited_for(
    engine: Engine, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.gate.PATIENCE", 0.2)

    def slowly() -> Iterator[bytes]:
        yield b"{"
        time.sleep(0.6)
        yield b"}"

    with limited(engine, rasa) as service:
        answer = httpx.post(f"{service.url}/desk/api/login", content=slowly(), trust_env=False)
        assert refusal(answer) == (408, "too_slow")


def test_every_limit_is_in_the_docs_with_its_default() -> None:
    documented = (HOME / "docs" / "socket-io.md").read_text(encoding="utf-8")
    for name, default in asdict(Limits()).items():
        assert f"`{name.upper()}`" in documented
        assert str(default) in documented
