"""Leaving a case, and what is said when no rule knows what to do."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.memory import Memory


class ActionLeaveCase(Action):
    """Forgets the case but not the customer; nothing was filed, so nothing has to be undone."""

    def name(self) -> str:
        return "action_leave_case"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before = Memory.of(tracker.slots)
        return before.for_another_case().events_since(before)


class ActionFallback(Action):
    """Without its follow-up Rasa would predict this action again, ten times over."""

    def name(self) -> str:
        return "action_fallback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        dispatcher.utter_message(response="utter_not_understood")
        return [FollowupAction(tracker.active_loop.get("name") or "action_listen")]
