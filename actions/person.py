"""Calling a person, and going on once a person hands the customer back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import saying
from actions.asides import Aside, read_aside
from actions.later import ask_what_else
from actions.memory import SLOT_OF_FACT, Memory
from actions.message import Message, was_asked_back_before
from conversations import Reason
from policy_core import Outcome


class ActionCallAPerson(Action):
    """The customer wants one, or the assistant can't help: a person is called, and the open question waits."""

    def name(self) -> str:
        return "action_call_a_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        intent = tracker.get_intent_of_latest_message() or ""
        if intent == "complaint" and not _has_complained_before(tracker):
            dispatcher.utter_message(response="utter_unfair" if _is_about_a_decision(tracker) else "utter_complaint")
            return []
        reason = reason_in(tracker, intent)
        words = {"complaint": "utter_upset", "change_order": "utter_change_order"}.get(intent, "utter_talk_to_human")
        saying.handover(dispatcher, reason, words)
        return []


class ActionHandedBack(Action):
    """What the person put right is known from now on; then the open question is asked again."""

    def name(self) -> str:
        return "action_handed_back"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before = Memory.of(tracker.slots)
        metadata = (tracker.latest_message or {}).get("metadata") or {}
        after = corrected(before, metadata.get("corrections") or {})
        dispatcher.utter_message(response="utter_handed_back")
        if not tracker.active_loop.get("name"):
            ask_what_else(dispatcher, after, Message.latest(tracker).locale)
        return after.events_since(before)


def corrected(memory: Memory, corrections: dict[str, Any]) -> Memory:
    """With the facts as a person has put them right; what the customer had agreed to has to be agreed to again."""
    slots = {SLOT_OF_FACT[fact]: value for fact, value in corrections.items() if fact in SLOT_OF_FACT}
    if not slots:
        return memory
    by_agent = sorted({*(memory.by_agent or []), *corrections})
    return memory.knowing(**slots, by_agent=by_agent, confirm=None, next_wish=None)


def reason_in(tracker: Tracker, intent: str) -> Reason:
    """Why a person is wanted: what the customer said, or what came before it."""
    if intent == "complaint":
        return Reason.UPSET
    if intent == "change_order":
        return Reason.CHANGE_ORDER
    if was_asked_back_before(tracker):
        return Reason.NOT_UNDERSTOOD
    return Reason.POLICY if _needs_review(tracker) else Reason.ASKED


def was_called_in_this_turn(tracker: Tracker) -> bool:
    """Whether a person has been called since the customer's last words, so that nothing more is to be asked."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "bot" and _custom(event).get("type") == "handover":
            return True
    return False


def _is_about_a_decision(tracker: Tracker) -> bool:
    """Whether what is complained of is what the customer has just heard of the own order."""
    is_known = Memory.of(tracker.slots).order_id is not None
    return is_known and read_aside(Message.latest(tracker).words) is Aside.UNFAIR


def _has_complained_before(tracker: Tracker) -> bool:
    said = [event for event in tracker.events if event["event"] == "user"]
    return any(_intent(event) == "complaint" for event in said[:-1])


def _needs_review(tracker: Tracker) -> bool:
    decisions = [_custom(event) for event in tracker.events if event["event"] == "bot"]
    decided = [custom["decision"] for custom in decisions if custom.get("type") == "decision"]
    return bool(decided) and decided[-1]["outcome"] == Outcome.NEEDS_REVIEW.value


def _custom(event: dict[str, Any]) -> dict[str, Any]:
    return (event.get("data") or {}).get("custom") or {}


def _intent(event: dict[str, Any]) -> str | None:
    return ((event.get("parse_data") or {}).get("intent") or {}).get("name")
