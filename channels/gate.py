"""In front of everything else: how many may be connected, what they may send, how much of it at once and how fast.

Nothing behind it has to do with who is refused here, so being refused costs next to nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.frames import Frames
from channels.limits import MINUTE, Allowance, Limits
from channels.network import address_of

log = structlog.get_logger(__name__)

PATIENCE = 20.0  # seconds for the body of a request to arrive

CROWDED = ("crowded", "Too many people are connected right now. Please try again in a moment.")
TOO_LARGE = ("too_large", "That is more than can be taken at once. Please send less.")
TOO_SLOW = ("too_slow", "The rest of that didn't arrive. Please try again.")

NOT_THERE = ("not_known", "There is nothing at this address.")

PHOTOS = "/photos"  # their size is checked where they are taken


class Gate:
    """ASGI middleware that keeps to `limits`."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._connected: Counter[str] = Counter()
        self._telling = Allowance(1, MINUTE)  # an onslaught must not fill the log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] != PHOTOS:
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = address_of(scope)
        if not self._has_room_for(address):
            self._tell_the_log()
            await _refuse(503, CROWDED)(scope, receive, send)
            return
        with self._counted(address):
            await self._app(scope, Frames(receive, self._limits.frames_per_minute), send)

    def _has_room_for(self, address: str) -> bool:
        is_full = self._connected.total() >= self._limits.connections
        return not is_full and self._connected[address] < self._limits.connections_per_address

    def _tell_the_log(self) -> None:
        if self._telling.take(""):
            log.warning("connections are refused", connected=self._connected.total())

    @contextmanager
    def _counted(self, address: str) -> Iterator[None]:
        self._connected[address] += 1
        try:
            yield
        finally:
            self._connected[address] -= 1
            if not self._connected[address]:
                del self._connected[address]

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on once its body is there, and small enough."""
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:  # neither files nor databases know it
            await _refuse(404, NOT_THERE)(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_body(receive, self._limits.request_size), PATIENCE)
        except asyncio.TimeoutError:
            await _refuse(408, TOO_SLOW)(scope, receive, send)
            return
        except _TooLargeError:
            await _refuse(413, TOO_LARGE)(scope, receive, send)
            return
        read: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_whole() -> Message:
            return read.pop() if read else await receive()

        await self._app(scope, receive_whole, send)


class _TooLargeError(Exception):
    pass


async def _body(receive: Receive, at_most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > at_most:
            raise _TooLargeError
        if not message.get("more_body"):  # nor has a client that is gone
            return bytes(body)


def _refuse(status: int, error: tuple[str, str]) -> JSONResponse:
    code, message = error
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
