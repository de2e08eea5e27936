"""Conversations in every state, as a desk has them in the middle of a day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from conversations import (
    Conversation,
    Draft,
    Note,
    Reason,
    begin,
    call_a_person,
    claim,
    close,
    keep_case,
    store_message,
)
from conversations.agents import find_agent
from database import transaction
from orders import facts_of
from orders.storing import ItemData
from policy_core import decide
from tests.unit.orders.builders import stored

NOW = datetime.now(timezone.utc)
BULLET = ItemData("CAM-4K-B", "4K bullet camera", "equipment", 1, 189_00, delivered_at=NOW - timedelta(days=5))
SWITCH = ItemData(
    "SW-POE-8", "8-port PoE switch", "equipment", 2, 79_00, delivered_at=NOW - timedelta(days=5), tracking_number="1Z9"
)
WAITING = [
    (Reason.ASKED, "I want to talk to a person, please", 9),
    (Reason.POLICY, "my recorder stopped working after 18 months", 6),
    (Reason.UPSET, "This is the third time that I explain this to you. It is ridiculous!", 4),
    (Reason.NOT_UNDERSTOOD, "ja aber der Kanal 3 geht halt nicht", 2),
    (Reason.CHANGE_ORDER, "can you send it to my office instead of my home address?", 1),
]


def workday(engine: Engine, mine: str, others: str) -> str:
    """Fills the database; gives the id of a conversation with a whole case that `mine` holds."""
    with transaction(engine) as session:
        for reason, words, minutes in WAITING:
            _waiting(session, reason, words, minutes)
        for words in ("is the warranty void if I open the camera?", "which screws do I need for the bracket?"):
            _says(session, words, "Let me look that up for you.")
        held = _says(session, "the cable doesn't fit", "Which order is it about?")
        claim(session, held, _agent(session, others))
        ended = _says(session, "thanks, that was all", "You are welcome.")
        close(session, ended)
        return _with_case(session, mine)


def _says(session: Session, *lines: str) -> str:
    conversation, _ = begin(session)
    for number, text in enumerate(lines):
        store_message(session, conversation.id, Draft(("customer", "assistant")[number % 2], text))
    return conversation.id


def _waiting(session: Session, reason: Reason, words: str, minutes: int) -> None:
    conversation_id = _says(session, "hello", "Hello! How can I help?", words)
    call_a_person(session, conversation_id, reason, 3)
    conversation = session.get(Conversation, conversation_id)
    assert conversation
    conversation.waiting_since = datetime.now(timezone.utc) - timedelta(minutes=minutes)


def _with_case(session: Session, agent_name: str) -> str:
    order = stored(session, "INO-10482", BULLET, SWITCH, placed_at=NOW - timedelta(days=9), customer_name="Ana Torres")
    camera = [item for item in order.items if item.sku == BULLET.sku]
    facts = facts_of(order, camera) | {
        "as_of": datetime.now(timezone.utc).isoformat(),
        "wants": "refund",
        "claim": {"original_purchaser": True, "working": True},
    }
    conversation_id = _says(
        session,
        "I want my money back for INO-10482",
        "Thank you, I found your order. Does it still work as new?",
        "yes",
    )
    ask: dict[str, Any] = {"type": "ask", "fact": "claim.original_packaging", "input": "yes_no"}
    store_message(session, conversation_id, Draft("assistant", "Do you still have the original packaging?", custom=ask))
    store_message(session, conversation_id, Draft("assistant", None, custom=_decision(facts)))
    keep_case(
        session,
        conversation_id,
        {
            "order_number": order.number,
            "email": order.customer.email,
            "items": [{"sku": BULLET.sku, "name": BULLET.name}],
            "facts": facts,
            "said": ["wants", "claim.working"],
        },
    )
    asked = store_message(session, conversation_id, Draft("customer", "Can I talk to a person?"))
    call_a_person(session, conversation_id, Reason.ASKED, asked.seq)
    claim(session, conversation_id, _agent(session, agent_name))
    store_message(session, conversation_id, Draft("agent", "Hello, I have read everything. One moment.", agent_name))
    torn = "Thank you! The box is a bit **torn**, see http://a.example/x"
    store_message(session, conversation_id, Draft("customer", torn))
    note = "Bought three switches last year."
    session.add(Note(conversation_id=conversation_id, at=datetime.now(timezone.utc), agent_name="Tom Berg", text=note))
    return conversation_id


def _decision(facts: dict[str, Any]) -> dict[str, Any]:
    items = [{"sku": BULLET.sku, "name": BULLET.name}]
    return {"type": "decision", "decision": decide(facts).to_dict(), "order_number": "INO-10482", "items": items}


def _agent(session: Session, name: str) -> Any:
    agent = find_agent(session, name)
    assert agent
    return agent
