"""Who is connected to which conversation, and what each of them has seen.

Nothing is pushed: whoever has news about a conversation says so, and each connection then reads on in the
transcript from where it stands. Replay after a reconnect and live delivery are one and the same way, so every
connection gets every message once and in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import socketio
import structlog
from sqlalchemy.orm import Session

from channels.elsewhere import Elsewhere, customer_of
from channels.store import Store
from channels.wire import Author, News, Person, QueueMoved, Read, Typing, Wire
from conversations import (
    Conversation,
    Message,
    State,
    UnknownConversationError,
    handover_of,
    last_seqs,
    messages_after,
)
from conversations.transcript_mails import address_of
from observability import metrics

log = structlog.get_logger(__name__)

# A long transcript is read in parts, so that nobody else waits for it.
AT_A_TIME = 200


CUSTOMERS, DESK = "/", "/desk"  # Socket.IO namespaces

# Who answers, as every connection takes it for granted until it is told otherwise.
USUAL = {"type": "handover", "state": "assistant", "reason": None, "agent": None, "position": None}


@dataclass
class Connection:
    """One who listens to one conversation: a customer's browser tab, or an agent who looks at it.

    `own` are the messages that it sent itself and was told the numbers of. Of a customer, `secret` is what was shown to
    prove whose conversation it is, `address` where the customer is, disguised (`channels.network`), and `locale` the
    language that is spoken there.
    """

    sid: str
    conversation_id: str
    seen: int
    namespace: str = CUSTOMERS
    standing: dict[str, Any] = field(default_factory=lambda: dict(USUAL))
    secret: str = ""
    address: str = ""
    locale: str = "en-US"
    is_typing: bool = False
    own: set[int] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class Said:
    """The messages of a conversation after the number `after`, and who answers since the last of them."""

    after: int
    messages: list[Message]
    standing: dict[str, Any]

    def continues(self, connection: Connection) -> bool:
        """Whether it begins no later than where `connection` stands, and leads on from there."""
        return bool(self.messages) and self.after <= connection.seen < self.messages[-1].seq


class Audience:
    """Those who listen: customers, each to their own conversation, and agents to the ones that they look at.

    Whoever has news tells it here and, over the wire, to the other processes, whose connections read on like ours.
    """

    def __init__(
        self,
        sio: socketio.AsyncServer,
        store: Store,
        is_anyone_there: Callable[[Session], bool],
        wire: Wire,
        elsewhere: Elsewhere,
        *,
        can_mail: bool = False,
    ) -> None:
        self._sio = sio
        self._store = store
        self._wire = wire
        self._elsewhere = elsewhere
        self._is_anyone_there = is_anyone_there
        self._can_mail = can_mail
        self._connections: dict[str, dict[str, Connection]] = {}  # by sid, then by conversation
        self._listeners: dict[str, dict[str, Connection]] = {}  # the same by conversation, then by sid
        self._tells_desks: Callable[[str], Awaitable[None]] | None = None
        self._tells_also: list[Callable[[str], Awaitable[None]]] = []
        self._hear_others()

    def tell_desks_by(self, tell: Callable[[str], Awaitable[None]]) -> None:
        """`tell` is called with the id of each conversation that there is news of."""
        self._tells_desks = tell

    def tell_also(self, tell: Callable[[str], Awaitable[None]]) -> None:
        """`tell` is called with the id of each conversation in which something was stored."""
        self._tells_also.append(tell)

    def get(self, sid: str, conversation_id: str | None = None) -> Connection | None:
        """What `sid` listens to: a customer to one conversation, an agent to that of the id, if at all."""
        listens_to = self._connections.get(sid, {})
        if conversation_id is not None:
            return listens_to.get(conversation_id)
        return next(iter(listens_to.values()), None)

    def join(self, connection: Connection) -> None:
        """From now on `connection` gets the news of its conversation."""
        if connection.namespace == CUSTOMERS:
            metrics.CONNECTIONS.labels("customers").inc()
            self._elsewhere.came(customer_of(connection.conversation_id))
        self._connections.setdefault(connection.sid, {})[connection.conversation_id] = connection
        self._listeners.setdefault(connection.conversation_id, {})[connection.sid] = connection

    def leave(self, sid: str, conversation_id: str | None = None) -> list[Connection]:
        """`sid` doesn't listen to this conversation any more, or to none; gives what it listened to until now."""
        listens_to = self._connections.pop(sid, {})
        gone = [each for each in listens_to.values() if conversation_id in (None, each.conversation_id)]
        if left := {id: each for id, each in listens_to.items() if each not in gone}:
            self._connections[sid] = left
        for each in gone:
            self._forget(each)
            if each.namespace == CUSTOMERS:
                metrics.CONNECTIONS.labels("customers").dec()
            if not self._is_here(each.conversation_id):
                self._elsewhere.went(customer_of(each.conversation_id))
        return gone

    def is_there(self, conversation_id: str) -> bool:
        """Whether the customer has the conversation open."""
        return self._is_here(conversation_id) or self._elsewhere.has(customer_of(conversation_id))

    async def presence(self, conversation_id: str) -> None:
        """The customer has come or gone: let the desks know."""
        if self._tells_desks:
            await self._tells_desks(conversation_id)

    async def news(self, conversation_id: str, besides: str | None = None, said: Said | None = None) -> None:
        """Something was stored in this conversation: let everyone who listens read on, and the desks know.

        `besides` is the connection that has seen it already; `said` what is known of it without reading it again.
        """
        self._wire.tell(News(conversation_id=conversation_id))
        await self._news_here(conversation_id, besides, said)

    async def _news_here(self, conversation_id: str, besides: str | None = None, said: Said | None = None) -> None:
        await asyncio.gather(*(self.read_on(connection, said) for connection in self.of(conversation_id, besides)))
        await asyncio.gather(*(tell(conversation_id) for tell in self._tells_also))
        await self.presence(conversation_id)

    async def queue_moved(self) -> None:
        """Who waits may have another place in the queue, or somebody may be there now."""
        self._wire.tell(QueueMoved())
        await self._queue_moved_here()

    async def _queue_moved_here(self) -> None:
        waiting = [each for each in self._everyone() if each.standing["state"] == State.WAITING.value]
        await asyncio.gather(*(self.read_on(connection) for connection in waiting))

    async def typing(self, conversation_id: str, author: dict[str, Any], on: bool, besides: str | None = None) -> None:
        """Somebody begins or ends writing; `besides` is the connection that said so itself."""
        self._wire.tell(Typing(conversation_id=conversation_id, author=Author(**author), on=on))
        await self._typing_here(conversation_id, author, on, besides)

    async def _typing_here(
        self, conversation_id: str, author: dict[str, Any], on: bool, besides: str | None = None
    ) -> None:
        for connection in self.of(conversation_id, besides):
            await self._emit(connection, "typing", {"on": on, "author": author})

    async def read(self, conversation_id: str, seq: int, besides: str) -> None:
        """The customer has seen the messages up to `seq`, on the connection `besides`."""
        self._wire.tell(Read(conversation_id=conversation_id, seq=seq))
        await self._read_here(conversation_id, seq, besides)

    async def _read_here(self, conversation_id: str, seq: int, besides: str | None = None) -> None:
        for connection in self.of(conversation_id, besides):
            await self._emit(connection, "read", {"seq": seq})

    async def catch_up(self) -> None:
        """News of other processes may have been missed: let everyone read on for whom there is something."""
        of_each: dict[str, list[Connection]] = {}
        for connection in self._everyone():
            of_each.setdefault(connection.conversation_id, []).append(connection)
        last = await self._store.run(last_seqs, of_each.keys())
        behind = [
            connection
            for conversation_id, last_seq in last.items()
            for connection in of_each[conversation_id]
            if connection.seen < last_seq or connection.standing["state"] == State.WAITING.value
        ]
        await asyncio.gather(*(self.read_on(connection) for connection in behind))

    async def read_on(self, connection: Connection, known: Said | None = None) -> None:
        """Send `connection` what it hasn't seen yet; if that fails, end it: connecting again, it asks for the rest."""
        try:
            await self._read_on(connection, known)
        except Exception:
            log.exception("a connection could not be told the news")
            await self._sio.disconnect(connection.sid, namespace=connection.namespace)

    async def _read_on(self, connection: Connection, known: Said | None) -> None:
        async with connection.lock:
            said = known if known and known.continues(connection) else await self._said_to(connection)
            while said.messages:
                for message in said.messages:
                    if message.seq > connection.seen:
                        await self._send(connection, message)
                if len(said.messages) < AT_A_TIME:
                    break
                said = await self._said_to(connection)
            if said.standing != connection.standing:
                connection.standing = said.standing
                await self._emit(connection, "state", said.standing)

    async def _said_to(self, connection: Connection) -> Said:
        return await self._store.run(self.said_after, connection.conversation_id, connection.seen)

    def said_after(self, session: Session, conversation_id: str, seq: int) -> Said:
        """What is to be told of a conversation to who has seen it up to `seq`; of much the first part."""
        messages = messages_after(session, conversation_id, seq, limit=AT_A_TIME)
        conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            raise UnknownConversationError(conversation_id)
        standing = handover_of(session, conversation)
        if self._can_mail and address_of(conversation):
            standing |= {"can_mail": True}
        if conversation.state == State.WAITING.value:
            has_email = conversation.email is not None
            standing |= {"online": self._is_anyone_there(session), "email": has_email}
        return Said(seq, messages, standing)

    def of(self, conversation_id: str, besides: str | None = None) -> list[Connection]:
        """Who listens to this conversation, `besides` left out."""
        return [each for sid, each in self._listeners.get(conversation_id, {}).items() if sid != besides]

    def _forget(self, connection: Connection) -> None:
        listeners = self._listeners[connection.conversation_id]
        del listeners[connection.sid]
        if not listeners:
            del self._listeners[connection.conversation_id]

    def _everyone(self) -> list[Connection]:
        return [each for listens_to in self._connections.values() for each in listens_to.values()]

    def ended(self) -> set[str]:
        """The conversations that have ended and are still open in a customer's tab."""
        tabs = (each for each in self._everyone() if each.namespace == CUSTOMERS)
        return {each.conversation_id for each in tabs if each.standing["state"] == State.CLOSED.value}

    def _is_here(self, conversation_id: str) -> bool:
        return any(each.namespace == CUSTOMERS for each in self.of(conversation_id))

    def _hear_others(self) -> None:
        """What other processes tell concerns our connections as if it had happened here."""

        async def changed(who: Person) -> None:
            kind, conversation_id = who
            if kind == "customer":
                await self.presence(conversation_id)

        self._wire.hear(News, lambda told, _: self._news_here(told.conversation_id))
        self._wire.hear(QueueMoved, lambda _, __: self._queue_moved_here())
        self._wire.hear(Typing, lambda told, _: self._typing_here(told.conversation_id, told.author.dict(), told.on))
        self._wire.hear(Read, lambda told, _: self._read_here(told.conversation_id, told.seq))
        self._wire.when_missed(self.catch_up)
        self._elsewhere.when_changed(changed)

    async def _send(self, connection: Connection, message: Message) -> None:
        connection.seen = message.seq
        if message.seq in connection.own:
            connection.own.discard(message.seq)
            return
        await self._emit(connection, "message", message_event(message))
        if message.author_kind in ("assistant", "agent") and connection.namespace == CUSTOMERS:
            await self._emit(connection, "bot_uttered", rasa_event(message))

    async def _emit(self, connection: Connection, event: str, data: dict[str, Any]) -> None:
        is_of_desk = connection.namespace == DESK  # which looks at several conversations
        named = {"conversation_id": connection.conversation_id, **data} if is_of_desk else data
        await self._sio.emit(event, named, to=connection.sid, namespace=connection.namespace)


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
