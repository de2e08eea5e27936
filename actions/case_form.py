"""The case form: reads each answer, has the policy engine decide, and asks the fact that decides most.

The path of a case: order number, e-mail address, item, then whatever `policy_core` misses, then a yes before anything
is filed. Rasa runs this action on every turn of the form; it asks the next question itself.
"""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction
from rasa_sdk.types import DomainDict

from actions import store
from actions.asking import say_and_ask
from actions.case import case_document
from actions.intake import Intake
from actions.memory import Memory
from actions.message import Message, named_before
from actions.person import was_called_in_this_turn
from actions.stage import stage_of

FORM = "case_form"


class ValidateCaseForm(FormValidationAction):
    """Leads through a case, question by question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        if was_called_in_this_turn(tracker):
            return [SlotSet(REQUESTED_SLOT, tracker.get_slot(REQUESTED_SLOT))]  # the question waits, too
        before = Memory.of(tracker.slots)
        message = Message.latest(tracker)
        asked = tracker.get_slot(REQUESTED_SLOT) if tracker.active_loop.get("name") == FORM else None
        memory, narrower = before.knowing(locale=message.locale or before.locale), None
        stage = stage_of(memory)
        if not _is_dealt_with(tracker):
            intake = Intake(dispatcher, message, stage, asked=asked, earlier=named_before(tracker))
            if intake.is_answered_by_a_rule:
                return []  # nothing was filled, so Rasa lets the rules answer and then comes back here
            memory, narrower = intake.take_in(), intake.narrower_question
            stage = intake.stage_of(memory)
        memory = say_and_ask(dispatcher, stage, narrower)
        if case := case_document(memory, stage.order, stage.items):
            store.keep_case(tracker.sender_id, case)
        # A slot is set in any case: else Rasa takes the turn for one that the form didn't understand.
        events = memory.events_since(before) or [SlotSet("task", memory.task)]
        return [*events, SlotSet(REQUESTED_SLOT, stage.slot_to_fill)]


def _is_dealt_with(tracker: Tracker) -> bool:
    """Whether another action has answered the message already, and the form only goes on."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in (FORM, "action_listen", "action_extract_slots"):
            return True
    return False
