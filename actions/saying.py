"""The assistant's messages with the structured payloads of the contract; their words are in `domain.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.case import NAMELESS, Filing
from actions.questions import Question, counted, title_of
from conversations import Reason
from observability import metrics
from orders import Item, Order, Request, request_message
from policy_core import Decision, published

MEANING_OF_STATUS = {
    "filed": "It is filed, and our staff haven't decided on it yet. If you want to withdraw it, just say so.",
    "approved": "Our staff have approved it. If you want to withdraw it, just say so.",
    "rejected": "Our staff have turned it down.",
    "received": "What you sent back has arrived.",
    "refunded": "The money has been paid back.",
    "replaced": "The replacement is done.",
    "cancelled": "The cancellation is done.",
    "withdrawn": "You have withdrawn it.",
    "closed": "It is closed.",
}

Quantities = Mapping[str, int] | None


def ask(dispatcher: CollectingDispatcher, question: Question, response: str, **words: Any) -> None:
    """One question; always the last message of a turn."""
    payload: dict[str, Any] = {"type": "ask", "fact": question.fact, "input": question.input}
    if question.options:
        payload["options"] = [{"id": id, "title": title} for id, title in question.options.items()]
    dispatcher.utter_message(response=response, json_message=payload, **words)


def ask_anything_else(dispatcher: CollectingDispatcher) -> None:
    payload = {"type": "ask", "fact": "anything_else", "input": "yes_no"}
    dispatcher.utter_message(response="utter_anything_else", json_message=payload)


def decision(dispatcher: CollectingDispatcher, decided: Decision, order: Order | None, items: Sequence[Item]) -> None:
    """What the policy offers, in words and whole; without an order it is on the customer's word."""
    metrics.DECISIONS.labels(decided.wants.value if decided.wants else "none", decided.outcome.value).inc()
    payload = {
        "type": "decision",
        "decision": decided.to_dict(),
        "order_number": order and order.number,
        "items": _items(items) if order else [{"sku": "unknown", "name": NAMELESS}],
    }
    dispatcher.utter_message(text=decided.explanation, json_message=payload)


def clauses(dispatcher: CollectingDispatcher, ids: Sequence[str], response: str) -> None:
    """Sentences of the policy, as it is in force today."""
    sentences = published().in_force(datetime.now(timezone.utc).date()).clauses
    payload = {"type": "clause", "ids": list(ids), "quotes": [sentences[clause].text for clause in ids]}
    dispatcher.utter_message(response=response, json_message=payload)


def next_steps(dispatcher: CollectingDispatcher, decided: Decision) -> None:
    """What the customer would do, one after the other."""
    steps = [step["text"] for step in decided.to_dict()["next_steps"]]
    numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(steps, start=1))
    dispatcher.utter_message(response="utter_next_steps", steps=numbered)


def summary(dispatcher: CollectingDispatcher, filing: Filing, order: Order, quantities: Quantities) -> None:
    """Exactly what a yes would file."""
    payload = {
        "type": "summary",
        "kind": filing.kind,
        "order_number": order.number,
        "items": _items(filing.items),
    }
    dispatcher.utter_message(
        response=f"utter_summary_{filing.kind}",
        json_message=payload,
        items=titles(filing.items, quantities),
        number=order.number,
    )


def request(dispatcher: CollectingDispatcher, filed: Request, response: str) -> None:
    """A request that was filed, or looked up."""
    items = listed([counted(asked.quantity, asked.item.name) for asked in filed.items])
    dispatcher.utter_message(
        response=response,
        json_message=request_message(filed),
        reference=filed.reference,
        items=items,
        meaning=MEANING_OF_STATUS[filed.status],
    )


def handover(dispatcher: CollectingDispatcher, reason: Reason, response: str) -> None:
    """A person is called; whoever answers for the shop does the rest, and nothing more is asked in this turn."""
    payload = {"type": "handover", "state": "waiting", "reason": reason.value, "agent": None, "position": None}
    dispatcher.utter_message(response=response, json_message=payload)


def titles(items: Iterable[Item], quantities: Quantities = None) -> str:
    """The items as a sentence names them, each with its number where that isn't one."""
    return listed([title_of(item, quantities) for item in items])


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _items(items: Iterable[Item]) -> list[dict[str, str]]:
    return [{"sku": item.sku, "name": item.name} for item in items]
