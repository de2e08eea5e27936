"""An agent's page for tests: the JSON interface and the desk's socket."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import socketio
from sqlalchemy.engine import Engine

from conversations import Role
from conversations.agents import add_agent
from database import transaction
from tests.unit.channels.servers import TO_CONNECT, WebService, keep_order, until

PASSWORD = "right horse battery"


class AgentPage:
    """Signed in by a bearer token; `messages`, `summaries` and `events` are what the socket has told."""

    def __init__(self, service: WebService, engine: Engine, role: Role = Role.AGENT, name: str | None = None) -> None:
        self.name = name or f"Ann {uuid.uuid4().hex[:6]}"
        with transaction(engine) as session:
            add_agent(session, self.name, PASSWORD, role)
        self.url = service.url
        self.http = httpx.Client(base_url=f"{service.url}/desk/api", trust_env=False, timeout=20)
        self.messages: list[dict[str, Any]] = []
        self.summaries: list[dict[str, Any]] = []
        self.events: list[tuple[str, Any]] = []
        self.token = self.sign_in().json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.socket: socketio.Client | None = None

    def sign_in(self, password: str = PASSWORD, **more: Any) -> httpx.Response:
        return self.http.post("/login", json={"name": self.name, "password": password, "token": True, **more})

    def connect(self) -> AgentPage:
        """Connected to the desk's socket, and so there."""
        self.socket = socketio.Client(reconnection=False)
        keep_order(self.socket)
        self.socket.on("message", self.messages.append, namespace="/desk")
        self.socket.on("conversation", self.summaries.append, namespace="/desk")
        self.socket.on("*", lambda event, data: self.events.append((event, data)), namespace="/desk")
        self.socket.connect(
            self.url,
            auth={"token": self.token},
            transports=["websocket"],
            namespaces=["/desk"],
            wait_timeout=TO_CONNECT,
        )
        return self

    def watch(self, conversation_id: str, last_seq: int = 0) -> Any:
        assert self.socket
        data = {"conversation_id": conversation_id, "last_seq": last_seq}
        return self.socket.call("watch", data, namespace="/desk", timeout=10)

    def emit(self, event: str, **data: Any) -> None:
        assert self.socket
        self.socket.emit(event, data, namespace="/desk")

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def claim(self, conversation_id: str) -> httpx.Response:
        return self.post(f"/conversations/{conversation_id}/claim")

    def say(self, conversation_id: str, text: str, client_id: str | None = None) -> httpx.Response:
        number = client_id or uuid.uuid4().hex
        return self.post(f"/conversations/{conversation_id}/messages", client_id=number, text=text)

    def hears(self, text: str) -> dict[str, Any]:
        """The message that contains `text`, once it has come."""
        return until(lambda: next((each for each in self.messages if text in (each.get("text") or "")), None))

    def learns(self, conversation_id: str, **expected: Any) -> dict[str, Any]:
        """The newest summary of the conversation, once it is as expected."""

        def newest() -> dict[str, Any] | None:
            of_it = [each for each in self.summaries if each["id"] == conversation_id]
            is_so = of_it and all(of_it[-1][name] == value for name, value in expected.items())
            return of_it[-1] if is_so else None

        return until(newest)

    def leave(self) -> None:
        if self.socket:
            self.socket.disconnect()
            self.socket = None


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a call that was refused with a sentence."""
    error = answer.json()["error"]
    assert error["message"].endswith("."), error
    return answer.status_code, error["code"]
