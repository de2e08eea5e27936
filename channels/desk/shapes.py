"""The desk's JSON, as the OpenAPI document describes it, and how it is made of what is stored."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, validator

from channels.audience import message_event
from conversations import Conversation, Message, Note, Role, State
from conversations.listing import Listed
from conversations.transcript import now

LONGEST_TEXT = 5000  # characters that an agent may write at once


class Shape(BaseModel):
    """JSON whose description also says what may be null, which pydantic 1 leaves out."""

    class Config:
        """Read by pydantic."""

        @staticmethod
        def schema_extra(schema: dict[str, Any], model: type[BaseModel]) -> None:
            """Add null to what is described of each field that may be."""
            described = schema["properties"]
            for field in model.__fields__.values():
                if field.allow_none and field.outer_type_ is not Any:
                    described[field.alias] = {"anyOf": [described[field.alias], {"type": "null"}]}


class Asked(Shape):
    """What comes from outside, without what PostgreSQL or JSON can't hold (NUL, lone surrogates)."""

    @validator("*", pre=True)
    def storable(cls, value: Any) -> Any:  # noqa: N805 - pydantic's way
        """The value without them."""
        return re.sub("[\x00\ud800-\udfff]", "", value) if isinstance(value, str) else value


class Named(Shape):
    name: str


class Author(Shape):
    """Who wrote a message; the assistant and agents have names."""

    kind: Literal["customer", "assistant", "agent", "system"]
    name: str | None


class Line(Shape):
    """A message of the transcript. `custom` is one of the structured messages of the customers' contract."""

    seq: int
    at: datetime
    author: Author
    text: str | None = None
    custom: dict[str, Any] | None = None
    client_id: str | None = None


class Summary(Shape):
    """A conversation at a glance."""

    id: str
    state: State
    reason: str | None = Field(None, description="why a person is wanted")
    trigger: str | None = Field(None, description="the customer's words that led to it")
    waiting_since: datetime | None
    waiting_seconds: int | None
    created_at: datetime
    agent: Named | None = Field(None, description="who holds it")
    first_lines: list[str] = Field(description="what the customer said first")
    last: Line | None
    order_number: str | None
    email: str | None = Field(None, description="where the customer wants to be written to")
    locale: str
    is_online: bool = Field(description="whether the customer has it open now")
    read_seq: int = Field(description="up to which message the customer has seen it")
    earlier_id: str | None = Field(None, description="the ended conversation that this one goes on from")


class Page(Shape):
    """Some conversations; `next` is the `after` of those that follow."""

    conversations: list[Summary]
    next: str | None


class Fact(Shape):
    """A fact of the case by the policy engine's name."""

    fact: str
    value: Any
    source: Literal["order", "customer", "agent"] | None = Field(None, description="null: nobody has said it")


class NoteShape(Shape):
    """What an agent told the others."""

    at: datetime
    by: str
    text: str


class Case(Shape):
    """What is known beside the transcript. `decision` is the policy engine's, on the facts as they are now."""

    order: dict[str, Any] | None
    email: str | None = Field(None, description="proved to be the order's")
    items: list[dict[str, Any]]
    facts: list[Fact]
    decision: dict[str, Any] | None
    requests: list[dict[str, Any]]


class Details(Shape):
    """One conversation, whole."""

    conversation: Summary
    messages: list[Line]
    case: Case
    notes: list[NoteShape]


class AgentShape(Shape):
    """Somebody to pass a conversation on to."""

    name: str
    role: Role
    is_online: bool
    holds: int = Field(description="how many conversations")


class Text(Asked):
    text: str = Field(..., min_length=1, max_length=LONGEST_TEXT)


class AgentMessage(Text):
    """The same `client_id` again gets the message it has."""

    client_id: str = Field(..., regex=r"^[A-Za-z0-9_-]{1,64}$")


class Correction(Asked):
    """`value` null takes a correction back."""

    fact: str = Field(..., max_length=100)
    value: str | bool | None = None

    class Config:
        smart_union = True  # else true becomes "True"


class Assignment(Asked):
    agent: str = Field(..., max_length=100)


class Closing(Asked):
    reason: str = Field("", max_length=200, description="for the audit trail; the customer doesn't see it")


class FilingShape(Asked):
    """`review` where the policy doesn't give it and a person still grants it."""

    kind: Literal["cancellation", "refund", "replacement", "review"]


class Move(Asked):
    status: Literal["approved", "rejected", "received", "refunded", "replaced", "cancelled", "withdrawn", "closed"]
    note: str = Field("", max_length=2000)


class Stored(Shape):
    """The message's number in the transcript."""

    seq: int


class Decided(Shape):
    """What the policy gives on the corrected facts."""

    decision: dict[str, Any]
    facts: list[Fact]


class Filed(Shape):
    """A request, whole, with its history and what may become of it (`next`)."""

    request: dict[str, Any]


class Reply(Shape):
    """A prepared reply; `clause` where it quotes the policy."""

    title: str
    text: str
    clause: str | None = None


class Audited(Shape):
    """What an agent did."""

    at: datetime
    by: str
    action: str
    conversation_id: str | None
    detail: str | None


def summary_of(listed: Listed, is_online: bool) -> Summary:
    """The conversation at a glance."""
    conversation = listed.conversation
    since = conversation.waiting_since
    return Summary(
        id=conversation.id,
        state=State(conversation.state),
        reason=conversation.reason,
        trigger=listed.trigger.text if listed.trigger else None,
        waiting_since=since,
        waiting_seconds=int((now() - since).total_seconds()) if since else None,
        created_at=conversation.created_at,
        agent=Named(name=conversation.agent.name) if conversation.agent else None,
        first_lines=[str(message.text) for message in listed.first],
        last=line_of(listed.last) if listed.last else None,
        order_number=order_number_of(conversation),
        email=conversation.email,
        locale=conversation.locale,
        is_online=is_online,
        read_seq=conversation.read_seq,
        earlier_id=conversation.earlier_id,
    )


def order_number_of(conversation: Conversation) -> str | None:
    """The order that the case is about, once the customer has proved that it is theirs."""
    return (conversation.case or {}).get("order_number")


def line_of(message: Message) -> Line:
    """A message, as customers get it."""
    return Line(**message_event(message))


def note_of(note: Note) -> NoteShape:
    """A note, without what only the database needs."""
    return NoteShape(at=note.at, by=note.agent_name, text=note.text)
