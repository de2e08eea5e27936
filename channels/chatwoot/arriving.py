"""What has happened in Chatwoot, taken over into our conversation: one happening at a time, each one transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from channels.chatwoot import words
from channels.chatwoot.meaning import Happened
from channels.website import LONGEST_QUEUE, MANY_MESSAGES, RefusedError, Utterance
from conversations import (
    Agent,
    Conversation,
    Draft,
    Reason,
    State,
    call_a_person,
    claim,
    close,
    give_back,
    notice,
    pass_on,
    stop_waiting,
    store_message,
    unanswered,
)
from conversations.agents import note_action
from conversations.chatwoot import FROM_CHATWOOT, next_arrival, note_taken, open_conversation, person_named, said_before
from conversations.models import ChatwootConversation
from conversations.transcript import hold, now, option_offered
from languages import gettext

IN_FLIGHT = timedelta(minutes=1)
"""So long after we have set the status, messages may come in that were written under the one before."""

WITH_PEOPLE = ("open", "snoozed")
PENDING, RESOLVED = "pending", "resolved"


def take_in(session: Session, number: int, longest: int) -> tuple[str, Happened] | None:
    """Work on the earliest arrival of this conversation in Chatwoot; gives our conversation's id, and what it was.

    `longest`: characters that the assistant reads at once. None: nothing is left. Working on the same again changes
    nothing.
    """
    held_there = session.get(ChatwootConversation, number)
    if held_there is None:
        return None  # erased meanwhile
    hold(session, held_there.conversation_id)
    session.refresh(held_there)
    arrival = next_arrival(session, held_there.conversation_id)
    if arrival is None:
        return None
    happened = Happened.parse_obj(arrival.happened)
    session.delete(arrival)
    session.flush()
    if happened.kind == "customer_wrote":
        _customer_wrote(session, held_there, happened, longest)
    elif happened.kind == "person_wrote":
        _person_wrote(session, held_there, happened)
    else:
        if happened.kind == "came_back":
            note_taken(session, held_there.conversation_id, happened.own_key)
        _follow(session, held_there, happened)
    return held_there.conversation_id, happened


def _customer_wrote(session: Session, held_there: ChatwootConversation, happened: Happened, longest: int) -> None:
    number = _number(happened)
    if (not happened.text and not happened.files) or _is_known(session, held_there, number):
        return
    conversation = _open(session, held_there, happened)
    is_meant_for_a_person = happened.status != PENDING and held_there.status == PENDING  # it is late
    draft, refusal = _draft(session, conversation, happened, number, longest)
    message = store_message(session, conversation.id, draft)
    if not refusal and len(unanswered(session, conversation.id)) > LONGEST_QUEUE:
        refusal = gettext(MANY_MESSAGES, conversation.locale)
    if refusal or is_meant_for_a_person:
        message.awaits_answer = False
        session.flush()
    if refusal:
        notice(session, conversation.id, refusal, after=conversation.answered_seq)


def _draft(
    session: Session, conversation: Conversation, happened: Happened, number: str, longest: int
) -> tuple[Draft, str | None]:
    """The customer's message, and why the assistant doesn't read it, if so: it is kept for our people all the same."""
    if not happened.text:
        attached = {"type": "files", "count": happened.files}
        return Draft("customer", words.files(happened.files), custom=attached, client_id=number), None
    option = option_offered(session, conversation.id, happened.option)
    try:
        text = Utterance.read({"message": option["title"] if option else happened.text}, longest).text
    except RefusedError as refused:
        return Draft("customer", happened.text, client_id=number), refused.sentence(conversation.locale)
    draft = Draft("customer", text, client_id=number, option_id=option["id"] if option else None)
    return draft, gettext(MANY_MESSAGES, conversation.locale) if happened.is_too_much else None


def _person_wrote(session: Session, held_there: ChatwootConversation, happened: Happened) -> None:
    number = _number(happened)
    if _is_known(session, held_there, number):
        return
    is_late = happened.status_at < held_there.status_at  # the conversation has been handed back since
    conversation = _open(session, held_there, happened)
    person = person_named(session, happened.name)
    if not is_late:
        _answers(session, conversation, person)
    text = happened.text or words.files(1)
    store_message(session, conversation.id, Draft("agent", text, person.name, client_id=number))


def _open(session: Session, held_there: ChatwootConversation, happened: Happened) -> Conversation:
    """The conversation for what was written, answered by who answers in Chatwoot."""
    before = held_there.conversation_id
    conversation = open_conversation(session, held_there)
    _follow(session, held_there, happened, is_new=conversation.id != before)
    return conversation


def _follow(session: Session, held_there: ChatwootConversation, happened: Happened, *, is_new: bool = False) -> None:
    """Who answers, as Chatwoot has it: unless what it tells is older than what is known."""
    if happened.status_at < held_there.status_at:
        return
    held_there.status_at = happened.status_at
    is_changed = happened.status != held_there.status
    if not is_changed:
        held_there.toggled_at = None  # Chatwoot has said it back
    elif happened.kind != "status" and _is_just_set(held_there):
        return
    held_there.status = happened.status
    conversation = hold(session, held_there.conversation_id)
    state = State(conversation.state)
    if state is State.CLOSED:
        return  # until somebody writes
    if happened.status in WITH_PEOPLE:
        if happened.assignee and (is_changed or is_new or _is_with_people_there(conversation)):
            _answers(session, conversation, person_named(session, happened.assignee))
        elif (is_changed or is_new) and state is State.ASSISTANT:
            call_a_person(session, conversation.id, Reason.TAKEN_OVER)
    elif is_changed and happened.status == RESOLVED:
        close(session, conversation.id)
    elif is_changed and state is State.WAITING:
        stop_waiting(session, conversation.id)
    elif is_changed and conversation.agent is not None:
        note_action(session, conversation.agent.name, "handed back", conversation.id)
        give_back(session, conversation.id, conversation.agent)


def _answers(session: Session, conversation: Conversation, person: Agent) -> None:
    """From now on it is this person who answers."""
    if conversation.agent_id == person.id:
        return
    if conversation.agent is None:
        claim(session, conversation.id, person)
    else:
        pass_on(session, conversation.id, conversation.agent, person)
    note_action(session, person.name, "took over", conversation.id)


def _is_just_set(held_there: ChatwootConversation) -> bool:
    """Whether we have set the status, and messages that were written before may still come in."""
    return held_there.toggled_at is not None and held_there.toggled_at > now() - IN_FLIGHT


def _is_with_people_there(conversation: Conversation) -> bool:
    """Whether nobody at our own desk answers, and the assistant doesn't."""
    holder = conversation.agent
    return conversation.state == State.WAITING.value or (holder is not None and not holder.is_active)


def _is_known(session: Session, held_there: ChatwootConversation, number: str) -> bool:
    """Whether it was stored before: a delivery may come again at any time."""
    conversation = session.get(Conversation, held_there.conversation_id)
    return conversation is not None and said_before(session, conversation, number) is not None


def _number(happened: Happened) -> str:
    """Of a message, for as long as it is kept."""
    chosen = "-chosen" if happened.option else ""
    return f"{FROM_CHATWOOT}{happened.message_id}{chosen}"
