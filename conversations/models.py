"""What is kept of a conversation."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from database import Base, UtcDateTime


class State(str, Enum):
    """Who answers the customer."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    AGENT = "agent"
    CLOSED = "closed"


class Conversation(Base):
    """One customer's conversation with the shop.

    `last_seq` is the number of its newest message. `answered_seq` is the newest customer's message that the
    assistant has settled, so what is above it still waits for an answer, also after a restart.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("state IN ('assistant', 'waiting', 'agent', 'closed')", name="conversation_state_is_known"),
    )

    id: Mapped[str] = Column(String(32), primary_key=True)
    secret_hash: Mapped[str] = Column(String(64), nullable=False)
    state: Mapped[str] = Column(String(16), nullable=False, default=State.ASSISTANT.value)
    locale: Mapped[str] = Column(String(35), nullable=False)
    created_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    last_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    answered_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    read_seq: Mapped[int] = Column(Integer, nullable=False, default=0)


class Message(Base):
    """One line of the transcript. `seq` counts from 1 in each conversation, without gaps."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="message_client_id_is_unique"),
        CheckConstraint(
            "author_kind IN ('customer', 'assistant', 'agent', 'system')", name="message_author_kind_is_known"
        ),
    )

    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = Column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    author_kind: Mapped[str] = Column(String(16), nullable=False)
    author_name = Column(String(100))
    text = Column(Text)
    custom: Mapped[dict[str, Any] | None] = Column(JSON(none_as_null=True))
    client_id = Column(String(64))
    option_id = Column(String(200))


class Photo(Base):
    """A picture that the customer attached; its file is named by `id` (`conversations.photos`)."""

    __tablename__ = "photos"

    id: Mapped[str] = Column(String(32), primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
