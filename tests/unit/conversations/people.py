"""Agents and conversations for tests."""

from __future__ import annotations

import uuid

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from conversations import (
    Agent,
    Conversation,
    Draft,
    Reason,
    Role,
    State,
    begin,
    call_a_person,
    claim,
    close,
    store_message,
)
from conversations.agents import add_agent
from database import transaction

PASSWORD = "right horse battery"


def agent(engine: Engine, role: Role = Role.AGENT, name: str | None = None) -> Agent:
    """A new one."""
    with transaction(engine) as session:
        return add_agent(session, name or f"Ann {uuid.uuid4().hex[:8]}", PASSWORD, role)


def begun(engine: Engine) -> str:
    """The id of a new conversation."""
    with transaction(engine) as session:
        return begin(session)[0].id


def waiting(engine: Engine, reason: Reason = Reason.ASKED) -> str:
    """The id of a conversation whose customer waits for a person."""
    conversation_id = begun(engine)
    with transaction(engine) as session:
        said = store_message(session, conversation_id, Draft("customer", "I want a person"))
        call_a_person(session, conversation_id, reason, said.seq)
    return conversation_id


def bring_to(engine: Engine, conversation_id: str, state: str) -> None:
    """Let the conversation come to this state, by one of the ways that lead there."""
    with transaction(engine) as session:
        if state == State.WAITING:
            call_a_person(session, conversation_id, Reason.ASKED)
        elif state == State.AGENT:
            claim(session, conversation_id, add_agent(session, f"Ann {uuid.uuid4().hex[:8]}", PASSWORD))
        elif state == State.CLOSED:
            close(session, conversation_id)


def look(session: Session, conversation_id: str) -> Conversation:
    """The conversation as it stands."""
    conversation = session.get(Conversation, conversation_id, populate_existing=True)
    assert conversation is not None
    return conversation
