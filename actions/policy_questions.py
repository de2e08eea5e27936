"""Questions about the policy, answered with its own sentences."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.asides import Aside, read_aside
from actions.later import ask_what_else, remembering
from actions.memory import Memory
from actions.message import Message
from actions.replies import say_how_long
from policy_core import answer

TOPIC_OF_INTENT = {
    "ask_refund_policy": "refund_policy",
    "ask_return_policy": "return_policy",
    "ask_warranty": "warranty",
    "ask_cancellation_policy": "cancellation_policy",
    "ask_shipping_costs": "shipping_costs",
    "ask_sale_items": "sale_items",
}


class ActionAnswerPolicyQuestion(Action):
    """Says what the policy states on the topic that was asked about."""

    def name(self) -> str:
        return "action_answer_policy_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        before, message = Memory.of(tracker.slots), Message.latest(tracker)
        if before.order_id and read_aside(message.words) is Aside.HOW_LONG:
            say_how_long(dispatcher, before.wants)  # asked of one's own request, after it was filed
        else:
            say_policy(dispatcher, message.intent, message.locale)
        after = remembering(before, message, message.intent)
        if after.wishes and not tracker.active_loop:
            ask_what_else(dispatcher, after, message.locale)
        return after.events_since(before)


def say_policy(dispatcher: CollectingDispatcher, intent: str, locale: str | None) -> None:
    """The sentences on what `intent` asks about, each with its clause."""
    said = answer(TOPIC_OF_INTENT[intent], locale=locale or "en-US")
    payload = {"type": "clause", "ids": list(said.ids), "quotes": list(said.quotes)}
    dispatcher.utter_message(text=said.text, json_message=payload)
