"""The transcript of record: every message, who wrote it, and who answers now."""

from __future__ import annotations

from conversations.models import Conversation, Message, State
from conversations.transcript import (
    ConversationClosedError,
    Draft,
    UnknownConversationError,
    answer,
    begin,
    end,
    latest_ask,
    mark_read,
    messages_after,
    notice,
    resume,
    store_message,
    to_be_answered,
    unanswered,
)

__all__ = [
    "Conversation",
    "ConversationClosedError",
    "Draft",
    "Message",
    "State",
    "UnknownConversationError",
    "answer",
    "begin",
    "end",
    "latest_ask",
    "mark_read",
    "messages_after",
    "notice",
    "resume",
    "store_message",
    "to_be_answered",
    "unanswered",
]
