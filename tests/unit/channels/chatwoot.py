"""A Chatwoot for tests: checks each call of ours by its API description, keeps statuses, and delivers what happens."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from sqlalchemy.engine import Engine

from channels.chatwoot.settings import ChatwootSettings
from channels.chatwoot.signature import signature_of
from conversations import last_seqs, to_be_answered
from conversations.chatwoot import find, with_arrivals
from database import transaction
from tests.ports import free_port
from tests.unit.channels.servers import until

API = yaml.safe_load((Path(__file__).parent / "chatwoot_api.yml").read_text(encoding="utf-8"))
ACCOUNT, INBOX, TEAM = 3, 7, 12
TOKEN, SECRET = "the-bots-token", "the-bots-secret"
BOT = {"id": 1, "name": "Assistant", "type": "agent_bot"}

Payload = dict[str, Any]


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge waits for nothing as long as it would."""
    monkeypatch.setattr("channels.chatwoot.bridge.SETTLES_WITHIN", 0.1)
    monkeypatch.setattr("channels.chatwoot.bridge.EVERY", 0.2)
    monkeypatch.setattr("conversations.chatwoot.FIRST_WAIT", timedelta(seconds=0.2))


@dataclass
class Call:
    """One that Chatwoot has taken."""

    conversation: int
    what: str
    body: Payload


@dataclass
class Conversation:
    """As Chatwoot has it."""

    id: int
    status: str = "pending"
    assignee: str | None = None
    channel: str = "Channel::WebWidget"
    language: str = "en"

    def standing(self, at: float) -> Payload:
        assignee = {"id": 5, "name": self.assignee, "type": "user"} if self.assignee else None
        return {
            "id": self.id,
            "inbox_id": INBOX,
            "status": self.status,
            "channel": self.channel,
            "can_reply": True,
            "messages": [{"account_id": ACCOUNT}],
            "labels": [],
            "meta": {
                "sender": {"id": 100 + self.id, "name": "Ana Torres", "email": "ana.torres@example.com"},
                "assignee": assignee,
                "assignee_type": "User" if assignee else None,
                "team": None,
            },
            "additional_attributes": {"browser_language": self.language},
            "custom_attributes": {},
            "updated_at": at,
            "timestamp": int(at),
        }


def all_is_told(engine: Engine, there: Conversation, seconds: float = 10.0) -> None:
    """Wait until what has arrived is worked on and answered, and Chatwoot has been told everything."""

    def is_so() -> bool:
        with transaction(engine) as session:
            held_there = find(session, ACCOUNT, there.id)
            if held_there is None or with_arrivals(session) or to_be_answered(session):
                return False
            return last_seqs(session, [held_there.conversation_id]) == {held_there.conversation_id: held_there.sent_seq}

    until(is_so, seconds)


@dataclass
class Chatwoot:
    """`fails` says how a call is answered: None as usual, an HTTP status, or after how many seconds (a float).

    `says_back`: what we do there is delivered to us, too.
    """

    deliver_to: str = ""
    port: int = field(default_factory=free_port)
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    fails: Callable[[Call], int | float | None] = lambda _: None
    says_back: bool = True

    def __post_init__(self) -> None:
        self._conversations: dict[int, Conversation] = {}
        self._numbers = itertools.count(int(time.time()) % 100_000 * 1000)
        self._last = 0.0
        self._http = httpx.Client(trust_env=False, timeout=10)
        self._server: ThreadingHTTPServer | None = None

    def settings(self, **more: Any) -> ChatwootSettings:
        url = f"http://127.0.0.1:{self.port}"
        return ChatwootSettings(url=url, account=ACCOUNT, token=TOKEN, secret=SECRET, **more)

    def conversation(self, **more: Any) -> Conversation:
        """A new one, with a bot in its inbox."""
        begun = Conversation(next(self._numbers), **more)
        self._conversations[begun.id] = begun
        return begun

    def now(self) -> float:
        """Chatwoot's clock, which never stands still."""
        self._last = max(time.time(), self._last + 0.001)
        return self._last

    # What happens there

    def customer_writes(self, conversation: Conversation, text: str | None, **more: Any) -> httpx.Response:
        return self.deliver(self.message(conversation, text, "incoming", {"id": 100 + conversation.id}, **more))

    def person_writes(self, conversation: Conversation, name: str, text: str, **more: Any) -> httpx.Response:
        sender = {"id": 5, "name": name, "email": "jane@shop.example", "type": "user"}
        return self.deliver(self.message(conversation, text, "outgoing", sender, **more))

    def chooses(self, conversation: Conversation, call: Call, title: str) -> httpx.Response:
        """The customer chooses from a list: it is the list's message that is updated."""
        item = next(each for each in call.body["content_attributes"]["items"] if each["title"] == title)
        attributes = {**call.body["content_attributes"], "submitted_values": [item]}
        question = self.message(
            conversation, call.body["content"], "outgoing", BOT, content_type="input_select", attributes=attributes
        )
        return self.deliver({**question, "event": "message_updated"})

    def set_status(self, conversation: Conversation, status: str, assignee: str | None = None) -> httpx.Response:
        """By a person, who is assigned where a name is given."""
        before, conversation.status = conversation.status, status
        conversation.assignee = assignee or conversation.assignee
        return self.deliver(self.status_changed(conversation, before))

    def status_changed(self, conversation: Conversation, before: str, at: float | None = None) -> Payload:
        changed = [{"status": {"previous_value": before, "current_value": conversation.status}}]
        standing = conversation.standing(at or self.now())
        return {**standing, "event": "conversation_status_changed", "changed_attributes": changed}

    def message(
        self,
        conversation: Conversation,
        text: str | None,
        message_type: str,
        sender: Payload | None,
        private: bool = False,
        attributes: Payload | None = None,
        **more: Any,
    ) -> Payload:
        at = self.now()
        return {
            "event": "message_created",
            "id": next(self._numbers),
            "content": text,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1e6) % 10**6:06}Z",
            "message_type": message_type,
            "content_type": "text",
            "private": private,
            "content_attributes": attributes or {},
            "source_id": None,
            "sender": sender,
            "inbox": {"id": INBOX, "name": "Website"},
            "account": {"id": ACCOUNT, "name": "Shop"},
            "conversation": conversation.standing(at),
            **more,
        }

    def deliver(self, payload: Payload, secret: str = SECRET, age: float = 0.0, **headers: str) -> httpx.Response:
        """Signed, as Chatwoot does it."""
        body, timestamp = json.dumps(payload).encode(), str(int(time.time() - age))
        signed = {
            "Content-Type": "application/json",
            "X-Chatwoot-Timestamp": timestamp,
            "X-Chatwoot-Signature": signature_of(secret, body, timestamp),
            **headers,
        }
        return self._http.post(f"{self.deliver_to}/chatwoot", content=body, headers=signed)

    # What it was told

    def told(self, conversation: Conversation, what: str | None = None) -> list[Call]:
        return [each for each in self.calls if each.conversation == conversation.id and what in (None, each.what)]

    def said(self, conversation: Conversation) -> list[str]:
        """What the customer sees of us."""
        return [each.body["content"] for each in self.told(conversation, "messages") if not each.body["private"]]

    def notes(self, conversation: Conversation) -> list[str]:
        return [each.body["content"] for each in self.told(conversation, "messages") if each.body["private"]]

    def says(self, conversation: Conversation, text: str, seconds: float = 10.0) -> Call:
        """Our message with `text` in it, once it has come."""
        messages = lambda: self.told(conversation, "messages")  # noqa: E731
        return until(lambda: next((each for each in messages() if text in each.body["content"]), None), seconds)

    # The server

    def start(self) -> Chatwoot:
        chatwoot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = chatwoot.take(self.path, dict(self.headers), body)
                content = json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # nobody waits any more

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

    def take(self, path: str, headers: dict[str, str], body: Payload) -> tuple[int, Payload]:
        """Check the call, do it, and let everybody know."""
        call = self._checked(path, headers, body)
        if call is None:
            return 422, {"error": self.violations[-1]}
        how = self.fails(call)
        if isinstance(how, int):
            return how, {"error": "not now"}
        conversation = self._conversations[call.conversation]
        self.calls.append(call)
        if call.what == "messages" and self.says_back:
            echo = self.message(
                conversation,
                body["content"],
                "outgoing",
                BOT,
                private=body["private"],
                attributes=body["content_attributes"],
            )
            self._deliver_soon(echo)
        if call.what == "toggle_status":
            before, conversation.status = conversation.status, body["status"]
            change = self.status_changed(conversation, before)
            if self.says_back:
                self._deliver_soon(change)
        if how:
            time.sleep(how)
        return 200, {"id": next(self._numbers)}

    def _deliver_soon(self, payload: Payload) -> None:
        def deliver() -> None:
            with suppress(httpx.TransportError):  # the service may have ended
                self.deliver(payload)

        threading.Thread(target=deliver, daemon=True).start()

    def _checked(self, path: str, headers: dict[str, str], body: Payload) -> Call | None:
        for template, methods in API["paths"].items():
            pattern = template.replace("{account_id}", str(ACCOUNT)).replace("{conversation_id}", r"(\d+)")
            if found := re.fullmatch(pattern, path):
                wanted = methods.get("post")
                schema = API["components"]["schemas"].get(wanted and wanted["requestBody"])
                problems = [error.message for error in jsonschema.Draft4Validator(schema).iter_errors(body)]
                if not (wanted and wanted["bot"]) or headers.get("api_access_token") != TOKEN:
                    problems.append("a bot isn't let in")
                if int(found[1]) not in self._conversations:
                    problems.append("there is no such conversation")
                self.violations += problems
                return None if problems else Call(int(found[1]), path.rpartition("/")[2], body)
        self.violations.append(f"there is no {path}")
        return None
