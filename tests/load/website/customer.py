"""A customer of the website: says something, waits for the answer, comes back when the connection drops.

By the protocol of docs/socket-io.md, as the chat widget does it.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import suppress
from typing import Any

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

from tests.load.website.tally import Tally

SECONDS_UNTIL_RESENT = 5
SECONDS_UNTIL_GIVEN_UP = 60
FIRST_WAIT, LONGEST_WAIT = 0.5, 5  # seconds between tries to connect

MAY_BE_RESENT = {"no_session", "not_stored", "too_many"}

OUTAGE = "something on our side isn't working"
"""In what the assistant says when it can't do its work."""

# python-socketio wraps these seconds in a class of aiohttp 3.11, which Rasa keeps us from; ours takes them as they are.
if not hasattr(aiohttp, "ClientWSTimeout"):
    aiohttp.ClientWSTimeout = lambda ws_close: ws_close


class Customer:
    """One browser tab with its conversation."""

    def __init__(self, url: str, tally: Tally) -> None:
        self._url = url
        self._tally = tally
        self._confirmed = asyncio.Event()
        self._news = asyncio.Event()
        self._session: dict[str, Any] = {}
        self._heard: dict[int, dict[str, Any]] = {}  # by number, in the order in which they came
        self._acknowledged: dict[str, int] = {}  # numbers of our own messages
        self._socket = socketio.AsyncClient(
            reconnection_delay=FIRST_WAIT, reconnection_delay_max=LONGEST_WAIT, handle_sigint=False
        )
        self._socket.on("connect", self._ask_for_session)
        self._socket.on("disconnect", self._lose_connection)
        self._socket.on("session_confirm", self._confirm)
        self._socket.on("message", self._hear)

    async def connect(self) -> None:
        """Until there is a session. Raises TimeoutError or python-socketio's ConnectionError."""
        try:
            await self._socket.connect(self._url, transports=["websocket"], wait_timeout=SECONDS_UNTIL_GIVEN_UP)
            await asyncio.wait_for(self._confirmed.wait(), SECONDS_UNTIL_GIVEN_UP)
        except (asyncio.TimeoutError, SocketIOError):
            await self._close()
            raise

    async def say(self, text: str) -> None:
        """One turn: until the assistant has answered, or an error has been counted."""
        began = time.perf_counter()
        try:
            seq = await asyncio.wait_for(self._send(text), SECONDS_UNTIL_GIVEN_UP)
            self._tally.acknowledged_after.append(time.perf_counter() - began)
            await asyncio.wait_for(self._answer_to(seq), SECONDS_UNTIL_GIVEN_UP)
            self._tally.answered_after.append(time.perf_counter() - began)
        except asyncio.TimeoutError:
            self._tally.errors["no answer in time"] += 1
        except RefusedError as refusal:
            self._tally.errors[f"refused: {refusal}"] += 1

    async def leave(self) -> None:
        """Look at what the transcript of record holds, from a new connection, count what is wrong, and go."""
        if not self._acknowledged:
            await self._close()
            return
        kept = Customer(self._url, Tally())
        kept._session = {name: self._session[name] for name in ("session_id", "secret")}
        try:
            await kept.connect()
            await asyncio.wait_for(kept._everything(), SECONDS_UNTIL_GIVEN_UP)
            with suppress(asyncio.TimeoutError):  # the rest of the last answer may still be on its way
                await asyncio.wait_for(self._hear_all_of(kept), SECONDS_UNTIL_RESENT)
        except (asyncio.TimeoutError, SocketIOError):
            self._tally.errors["the transcript couldn't be read"] += 1
        else:
            self._tally.compare(kept._heard, heard=set(self._heard), acknowledged=self._acknowledged)
        finally:
            await kept._close()
            await self._close()

    async def _close(self) -> None:
        await self._socket.shutdown()  # also ends trying again
        await self._socket.disconnect()  # also closes the session of a connection that never came about

    async def _send(self, text: str) -> int:
        """Until it is acknowledged, with the same number however often; gives its place in the conversation."""
        client_id = uuid.uuid4().hex
        said = {"message": text, "client_id": client_id}
        while True:
            await self._confirmed.wait()
            with suppress(SocketIOError):  # the connection dropped; there will be another
                answer = await self._socket.call("user_uttered", said, timeout=SECONDS_UNTIL_RESENT)
                if answer["ok"]:
                    seq = int(answer["seq"])
                    self._acknowledged[client_id] = seq
                    self._heard.setdefault(seq, {"seq": seq, "author": {"kind": "customer"}})
                    return seq
                if answer["error"]["code"] not in MAY_BE_RESENT:
                    raise RefusedError(answer["error"]["code"])
            self._tally.resent += 1
            await asyncio.sleep(FIRST_WAIT)

    async def _answer_to(self, seq: int) -> None:
        while not any(number > seq and by(message, "assistant") for number, message in self._heard.items()):
            self._news.clear()
            await self._news.wait()

    async def _everything(self) -> None:
        while len(self._heard) < self._session["seq"]:
            self._news.clear()
            await self._news.wait()

    async def _hear_all_of(self, kept: Customer) -> None:
        while set(kept._heard) - set(self._heard):
            self._news.clear()
            await self._news.wait()

    async def _ask_for_session(self) -> None:
        wishes: dict[str, Any] = {"last_seq": self._last_without_gap(), "locale": "en-US"}
        known = {name: self._session[name] for name in ("session_id", "secret") if name in self._session}
        await self._socket.emit("session_request", wishes | known)

    def _last_without_gap(self) -> int:
        last = 0
        while last + 1 in self._heard:
            last += 1
        return last

    def _confirm(self, session: dict[str, Any]) -> None:
        if self._session.get("session_id", session["session_id"]) != session["session_id"]:
            self._tally.errors["another conversation came back"] += 1
        self._session = session
        self._confirmed.set()

    def _lose_connection(self, reason: str) -> None:
        self._confirmed.clear()
        self._tally.dropped += reason != self._socket.reason.CLIENT_DISCONNECT

    def _hear(self, message: dict[str, Any]) -> None:
        seq = message["seq"]
        if seq == 0:
            self._tally.errors["no more conversations for this address (docs/load.md)"] += 1
            return
        if seq in self._heard and not by(message, "customer"):
            self._tally.doubled += 1
        if any(number > seq and by(heard, "assistant") for number, heard in self._heard.items()):
            self._tally.out_of_order += 1
        if by(message, "system"):
            self._tally.errors["the assistant was away"] += "handover" not in str(message.get("custom"))
        elif OUTAGE in (message.get("text") or ""):
            self._tally.errors["the assistant couldn't do its work"] += 1
        self._heard.setdefault(seq, message)
        self._news.set()


class RefusedError(Exception):
    """The service won't take a message; the text is its error code."""


def by(message: dict[str, Any], kind: str) -> bool:
    """Whether somebody of this kind said it."""
    return bool(message["author"]["kind"] == kind)
