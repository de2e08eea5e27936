"""When it isn't clear what is wanted: the likeliest readings are offered, then a person. Nothing is guessed."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import saying, store
from actions.message import UNSURE, Message
from actions.questions import Question
from languages import gettext, to_translate
from observability import metrics

READINGS = {
    "request_refund": to_translate("I want my money back"),
    "request_return": to_translate("I want to return or exchange something"),
    "report_defect": to_translate("Something is broken"),
    "report_wrong_item": to_translate("I got the wrong item"),
    "cancel_order": to_translate("I want to cancel my order"),
    "track_order": to_translate("Where is my order?"),
    "check_request": to_translate("What became of my request?"),
    "change_order": to_translate("I want to change my order"),
    "ask_refund_policy": to_translate("How do refunds work?"),
    "ask_return_policy": to_translate("How do returns work?"),
    "ask_warranty": to_translate("What does the warranty cover?"),
    "ask_cancellation_policy": to_translate("Until when can an order be cancelled?"),
    "ask_shipping_costs": to_translate("Who pays for return shipping?"),
    "ask_sale_items": to_translate("Can sale items be refunded?"),
    "talk_to_human": to_translate("I'd like to talk to a person"),
}
"""What the customer may have meant, in words that are read as just that when they are sent as an answer."""

LIKELY = 0.1
SURE_THAT_IT_IS_NOTHING_OF_OURS = 0.6


def ask_back(dispatcher: CollectingDispatcher, message: Message, *, is_again: bool) -> None:
    """`is_again`: the message before wasn't clear either."""
    metrics.NOT_UNDERSTOOD.labels("again" if is_again else "first").inc()
    note(message)
    readings = {name: gettext(READINGS[name], message.locale) for name in likely_readings(message)}
    person = {"talk_to_human": title_of_a_person(message.locale)}
    if message.language:
        response = f"utter_english_only_{message.language}"
        saying.ask(dispatcher, Question("clarify", person), response, person=person["talk_to_human"])
    elif message.intent == "out_of_scope" and (message.confidence >= SURE_THAT_IT_IS_NOTHING_OF_OURS or not readings):
        dispatcher.utter_message(response="utter_out_of_scope")
    elif is_again:
        saying.ask(dispatcher, Question("clarify", readings | person), "utter_not_understood_again")
    elif readings:
        saying.ask(dispatcher, Question("clarify", readings), "utter_clarify")
    else:
        dispatcher.utter_message(response="utter_not_understood")


def note(message: Message) -> None:
    """Keep with the message that it wasn't understood, and what it was nearest to."""
    if message.conversation_id and message.seq:
        likeliest = next((name for name, _ in message.ranking if name != UNSURE), "out_of_scope")
        store.note_misunderstood(message.conversation_id, message.seq, likeliest)


def likely_readings(message: Message) -> list[str]:
    """The two likeliest intents that can be offered, where the first of them is likely at all."""
    offered = [(name, confidence) for name, confidence in message.ranking if name in READINGS]
    return [name for name, _ in offered[:2]] if offered and offered[0][1] >= LIKELY else []


def say_english_only(dispatcher: CollectingDispatcher, message: Message) -> None:
    """In the customer's own language, one of those that `nlu/language.py` notices, and how to get a person."""
    response = f"utter_english_only_{message.language}"
    dispatcher.utter_message(response=response, person=title_of_a_person(message.locale))


def title_of_a_person(locale: str | None) -> str:
    """What calls a person, typed or tapped."""
    return gettext(READINGS["talk_to_human"], locale)
