"""The desk's Socket.IO: what happens in the conversations, as it happens.

Every desk hears of each conversation that changes (`conversation`), and gets the messages of those that it watches,
after a reconnect too: it says up to which number it has them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

import socketio
import structlog
from sqlalchemy.orm import Session

from channels.audience import DESK, Audience, Connection
from channels.desk.access import COOKIE, Access, is_own_origin
from channels.desk.shapes import summary_of
from channels.elsewhere import Elsewhere, agent
from channels.store import Store
from channels.wire import Person, SignedOut, Wire
from conversations import Conversation, State
from conversations.agents import note_absence, note_presence, token_hash
from conversations.listing import Listed, in_hand, listed
from observability import metrics

log = structlog.get_logger(__name__)

EVERYBODY = "everybody"  # the room of all desks
PRESENCE = 20.0  # seconds between two signs of life; `conversations.agents.SEEN_WITHIN` allows for two that fail


@dataclass(frozen=True)
class Desk:
    """One agent's page."""

    agent_id: int
    name: str
    token: str


class Live(socketio.AsyncNamespace):
    """What agents' pages send, and what they are told."""

    def __init__(self, store: Store, audience: Audience, access: Access, wire: Wire, elsewhere: Elsewhere) -> None:
        super().__init__(DESK)
        self._store = store
        self._audience = audience
        self._access = access
        self._wire = wire
        self._elsewhere = elsewhere
        self._desks: dict[str, Desk] = {}
        self._noting = asyncio.Lock()  # so that what is stored last is what holds
        self._in_hand: dict[str, int] = {}  # those that wait or are held, and their newest message, as told
        audience.tell_desks_by(self.tell)
        wire.hear(SignedOut, lambda told, _: self._end_pages(told.token_hash))
        wire.when_missed(self.catch_up)
        elsewhere.when_changed(self._changed_elsewhere)

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Only for who is signed in, by the cookie of the page or `auth: {token}`, and from no other page than ours."""
        if not is_own_origin(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST")):
            raise socketio.exceptions.ConnectionRefusedError("other_origin")
        token = _token_in(environ, auth)
        me = await self._access.whose(token)
        if me is None:
            raise socketio.exceptions.ConnectionRefusedError("not_signed_in")
        if self._wire.is_used and not self._desks:
            self._in_hand = await self._store.run(in_hand)
        self._desks[sid] = Desk(me.id, me.name, token)
        self._elsewhere.came(agent(me.id))
        metrics.CONNECTIONS.labels("desks").inc()
        await self.enter_room(sid, EVERYBODY)
        await self._sign_of_life()

    async def on_disconnect(self, sid: str, *_: Any) -> None:
        desk = self._desks.pop(sid, None)
        if desk:
            metrics.CONNECTIONS.labels("desks").dec()
        for connection in self._audience.leave(sid):
            if desk and connection.is_typing:
                await self._say_typing(connection, desk, False)
        if desk and not self._is_here(desk.agent_id):
            if not self._elsewhere.has(agent(desk.agent_id)):
                await self._note_absence(desk.agent_id)
            self._elsewhere.went(agent(desk.agent_id))

    async def on_watch(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """Send a conversation's messages after `last_seq`, and every further one."""
        conversation_id, last_seq = _named(data), (data or {}).get("last_seq") if isinstance(data, dict) else None
        if sid not in self._desks or conversation_id is None:
            return _refused("not_known", "There is no such conversation.")
        if not await self._store.run(_exists, conversation_id):
            return _refused("not_known", "There is no such conversation.")
        seen = last_seq if isinstance(last_seq, int) and 0 < last_seq < 2**31 else 0
        connection = Connection(sid, conversation_id, seen, namespace=DESK)
        self._audience.join(connection)
        await self._audience.read_on(connection)
        return {"ok": True}

    async def on_unwatch(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """No more of this conversation."""
        if conversation_id := _named(data):
            self._audience.leave(sid, conversation_id)
        return {"ok": True}

    async def on_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        """The agent who holds a conversation begins or ends writing in it."""
        desk, conversation_id = self._desks.get(sid), _named(data)
        on = data.get("on") if isinstance(data, dict) else None
        connection = self._audience.get(sid, conversation_id) if conversation_id else None
        if not desk or not connection or not isinstance(on, bool) or on == connection.is_typing:
            return
        if not on or await self._store.run(_is_held_by, connection.conversation_id, desk.agent_id):
            await self._say_typing(connection, desk, on)

    async def tell(self, conversation_id: str) -> None:
        """Every desk learns how this conversation stands now."""
        if not self._desks:
            return
        try:
            found = await self._store.run(_listed, conversation_id)
        except Exception:
            # The desks ask again when they connect again.
            log.exception("the desks could not be told the news")
            return
        if found:
            summary = json.loads(summary_of(found, self._audience.is_there(conversation_id)).json())
            await self.emit("conversation", summary, room=EVERYBODY)
            self._remember(found.conversation)

    async def catch_up(self) -> None:
        """News of other processes may have been missed: tell how those stand who wait for agents or are with them."""
        if not self._desks:
            return
        now = await self._store.run(in_hand)
        changed = [each for each in now.keys() | self._in_hand.keys() if now.get(each) != self._in_hand.get(each)]
        for conversation_id in changed:
            await self.tell(conversation_id)

    async def sign_out(self, token: str) -> None:
        """The pages of a sign-in that has ended go, too."""
        self._wire.tell(SignedOut(token_hash=token_hash(token)))
        await self._end_pages(token_hash(token))

    async def _end_pages(self, of_token: str) -> None:
        for sid in [sid for sid, desk in self._desks.items() if token_hash(desk.token) == of_token]:
            await self.disconnect(sid)

    async def keep_present(self) -> None:
        """For as long as the service runs: say who is there, and end the pages whose sign-in has ended."""
        while True:
            await asyncio.sleep(PRESENCE)
            for token in {desk.token for desk in self._desks.values()}:
                try:
                    if await self._access.whose(token) is None:
                        await self.sign_out(token)
                except Exception:
                    log.exception("a sign-in could not be checked")
            await self._sign_of_life()

    def _is_here(self, agent_id: int) -> bool:
        return any(desk.agent_id == agent_id for desk in self._desks.values())

    async def _changed_elsewhere(self, who: Person) -> None:
        """An agent came to another process or left one, which may not have known of the desks here."""
        kind, agent_id = who
        if kind != "agent":
            return
        if self._is_here(int(agent_id)):
            await self._sign_of_life()
        elif not self._elsewhere.has(who):
            await self._note_absence(int(agent_id))

    def _remember(self, told: Conversation) -> None:
        if told.state in (State.WAITING.value, State.AGENT.value):
            self._in_hand[told.id] = told.last_seq
        else:
            self._in_hand.pop(told.id, None)

    async def _sign_of_life(self) -> None:
        async with self._noting:
            if present := sorted({desk.agent_id for desk in self._desks.values()}):
                await self._note(note_presence, present)

    async def _note_absence(self, agent_id: int) -> None:
        async with self._noting:
            if not self._is_here(agent_id):
                await self._note(note_absence, agent_id)

    async def _note(self, presence: Callable[..., None], who: Any) -> None:
        """Store who is there, and let those who wait know."""
        try:
            await self._store.run(presence, who)
            await self._audience.queue_moved()
        except Exception:
            log.exception("who is there could not be stored")

    async def _say_typing(self, connection: Connection, desk: Desk, on: bool) -> None:
        connection.is_typing = on
        author = {"kind": "agent", "name": desk.name}
        await self._audience.typing(connection.conversation_id, author, on, besides=connection.sid)


def _token_in(environ: dict[str, Any], auth: Any) -> str:
    if isinstance(auth, dict) and isinstance(auth.get("token"), str):
        return str(auth["token"])
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _named(data: Any) -> str | None:
    conversation_id = data.get("conversation_id") if isinstance(data, dict) else None
    return conversation_id if isinstance(conversation_id, str) and conversation_id.isascii() else None


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "message": message}}


def _exists(session: Session, conversation_id: str) -> bool:
    return session.get(Conversation, conversation_id) is not None


def _is_held_by(session: Session, conversation_id: str, agent_id: int) -> bool:
    conversation = session.get(Conversation, conversation_id)
    return conversation is not None and conversation.state == State.AGENT and conversation.agent_id == agent_id


def _listed(session: Session, conversation_id: str) -> Listed | None:
    """The conversation, once something has been said in it."""
    conversation = session.get(Conversation, conversation_id)
    return listed(session, [conversation])[0] if conversation and conversation.last_seq else None
