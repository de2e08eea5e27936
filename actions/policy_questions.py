"""Questions about the policy, answered with its own sentences."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

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
        said = answer(TOPIC_OF_INTENT[str(tracker.get_intent_of_latest_message())])
        payload = {"type": "clause", "ids": list(said.ids), "quotes": list(said.quotes)}
        dispatcher.utter_message(text=said.text, json_message=payload)
        return []
