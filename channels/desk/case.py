"""The customer's case as an agent sees it: the facts and where each came from, the order, what the policy gives."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timezone
from typing import Any

from sqlalchemy.orm import Session

from channels.desk.errors import DeskError
from conversations import Conversation
from orders import Item, Order, Request, requests_of
from orders.describing import order_json, request_json
from orders.finding import find_order
from orders.words import next_statuses
from policy_core import BadFacts, decide
from policy_core.decide import MOST_DECISIVE_FIRST as CORRECTABLE

IN_ENGLISH = {"locale": "en-US"}
"""Agents read English, whatever language the customer is answered in."""
NO_CASE = (409, "no_case", "There is no order in this conversation yet, so there is nothing to decide.")


def case_of(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Everything beside the transcript: order, facts, decision, requests."""
    order = order_in(session, conversation)
    facts = facts_in(conversation)
    return {
        "order": order_json(order) if order else None,
        "email": (conversation.case or {}).get("email"),
        "items": (conversation.case or {}).get("items") or [],
        "facts": _with_sources(conversation, facts) if facts else [],
        "decision": {**decide(facts | IN_ENGLISH).to_dict()} if facts else None,
        "requests": [request_of(request) for request in requests_of(order)] if order else [],
    }


def request_of(request: Request) -> dict[str, Any]:
    """A request with its history, and the statuses that it may be given now."""
    return {**request_json(request), "next": sorted(next_statuses(request.kind, request.status))}


def order_in(session: Session, conversation: Conversation) -> Order | None:
    """The order that the customer has proved to be theirs."""
    case = conversation.case or {}
    number, email = case.get("order_number"), case.get("email")
    return find_order(session, number, email) if number and email else None


def items_in(conversation: Conversation, order: Order) -> list[Item]:
    """The items that the case is about, in the order of its facts."""
    by_sku = {item.sku: item for item in order.items}
    named = [item["sku"] for item in (conversation.case or {}).get("items") or []]
    return [by_sku[sku] for sku in named if sku in by_sku]


def facts_in(conversation: Conversation) -> dict[str, Any] | None:
    """The engine's facts as they are known now, an agent's corrections before everything else; None without a case."""
    known = (conversation.case or {}).get("facts")
    if not known:
        return None
    facts: dict[str, Any] = deepcopy(known)
    for name, value in (conversation.corrections or {}).items():
        _put(facts, name, value)
    facts["as_of"] = datetime.now(timezone.utc).isoformat()
    return facts


def check_correction(conversation: Conversation, fact: str, value: Any) -> None:
    """Raises DeskError where `fact` can't be corrected, or can't be `value`."""
    facts = facts_in(conversation)
    if facts is None:
        raise DeskError(*NO_CASE)
    if fact not in CORRECTABLE:
        raise DeskError(422, "unknown_fact", f"{fact} can't be corrected; these can: {', '.join(CORRECTABLE)}.")
    if _source(conversation, fact, _get(facts, fact)) == "order":
        raise DeskError(409, "from_the_order", f"{fact} is what the shop's records say. Put it right in the order.")
    _put(facts, fact, value)
    try:
        decide(facts)
    except BadFacts as bad:
        raise DeskError(422, "bad_fact", f"{bad.field}: {bad.message}") from None


def _with_sources(conversation: Conversation, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"fact": name, "value": value, "source": _source(conversation, name, value)}
        for name in CORRECTABLE
        for value in [_get(facts, name)]
    ]


def _source(conversation: Conversation, name: str, value: Any) -> str | None:
    """Who says so: an agent, the customer, or the order in the shop's records; None for what nobody has said."""
    if value is None:
        return None
    case = conversation.case or {}
    if name in (conversation.corrections or {}) or name in (case.get("by_agent") or []):
        return "agent"
    return "customer" if name in (case.get("said") or []) else "order"


def _get(facts: Mapping[str, Any], name: str) -> Any:
    section, _, field = name.partition(".")
    return (facts.get(section) or {}).get(field) if field else facts.get(section)


def _put(facts: dict[str, Any], name: str, value: Any) -> None:
    section, _, field = name.partition(".")
    if field:
        facts.setdefault(section, {})[field] = value
    else:
        facts[section] = value
