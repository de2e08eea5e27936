"""How the customer rates the conversation: whether it helped."""

from __future__ import annotations

from sqlalchemy.orm import Session

from conversations.answering import NotAllowedError
from conversations.transcript import hold, now
from languages import to_translate


def rate(session: Session, conversation_id: str, helped: bool) -> None:
    """Keep the rating; a later one takes its place, also after the end. Raises NotAllowedError before anything is said.

    Raises UnknownConversationError, too. The same rating again changes nothing, not even when it was given.
    """
    conversation = hold(session, conversation_id)
    if conversation.last_seq == 0:
        raise NotAllowedError(to_translate("Nothing has been said here yet."))
    if conversation.helped is not helped:
        conversation.helped, conversation.rated_at = helped, now()
        session.flush()
