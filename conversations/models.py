"""What is kept of a conversation, and of the agents who take part in it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, relationship

from database import Base, UtcDateTime


class State(str, Enum):
    """Who answers the customer."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    AGENT = "agent"
    CLOSED = "closed"


class Reason(str, Enum):
    """Why a person is wanted."""

    ASKED = "asked_for_a_person"
    POLICY = "needs_review"
    NOT_UNDERSTOOD = "not_understood"
    UPSET = "upset"
    CHANGE_ORDER = "change_order"
    TAKEN_OVER = "taken_over"
    """An agent saw something and stepped in."""
    PUT_BACK = "put_back"
    """The agent who held it can't go on."""
    NO_ANSWER = "no_answer"
    """The assistant couldn't answer in time."""


class Role(str, Enum):
    """What an agent may do: a lead also passes on and closes what others hold, and reads the audit trail."""

    AGENT = "agent"
    LEAD = "lead"


class Conversation(Base):
    """One customer's conversation with the shop.

    `last_seq` is the number of its newest message. `answered_seq` is the newest message that the assistant has
    settled, so what awaits its answer above it still waits, also after a restart. `reason_seq` is the customer's
    message that led to the wish for a person. `case` is what is known of the customer's case (`conversations.case`).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("state IN ('assistant', 'waiting', 'agent', 'closed')", name="conversation_state_is_known"),
        CheckConstraint("(state = 'agent') = (agent_id IS NOT NULL)", name="conversation_has_its_agent"),
        CheckConstraint("(state = 'waiting') = (waiting_since IS NOT NULL)", name="conversation_waits_since"),
        Index("conversations_by_state", "state", "waiting_since", "created_at"),
        CheckConstraint("(helped IS NULL) = (rated_at IS NULL)", name="conversation_is_rated_at"),
        Index("conversations_by_earlier", "earlier_id", unique=True),
        Index("conversations_by_beginning", "created_at"),
        Index(
            "conversations_by_rating",
            "rated_at",
            sqlite_where=text("rated_at IS NOT NULL"),
            postgresql_where=text("rated_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = Column(String(32), primary_key=True)
    secret_hash: Mapped[str] = Column(String(64), nullable=False)
    state: Mapped[str] = Column(String(16), nullable=False, default=State.ASSISTANT.value)
    locale: Mapped[str] = Column(String(35), nullable=False)
    created_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    last_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    answered_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    read_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    reason = Column(String(32))
    reason_seq = Column(Integer)
    waiting_since = Column(UtcDateTime)
    agent_id = Column(Integer, ForeignKey("agents.id"))
    email = Column(String(254))
    """Where the customer wants to be written to."""
    case: Mapped[dict[str, Any] | None] = Column(JSON(none_as_null=True))
    corrections: Mapped[dict[str, Any] | None] = Column(JSON(none_as_null=True))
    """Facts of the case as an agent has put them right, by their names."""
    earlier_id = Column(String(32))
    """The closed conversation that this one goes on from; no foreign key, as that one may be forgotten before."""
    helped = Column(Boolean)
    """How the customer rated it; None as long as they haven't."""
    rated_at = Column(UtcDateTime)

    agent: Mapped[Agent | None] = relationship("Agent", lazy="joined")


class Message(Base):
    """One line of the transcript. `seq` counts from 1 in each conversation, without gaps.

    `awaits_answer` marks what the assistant has to answer: what a customer wrote to it, and that it was handed back.
    `misunderstood` marks a customer's message that the assistant didn't understand, with the intent it was likeliest
    to be.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="message_client_id_is_unique"),
        CheckConstraint(
            "author_kind IN ('customer', 'assistant', 'agent', 'system')", name="message_author_kind_is_known"
        ),
        Index(
            "messages_misunderstood",
            "at",
            sqlite_where=text("misunderstood IS NOT NULL"),
            postgresql_where=text("misunderstood IS NOT NULL"),
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
    awaits_answer: Mapped[bool] = Column(Boolean, nullable=False, default=False)
    misunderstood = Column(String(64))


class Change(Base):
    """A change of who answers, as its message tells it: set apart, to be counted without reading transcripts."""

    __tablename__ = "changes"
    __table_args__ = (Index("changes_by_time", "at"),)

    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = Column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    state: Mapped[str] = Column(String(16), nullable=False)
    reason = Column(String(32))


class ShownDecision(Base):
    """A decision that the customer was shown, as its message tells it, to be counted. `about`: order and items."""

    __tablename__ = "shown_decisions"
    __table_args__ = (Index("shown_decisions_by_time", "at"),)

    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = Column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    wish: Mapped[str] = Column(String(16), nullable=False)
    outcome: Mapped[str] = Column(String(16), nullable=False)
    about: Mapped[str] = Column(Text, nullable=False)
    currency = Column(String(3))
    refused = Column(String(32))
    """The money that the customer wants and can't have, in the currency."""


class Photo(Base):
    """A picture that the customer attached; its file is named by `id` (`conversations.photos`)."""

    __tablename__ = "photos"

    id: Mapped[str] = Column(String(32), primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)


class Note(Base):
    """What agents tell each other about a conversation; the customer never sees it."""

    __tablename__ = "notes"

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    agent_name: Mapped[str] = Column(String(100), nullable=False)
    text: Mapped[str] = Column(Text, nullable=False)


class Example(Base):
    """A customer's words that the assistant didn't understand, as an example to learn from once it is accepted.

    It goes with its conversation: whoever is erased leaves no words behind.
    """

    __tablename__ = "examples"

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    seq: Mapped[int] = Column(Integer, nullable=False)
    """The message that it was made of."""
    text: Mapped[str] = Column(String(500), nullable=False)
    """Without personal details."""
    intent: Mapped[str] = Column(String(64), nullable=False)
    made_by: Mapped[str] = Column(String(100), nullable=False)
    made_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    accepted_by = Column(String(100))
    """Who reviewed it and wants it learned."""


class TranscriptMail(Base):
    """A transcript that the customer wants by e-mail, until it is sent."""

    __tablename__ = "transcript_mails"

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    last_seq: Mapped[int] = Column(Integer, nullable=False)
    """Up to which message."""
    due_at: Mapped[datetime] = Column(UtcDateTime, nullable=False, index=True)
    tries: Mapped[int] = Column(Integer, nullable=False, default=0)


class ChatwootConversation(Base):
    """A conversation that is held in Chatwoot: which one it is there, how it stands there, and what it was told.

    `status_at` is Chatwoot's own time (seconds since 1970) of the newest status that it has told. `sent_seq` is the
    newest message that Chatwoot has, or needn't have; of the next one, `sent_part` calls are made already.
    """

    __tablename__ = "chatwoot_conversations"
    __table_args__ = (UniqueConstraint("account_id", "chatwoot_id", name="chatwoot_conversation_is_one_of_ours"),)

    id: Mapped[int] = Column(Integer, primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, unique=True)
    account_id: Mapped[int] = Column(Integer, nullable=False)
    chatwoot_id: Mapped[int] = Column(Integer, nullable=False)
    channel: Mapped[str] = Column(String(64), nullable=False)
    status: Mapped[str] = Column(String(16), nullable=False)
    status_at: Mapped[float] = Column(Float(53), nullable=False, index=True)
    toggled_at = Column(UtcDateTime)
    """When we last set the status, until Chatwoot has said it back."""
    sent_seq: Mapped[int] = Column(Integer, nullable=False, default=0)
    sent_part: Mapped[int] = Column(Integer, nullable=False, default=0)
    due_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    tries: Mapped[int] = Column(Integer, nullable=False, default=0, index=True)
    """In vain, since the last call that Chatwoot took."""


class ChatwootArrival(Base):
    """What Chatwoot has told of a conversation, until it has been worked on. `key` is the same for every delivery."""

    __tablename__ = "chatwoot_arrivals"

    key: Mapped[str] = Column(String(100), primary_key=True)
    conversation_id: Mapped[str] = Column(String(32), ForeignKey("conversations.id"), nullable=False, index=True)
    at: Mapped[float] = Column(Float(53), nullable=False)
    """When it happened, by Chatwoot's clock (seconds since 1970)."""
    message_id: Mapped[int] = Column(BigInteger, nullable=False)
    happened: Mapped[dict[str, Any]] = Column(JSON, nullable=False)


class Agent(Base):
    """A person who answers customers."""

    __tablename__ = "agents"
    __table_args__ = (CheckConstraint("role IN ('agent', 'lead')", name="agent_role_is_known"),)

    id: Mapped[int] = Column(Integer, primary_key=True)
    name: Mapped[str] = Column(String(100), nullable=False, unique=True)
    password_hash: Mapped[str] = Column(String(200), nullable=False)
    role: Mapped[str] = Column(String(16), nullable=False)
    is_active: Mapped[bool] = Column(Boolean, nullable=False, default=True)
    failures: Mapped[int] = Column(Integer, nullable=False, default=0)
    """Wrong passwords since the last right one."""
    locked_until = Column(UtcDateTime)
    seen_at = Column(UtcDateTime)
    """When the agent's desk last was connected."""


class SignIn(Base):
    """An agent's session at the desk; the token itself is told once and kept only as a hash."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = Column(String(64), primary_key=True)
    agent_id: Mapped[int] = Column(Integer, ForeignKey("agents.id"), nullable=False, index=True)
    expires_at: Mapped[datetime] = Column(UtcDateTime, nullable=False)

    agent: Mapped[Agent] = relationship("Agent", lazy="joined")


class AgentAction(Base):
    """What an agent did, and when: the audit trail. Nothing of a customer's is in it but the conversation's id."""

    __tablename__ = "agent_actions"

    id: Mapped[int] = Column(Integer, primary_key=True)
    at: Mapped[datetime] = Column(UtcDateTime, nullable=False)
    agent_name: Mapped[str] = Column(String(100), nullable=False)
    action: Mapped[str] = Column(String(32), nullable=False)
    conversation_id = Column(String(32), index=True)
    detail = Column(String(200))
