"""Begin and resume a conversation, store its messages, read them back.

Every function takes a SQLAlchemy session first and leaves the transaction's end to its caller.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, cast

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from conversations.counted import counted_in
from conversations.models import Conversation, Message, State
from database import once_stored
from observability import metrics

AT_A_TIME = 500  # conversations in one statement
LAST_NUMBER = 2**31 - 1  # that the database has for a message

_HELD = "held"

# What each turn asks for several times: making a statement takes longer than running it.
_ROWS = Conversation.__table__
_HOLD = update(_ROWS).where(_ROWS.c.id == bindparam("conversation")).values(last_seq=_ROWS.c.last_seq)
_READ = select(Conversation).where(_ROWS.c.id == bindparam("conversation")).execution_options(populate_existing=True)
_ADD = insert(Message.__table__)
_COUNT = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("conversation"))
    .values(last_seq=bindparam("last"), answered_seq=bindparam("answered"))
)
_AFTER = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("after"))
    .order_by(Message.seq)
)
_FIRST_AFTER = _AFTER.limit(bindparam("most"))
_WAITING = _AFTER.where(Message.awaits_answer.is_(True))
_SENT = select(Message).where(
    Message.conversation_id == bindparam("conversation"), Message.client_id == bindparam("client_id")
)


class ConversationClosedError(Exception):
    """A closed conversation takes no more messages."""


class UnknownConversationError(LookupError):
    """There is no such conversation, or it has been erased."""


@dataclass(frozen=True)
class Draft:
    """A message that has no number yet."""

    author_kind: str
    text: str | None = None
    author_name: str | None = None
    custom: dict[str, Any] | None = None
    client_id: str | None = None
    option_id: str | None = None


def begin(session: Session, locale: str = "en-US") -> tuple[Conversation, str]:
    """A new conversation and its secret, which is told once and kept only as a hash."""
    secret = secrets.token_urlsafe(32)
    return _begin(session, locale, _hash(secret)), secret


def go_on_after(session: Session, conversation_id: str) -> Conversation:
    """The conversation that goes on from this closed one: begun now, or before. Its secret is the same.

    Raises `UnknownConversationError`.
    """
    closed = hold(session, conversation_id)
    following = session.scalars(select(Conversation).where(Conversation.earlier_id == conversation_id)).first()
    return following or _begin(session, closed.locale, closed.secret_hash, earlier_id=conversation_id)


def stored_in_or_after(session: Session, conversation_id: str, store: Callable[[str], Message]) -> Message:
    """What `store` stores in this conversation, or in the one that goes on from it where it has ended."""
    try:
        return store(conversation_id)
    except ConversationClosedError:
        return stored_in_or_after(session, go_on_after(session, conversation_id).id, store)


def newest_of(session: Session, conversation: Conversation) -> Conversation:
    """Where the customer's talk goes on: this conversation, or the last one that went on from it."""
    following = session.scalars(select(Conversation).where(Conversation.earlier_id == conversation.id)).first()
    return newest_of(session, following) if following else conversation


def _begin(session: Session, locale: str, secret_hash: str, earlier_id: str | None = None) -> Conversation:
    conversation = Conversation(
        id=secrets.token_urlsafe(16),
        secret_hash=secret_hash,
        state=State.ASSISTANT.value,
        locale=locale,
        created_at=now(),
        last_seq=0,
        answered_seq=0,
        read_seq=0,
        agent=None,
        earlier_id=earlier_id,
    )
    session.add(conversation)
    session.flush()
    return conversation


def resume(session: Session, conversation_id: str, secret: str) -> Conversation | None:
    """The conversation, if `secret` is its own. An unknown id takes as long as a wrong secret."""
    conversation = session.get(Conversation, conversation_id)
    expected = conversation.secret_hash if conversation else _hash("")
    is_owner = hmac.compare_digest(expected, _hash(secret))
    return conversation if is_owner else None


def store_message(session: Session, conversation_id: str, draft: Draft) -> Message:
    """Store `draft` under the next number; a `client_id` that is known already gives the message it has.

    Raises `UnknownConversationError` and, for a closed one, `ConversationClosedError`.
    """
    conversation = hold(session, conversation_id)
    known = message_with_client_id(session, conversation_id, draft.client_id)
    if known:
        return known
    if conversation.state == State.CLOSED.value:
        raise ConversationClosedError(conversation_id)
    return append(session, conversation, draft)


def messages_after(session: Session, conversation_id: str, seq: int, limit: int = LAST_NUMBER) -> list[Message]:
    """The messages numbered above `seq`, in order."""
    return list(session.scalars(_FIRST_AFTER, {"conversation": conversation_id, "after": seq, "most": limit}))


def last_seqs(session: Session, conversation_ids: Collection[str]) -> dict[str, int]:
    """The number of the newest message in each of these conversations, as far as they are known."""
    ids = list(conversation_ids)
    found: dict[str, int] = {}
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        rows = session.execute(select(Conversation.id, Conversation.last_seq).where(Conversation.id.in_(some)))
        found |= {row.id: row.last_seq for row in rows}
    return found


def unanswered(session: Session, conversation_id: str) -> list[Message]:
    """The messages that the assistant has yet to answer, in order; none while somebody else answers."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.state != State.ASSISTANT.value:
        return []
    answered = {"conversation": conversation_id, "after": conversation.answered_seq}
    return list(session.scalars(_WAITING, answered))


def to_be_answered(session: Session) -> list[str]:
    """The ids of all conversations in which the assistant owes an answer."""
    statement = (
        select(Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.state == State.ASSISTANT.value,
            Conversation.last_seq > Conversation.answered_seq,
            Message.seq > Conversation.answered_seq,
            Message.awaits_answer.is_(True),
        )
        .distinct()
    )
    return list(session.scalars(statement))


def answer(session: Session, conversation_id: str, seq: int, drafts: Iterable[Draft]) -> bool:
    """Store the assistant's answer to the customer's message `seq` and settle that message, both or neither.

    False, and nothing is stored, if that message was settled already (a second answer) or the assistant no longer
    answers here (somebody took over while it was thinking).
    """
    conversation = hold(session, conversation_id)
    if conversation.state != State.ASSISTANT.value or conversation.answered_seq >= seq:
        return False
    _store(session, conversation, drafts, answered=seq)
    return True


def notice(session: Session, conversation_id: str, text: str, after: int) -> bool:
    """Tell the customer why an answer is missing, once after the message of this number. False: it was told already."""
    conversation = hold(session, conversation_id)
    later = messages_after(session, conversation_id, after)
    is_told = any(message.author_kind == "system" and message.custom is None for message in later)
    if conversation.state != State.ASSISTANT.value or is_told:
        return False
    append(session, conversation, Draft("system", text))
    return True


def latest_ask(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """The question that the assistant asked last (`custom` of type `ask`), if it asked any."""
    statement = (
        select(Message.custom)
        .where(
            Message.conversation_id == conversation_id,
            Message.author_kind == "assistant",
            Message.custom.is_not(None),
        )
        .order_by(Message.seq.desc())
    )
    structured: Iterable[dict[str, Any]] = session.scalars(statement)
    return next((custom for custom in structured if custom.get("type") == "ask"), None)


def option_offered(session: Session, conversation_id: str, option_id: str | None) -> dict[str, Any] | None:
    """The option of the assistant's last question that `option_id` names; what was never offered is no option."""
    ask = latest_ask(session, conversation_id) if option_id else None
    options = ask.get("options") if ask else None
    return next((option for option in options or () if option.get("id") == option_id), None)


def mark_read(session: Session, conversation_id: str, seq: int) -> bool:
    """The customer has seen everything up to `seq`. False: that goes back, or beyond what there is, and isn't kept."""
    marked = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.read_seq < seq, Conversation.last_seq >= seq)
        .values(read_seq=seq)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult, marked).rowcount > 0


def hold(session: Session, conversation_id: str) -> Conversation:
    """The conversation, nobody else's to change until the transaction ends.

    An UPDATE that changes nothing locks the row on PostgreSQL and the file on SQLite, which knows no
    SELECT FOR UPDATE. That is what keeps the numbers free of gaps and doubles with several processes.
    """
    session.execute(_HOLD, {"conversation": conversation_id})
    conversation = session.scalars(_READ, {"conversation": conversation_id}).one_or_none()
    if conversation is None:
        raise UnknownConversationError(conversation_id)
    session.info.setdefault(_HELD, set()).add(conversation)  # else it is read again where nobody has it at hand
    return conversation


def append(session: Session, conversation: Conversation, draft: Draft, *, awaits_answer: bool = False) -> Message:
    """Store `draft` under the next number of a conversation that is held.

    What a customer writes while the assistant answers, awaits its answer in any case.
    """
    awaits_answer |= draft.author_kind == "customer" and conversation.state == State.ASSISTANT.value
    return _store(session, conversation, [draft], conversation.answered_seq, awaits_answer=awaits_answer)[0]


def _store(
    session: Session, conversation: Conversation, drafts: Iterable[Draft], answered: int, *, awaits_answer: bool = False
) -> list[Message]:
    """Store `drafts` under the next numbers, and that what came until `answered` is settled.

    By two plain statements: to find out what has changed takes a session four times as long.
    """
    rows: list[dict[str, Any]] = [
        {
            "conversation_id": conversation.id,
            "seq": seq,
            "at": now(),
            "author_kind": draft.author_kind,
            "author_name": draft.author_name,
            "text": draft.text,
            "custom": draft.custom,
            "client_id": draft.client_id,
            "option_id": draft.option_id,
            "awaits_answer": awaits_answer,
        }
        for seq, draft in enumerate(drafts, conversation.last_seq + 1)
    ]
    last = conversation.last_seq + len(rows)
    if rows:
        session.execute(_ADD, rows)
    session.execute(_COUNT, {"conversation": conversation.id, "last": last, "answered": answered})
    set_committed_value(conversation, "last_seq", last)
    set_committed_value(conversation, "answered_seq", answered)
    messages = [Message(**row) for row in rows]
    for message in messages:
        make_transient_to_detached(message)  # it is in the database already
        session.add(message)
        if counted := counted_in(message):
            session.add(counted)
        once_stored(session, metrics.MESSAGES.labels(message.author_kind).inc)
    return messages


def message_with_client_id(session: Session, conversation_id: str, client_id: str | None) -> Message | None:
    """The message that a client has sent under this number before; None for a new one, or one without a number."""
    if client_id is None:
        return None
    return session.scalars(_SENT, {"conversation": conversation_id, "client_id": client_id}).first()


def _hash(secret: str) -> str:
    # The secret is 256 random bits, so one plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(timezone.utc)
