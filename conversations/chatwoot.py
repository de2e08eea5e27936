"""Conversations that are held in Chatwoot: which is which, what has arrived, and how far each was told.

What arrives is kept until it is worked on, and what is to be said there is read from the transcript, from where
Chatwoot stands. So nothing is lost with a process, and several may do either: who sends takes it for a while.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from conversations.agents import LONGEST_NAME, find_agent
from conversations.models import (
    Agent,
    ChatwootArrival,
    ChatwootConversation,
    Conversation,
    Message,
    Role,
    State,
)
from conversations.transcript import begin, go_on_after, message_with_client_id, now

TAKEN_FOR = timedelta(seconds=30)  # longer than a call takes, however slow Chatwoot is
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=1)  # after a call in vain

FROM_CHATWOOT = "chatwoot-"
"""So the numbers begin of messages that were written there."""

NO_PASSWORD = "-"  # noqa: S105 - nothing hashes to it, so nobody signs in with it


def find(session: Session, account_id: int, chatwoot_id: int) -> ChatwootConversation | None:
    """What is known of this conversation of Chatwoot's."""
    statement = select(ChatwootConversation).where(
        ChatwootConversation.account_id == account_id, ChatwootConversation.chatwoot_id == chatwoot_id
    )
    found: ChatwootConversation | None = session.scalars(statement).first()
    return found


def of_ours(session: Session, conversation_id: str) -> ChatwootConversation | None:
    """Where our conversation is held in Chatwoot, if it is."""
    statement = select(ChatwootConversation).where(ChatwootConversation.conversation_id == conversation_id)
    found: ChatwootConversation | None = session.scalars(statement).first()
    return found


def begin_in_chatwoot(
    session: Session, account_id: int, chatwoot_id: int, *, channel: str, locale: str, status: str
) -> ChatwootConversation:
    """A new conversation of ours for one of Chatwoot's. Nobody is told its secret."""
    conversation, _secret = begin(session, locale)
    held_there = ChatwootConversation(
        conversation_id=conversation.id,
        account_id=account_id,
        chatwoot_id=chatwoot_id,
        channel=channel,
        status=status,
        status_at=0.0,
        sent_seq=0,
        sent_part=0,
        due_at=now(),
        tries=0,
    )
    session.add(held_there)
    session.flush()
    return held_there


def open_conversation(session: Session, held_there: ChatwootConversation) -> Conversation:
    """The conversation in which the talk goes on: begun anew where ours has ended."""
    conversation = session.get(Conversation, held_there.conversation_id)
    assert conversation is not None  # noqa: S101 - a foreign key
    if conversation.state != State.CLOSED.value:
        return conversation
    following = go_on_after(session, conversation.id)
    session.execute(
        update(ChatwootArrival)
        .where(ChatwootArrival.conversation_id == conversation.id)
        .values(conversation_id=following.id)
        .execution_options(synchronize_session=False)
    )
    held_there.conversation_id, held_there.sent_seq, held_there.sent_part = following.id, 0, 0
    session.flush()
    return following


def said_before(session: Session, conversation: Conversation, client_id: str) -> Message | None:
    """The message of this number, here or in the conversations that this one goes on from."""
    asked: Conversation | None = conversation
    while asked is not None:
        if known := message_with_client_id(session, asked.id, client_id):
            return known
        asked = session.get(Conversation, asked.earlier_id) if asked.earlier_id else None
    return None


def person_named(session: Session, name: str) -> Agent:
    """Who answers in Chatwoot under this name, as an agent of ours that can't sign in at the desk."""
    named = f"{' '.join(name.split())[: LONGEST_NAME - 20] or 'Somebody'} (Chatwoot)"
    known = find_agent(session, named)
    if known is None:
        known = Agent(name=named, password_hash=NO_PASSWORD, role=Role.AGENT.value, is_active=False, failures=0)
        session.add(known)
        session.flush()
    return known


def keep_arrival(
    session: Session, held_there: ChatwootConversation, key: str, at: float, message_id: int, happened: dict[str, Any]
) -> bool:
    """Keep what Chatwoot tells until it is worked on. False: it is kept already."""
    if session.get(ChatwootArrival, key) is not None:
        return False
    arrival = ChatwootArrival(
        key=key, conversation_id=held_there.conversation_id, at=at, message_id=message_id, happened=happened
    )
    session.add(arrival)
    session.flush()
    return True


def next_arrival(session: Session, conversation_id: str) -> ChatwootArrival | None:
    """The earliest that is still to be worked on, by Chatwoot's clock, whatever came first."""
    statement = (
        select(ChatwootArrival)
        .where(ChatwootArrival.conversation_id == conversation_id)
        .order_by(ChatwootArrival.at, ChatwootArrival.message_id)
        .limit(1)
    )
    found: ChatwootArrival | None = session.scalars(statement).first()
    return found


def with_arrivals(session: Session) -> list[int]:
    """The conversations in Chatwoot, by our number for them, of which something is still to be worked on."""
    statement = (
        select(ChatwootConversation.id)
        .join(ChatwootArrival, ChatwootArrival.conversation_id == ChatwootConversation.conversation_id)
        .distinct()
    )
    return list(session.scalars(statement))


def to_be_told(session: Session, *, also_of_long_ago: bool = False) -> list[str]:
    """The ids of our conversations of which Chatwoot may be told something now.

    Those of which nothing has come and nothing was tried for a day are looked at only if `also_of_long_ago`, as they
    are by far the most.
    """
    statement = (
        select(ChatwootConversation.conversation_id)
        .join(Conversation, Conversation.id == ChatwootConversation.conversation_id)
        .where(Conversation.last_seq > ChatwootConversation.sent_seq, ChatwootConversation.due_at <= now())
    )
    if not also_of_long_ago:
        statement = statement.where(or_(_is_of_late(), ChatwootConversation.tries > 0))
    return list(session.scalars(statement))


def unanswered_since(session: Session, before: datetime) -> list[tuple[str, int]]:
    """The conversations in Chatwoot in which the assistant has owed an answer since then, and to which message."""
    statement = (
        select(Message.conversation_id, Message.seq)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(ChatwootConversation, ChatwootConversation.conversation_id == Conversation.id)
        .where(
            _is_of_late(),
            Conversation.state == State.ASSISTANT.value,
            Message.seq > Conversation.answered_seq,
            Message.awaits_answer.is_(True),
            Message.at < before,
        )
        .order_by(Message.seq.desc())
    )
    return list({row.conversation_id: row.seq for row in session.execute(statement)}.items())


def _is_of_late() -> ColumnElement:
    return ChatwootConversation.status_at > (now() - timedelta(days=1)).timestamp()


def is_behind(session: Session, conversation_id: str) -> bool:
    """Whether it is held in Chatwoot, and Chatwoot hasn't been told everything; asked without changing anything."""
    statement = (
        select(ChatwootConversation.id)
        .join(Conversation, Conversation.id == ChatwootConversation.conversation_id)
        .where(Conversation.id == conversation_id, Conversation.last_seq > ChatwootConversation.sent_seq)
    )
    return session.scalar(statement) is not None


def take(session: Session, conversation_id: str) -> ChatwootConversation | None:
    """The conversation to tell Chatwoot of, nobody else's for a while; None if it isn't due, or isn't held there."""
    taken = session.execute(
        update(ChatwootConversation)
        .where(ChatwootConversation.conversation_id == conversation_id, ChatwootConversation.due_at <= now())
        .values(due_at=now() + TAKEN_FOR)
        .execution_options(synchronize_session=False)
    )
    return of_ours(session, conversation_id) if cast(CursorResult, taken).rowcount else None


def behind(session: Session) -> int:
    """How many conversations Chatwoot hasn't taken all of, though it was tried."""
    return int(session.scalar(select(func.count()).where(ChatwootConversation.tries > 0)))


def key_of(held_there: ChatwootConversation) -> str:
    """Names the call that is made next: the same over all tries."""
    return f"{held_there.conversation_id}.{held_there.sent_seq + 1}.{held_there.sent_part}"


def note_taken(session: Session, conversation_id: str, key: str, status: str | None = None) -> None:
    """Chatwoot has taken the call of this key; `status` is what it has set by it. Said twice, it counts once."""
    held_there = of_ours(session, conversation_id)
    if held_there is None or key_of(held_there) != key:
        return
    held_there.sent_part += 1
    held_there.tries, held_there.due_at = 0, now()
    if status:
        held_there.status, held_there.toggled_at = status, now()


def note_failure(session: Session, conversation_id: str, key: str) -> None:
    """The call of this key is tried again, each time after twice as long, up to a minute."""
    held_there = of_ours(session, conversation_id)
    if held_there is None or key_of(held_there) != key:
        return
    held_there.due_at = now() + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(held_there.tries, 10))
    held_there.tries += 1


def forget(session: Session, conversation_id: str) -> None:
    """Chatwoot doesn't have it any more; what was said stays with us."""
    for table in (ChatwootArrival, ChatwootConversation):
        session.execute(
            delete(table).where(table.conversation_id == conversation_id).execution_options(synchronize_session=False)
        )
