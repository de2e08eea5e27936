"""Socket.IO for customers: the events of the contract, and nothing that a client sends is taken on trust."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import socketio
import structlog
from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from channels.audience import CUSTOMERS, Audience, Connection, message_event
from channels.limits import HOUR, MINUTE, Allowance, Limits
from channels.network import address_of
from channels.store import Store
from channels.turns import Turns, Waiting, all_waiting
from channels.wire import GoesOn, Wire
from conversations import (
    Conversation,
    Draft,
    Message,
    NotAllowedError,
    State,
    UnknownConversationError,
    begin,
    close,
    leave_email,
    mark_read,
    messages_after,
    newest_of,
    rate,
    resume,
    stop_waiting,
    store_message,
    stored_in_or_after,
)
from conversations.transcript import now, option_offered
from conversations.transcript_mails import want_transcript
from languages import gettext, locale_of, to_translate
from policy_core import published

log = structlog.get_logger(__name__)

LONGEST_EMAIL = 254  # by RFC 5321

# So many messages of one customer may wait for their answer; a person doesn't reach it.
LONGEST_QUEUE = 20

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

CUSTOMER = {"kind": "customer", "name": None}
SYSTEM = {"kind": "system", "name": None}

MANY_MESSAGES = to_translate("That was a lot at once. Please wait a moment, then send it again.")
MANY_CONVERSATIONS = to_translate(
    "So many chats were begun from your network lately that we can't open another one right now. "
    "Please try again later, or write to {contact}."
)

# What PostgreSQL or JSON can't hold (NUL, lone surrogates), and control characters, which nobody types.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class RefusedError(Exception):
    """Why a message isn't stored: a stable code for the client and a sentence, in English, for the customer.

    `known` is what stands in the sentence's braces.
    """

    def __init__(self, code: str, sentence: str, **known: str | int) -> None:
        super().__init__(code)
        self._code, self._sentence, self._known = code, sentence, known

    def sentence(self, locale: str | None) -> str:
        """In the customer's language."""
        numbers = {name: format_decimal(value, locale=locale_of(locale)) for name, value in self._known.items()
                   if isinstance(value, int)}  # fmt: skip
        return gettext(self._sentence, locale).format(**{**self._known, **numbers})

    def acknowledgement(self, locale: str | None) -> dict[str, Any]:
        """As the client gets it."""
        return {"ok": False, "error": {"code": self._code, "message": self.sentence(locale)}}


NOT_CONNECTED = RefusedError("no_session", to_translate("The chat isn't connected yet. Please try again in a moment."))
NO_RATING = RefusedError("bad_message", to_translate("That rating couldn't be read. Please try again."))
NO_LONGER_KEPT = RefusedError("no_session", to_translate("This conversation is no longer kept. Please try again."))
NOT_STORED = RefusedError("not_stored", to_translate("Your message couldn't be stored. Please try again."))
NOT_DONE = RefusedError("not_stored", to_translate("That didn't work. Please try again."))
BAD_EMAIL = RefusedError("bad_email", to_translate("That isn't an e-mail address like name@example.com."))
NOT_MAILED = RefusedError("not_allowed", to_translate("The transcript can't be e-mailed here."))


@dataclass(frozen=True)
class Utterance:
    """What a customer's `user_uttered` says, checked."""

    text: str
    client_id: str | None
    option: str | None

    @classmethod
    def read(cls, data: Any, longest: int) -> Utterance:
        """Raises `RefusedError`. Rasa's own widgets send no `client_id`; without one a resend can't be recognised."""
        if not isinstance(data, dict) or not isinstance(data.get("message"), str):
            raise RefusedError(
                "bad_message", to_translate("That message couldn't be read. Please write it as plain text.")
            )
        client_id, option = data.get("client_id"), data.get("option")
        if client_id is not None and not _is_id(client_id):
            raise RefusedError(
                "bad_message", to_translate("That message has no proper number. Please reload the page and try again.")
            )
        if len(data["message"]) > longest:
            raise RefusedError(
                "too_long",
                to_translate("That message is longer than {longest} characters. Please send it in shorter parts."),
                longest=longest,
            )
        text = _UNSTORABLE.sub("", data["message"].replace("\r\n", "\n")).strip()
        if _is_blank(text):
            raise RefusedError("empty", to_translate("That message is empty. Please write what you need."))
        return cls(text, client_id, option if isinstance(option, str) else None)


@dataclass(frozen=True)
class Opened:
    """The conversation that a connection is bound to, with what proves whose it is.

    `owes_an_answer`: something is to be answered in it. Of a new one nobody else knows, so there is nothing to read.
    """

    conversation: Conversation
    secret: str
    owes_an_answer: bool = False
    is_new: bool = False


class Website(socketio.AsyncNamespace):
    """What customers' browsers send.

    A connection is bound to one conversation when it shows that conversation's secret, or begins one. No later
    event can name another.
    """

    def __init__(self, store: Store, audience: Audience, turns: Turns, wire: Wire, limits: Limits) -> None:
        super().__init__(CUSTOMERS)
        self._store = store
        self._audience = audience
        self._turns = turns
        self._longest = limits.message_length
        self._messages = Allowance(limits.messages_per_minute, MINUTE)
        self._messages_by_address = Allowance(limits.messages_per_minute_and_address, MINUTE)
        self._conversations_by_address = Allowance(limits.conversations_per_hour_and_address, HOUR)
        self._wire = wire
        wire.hear(GoesOn, lambda told, _: self._follow(told.conversation_id))
        wire.when_missed(self.catch_up)

    async def on_disconnect(self, sid: str, *_: Any) -> None:
        connection = self._audience.get(sid)
        if connection:
            self._audience.leave(sid)
            await self._say_typing(connection, False)
            if not self._audience.is_there(connection.conversation_id):
                await self._audience.presence(connection.conversation_id)

    async def on_session_request(self, sid: str, data: Any = None, *_: Any) -> None:
        """Resume the conversation whose id and secret come along, else begin a new one."""
        if self._audience.get(sid):
            return  # bound already, and bound it stays
        wishes = data if isinstance(data, dict) else {}
        address = self._address_of(sid)
        try:
            opened = await self._open(wishes, address)
        except RefusedError as refused:
            await self._say_why(sid, refused.sentence(_locale_in(wishes)))
            await self.disconnect(sid)
            return
        except Exception:
            # Unconfirmed, the client asks again.
            log.exception("no session could be opened")
            await self.disconnect(sid)
            return
        conversation = opened.conversation
        seen = _last_seq(wishes, conversation)
        locale = conversation.locale
        connection = Connection(sid, conversation.id, seen, secret=opened.secret, address=address, locale=locale)
        await self._bind(connection, conversation)
        if not opened.is_new:
            await self._audience.read_on(connection)
        await self._audience.presence(conversation.id)
        if opened.owes_an_answer:
            self._turns.wake(conversation.id, address)  # which looks again, as it may have been answered meanwhile

    async def on_user_uttered(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """Store what the customer says; once that is certain acknowledge it, and have it answered."""
        connection = self._audience.get(sid)
        if connection is None:
            return NOT_CONNECTED.acknowledgement(None)
        locale = connection.locale
        try:
            utterance = Utterance.read(data, self._longest)
            self._count_message(connection)
            async with connection.lock:
                message, waiting = await self._store.run(_store, connection.conversation_id, utterance)
                is_next = message.seq == connection.seen + 1 and message.conversation_id == connection.conversation_id
                if is_next:
                    connection.seen = message.seq  # all that is new, and it comes from there
                elif message.seq > connection.seen:
                    connection.own.add(message.seq)
            if message.conversation_id != connection.conversation_id:
                await self.go_on_after(connection.conversation_id, sid, message)
                connection = self._audience.get(sid) or connection
        except RefusedError as refused:
            return refused.acknowledgement(locale)
        except UnknownConversationError:
            # It has been erased since. Connecting again begins another, in which what is unsent can be said.
            await self.disconnect(sid)
            return NO_LONGER_KEPT.acknowledgement(locale)
        except Exception:
            log.exception("a message could not be stored")
            return NOT_STORED.acknowledgement(locale)
        first = waiting[0] if len(waiting) == 1 else None  # what came before it may be under way
        self._turns.wake(message.conversation_id, connection.address, first)
        await self._say_typing(connection, False)
        await self._audience.news(connection.conversation_id, besides=sid if is_next else None)
        return {"ok": True, "seq": message.seq}

    async def on_earlier(self, sid: str, *_: Any) -> dict[str, Any]:
        """What was said in the ended conversations that this one goes on from."""
        return await self._act(sid, _earlier)

    async def on_resume_assistant(self, sid: str, *_: Any) -> dict[str, Any]:
        """The customer goes on with the assistant instead of waiting for a person."""
        done = await self._act(sid, _stop_waiting)
        if connection := self._audience.get(sid):  # also where it failed: only the word of it may be lost
            self._turns.wake(connection.conversation_id, connection.address)
            await self._audience.news(connection.conversation_id)
            await self._audience.queue_moved()
        return done

    async def on_leave_email(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """Where our people may write to, when none of them is there."""
        email = data.get("email") if isinstance(data, dict) else None
        if not isinstance(email, str) or not _EMAIL.fullmatch(email := email.strip()) or len(email) > LONGEST_EMAIL:
            return BAD_EMAIL.acknowledgement(self._locale_of(sid))
        done = await self._act(sid, _leave_email, email)
        if connection := self._audience.get(sid):
            await self._audience.news(connection.conversation_id)
        return done

    async def on_mail_transcript(self, sid: str, *_: Any) -> dict[str, Any]:
        """Have what was said sent to the address that the customer has proved; acknowledged with it."""
        connection = self._audience.get(sid)
        if connection and not connection.standing.get("can_mail"):
            return NOT_MAILED.acknowledgement(connection.locale)
        return await self._act(sid, _mail_transcript)

    async def on_rate(self, sid: str, data: Any = None, *_: Any) -> dict[str, Any]:
        """Whether the conversation helped; the last word counts, also after the end."""
        helped = data.get("helped") if isinstance(data, dict) else None
        if not isinstance(helped, bool):
            return NO_RATING.acknowledgement(self._locale_of(sid))
        try:
            if connection := self._audience.get(sid):
                self._count_message(connection)
        except RefusedError as refused:
            return refused.acknowledgement(self._locale_of(sid))
        return await self._act(sid, rate, helped)

    async def on_end_session(self, sid: str, *_: Any) -> dict[str, Any]:
        """The customer is done. Who writes again begins another conversation."""
        done = await self._act(sid, _end)
        if connection := self._audience.get(sid):
            await self._audience.news(connection.conversation_id)
            await self._audience.queue_moved()
        return done

    async def _act(self, sid: str, work: Callable[..., dict[str, Any] | None], *more: Any) -> dict[str, Any]:
        """Do `work` in the customer's conversation, and acknowledge it with what it gives."""
        connection = self._audience.get(sid)
        if connection is None:
            return NOT_CONNECTED.acknowledgement(None)
        try:
            given = await self._store.run(work, connection.conversation_id, *more)
        except NotAllowedError as refused:
            return RefusedError("not_allowed", str(refused)).acknowledgement(connection.locale)
        except Exception:
            log.exception("a customer's wish could not be carried out")
            return NOT_DONE.acknowledgement(connection.locale)
        return {"ok": True, **(given or {})}

    async def _bind(self, connection: Connection, conversation: Conversation) -> None:
        """Let `connection` listen to `conversation`, and confirm it."""
        async with connection.lock:
            self._audience.join(connection)
            confirmation = {
                "session_id": conversation.id,
                "secret": connection.secret,
                "seq": conversation.last_seq,
                "state": conversation.state,
                "agent": {"name": conversation.agent.name} if conversation.agent else None,
                "read": conversation.read_seq,
                "has_earlier": conversation.earlier_id is not None,
                "helped": conversation.helped,
            }
            await self.emit("session_confirm", confirmation, to=connection.sid)

    async def catch_up(self) -> None:
        """At another process customers may have gone on after the end of their conversation."""
        for conversation_id in self._audience.ended():
            await self._follow(conversation_id)

    async def go_on_after(self, ended: str, writer: str | None = None, message: Message | None = None) -> None:
        """The customer wrote after the end: all tabs go on in the conversation that has begun with that."""
        await self._follow(ended, writer, message)
        self._wire.tell(GoesOn(conversation_id=ended))

    async def _follow(self, ended: str, writer: str | None = None, message: Message | None = None) -> None:
        """The tabs of this conversation go on in the one that follows it, `writer` with what was written there."""
        conversation = await self._store.run(_following, ended)
        for tab in self._audience.of(ended) if conversation.id != ended else ():
            if tab.namespace != CUSTOMERS or self._audience.get(tab.sid) is not tab:
                continue  # an agent, or a tab that was led on meanwhile
            self._audience.leave(tab.sid)
            own = {message.seq} if message and tab.sid == writer else set()
            following = Connection(
                tab.sid, conversation.id, 0, secret=tab.secret, address=tab.address, locale=tab.locale, own=own
            )
            await self._bind(following, conversation)
            await self._audience.read_on(following)

    async def on_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        """The customer begins or ends writing."""
        connection = self._audience.get(sid)
        on = data.get("on") if isinstance(data, dict) else None
        if connection and isinstance(on, bool):
            await self._say_typing(connection, on)

    async def on_read(self, sid: str, data: Any = None, *_: Any) -> None:
        """The customer has seen the messages up to `seq`."""
        connection = self._audience.get(sid)
        seq = data.get("seq") if isinstance(data, dict) else None
        if not connection or not _is_count(seq):
            return
        try:
            is_news = await self._store.note(mark_read, connection.conversation_id, seq)
        except Exception:
            # Nothing depends on it, and the next one says this too.
            log.exception("what was read could not be stored")
            return
        if is_news:
            await self._audience.read(connection.conversation_id, seq, besides=sid)

    async def _open(self, wishes: dict[str, Any], address: str) -> Opened:
        """The conversation whose id and secret were shown, else a new one. Raises `RefusedError`."""
        conversation_id, secret = wishes.get("session_id"), wishes.get("secret")
        if _is_id(conversation_id) and _is_id(secret):
            resumed = await self._store.run(_resumed, conversation_id, secret, wishes)
            if resumed:
                return resumed
        if not self._conversations_by_address.take(address):
            raise RefusedError("too_many", MANY_CONVERSATIONS, contact=published().settings.contact)
        return Opened(*await self._store.run(begin, _locale_in(wishes)), is_new=True)

    async def _say_why(self, sid: str, sentence: str) -> None:
        """Where there is no conversation: as a message without a number, which every widget shows."""
        notice = {"seq": 0, "at": now().isoformat(), "author": SYSTEM, "text": sentence}
        await self.emit("message", notice, to=sid)

    def _count_message(self, connection: Connection) -> None:
        """Raises `RefusedError` where too many came from this conversation lately, or from its address."""
        conversation_id, address = connection.conversation_id, connection.address
        if not self._messages.take(conversation_id) or not self._messages_by_address.take(address):
            raise RefusedError("too_many", MANY_MESSAGES)

    def _locale_of(self, sid: str) -> str | None:
        connection = self._audience.get(sid)
        return connection.locale if connection else None

    def _address_of(self, sid: str) -> str:
        """Where the customer is, disguised."""
        return address_of(self.server.get_environ(sid).get("asgi.scope", {}))

    async def _say_typing(self, connection: Connection, on: bool) -> None:
        """Tell the session's other connections, once, however often this one repeats it."""
        if on != connection.is_typing:
            connection.is_typing = on
            await self._audience.typing(connection.conversation_id, CUSTOMER, on, besides=connection.sid)


def _resumed(session: Session, conversation_id: str, secret: str, wishes: dict[str, Any]) -> Opened | None:
    """Where the customer goes on, in the language that the page has now."""
    conversation = resume(session, conversation_id, secret)
    if conversation is None:
        return None
    newest = newest_of(session, conversation)
    newest.locale = _locale_in(wishes, newest.locale)
    return Opened(newest, secret, bool(all_waiting(session, newest.id)))


def _locale_in(wishes: dict[str, Any], otherwise: str = "en-US") -> str:
    locale = wishes.get("locale")
    return locale if isinstance(locale, str) and _LOCALE.fullmatch(locale) else otherwise


def _store(session: Session, conversation_id: str, utterance: Utterance) -> tuple[Message, list[Waiting]]:
    """The message, and all that is to be answered then."""
    message = stored_in_or_after(session, conversation_id, lambda id: _store_in(session, id, utterance))
    waiting = all_waiting(session, message.conversation_id)
    if len(waiting) > LONGEST_QUEUE:
        # Raised in the transaction, so that it wasn't stored after all.
        raise RefusedError(
            "too_many",
            to_translate("I'm still busy with your last messages. Please wait a moment, then send it again."),
        )
    return message, waiting


def _store_in(session: Session, conversation_id: str, utterance: Utterance) -> Message:
    option = option_offered(session, conversation_id, utterance.option)
    return store_message(
        session,
        conversation_id,
        Draft(
            author_kind="customer",
            text=option["title"] if option else utterance.text,
            client_id=utterance.client_id,
            option_id=option["id"] if option else None,
        ),
    )


def _following(session: Session, conversation_id: str) -> Conversation:
    return newest_of(session, _conversation(session, conversation_id))


def _conversation(session: Session, conversation_id: str) -> Conversation:
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise UnknownConversationError(conversation_id)
    return found


def _earlier(session: Session, conversation_id: str) -> dict[str, Any]:
    """The messages of all conversations before this one, oldest first."""
    told: list[Message] = []
    conversation = session.get(Conversation, conversation_id)
    while conversation and conversation.earlier_id:
        conversation = session.get(Conversation, conversation.earlier_id)
        told = (messages_after(session, conversation.id, 0) if conversation else []) + told
    return {"messages": [message_event(message) for message in told]}


def _stop_waiting(session: Session, conversation_id: str) -> None:
    stop_waiting(session, conversation_id)


def _leave_email(session: Session, conversation_id: str, email: str) -> None:
    leave_email(session, conversation_id, email)


def _mail_transcript(session: Session, conversation_id: str) -> dict[str, Any]:
    return {"email": want_transcript(session, conversation_id)}


def _end(session: Session, conversation_id: str) -> None:
    if _conversation(session, conversation_id).state != State.CLOSED.value:
        close(session, conversation_id)


def _last_seq(wishes: dict[str, Any], conversation: Conversation) -> int:
    seq = wishes.get("last_seq")
    if wishes.get("session_id") != conversation.id or not _is_count(seq):
        return 0
    return min(seq, conversation.last_seq)


def _is_blank(text: str) -> bool:
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)  # Cf: invisible


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
