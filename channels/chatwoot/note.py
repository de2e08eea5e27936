"""The private note for who takes over: why, the order, the facts, the decision and the sentences that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from channels.chatwoot import words
from channels.chatwoot.rendering import day_or_moment, quotations
from channels.desk.case import case_of
from conversations import Conversation, Reason
from conversations.listing import listed


def note_on(session: Session, conversation: Conversation) -> str:
    """The case at a glance, in Chatwoot's Markdown."""
    case = case_of(session, conversation)
    decision = case["decision"]
    parts = [
        _why(session, conversation),
        _order(case) if case["order"] else words.NO_CASE,
        _facts(case["facts"]),
        _decision(decision) if decision else "",
        "\n".join(_clauses(decision)) if decision else "",
        _requests(case["requests"]),
        words.HAND_BACK,
    ]
    return "\n\n".join(part for part in parts if part)


def _why(session: Session, conversation: Conversation) -> str:
    reason = conversation.reason or Reason.TAKEN_OVER.value
    title = words.TAKEN_OVER if reason == Reason.TAKEN_OVER.value else words.NOTE
    trigger = listed(session, [conversation])[0].trigger
    said = f"\n> {' '.join(trigger.text.split())}" if trigger and trigger.text else ""
    return f"**{title}:** {words.REASONS.get(reason, reason)}{said}"


def _order(case: Mapping[str, Any]) -> str:
    names = ", ".join(item["name"] for item in case["items"])
    return f"**Order:** {case['order']['order_number']} ({case['email']})" + (f"\n**Items:** {names}" if names else "")


def _facts(facts: list[dict[str, Any]]) -> str:
    known = [
        f"- {_name(each['fact'])}: {_value(each['fact'], each['value'])} ({words.KNOWN_FROM[each['source']]})"
        for each in facts
        if each["source"] is not None
    ]
    return "\n".join(["**Facts:**", *known]) if known else ""


def _name(fact: str) -> str:
    """A fact's name as `claim_in_words` has it, too: `claim.original_packaging` is "original packaging"."""
    return fact.rpartition(".")[2].replace("_", " ")


def _value(fact: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return day_or_moment(value) if fact.endswith("_at") else str(value).replace("_", " ")


def _decision(decision: Mapping[str, Any]) -> str:
    wants, remedy = decision["wants"] or "?", decision["remedy"]
    lines = [f"**Decision:** {wants}: {decision['outcome']}" + (f", {remedy}" if remedy else "")]
    if refund := decision["refund"]:
        lines.append(f"**Amount:** {refund['total']} {refund['currency']}")
    if deadline := decision["deadline"]:
        lines.append(f"**Last day:** {day_or_moment(deadline)}")
    if decision["missing"]:
        lines.append(f"**Not known yet:** {', '.join(_name(fact) for fact in decision['missing'])}")
    return "\n".join(lines)


def _clauses(decision: Mapping[str, Any]) -> list[str]:
    ids = decision["clauses"]
    return ["**Clauses:**", *(f"- {id}: {text}" for id, text in zip(ids, quotations(ids), strict=False))] if ids else []


def _requests(requests: list[dict[str, Any]]) -> str:
    lines = [f"- {each['reference']}: {each['kind']}, {each['status']}" for each in requests]
    return "\n".join(["**Requests:**", *lines]) if lines else ""
