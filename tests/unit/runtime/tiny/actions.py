"""Actions of the tiny assistant."""

from __future__ import annotations

from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import FollowupAction


class Fallback(Action):
    def name(self):
        return "action_fallback"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Sorry?")
        return [FollowupAction((tracker.active_loop or {}).get("name") or "action_listen")]


class Forever(Action):
    def name(self):
        return "action_forever"

    def run(self, dispatcher, tracker, domain):
        return [FollowupAction("action_forever")]


class Submit(Action):
    def name(self):
        return "action_submit"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"Filed {tracker.get_slot('order_number')}: {tracker.get_slot('reason')}.")
        return []


class ValidateRefundForm(FormValidationAction):
    def name(self):
        return "validate_refund_form"

    def validate_order_number(self, value, dispatcher, tracker, domain):
        if value.startswith("A"):
            return {"order_number": value}
        dispatcher.utter_message(text="No such order.")
        return {"order_number": None}

    def validate_reason(self, value, dispatcher, tracker, domain):
        return {"reason": value}


class AskOrderNumber(Action):
    def name(self):
        return "action_ask_refund_form_order_number"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Which order?")
        return []


class AskReason(Action):
    def name(self):
        return "action_ask_refund_form_reason"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Why?")
        return []
