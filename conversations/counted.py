"""What the lead's figures count in structured messages, set apart from them as they are stored."""

from __future__ import annotations

from typing import Any

from conversations.models import Change, Message, ShownDecision


def counted_in(message: Message) -> Change | ShownDecision | None:
    """What is to be counted of this message; None of most."""
    custom = message.custom or {}
    if message.author_kind == "system" and custom.get("type") == "handover":
        return Change(**_place(message), state=custom["state"], reason=custom["reason"])
    if message.author_kind == "assistant" and custom.get("type") == "decision":
        return _decision(message, custom)
    return None


def _decision(message: Message, custom: dict[str, Any]) -> ShownDecision | None:
    decision, refused = custom.get("decision") or {}, custom.get("refused") or {}
    if not decision.get("wants"):
        return None
    items = ",".join(str(item.get("sku")) for item in custom.get("items") or [])
    return ShownDecision(
        **_place(message),
        wish=decision["wants"],
        outcome=decision["outcome"],
        about=f"{custom.get('order_number')} {items}",
        currency=refused.get("currency"),
        refused=refused.get("total"),
    )


def _place(message: Message) -> dict[str, Any]:
    return {"conversation_id": message.conversation_id, "seq": message.seq, "at": message.at}
