"""The answer to whether there is anything else, outside a case."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.case_form import FORM
from actions.later import ask_what_else
from actions.memory import Memory
from actions.message import Message
from actions.policy_questions import TOPIC_OF_INTENT, say_policy
from actions.wishes import TASK_OF_INTENT, WISH_OF_INTENT
from actions.yes_no import only_acknowledges


class ActionAnythingElse(Action):
    """A plain yes takes up what else was wanted; without that, it is a yes to being helped. A no ends the talk."""

    def name(self) -> str:
        return "action_anything_else"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before = Memory.of(tracker.slots)
        message = Message.latest(tracker)
        says_yes = message.intent == "affirm" and not (only_acknowledges(message.words) and not before.wishes)
        if not says_yes or not before.wishes:
            dispatcher.utter_message(response="utter_go_ahead" if says_yes else "utter_goodbye")
            return before.knowing(wishes=None).events_since(before)
        wish, *rest = before.wishes
        after = before.knowing(wishes=rest or None)
        if wish in TASK_OF_INTENT:
            after = after.for_another_wish().knowing(task=TASK_OF_INTENT[wish], wants=WISH_OF_INTENT.get(wish))
            return [*after.events_since(before), FollowupAction(FORM)]
        if wish in TOPIC_OF_INTENT:
            say_policy(dispatcher, wish, message.locale)
        else:
            dispatcher.utter_message(response=f"utter_{wish}")
        ask_what_else(dispatcher, after, message.locale)
        return after.events_since(before)
