"""What is kept of a conversation."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Integer, String, Text, UniqueConstraint

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

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("state IN ('assistant', 'waiting', 'agent', 'closed')", name="conversation_state_is_known"),
    )

    id: str = Column(String(32), primary_key=True)
    secret_hash: str = Column(String(64), nullable=False)
    state: str = Column(String(16), nullable=False, default=State.ASSISTANT.value)
    locale: str = Column(String(35), nullable=False)
    created_at: datetime = Column(UtcDateTime, nullable=False)
    last_seq: int = Column(Integer, nullable=False, default=0)
    answered_seq: int = Column(Integer, nullable=False, default=0)
    read_seq: int = Column(Integer, nullable=False, default=0)


class Message(Base):
    """One line of the transcript. `seq` counts from 1 in each conversation, without gaps."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="message_client_id_is_unique"),
        CheckConstraint(
            "author_kind IN ('customer', 'assistant', 'agent', 'system')", name="message_author_kind_is_known"
        ),
    )

    conversation_id: str = Column(String(32), ForeignKey("conversation.id"), primary_key=True)
    seq: int = Column(Integer, primary_key=True, autoincrement=False)
    at: datetime = Column(UtcDateTime, nullable=False)
    author_kind: str = Column(String(16), nullable=False)
    author_name: str | None = Column(String(100))
    text: str | None = Column(Text)
    custom: dict[str, Any] | None = Column(JSON(none_as_null=True))
    client_id: str | None = Column(String(64))
    option_id: str | None = Column(String(200))
