"""A real web service on a free port, a scripted Rasa behind it, and a customer's socket in front of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import socketio
import uvicorn
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from channels import store
from channels.limits import Limits
from channels.service import create_service
from channels.settings import Settings
from conversations import Conversation, Draft, store_message
from database import transaction
from tests.ports import free_port

# Many customers at once, all of them on this machine, and nobody types as fast as a test.
LIFTED = Limits(
    messages_per_minute=100_000,
    messages_per_minute_and_address=100_000,
    conversations_per_hour_and_address=100_000,
    photos_per_hour_and_address=100_000,
    sign_in_failures_per_address=100_000,
    connections=100_000,
    connections_per_address=100_000,
    frames_per_minute=1_000_000,
)

Answers = Callable[[dict[str, Any]], Any]

TO_CONNECT = 10
"""Seconds; python-socketio gives up after one, which is little on a busy machine."""


def lose_the_word_of(work: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The database stores what the next piece of work of this name does, and goes away before it says so.

    Gives the list in which what was lost will be.
    """
    in_transaction: Callable[..., Any] = store._in_transaction
    lost: list[Any] = []

    def losing_it(engine: Engine, doing: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        given = in_transaction(engine, doing, *args, **kwargs)
        if doing.__name__ == work and not lost:
            lost.append(given)
            raise OperationalError("COMMIT", {}, Exception("the connection is gone"))
        return given

    monkeypatch.setattr(store, "_in_transaction", losing_it)
    return lost


def until(holds: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `holds` gives once it is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s")


def echo(message: dict[str, Any]) -> list[dict[str, str]]:
    return [{"recipient_id": message["sender"], "text": f"You said: {message['message']}"}]


def slowly(seconds: float, answers: Answers = echo) -> Answers:
    """The same answers, each after `seconds`."""

    def answer(message: dict[str, Any]) -> Any:
        time.sleep(seconds)
        return answers(message)

    return answer


class Held:
    """The same answers, none of them before `release`."""

    def __init__(self, answers: Answers = echo) -> None:
        self._answers = answers
        self._released = threading.Event()

    def __call__(self, message: dict[str, Any]) -> Any:
        self._released.wait(30)
        return self._answers(message)

    def release(self) -> None:
        self._released.set()


class FakeRasa:
    """Rasa's REST channel, answering by `answers`: the list of items, or an HTTP status for an error.

    `goes_on`: the same, for a customer who is handed back.
    """

    def __init__(self, answers: Answers | None = None) -> None:
        self.port = free_port()
        self.said: list[dict[str, Any]] = []
        self.handed_back: list[dict[str, Any]] = []
        self.answers: Answers = answers or echo
        self.goes_on: Answers = lambda _: [{"text": "I am back. Where were we?"}]
        self.parts = {"model": "ok", "actions": "ok", "memory": "ok"}
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        return [message["message"] for message in self.said]

    def start(self) -> FakeRasa:
        if self._server:
            return self
        rasa = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(200 if set(rasa.parts.values()) == {"ok"} else 503, rasa.parts)

            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path.endswith("/handed_back"):
                    rasa.handed_back.append(message)
                    items = rasa.goes_on(message)
                else:
                    rasa.said.append(message)
                    items = rasa.answers(message)
                self._reply(*((items, {}) if isinstance(items, int) else (200, items)))

            def _reply(self, status: int, body: Any) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Heard:
    """What came with an event."""

    def __init__(self) -> None:
        self.data: list[Any] = []

    def until(self, expected: list[Any]) -> None:
        """Wait until exactly this has come."""
        until(lambda: self.data == expected)


class WebService:
    """The web service as uvicorn runs it, on the same port at every start."""

    def __init__(self, engine: Engine, rasa: FakeRasa, **settings: Any) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._engine = engine
        self._settings = Settings(rasa_urls=(rasa.url,), **{"limits": LIFTED, **settings})
        self._running: tuple[uvicorn.Server, threading.Thread] | None = None

    def start(self) -> WebService:
        app: Any = create_service(self._settings, self._engine)
        self._sio = app._app._app.engineio_server
        config = uvicorn.Config(app, port=self.port, ws="wsproto", log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started)
        self._running = server, thread
        return self

    def allow(self, origin: str) -> None:
        """Let pages of this origin connect, from the next start on."""
        self._settings = replace(self._settings, allowed_origins=(*self._settings.allowed_origins, origin))

    def fill(self, conversation_id: str, count: int) -> None:
        """Make a long conversation of it."""
        with transaction(self._engine) as session:
            for number in range(1, count + 1):
                author = ("customer", "assistant")[number % 2]
                store_message(session, conversation_id, Draft(author, f"Message {number} of many"))
            conversation = session.get(Conversation, conversation_id)
            assert conversation
            conversation.answered_seq = count

    def hears_event(self, event: str, answer: dict[str, Any]) -> Heard:
        """Acknowledge this event with `answer`, in place of whatever else would."""
        heard = Heard()

        async def handle(_sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
            heard.data.append(data)
            return answer

        setattr(self._sio.namespace_handlers["/"], f"on_{event}", handle)
        return heard

    def tells(self, event: str, data: Any) -> None:
        """Send an event to every customer who is connected, whatever the state of things."""
        assert self._running
        loop = self._running[0].servers[0].get_loop()
        asyncio.run_coroutine_threadsafe(self._sio.emit(event, data), loop).result(5)

    def stop(self) -> None:
        if self._running:
            server, thread = self._running
            server.should_exit = True
            thread.join(10)
            self._running = None


class Customer:
    """One browser tab: a Socket.IO client that keeps all it receives."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.messages: list[dict[str, Any]] = []
        self.events: list[tuple[str, Any]] = []
        self.session: dict[str, Any] = {}
        self.socket = socketio.Client(reconnection=False)
        keep_order(self.socket)
        self.socket.on("message", self.messages.append)
        self.socket.on("session_confirm", self.session.update)
        self.socket.on("*", lambda event, data: self.events.append((event, data)))

    def connect(self, **request: Any) -> Customer:
        """Connected, with a session confirmed."""
        self.socket.connect(self._url, transports=["websocket"], wait_timeout=TO_CONNECT)
        self.socket.emit("session_request", request)
        until(lambda: self.session)
        return self

    def again(self, last_seq: int) -> Customer:
        """Another tab, or the same one after a reload: the same session."""
        return Customer(self._url).connect(
            session_id=self.session["session_id"], secret=self.session["secret"], last_seq=last_seq
        )

    def say(self, message: Any, **more: Any) -> Any:
        return self.socket.call("user_uttered", {"message": message, **more}, timeout=10)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if "text" in message]

    def hears(self, text: str, seconds: float = 10.0) -> dict[str, Any]:
        """The message that contains `text`, once it has come."""
        return until(lambda: next((each for each in self.messages if text in each.get("text", "")), None), seconds)

    def leave(self) -> None:
        self.socket.disconnect()


def keep_order(client: socketio.Client) -> None:
    """Handle each packet where it is read: this client would give each a thread, and so mix up their order."""
    trigger = client.eio._trigger_event

    def trigger_in_order(event: str, *args: Any, **options: Any) -> Any:
        is_goodbye = args[:1] == ("1",)  # it waits for the reading to end, so it can't be handled there
        return trigger(event, *args, **{**options, "run_async": is_goodbye})

    client.eio._trigger_event = trigger_in_order


@contextmanager
def running(engine: Engine, rasa: FakeRasa, **settings: Any) -> Iterator[WebService]:
    service = WebService(engine, rasa, **settings).start()
    try:
        yield service
    finally:
        service.stop()
