"""Customers and agents who go on talking whatever breaks: they number, resend, reconnect, and keep what they see.

Where several web services are named, each connection and each call goes to any of them.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Sequence
from queue import Empty, Queue
from typing import Any

import httpx
import socketio
from socketio import exceptions

from tests.unit.channels.agents import PASSWORD
from tests.unit.channels.servers import keep_order

PATIENCE = 4.0  # seconds until an acknowledgement counts as lost
PAUSE = 0.2


class Screen:
    """The messages of one conversation that a page has got, each once and in order, or it says so."""

    def __init__(self) -> None:
        self.messages: dict[int, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.own: set[int] = set()

    @property
    def last_seq(self) -> int:
        """Up to which number nothing is missing."""
        seq = 0
        while seq + 1 in self.messages or seq + 1 in self.own:
            seq += 1
        return seq

    def show(self, message: dict[str, Any]) -> None:
        seq = message["seq"]
        if seq in self.messages and self.messages[seq] != message:
            self.faults.append(f"number {seq} is two different messages")
        self.messages[seq] = message


class StormCustomer:
    """One browser tab."""

    def __init__(self, urls: Sequence[str], number: int, chance: random.Random) -> None:
        self._urls, self._number, self._chance = urls, number, chance
        self.session: dict[str, Any] = {}
        self.screen = Screen()
        self.acknowledged: dict[str, int] = {}
        self._socket: socketio.Client | None = None

    @property
    def id(self) -> str:
        return str(self.session["session_id"])

    def say(self, text: str) -> None:
        """Until it is acknowledged, over however many connections."""
        client_id = f"c{self._number}-{len(self.acknowledged)}"
        while True:
            client = self._connected()
            try:
                data = {"client_id": client_id, "message": text}
                answer = client.call("user_uttered", data, timeout=PATIENCE)
            except exceptions.SocketIOError:
                self.leave()
                continue
            if answer and answer.get("ok"):
                self.acknowledged[client_id] = answer["seq"]
                self.screen.own.add(answer["seq"])
                return
            time.sleep(PAUSE)

    def stay_connected(self) -> None:
        """Connect again, if need be."""
        self._connected()

    def perhaps_lose_the_connection(self) -> None:
        if self._chance.random() < 0.1:
            self.leave()

    def catch_up(self, last_seq: int) -> None:
        """Until the screen shows everything up to this number."""
        while self.screen.last_seq < last_seq:
            self._connected()
            time.sleep(PAUSE)

    def leave(self) -> None:
        if self._socket:
            self._socket.disconnect()
            self._socket = None

    def _connected(self) -> socketio.Client:
        while self._socket is None or not self._socket.connected:
            client = socketio.Client(reconnection=False)
            keep_order(client)
            confirmed: Queue[dict[str, Any]] = Queue()
            client.on("session_confirm", confirmed.put)
            client.on("message", self.screen.show)
            wishes = {"last_seq": self.screen.last_seq} | {
                name: self.session[name] for name in ("session_id", "secret") if name in self.session
            }
            try:
                client.connect(self._chance.choice(self._urls), transports=["websocket"], wait_timeout=PATIENCE)
                client.emit("session_request", wishes)
                self.session = confirmed.get(timeout=PATIENCE)
            except (exceptions.SocketIOError, OSError, Empty):
                client.disconnect()  # confirmed later, it would be in a conversation of its own
                time.sleep(PAUSE)
            else:
                self._socket = client
        return self._socket


class StormAgent:
    """One desk, with the conversations that it watches."""

    def __init__(self, urls: Sequence[str], name: str, chance: random.Random) -> None:
        self._urls, self._name, self._chance = urls, name, chance
        self.screens: dict[str, Screen] = {}
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self._numbers = itertools.count(1)
        self._token = ""
        self._watched: set[str] = set()
        self._socket: socketio.Client | None = None
        self._connecting = threading.Lock()
        self._http = httpx.Client(trust_env=False, timeout=PATIENCE)

    def sign_in(self) -> None:
        answer = self._call("/login", name=self._name, password=PASSWORD, token=True)
        self._token = answer.json()["token"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"

    def take_over(self, conversation_id: str) -> None:
        answer = self._call(f"/conversations/{conversation_id}/claim")
        assert answer.status_code == 200, answer.text
        self.screens.setdefault(conversation_id, Screen())
        self._watch(conversation_id)

    def say(self, conversation_id: str, text: str) -> None:
        """Until it is stored, over however many tries."""
        client_id = f"a-{next(self._numbers)}"
        answer = self._call(f"/conversations/{conversation_id}/messages", client_id=client_id, text=text)
        assert answer.status_code == 200, answer.text
        self.acknowledged[client_id] = (conversation_id, answer.json()["seq"])

    def hand_back(self, conversation_id: str) -> None:
        answer = self._call(f"/conversations/{conversation_id}/return")
        assert answer.status_code in (200, 409), answer.text  # 409: it had come through before the kill

    def look_away(self, conversation_id: str) -> None:
        """From this conversation; what it shows until now stays on the screen."""
        self._watched.discard(conversation_id)
        if self._socket and self._socket.connected:
            self._socket.emit("unwatch", {"conversation_id": conversation_id}, namespace="/desk")

    def catch_up(self, conversation_id: str, last_seq: int) -> None:
        """Until the screen shows everything up to this number."""
        while self.screens[conversation_id].last_seq < last_seq:
            self._watch(conversation_id)
            time.sleep(PAUSE)

    def perhaps_lose_the_connection(self) -> None:
        if self._chance.random() < 0.1:
            self.leave()

    def leave(self) -> None:
        if self._socket:
            self._socket.disconnect()
            self._socket = None

    def close(self) -> None:
        self.leave()
        self._http.close()

    def _call(self, path: str, **body: Any) -> httpx.Response:
        while True:
            try:
                answer = self._http.post(f"{self._chance.choice(self._urls)}/desk/api{path}", json=body)
            except httpx.TransportError:
                time.sleep(PAUSE)
                continue
            if answer.status_code < 500:
                return answer
            time.sleep(PAUSE)

    def _watch(self, conversation_id: str) -> None:
        self._watched.add(conversation_id)
        while True:
            client = self._connected()
            data = {"conversation_id": conversation_id, "last_seq": self.screens[conversation_id].last_seq}
            try:
                client.call("watch", data, namespace="/desk", timeout=PATIENCE)
            except exceptions.SocketIOError:
                self.leave()
                continue
            return

    def _connected(self) -> socketio.Client:
        with self._connecting:
            return self._connect()

    def _connect(self) -> socketio.Client:
        while self._socket is None or not self._socket.connected:
            client = socketio.Client(reconnection=False)
            keep_order(client)
            client.on("message", self._show, namespace="/desk")
            try:
                client.connect(
                    self._chance.choice(self._urls),
                    auth={"token": self._token},
                    transports=["websocket"],
                    namespaces=["/desk"],
                    wait_timeout=PATIENCE,
                )
            except (exceptions.SocketIOError, OSError):
                client.disconnect()
                time.sleep(PAUSE)
                continue
            self._socket = client
            for conversation_id in list(self._watched):
                data = {"conversation_id": conversation_id, "last_seq": self.screens[conversation_id].last_seq}
                client.emit("watch", data, namespace="/desk")
        return self._socket

    def _show(self, message: dict[str, Any]) -> None:
        shown = {name: value for name, value in message.items() if name != "conversation_id"}
        self.screens[message["conversation_id"]].show(shown)
