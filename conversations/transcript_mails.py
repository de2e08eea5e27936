"""The transcript by e-mail: only to the address that the customer has proved to be the order's.

Who sends takes a mail for a while, so that several may; one that dies leaves it to be sent again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from conversations.answering import NotAllowedError
from conversations.models import Conversation, Message, TranscriptMail
from conversations.transcript import hold, messages_after, now
from languages import to_translate

MOST_WAITING = 3  # in a conversation
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)  # after a try in vain; doubled with each further one
TAKEN_FOR = timedelta(minutes=10)  # longer than a try takes, however slow the mail server is


def address_of(conversation: Conversation) -> str | None:
    """Where the transcript may go; None before the customer has proved an address."""
    return (conversation.case or {}).get("email")


def want_transcript(session: Session, conversation_id: str) -> str:
    """Have what was said so far sent; gives the address. Raises NotAllowedError."""
    conversation = hold(session, conversation_id)
    address = address_of(conversation)
    if address is None:
        raise NotAllowedError(to_translate("It can be sent once you have told the order and its e-mail address."))
    waiting = select(func.count()).where(TranscriptMail.conversation_id == conversation_id)
    if int(session.scalar(waiting)) >= MOST_WAITING:
        raise NotAllowedError(to_translate("It is on its way already."))
    session.add(TranscriptMail(conversation_id=conversation_id, last_seq=conversation.last_seq, due_at=now(), tries=0))
    session.flush()
    return address


def take_due(session: Session) -> TranscriptMail | None:
    """One that is to be sent now, nobody else's for a while; None if there is none, or somebody else was first."""
    due: TranscriptMail | None = session.scalars(
        select(TranscriptMail).where(TranscriptMail.due_at <= now()).order_by(TranscriptMail.due_at).limit(1)
    ).first()
    if due is None:
        return None
    taken = session.execute(
        update(TranscriptMail)
        .where(TranscriptMail.id == due.id, TranscriptMail.due_at == due.due_at)
        .values(due_at=now() + TAKEN_FOR, tries=TranscriptMail.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return due if cast(CursorResult, taken).rowcount else None


def said_in(session: Session, mail: TranscriptMail) -> tuple[Conversation | None, list[Message]]:
    """The conversation, unless it has been erased since, and the messages that are to be sent."""
    conversation = session.get(Conversation, mail.conversation_id)
    said = messages_after(session, mail.conversation_id, 0)
    return conversation, [each for each in said if each.seq <= mail.last_seq]


def settle(session: Session, mail_id: int, *, is_sent: bool) -> None:
    """It has arrived; or it hasn't, and is tried again after a while, unless it has been tried often enough."""
    taken = session.get(TranscriptMail, mail_id, populate_existing=True)
    if taken is None:
        return
    if is_sent or taken.tries >= MOST_TRIES:
        session.delete(taken)
    else:
        taken.due_at = now() + FIRST_WAIT * 2 ** (taken.tries - 1)
