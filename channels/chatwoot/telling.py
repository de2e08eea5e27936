"""What Chatwoot is to be told next of a conversation: read from the transcript, from where Chatwoot stands.

Before each call it is looked at who answers now. So what the assistant had ready when a person came is not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.orm import Session

from channels.chatwoot import words
from channels.chatwoot.meaning import KEY
from channels.chatwoot.note import note_on
from channels.chatwoot.rendering import message_body, options_in, words_of
from channels.chatwoot.settings import ChatwootSettings
from channels.rasa import ASSISTANT
from conversations import Conversation, Message, Note, Reason, State, messages_after
from conversations.chatwoot import FROM_CHATWOOT, is_behind, key_of, take
from conversations.models import ChatwootConversation
from conversations.transcript import now

log = structlog.get_logger(__name__)

STATUS_OF: Mapping[str, str] = {
    State.ASSISTANT.value: "pending",
    State.WAITING.value: "open",
    State.AGENT.value: "open",
    State.CLOSED.value: "resolved",
}


@dataclass(frozen=True)
class Call:
    """One call of Chatwoot's API: `path` under the conversation, and its JSON."""

    path: str
    body: dict[str, Any]

    @property
    def status(self) -> str | None:
        """What the call sets the conversation's status to, if it does."""
        return self.body["status"] if self.path == "toggle_status" else None

    @property
    def is_for_the_customer(self) -> bool:
        """Whether the customer would see it."""
        return self.path == "messages" and not self.body["private"]


@dataclass(frozen=True)
class Due:
    """A call that is to be made now, and what it is called in every try."""

    conversation_id: str
    chatwoot_id: int
    key: str
    call: Call


def next_call(session: Session, conversation_id: str, settings: ChatwootSettings) -> Due | None:
    """The next call, nobody else's to make for a while; None where there is none, or it isn't time to try again."""
    if not is_behind(session, conversation_id):
        return None
    held_there = take(session, conversation_id)
    conversation = session.get(Conversation, conversation_id)
    if held_there is None or conversation is None:
        return None
    while upcoming := messages_after(session, conversation_id, held_there.sent_seq, limit=2):
        first, following = upcoming[0], upcoming[-1]
        is_card = following is not first and _is_card_of(first, following)
        calls = _calls(session, held_there, conversation, [first, following] if is_card else [first], settings)
        if held_there.sent_part < len(calls):
            call = calls[held_there.sent_part]
            return Due(conversation_id, held_there.chatwoot_id, key_of(held_there), call)
        held_there.sent_seq += 2 if is_card else 1
        held_there.sent_part = 0
    held_there.due_at = now()
    return None


def with_key(due: Due) -> dict[str, Any]:
    """The call's JSON, by which a message is known when it comes back."""
    if due.call.path != "messages":
        return due.call.body
    return due.call.body | {"content_attributes": {**due.call.body.get("content_attributes", {}), KEY: due.key}}


def _is_card_of(first: Message, following: Message) -> bool:
    """Whether they are one message to the customer: words, and the list or the card that belongs to them."""
    both_said = first.author_kind == following.author_kind == "assistant"
    return both_said and first.custom is None and following.text is None


def _calls(
    session: Session,
    held_there: ChatwootConversation,
    conversation: Conversation,
    messages: list[Message],
    settings: ChatwootSettings,
) -> list[Call]:
    first, last = messages[0], messages[-1]
    if (first.custom or {}).get("type") == "handover":
        return _handover(session, held_there, conversation, first, settings)
    if first.author_kind == "customer" or (first.client_id or "").startswith(FROM_CHATWOOT):
        return []  # it was said there
    said = "\n\n".join(said for message in messages if (said := words_of(message, conversation.locale)))
    options = options_in(last)
    if not said and not options:
        return []
    if first.author_kind == "assistant" and conversation.state in (State.AGENT.value, State.CLOSED.value):
        _note_silence(session, conversation, first)
        return []
    if first.author_kind == "agent":
        said = f"{first.author_name}: {said}"  # Chatwoot shows it as the bot's
    return [Call("messages", message_body(said, options, held_there.channel))]


def _handover(
    session: Session,
    held_there: ChatwootConversation,
    conversation: Conversation,
    message: Message,
    settings: ChatwootSettings,
) -> list[Call]:
    """For who takes over: the note first, then the team, then the status that lets them see it."""
    told, reason = (message.custom or {}).get("state"), (message.custom or {}).get("reason")
    calls: list[Call] = []
    is_called = told == State.WAITING.value and reason != Reason.TAKEN_OVER.value
    if is_called and conversation.state == State.WAITING.value:
        calls.append(Call("messages", message_body(message.text or "", (), held_there.channel)))
    if STATUS_OF[conversation.state] == "open" and _is_first_to_people(session, message):
        calls.append(Call("messages", {**message_body(note_on(session, conversation), (), ""), "private": True}))
        if settings.team is not None and is_called:
            calls.append(Call("assignments", {"team_id": settings.team}))
    status = STATUS_OF[conversation.state]
    return [*calls, Call("toggle_status", {"status": status})] if status != held_there.status else calls


def _is_first_to_people(session: Session, message: Message) -> bool:
    """Whether the assistant answered until then, and something was said: else there is nothing to sum up, or a note."""
    if (message.custom or {})["state"] not in (State.WAITING.value, State.AGENT.value) or message.seq == 1:
        return False
    earlier = messages_after(session, message.conversation_id, 0, limit=message.seq - 1)
    handovers = [each.custom["state"] for each in earlier if each.custom and each.custom.get("type") == "handover"]
    return not handovers or handovers[-1] == State.ASSISTANT.value


def _note_silence(session: Session, conversation: Conversation, message: Message) -> None:
    log.info("an answer is not said, as a person answers", conversation=conversation.id, seq=message.seq)
    session.add(Note(conversation_id=conversation.id, at=now(), agent_name=ASSISTANT, text=words.not_said(message.seq)))
