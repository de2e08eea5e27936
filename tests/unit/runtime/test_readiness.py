"""Rasa says whether it could answer a customer, and which part is missing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig

from runtime import readiness
from runtime.locks import ConversationLocks
from runtime.readiness import Readiness

READY = {"model": "ok", "actions": "ok", "memory": "ok"}


async def look_at(agent: Any) -> dict[str, str]:
    """As who asks for the first time sees it."""
    return await Readiness().of(agent)


class Health(BaseHTTPRequestHandler):
    """The action server's."""

    asked: list[str] = []  # noqa: RUF012 - the server makes one of these for each request

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def actions() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    Health.asked.clear()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Memory:
    is_there = True
    takes = 0.0  # seconds to remember something

    async def retrieve(self, sender: str) -> None:
        if not self.is_there:
            raise OSError

    def init_tracker(self, sender: str) -> str:
        return sender

    async def save(self, tracker: str) -> None:
        await asyncio.sleep(self.takes)


def agent(actions: ThreadingHTTPServer, memory: Any = None, has_model: bool = True) -> Any:
    endpoint = SimpleNamespace(url=f"http://127.0.0.1:{actions.server_port}/webhook")
    return SimpleNamespace(
        is_ready=lambda: has_model,
        action_endpoint=endpoint,
        tracker_store=memory or Memory(),
        lock_store=ConversationLocks(),
    )


def test_all_is_there(actions: ThreadingHTTPServer) -> None:
    assert asyncio.run(look_at(agent(actions))) == READY


def test_without_a_model_that_is_what_is_missing(actions: ThreadingHTTPServer) -> None:
    assert asyncio.run(look_at(agent(actions, has_model=False))) == {"model": "not loaded"}
    assert asyncio.run(look_at(None)) == {"model": "not loaded"}
    assert asyncio.run(look_at(Agent())) == {"model": "not loaded"}


def test_the_log_says_once_what_to_do_about_a_model_that_does_not_load(
    logged: Sequence[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "LASTS", 0.0)

    async def asked_again_and_again() -> None:
        ready = Readiness()
        for _ in range(3):
            await ready.of(None)

    asyncio.run(asked_again_and_again())

    assert [entry["log_level"] for entry in logged] == ["error"]
    assert "make train" in logged[0]["event"]


def test_without_its_actions(actions: ThreadingHTTPServer) -> None:
    rasa = agent(actions)
    actions.shutdown()
    actions.server_close()
    assert asyncio.run(look_at(rasa)) == READY | {"actions": "not reachable"}


def test_without_its_memory(actions: ThreadingHTTPServer) -> None:
    gone = Memory()
    gone.is_there = False
    assert asyncio.run(look_at(agent(actions, gone))) == READY | {"memory": "not reachable"}


def test_a_memory_that_is_locked_is_tried_once_however_long_that_takes(
    actions: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    monkeypatch.setattr(readiness, "LASTS", 0.0)
    memory, tried = Memory(), []
    memory.takes = 0.25

    async def ask_until_it_is_free() -> list[str]:
        ready, rasa = Readiness(), agent(actions, memory)
        rasa.tracker_store.init_tracker = lambda sender: tried.append(sender)
        return [(await ready.of(rasa))["memory"] for _ in range(3)]

    assert asyncio.run(ask_until_it_is_free()) == ["not reachable", "not reachable", "ok"]
    assert len(tried) == 1


def test_without_the_locks_of_its_memory(actions: ThreadingHTTPServer) -> None:
    rasa = agent(actions)
    rasa.lock_store = ConversationLocks(EndpointConfig(redis_url="redis://127.0.0.1:1/0"))
    assert asyncio.run(look_at(rasa)) == READY | {"memory": "not reachable"}


def test_an_answer_counts_for_a_moment_however_many_ask(
    actions: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, rasa = Readiness(), agent(actions)
    for _ in range(20):
        assert asyncio.run(ready.of(rasa)) == READY
    assert Health.asked == ["/health"]

    monkeypatch.setattr(readiness, "LASTS", 0.0)
    ready = Readiness()
    assert asyncio.run(ready.of(rasa)) == READY
    rasa.is_ready = lambda: False
    assert asyncio.run(ready.of(rasa)) == {"model": "not loaded"}
