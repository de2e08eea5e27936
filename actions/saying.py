"""The assistant's messages with the structured payloads of the contract; their words are in `domain.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.case import Filing, refused_money
from actions.memory import Memory
from actions.questions import Question, counted, title_of
from conversations import Reason
from languages import gettext, listed, to_translate
from observability import metrics
from orders import Item, Order, Request, request_message
from policy_core import Decision, published

MEANING_OF_STATUS = {
    "filed": to_translate(
        "It is filed, and our staff haven't decided on it yet. If you want to withdraw it, just say so."
    ),
    "approved": to_translate("Our staff have approved it. If you want to withdraw it, just say so."),
    "rejected": to_translate("Our staff have turned it down."),
    "received": to_translate("What you sent back has arrived."),
    "refunded": to_translate("The money has been paid back."),
    "replaced": to_translate("The replacement is done."),
    "cancelled": to_translate("The cancellation is done."),
    "withdrawn": to_translate("You have withdrawn it."),
    "closed": to_translate("It is closed."),
}


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
        "items": _items(items) if order else [{"sku": case.item.sku, "name": case.item.name} for case in decided.cases],
        "refused": refused_money(decided) if order else None,
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


def summary(dispatcher: CollectingDispatcher, filing: Filing, order: Order, memory: Memory) -> None:
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
        items=titles(filing.items, memory),
        number=order.number,
    )


def request(dispatcher: CollectingDispatcher, filed: Request, response: str, locale: str | None) -> None:
    """A request that was filed, or looked up."""
    items = listed([counted(asked.quantity, asked.item.name) for asked in filed.items], locale)
    dispatcher.utter_message(
        response=response,
        json_message=request_message(filed),
        reference=filed.reference,
        items=items,
        meaning=gettext(MEANING_OF_STATUS[filed.status], locale),
    )


def handover(dispatcher: CollectingDispatcher, reason: Reason, response: str) -> None:
    """A person is called; whoever answers for the shop does the rest, and nothing more is asked in this turn."""
    payload = {"type": "handover", "state": "waiting", "reason": reason.value, "agent": None, "position": None}
    dispatcher.utter_message(response=response, json_message=payload)


def titles(items: Iterable[Item], memory: Memory) -> str:
    """The items as a sentence names them, each with its number where that isn't one."""
    return listed([title_of(item, memory.quantities) for item in items], memory.locale)


def _items(items: Iterable[Item]) -> list[dict[str, str]]:
    return [{"sku": item.sku, "name": item.name} for item in items]
