"""What is known of a customer's case: what the assistant collected, and what an agent has put right.

The assistant keeps it after each of its turns, so that whoever takes over needn't ask anything twice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from conversations import words
from conversations.models import Conversation
from conversations.transcript import Draft, append, hold

# Of the bare table: in each turn, and nobody wants the conversation as an object.
_CONVERSATIONS = Conversation.__table__
_KEEP = _CONVERSATIONS.update().where(_CONVERSATIONS.c.id == bindparam("conversation")).values(case=bindparam("known"))


def keep_case(database: Session | Connection, conversation_id: str, case: dict[str, Any]) -> None:
    """What the assistant knows now. Without effect where the dialogue has no transcript (Rasa's channel by itself).

    `case`: `order_number`, `email` (proved to be the order's), `items` (`sku`, `name`), `facts` (the policy engine's,
    or None), `said` (the names of those that are the customer's word).
    """
    database.execute(_KEEP, {"conversation": conversation_id, "known": case})


def correct_fact(session: Session, conversation_id: str, fact: str, value: Any) -> Conversation:
    """An agent puts a fact of the case right; None takes the correction back."""
    conversation = hold(session, conversation_id)
    corrections = {name: known for name, known in (conversation.corrections or {}).items() if name != fact}
    conversation.corrections = corrections | ({} if value is None else {fact: value}) or None
    session.flush()
    return conversation


def take_corrections(session: Session, conversation_id: str) -> dict[str, Any]:
    """What the assistant has to know from now on; after that, it is part of what it knows itself."""
    conversation = hold(session, conversation_id)
    taken, conversation.corrections = conversation.corrections or {}, None
    session.flush()
    return taken


def leave_email(session: Session, conversation_id: str, email: str) -> Conversation:
    """Where the customer wants to be written to; said back in the transcript."""
    conversation = hold(session, conversation_id)
    conversation.email = email
    append(session, conversation, Draft("system", words.address_is_kept(email, conversation.locale)))
    return conversation
