"""When it isn't clear what is wanted: the likeliest readings are offered, then a person. Nothing is guessed."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import saying
from actions.message import Message
from actions.questions import Question
from observability import metrics

READINGS = {
    "request_refund": "I want my money back",
    "request_return": "I want to return or exchange something",
    "report_defect": "Something is broken",
    "report_wrong_item": "I got the wrong item",
    "cancel_order": "I want to cancel my order",
    "track_order": "Where is my order?",
    "check_request": "What became of my request?",
    "change_order": "I want to change my order",
    "ask_refund_policy": "How do refunds work?",
    "ask_return_policy": "How do returns work?",
    "ask_warranty": "What does the warranty cover?",
    "ask_cancellation_policy": "Until when can an order be cancelled?",
    "ask_shipping_costs": "Who pays for return shipping?",
    "ask_sale_items": "Can sale items be refunded?",
    "talk_to_human": "I'd like to talk to a person",
}
"""What the customer may have meant, in words that are read as just that when they are sent as an answer."""

LIKELY = 0.1
SURE_THAT_IT_IS_NOTHING_OF_OURS = 0.6


def ask_back(dispatcher: CollectingDispatcher, message: Message, *, is_again: bool) -> None:
    """`is_again`: the message before wasn't clear either."""
    metrics.NOT_UNDERSTOOD.labels("again" if is_again else "first").inc()
    readings = {name: READINGS[name] for name in likely_readings(message)}
    if message.language:
        say_english_only(dispatcher, message.language)
    elif message.intent == "out_of_scope" and (message.confidence >= SURE_THAT_IT_IS_NOTHING_OF_OURS or not readings):
        dispatcher.utter_message(response="utter_out_of_scope")
    elif is_again:
        person = {"talk_to_human": READINGS["talk_to_human"]}
        saying.ask(dispatcher, Question("clarify", readings | person), "utter_not_understood_again")
    elif readings:
        saying.ask(dispatcher, Question("clarify", readings), "utter_clarify")
    else:
        dispatcher.utter_message(response="utter_not_understood")


def likely_readings(message: Message) -> list[str]:
    """The two likeliest intents that can be offered, where the first of them is likely at all."""
    offered = [(name, confidence) for name, confidence in message.ranking if name in READINGS]
    return [name for name, _ in offered[:2]] if offered and offered[0][1] >= LIKELY else []


def say_english_only(dispatcher: CollectingDispatcher, language: str) -> None:
    """In the customer's own language, one of those that `nlu/language.py` notices."""
    dispatcher.utter_message(response=f"utter_english_only_{language}")
