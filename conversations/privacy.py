"""What the transcripts keep of a person: to hand it out, to erase it, and to forget it when its time is over."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, or_, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from conversations.chatwoot import of_ours
from conversations.listing import notes_of
from conversations.models import Conversation, Message
from conversations.photos import forget_files, photos_of
from database import Base


def conversations_of(session: Session, email: str) -> set[str]:
    """The conversations of this e-mail address: written in them, left to be written to, or proved to be the order's."""
    told = session.execute(
        select(Message.conversation_id, Message.text).where(
            Message.author_kind.in_(("customer", "agent")),
            func.lower(Message.text).contains(email.lower(), autoescape=True),
        )
    )
    known = session.scalars(
        select(Conversation.id).where(
            or_(
                func.lower(Conversation.email) == email.lower(), Conversation.case["email"].as_string() == email.lower()
            )
        )
    )
    return {conversation_id for conversation_id, text in told if mentions(text, email)} | set(known)


def with_their_chains(session: Session, ids: Collection[str]) -> set[str]:
    """These conversations, with those that they go on from and those that went on from them: the same customer's."""
    whole: set[str] = set()
    found = set(ids)
    while found:
        whole |= found
        linked = session.execute(
            select(Conversation.id, Conversation.earlier_id).where(
                or_(Conversation.id.in_(found), Conversation.earlier_id.in_(found))
            )
        ).all()
        found = {one for row in linked for one in row if one is not None} - whole
    return whole


def mentions(text: str, email: str) -> bool:
    """Whether the address itself stands in the text, not only as a part of a longer one."""
    return re.search(rf"(?<![\w.+-]){re.escape(email.lower())}(?![\w-]|\.\w)", text.lower()) is not None


def export_conversations(session: Session, ids: Collection[str]) -> list[dict[str, Any]]:
    """These conversations with all their messages."""
    conversations = session.execute(
        select(Conversation).where(Conversation.id.in_(ids)).order_by(Conversation.created_at)
    ).scalars()
    return [
        {
            "id": conversation.id,
            "created_at": conversation.created_at.isoformat(),
            "state": conversation.state,
            "email": conversation.email,
            "case": conversation.case,
            "chatwoot_id": held_there.chatwoot_id if (held_there := of_ours(session, conversation.id)) else None,
            "messages": _messages(session, conversation.id),
            "notes": [
                {"at": note.at.isoformat(), "by": note.agent_name, "text": note.text}
                for note in notes_of(session, conversation.id)
            ],
            "photos": [
                {"id": photo.id, "at": photo.at.isoformat(), "jpeg_base64": b64encode(content).decode()}
                for photo, content in photos_of(session, conversation.id)
            ],
        }
        for conversation in conversations
    ]


def erase_conversations(session: Session, ids: Collection[str]) -> int:
    """Delete these conversations and whatever hangs on them; gives how many there were."""
    if not ids:
        return 0
    forget_files(session, ids)
    for table in reversed(Base.metadata.sorted_tables):
        for column in _leading_to_conversations(table):
            session.execute(delete(table).where(table.c[column].in_(ids)))
    gone = session.execute(
        delete(Conversation).where(Conversation.id.in_(ids)).execution_options(synchronize_session=False)
    )
    return cast(CursorResult, gone).rowcount


def silent_since(session: Session, before: datetime, most: int = 200) -> set[str]:
    """Some of the conversations that began, and in which nobody wrote, before; ask again until there are none."""
    later = select(Message.seq).where(Message.conversation_id == Conversation.id, Message.at >= before).exists()
    return set(
        session.execute(select(Conversation.id).where(Conversation.created_at < before, ~later).limit(most)).scalars()
    )


def _leading_to_conversations(table: Table) -> list[str]:
    """The table's columns that name a conversation: messages, and what later parts of the house keep with them."""
    return [
        column.name
        for column in table.columns
        if any(key.target_fullname == "conversations.id" for key in column.foreign_keys)
    ]


def _messages(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    messages = session.execute(
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
    ).scalars()
    return [
        {
            "seq": message.seq,
            "at": message.at.isoformat(),
            "author": {"kind": message.author_kind, "name": message.author_name},
            "text": message.text,
            "custom": message.custom,
        }
        for message in messages
    ]
