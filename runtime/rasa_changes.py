"""What we change in the behaviour of Rasa 3.6.21, each change with its reason and its effect.

Rasa 3.6.21 is the last of its line. tests/unit/runtime/test_rasa_changes.py fails when a change is no longer needed.
Times were measured on 2 shared cores.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import rasa.core.actions.action as rasa_action
import rasa.core.agent as rasa_agent
import rasa.core.processor as rasa_processor
import structlog
from jsonschema import Draft202012Validator
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, FollowupAction, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from runtime.graph import InOrder

log = structlog.get_logger(__name__)

ACTION_TIMEOUT = 8
"""Seconds. Longer than any action of ours takes, shorter than a customer's patience."""

OUTAGE = "Sorry, something on our side isn't working right now. Please send that again in a moment."


def apply() -> None:
    """Make all changes, once; call after Rasa can be imported and before a model is loaded."""
    if getattr(RemoteAction.run, "answers_when_actions_fail", False):
        return
    check_action_answers_once()
    remember_event_types()
    wait_no_longer_than_the_customer()
    answer_when_actions_fail()
    listen_again_after_each_turn()
    fail_when_the_memory_fails()
    run_the_components_in_order()


def check_action_answers_once() -> None:
    """Rasa checks the JSON Schema itself before it checks each answer of the action server with it, event by event.

    Each event is checked again when it is made from the answer, so here it is only its outer form. That and a validator
    that is made once make a form's turn 14 ms instead of 114.
    """
    validator = Draft202012Validator(
        {
            "type": "object",
            "properties": {
                "events": {"type": "array"},
                "responses": {"type": "array", "items": {"type": "object"}},
            },
        }
    )

    def _validate_action_result(_self: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = _validate_action_result


def remember_event_types() -> None:
    """Rasa looks through all event classes for each event of a conversation that it loads.

    Remembering them makes a turn 14 ms instead of 30 in a conversation's 20th turn, 60 instead of 90 in its 100th.
    """
    Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))


def wait_no_longer_than_the_customer() -> None:
    """Rasa waits five minutes for an action, the conversation is locked meanwhile, and there is no setting for it."""
    rasa_action.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT


def answer_when_actions_fail() -> None:
    """When the action server is down or an action raises, Rasa says nothing and keeps what was never validated.

    At a form's start it even runs the action that submits. With this change the customer is told once, slots of this
    turn that could not be validated are taken back, and the same question stays open; it recovers by itself.
    """
    RemoteAction.run = _telling_the_customer(RemoteAction.run)


def listen_again_after_each_turn() -> None:
    """After ten actions in one turn Rasa stops without listening, and never answers this customer again."""
    run_turn = MessageProcessor._run_prediction_loop

    @functools.wraps(run_turn)
    async def run_turn_and_listen(self: MessageProcessor, output_channel: Any, tracker: DialogueStateTracker) -> None:
        await run_turn(self, output_channel, tracker)
        if tracker.latest_action_name != ACTION_LISTEN_NAME and not tracker.is_paused():
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)

    MessageProcessor._run_prediction_loop = run_turn_and_listen


def fail_when_the_memory_fails() -> None:
    """When its store fails, Rasa goes on without: who is in the middle of a case is answered as a stranger."""
    rasa_agent.FailSafeTrackerStore = lambda store: store


def run_the_components_in_order() -> None:
    """Rasa plans each run of its components anew, three times a turn (`runtime.graph`)."""
    rasa_processor.DaskGraphRunner = InOrder


Run = Callable[..., Awaitable[list[Event]]]


def _telling_the_customer(run: Run) -> Run:
    @functools.wraps(run)
    async def run_or_tell(
        self: RemoteAction, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Any
    ) -> list[Event]:
        if _told_in_this_turn(tracker):  # don't let the customer wait for each action that a turn still has
            return _after_failure(self.name(), tracker)
        try:
            return await run(self, output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise  # a form's own way to leave the turn to others
        except Exception:
            log.exception("an action failed", action=self.name())
            return _after_failure(self.name(), tracker)

    run_or_tell.answers_when_actions_fail = True  # type: ignore[attr-defined]
    return run_or_tell


def _after_failure(action: str, tracker: DialogueStateTracker) -> list[Event]:
    told: list[Event] = [] if _told_in_this_turn(tracker) else [BotUttered(OUTAGE, metadata={"outage": True})]
    if action.startswith("action_ask_"):
        return told
    if not action.startswith("validate_"):  # end the turn, or the same action would be chosen again and again
        return [*told, FollowupAction(tracker.active_loop_name or ACTION_LISTEN_NAME)]
    filled, question = _filled_in_this_turn(tracker), tracker.get_slot(REQUESTED_SLOT)
    if question is None:  # set to that, it would end the form and submit it
        return [*told, *(SlotSet(slot, None) for slot in filled)]
    # Where no slot is set, Rasa takes the turn for one that the form didn't understand, and tries the next action.
    taken_back = [SlotSet(slot, None) for slot in dict.fromkeys([question, *filled])]
    return [*told, *taken_back, SlotSet(REQUESTED_SLOT, question)]


def _events_of_this_turn(tracker: DialogueStateTracker) -> list[Event]:
    events: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        events.append(event)
    return events


def _told_in_this_turn(tracker: DialogueStateTracker) -> bool:
    return any(isinstance(event, BotUttered) and event.text == OUTAGE for event in _events_of_this_turn(tracker))


def _filled_in_this_turn(tracker: DialogueStateTracker) -> list[str]:
    return [
        event.key
        for event in _events_of_this_turn(tracker)
        if isinstance(event, SlotSet) and event.key != REQUESTED_SLOT
    ]
