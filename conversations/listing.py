"""The conversations as agents look for them: by who answers, in pages, those who wait longest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from conversations.models import Conversation, Message, Note, State

A_PAGE = 50
FIRST_LINES = 2


@dataclass(frozen=True)
class Listed:
    """A conversation, and those of its messages that tell at a glance what it is about."""

    conversation: Conversation
    first: tuple[Message, ...]
    """The first that the customer wrote."""
    last: Message | None
    trigger: Message | None
    """The customer's message that led to the wish for a person."""


def page_of(session: Session, state: State, after: str | None = None, most: int = A_PAGE) -> list[Conversation]:
    """The conversations of this state after the one with the id `after`: waiting ones longest first, else newest first.

    An unknown `after` begins anew. Where nobody has said anything yet, there is nothing to look at.
    """
    last = session.get(Conversation, after) if after else None
    statement = select(Conversation).where(Conversation.state == state.value, Conversation.last_seq > 0).limit(most)
    if state is State.WAITING:
        since = Conversation.waiting_since
        if last and last.waiting_since:
            is_later = and_(since == last.waiting_since, Conversation.id > last.id)
            statement = statement.where(or_(since > last.waiting_since, is_later))
        return list(session.scalars(statement.order_by(since, Conversation.id)))
    began = Conversation.created_at
    if last:
        is_later = and_(began == last.created_at, Conversation.id < last.id)
        statement = statement.where(or_(began < last.created_at, is_later))
    return list(session.scalars(statement.order_by(began.desc(), Conversation.id.desc())))


def listed(session: Session, conversations: Collection[Conversation]) -> list[Listed]:
    """These conversations with their telling messages, read in one statement."""
    telling = [
        and_(Message.conversation_id == each.id, Message.seq.in_({1, 2, 3, 4, each.last_seq, each.reason_seq or 0}))
        for each in conversations
    ]
    found: dict[str, dict[int, Message]] = {}
    if telling:
        for message in session.scalars(select(Message).where(or_(*telling)).order_by(Message.seq)):
            found.setdefault(message.conversation_id, {})[message.seq] = message
    return [_listed(each, found.get(each.id, {})) for each in conversations]


def in_hand(session: Session) -> dict[str, int]:
    """The conversations that wait for a person or are answered by one, each with the number of its newest message."""
    states = (State.WAITING.value, State.AGENT.value)
    rows = session.execute(select(Conversation.id, Conversation.last_seq).where(Conversation.state.in_(states)))
    return {row.id: row.last_seq for row in rows}


def notes_of(session: Session, conversation_id: str) -> list[Note]:
    """What agents told each other about a conversation, in order."""
    return list(session.scalars(select(Note).where(Note.conversation_id == conversation_id).order_by(Note.id)))


def _listed(conversation: Conversation, messages: dict[int, Message]) -> Listed:
    said = [message for message in messages.values() if message.author_kind == "customer" and message.text]
    return Listed(
        conversation,
        tuple(said[:FIRST_LINES]),
        messages.get(conversation.last_seq),
        messages.get(conversation.reason_seq or 0),
    )
