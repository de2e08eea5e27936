"""Who answers the customer now. One place, one set of changes; each leaves its line in the transcript.

Every function holds the conversation, so that of two who want it at the same moment one comes first, and leaves the
transaction's end to its caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from conversations import words
from conversations.models import Agent, Conversation, Message, Reason, Role, State
from conversations.transcript import Draft, append, hold, now
from database import once_stored
from languages import to_translate
from observability import metrics

log = structlog.get_logger(__name__)

ENDED = to_translate("This conversation has ended.")

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.ASSISTANT: frozenset({State.WAITING, State.AGENT, State.CLOSED}),
    State.WAITING: frozenset({State.ASSISTANT, State.AGENT, State.CLOSED}),
    State.AGENT: frozenset({State.ASSISTANT, State.WAITING, State.AGENT, State.CLOSED}),
    State.CLOSED: frozenset(),
}


CHANGES: Mapping[State, str] = {
    State.ASSISTANT: "the assistant answers again",
    State.WAITING: "a customer waits for a person",
    State.AGENT: "an agent answers",
    State.CLOSED: "a conversation has ended",
}
"""What the log says of a change."""


class NotAllowedError(Exception):
    """Who answers can't change like this now; the text says why."""


class HeldByAnotherError(NotAllowedError):
    """Another agent holds the conversation."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} has this conversation.")
        self.holder = holder


class NotHeldError(NotAllowedError):
    """The agent doesn't hold the conversation."""

    def __init__(self) -> None:
        super().__init__("You don't have this conversation. Take it over first.")


def call_a_person(
    session: Session, conversation_id: str, reason: Reason, seq: int | None = None, *, is_anyone_there: bool = True
) -> Conversation:
    """The customer waits for a person from now on. `seq` is the customer's message that led to it.

    Whoever waits already keeps the place in the queue. Raises NotAllowedError.
    """
    conversation = hold(session, conversation_id)
    if conversation.state == State.WAITING.value:
        return conversation
    _become(session, conversation, State.WAITING)
    conversation.reason, conversation.reason_seq = reason.value, seq
    _tell_of_waiting(session, conversation, is_anyone_there)
    return conversation


def claim(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    """The agent answers from now on, whether or not somebody waits.

    Raises HeldByAnotherError, and NotAllowedError for a closed conversation.
    """
    conversation = hold(session, conversation_id)
    if conversation.agent_id == agent.id:
        return conversation
    if conversation.agent is not None:
        raise HeldByAnotherError(conversation.agent.name)
    if conversation.state == State.ASSISTANT.value:
        conversation.reason, conversation.reason_seq = Reason.TAKEN_OVER.value, None
    _become(session, conversation, State.AGENT, agent)
    conversation.answered_seq = conversation.last_seq  # what was said until now is the agent's to answer
    _tell(session, conversation, words.joined(agent.name, conversation.locale))
    return conversation


def pass_on(session: Session, conversation_id: str, by: Agent, to: Agent) -> Conversation:
    """Another agent answers from now on. A lead may pass on anybody's conversation, and one that nobody has.

    Raises NotHeldError, HeldByAnotherError, and NotAllowedError for a closed conversation.
    """
    conversation = hold(session, conversation_id)
    if by.role != Role.LEAD:
        _check_holder(conversation, by)
    if conversation.agent_id == to.id:
        return conversation
    conversation.reason = conversation.reason or Reason.TAKEN_OVER.value
    _become(session, conversation, State.AGENT, to)
    conversation.answered_seq = conversation.last_seq
    _tell(session, conversation, words.joined(to.name, conversation.locale))
    return conversation


def give_back(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    """The assistant answers again, and goes on where it stood. Raises NotHeldError or HeldByAnotherError."""
    conversation = hold(session, conversation_id)
    _check_holder(conversation, agent)
    _back_to_the_assistant(session, conversation, words.given_back(agent.name, conversation.locale))
    return conversation


def stop_waiting(session: Session, conversation_id: str) -> Conversation:
    """The customer goes on with the assistant instead of waiting. Raises NotAllowedError where nobody waits."""
    conversation = hold(session, conversation_id)
    if conversation.state != State.WAITING.value:
        raise NotAllowedError(to_translate("Nobody is waiting here."))
    _back_to_the_assistant(session, conversation, words.no_longer_waiting(conversation.locale))
    return conversation


def put_back(session: Session, conversation_id: str, agent: Agent, *, is_anyone_there: bool = True) -> Conversation:
    """The agent can't go on: the customer waits for another one. Raises as `held` does."""
    conversation = held(session, conversation_id, agent)
    _become(session, conversation, State.WAITING)
    conversation.reason, conversation.reason_seq = Reason.PUT_BACK.value, None
    _tell_of_waiting(session, conversation, is_anyone_there)
    return conversation


def close(session: Session, conversation_id: str, agent: Agent | None = None) -> Conversation:
    """The conversation ends: by its customer, or by an agent who holds it, or where nobody holds it.

    Raises HeldByAnotherError, and NotAllowedError for one that has ended already.
    """
    conversation = hold(session, conversation_id)
    if agent and agent.role != Role.LEAD and conversation.agent is not None:
        _check_holder(conversation, agent)
    _become(session, conversation, State.CLOSED)
    conversation.answered_seq = conversation.last_seq
    _tell(session, conversation, words.closed(agent.name if agent else None, conversation.locale))
    return conversation


def held(session: Session, conversation_id: str, agent: Agent) -> Conversation:
    """The conversation, which this agent holds, and nobody else's to change until the transaction ends.

    Raises NotHeldError or HeldByAnotherError, and NotAllowedError for one that has ended.
    """
    conversation = hold(session, conversation_id)
    if conversation.state == State.CLOSED.value:
        raise NotAllowedError(ENDED)
    _check_holder(conversation, agent)
    return conversation


def position_of(session: Session, conversation: Conversation) -> int | None:
    """The customer's place in the queue, 1 for the next; None for somebody who doesn't wait."""
    if conversation.waiting_since is None:
        return None
    before = select(func.count()).where(
        Conversation.state == State.WAITING.value, Conversation.waiting_since < conversation.waiting_since
    )
    return int(session.scalar(before)) + 1


def handover_of(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Who answers now, as the contract's structured message has it."""
    return {
        "type": "handover",
        "state": conversation.state,
        "reason": conversation.reason if conversation.state in ("waiting", "agent") else None,
        "agent": {"name": conversation.agent.name} if conversation.agent else None,
        "position": position_of(session, conversation),
    }


def is_handed_back(message: Message) -> bool:
    """Whether it tells the assistant to go on, instead of asking it something."""
    return message.author_kind == "system" and message.awaits_answer


def _become(session: Session, conversation: Conversation, state: State, agent: Agent | None = None) -> None:
    before = State(conversation.state)
    if state not in MAY_BECOME[before]:
        raise NotAllowedError(ENDED)
    once_stored(session, partial(_report, conversation, before))
    conversation.state = state.value
    conversation.agent = agent
    conversation.waiting_since = now() if state is State.WAITING else None


def _report(conversation: Conversation, before: State) -> None:
    agent, reason = conversation.agent_id, conversation.reason
    log.info(CHANGES[State(conversation.state)], conversation=conversation.id, reason=reason, agent=agent)
    if before is State.ASSISTANT and conversation.state in (State.WAITING.value, State.AGENT.value):
        metrics.HANDOVERS.labels(reason).inc()


def _back_to_the_assistant(session: Session, conversation: Conversation, text: str) -> None:
    _become(session, conversation, State.ASSISTANT)
    conversation.answered_seq = conversation.last_seq  # what was said meanwhile wasn't meant for the assistant
    _tell(session, conversation, text, awaits_answer=True)


def _check_holder(conversation: Conversation, agent: Agent) -> None:
    if conversation.agent_id == agent.id:
        return
    raise HeldByAnotherError(conversation.agent.name) if conversation.agent else NotHeldError()


def _tell_of_waiting(session: Session, conversation: Conversation, is_anyone_there: bool) -> None:
    position = position_of(session, conversation)
    _tell(session, conversation, words.waiting(position, is_anyone_there, conversation.locale))


def _tell(session: Session, conversation: Conversation, text: str, *, awaits_answer: bool = False) -> None:
    session.flush()
    custom = handover_of(session, conversation)
    append(session, conversation, Draft("system", text, custom=custom), awaits_answer=awaits_answer)
