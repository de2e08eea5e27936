"""Who is connected to which conversation, and what each of them has seen.

Nothing is pushed: whoever has news about a conversation says so, and each connection then reads on in the
transcript from where it stands. Replay after a reconnect and live delivery are one and the same way, so every
connection gets every message once and in order.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import socketio
import structlog
from sqlalchemy.orm import Session

from channels.store import Store
from conversations import Conversation, Message, UnknownConversationError, messages_after

log = structlog.get_logger(__name__)

# A long transcript is read in parts, so that nobody else waits for it.
AT_A_TIME = 200


@dataclass
class Connection:
    """One browser tab. `own` are the messages that it sent itself and was told the numbers of.

    `address` is where it is, disguised (`channels.network`).
    """

    sid: str
    conversation_id: str
    seen: int
    state: str
    address: str | None = None
    is_typing: bool = False
    own: set[int] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Audience:
    """The customers' connections, on one Socket.IO namespace."""

    def __init__(self, sio: socketio.AsyncServer, store: Store, namespace: str = "/") -> None:
        self._sio = sio
        self._store = store
        self._namespace = namespace
        self._connections: dict[str, Connection] = {}

    def get(self, sid: str) -> Connection | None:
        """The connection `sid`, once it has proved whose conversation it is."""
        return self._connections.get(sid)

    def join(self, connection: Connection) -> None:
        """From now on `connection` gets the news of its conversation."""
        self._connections[connection.sid] = connection

    def leave(self, sid: str) -> None:
        """The connection is gone."""
        self._connections.pop(sid, None)

    async def news(self, conversation_id: str) -> None:
        """Something was stored in this conversation: let everyone who listens read on."""
        await asyncio.gather(*(self.read_on(connection) for connection in self._of(conversation_id)))

    async def typing(self, conversation_id: str, author: dict[str, Any], on: bool, besides: str | None = None) -> None:
        """Somebody begins or ends writing; `besides` is the connection that said so itself."""
        for connection in self._of(conversation_id, besides):
            await self._emit(connection, "typing", {"on": on, "author": author})

    async def read(self, conversation_id: str, seq: int, besides: str) -> None:
        """The messages up to `seq` have been seen, on the connection `besides`."""
        for connection in self._of(conversation_id, besides):
            await self._emit(connection, "read", {"seq": seq})

    async def read_on(self, connection: Connection) -> None:
        """Send `connection` what it hasn't seen yet; if that fails, end it: connecting again, it asks for the rest."""
        try:
            await self._read_on(connection)
        except Exception as error:
            log.error("a connection could not be told the news", error=type(error).__name__)
            await self._sio.disconnect(connection.sid, namespace=self._namespace)

    async def _read_on(self, connection: Connection) -> None:
        async with connection.lock:
            while True:
                state, messages = await self._store.run(_news_for, connection.conversation_id, connection.seen)
                for message in messages:
                    await self._send(connection, message)
                if len(messages) < AT_A_TIME:
                    break
            if state != connection.state:
                connection.state = state
                await self._emit(connection, "state", state_event(state))

    def _of(self, conversation_id: str, besides: str | None = None) -> list[Connection]:
        return [
            each
            for each in self._connections.values()
            if each.conversation_id == conversation_id and each.sid != besides
        ]

    async def _send(self, connection: Connection, message: Message) -> None:
        connection.seen = message.seq
        if message.seq in connection.own:
            connection.own.discard(message.seq)
            return
        await self._emit(connection, "message", message_event(message))
        if message.author_kind in ("assistant", "agent"):
            await self._emit(connection, "bot_uttered", rasa_event(message))

    async def _emit(self, connection: Connection, event: str, data: dict[str, Any]) -> None:
        await self._sio.emit(event, data, to=connection.sid, namespace=self._namespace)


def message_event(message: Message) -> dict[str, Any]:
    """`message` as clients get it."""
    optional = {"text": message.text, "custom": message.custom, "client_id": message.client_id}
    return {
        "seq": message.seq,
        "at": message.at.isoformat(),
        "author": {"kind": message.author_kind, "name": message.author_name},
        **{name: value for name, value in optional.items() if value is not None},
    }


def rasa_event(message: Message) -> dict[str, Any]:
    """`message` in Rasa's own shape, for the widgets that were made for its Socket.IO channel."""
    event: dict[str, Any] = {}
    if message.text is not None:
        event["text"] = message.text
    if message.custom is not None:
        event["custom"] = message.custom
        options = message.custom.get("options") if message.custom.get("type") == "ask" else None
        if options:
            event["quick_replies"] = [
                {"content_type": "text", "title": option["title"], "payload": option["title"]} for option in options
            ]
    return event


def state_event(state: str) -> dict[str, Any]:
    """Who answers now, in the shape of a handover message."""
    return {"state": state, "reason": None, "agent": None, "position": None}


def _news_for(session: Session, conversation_id: str, seen: int) -> tuple[str, list[Message]]:
    messages = messages_after(session, conversation_id, seen, limit=AT_A_TIME)
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversationError(conversation_id)
    return conversation.state, messages
