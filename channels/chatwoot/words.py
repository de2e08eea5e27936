"""The words that only Chatwoot needs: a decision card as text, and the note for who takes over."""

from __future__ import annotations

from languages import to_translate

TOTAL = to_translate("Total")
LAST_DAY = to_translate("Last day")
STEPS = to_translate("What to do")
POLICY = to_translate("Our policy says")

NOTE = "Handed over by the assistant"
TAKEN_OVER = "Taken over from the assistant"
REASONS = {
    "asked_for_a_person": "the customer asked for a person",
    "needs_review": "the policy leaves this to a person",
    "not_understood": "the assistant didn't understand",
    "upset": "the customer is upset",
    "change_order": "an order is to be changed, which the assistant can't",
    "no_answer": "the assistant couldn't answer in time",
    "put_back": "the agent who had it couldn't go on",
    "taken_over": "somebody stepped in",
}
NO_CASE = "There is no order in this conversation yet."
HAND_BACK = "To hand back to the assistant, set the conversation to pending: it goes on where it stood."
KNOWN_FROM = {"order": "order", "customer": "customer's word", "agent": "put right by an agent"}


def not_said(seq: int) -> str:
    """For our desk: the transcript holds what the customer never saw."""
    return f"Message {seq} wasn't sent to Chatwoot: a person had answered there meanwhile."


def files(count: int) -> str:
    """In the transcript, for files that came without words."""
    return "(a file)" if count == 1 else f"({count} files)"
