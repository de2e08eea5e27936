"""What comes over somebody's websocket, before Socket.IO reads it: of its form, and no faster than it may.

Socket.IO raises an error, with a stack trace in the log, for each packet that is none; a stranger could fill the log.
"""

from __future__ import annotations

import asyncio
import json
import re

from starlette.types import Message, Receive

from channels.limits import MINUTE, Allowance

PATIENCE = 20.0  # seconds for somebody to stop sending too fast

POLICY_VIOLATION, NOT_A_PACKET = 1008, 1007  # by RFC 6455

# Engine.IO's own: the end, a ping, a pong; and in a message of it what Socket.IO takes from a client: to connect to a
# namespace, to leave it, and an event, perhaps to be acknowledged. No event of ours has binary data, none of ours asks
# for an acknowledgement.
_OWN = re.compile(r"[123](probe)?")
_PACKET = re.compile(r"4([012])(/[^,]{0,100},)?([0-9]{0,18})(.*)", re.DOTALL)
_CONNECT, _LEAVE, _EVENT = "012"

RESERVED = ("connect", "disconnect")  # names by which Socket.IO itself tells of them


class Frames:
    """Who sends too much is held up, and who doesn't stop, or sends what is no packet, is cut off."""

    def __init__(self, receive: Receive, per_minute: int) -> None:
        self._receive = receive
        self._allowance = Allowance(max(per_minute // 6, 1), MINUTE / 6)
        self._pause = MINUTE / per_minute
        self._held_up = 0.0  # seconds without a moment in which it kept to its rate

    async def __call__(self) -> Message:
        """The next one, as ASGI has it; or that the connection has ended."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return message
        if not is_packet(message.get("text")):
            return {"type": "websocket.disconnect", "code": NOT_A_PACKET}
        if self._allowance.take(""):
            self._held_up = 0.0
            return message
        while self._held_up < PATIENCE:
            self._held_up += self._pause
            await asyncio.sleep(self._pause)
            if self._allowance.take(""):
                return message
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}


def is_packet(text: str | None) -> bool:
    """Whether it is a frame that a client may send; None is a binary one."""
    if text is None:
        return False
    packet = _PACKET.fullmatch(text)
    if packet is None:
        return _OWN.fullmatch(text) is not None
    kind, _, number, content = packet.groups()
    if kind == _LEAVE or not content:
        return kind != _EVENT and not number and not content
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if kind == _CONNECT:
        return isinstance(data, dict) and not number
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in RESERVED
