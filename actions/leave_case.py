"""Leaving a case, and what is said when no rule knows what to do."""

from __future__ import annotations

import re

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.memory import Memory
from actions.message import Message

_FROM_THE_START = re.compile(
    r"\b(start|begin) (over|again|anew|afresh|new)\b|\bfrom (the )?(start|beginning)\b|\brestart\b|\breset\b"
)


class ActionLeaveCase(Action):
    """Forgets the case but not the customer; nothing was filed, so nothing has to be undone."""

    def name(self) -> str:
        return "action_leave_case"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before, message = Memory.of(tracker.slots), Message.latest(tracker)
        starts_anew = _FROM_THE_START.search(message.words)
        left = "utter_start_over" if starts_anew else "utter_left_case"
        dispatcher.utter_message(response="utter_goodbye" if message.intent == "goodbye" else left)
        return before.for_another_case().events_since(before)


class ActionFallback(Action):
    """Without its follow-up Rasa would predict this action again, ten times over."""

    def name(self) -> str:
        return "action_fallback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        dispatcher.utter_message(response="utter_not_understood")
        return [FollowupAction(tracker.active_loop.get("name") or "action_listen")]
