"""What a delivery means to us: somebody wrote, our own message came back, or who answers has changed there."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel

from channels.chatwoot.settings import ChatwootSettings
from channels.chatwoot.shapes import Delivery, MessageDelivery, Standing, Status

KEY = "assistant_key"
"""In the attributes of our own messages: by this we know them when they come back."""

OF_MESSAGES = {"message_created", "message_updated"}
OF_CONVERSATIONS = {
    "conversation_opened",
    "conversation_resolved",
    "conversation_status_changed",
    "conversation_updated",
}

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # in PostgreSQL


class ForeignError(Exception):
    """The delivery is of another account or inbox than ours; the text says which, and what to do."""


class Happened(BaseModel):
    """What has happened, and how the conversation stood then. `key` is the same for every delivery of it.

    `kind`: `customer_wrote` (`text`, and how many `files`; `option` where one of our options was chosen; `is_too_much`
    where more came than the assistant answers),
    `person_wrote` (`text`, by `name`), `came_back` (our own message of `own_key`), `status` (nothing else).
    """

    kind: Literal["customer_wrote", "person_wrote", "came_back", "status"]
    key: str
    at: float
    chatwoot_id: int
    message_id: int = 0
    status: Status
    status_at: float
    assignee: str | None
    contact: int | None
    channel: str
    language: str | None
    text: str = ""
    files: int = 0
    is_too_much: bool = False
    option: str | None = None
    name: str = ""
    own_key: str = ""

    @property
    def is_written(self) -> bool:
        """Whether somebody wrote."""
        return self.kind in ("customer_wrote", "person_wrote")


def meaning_of(payload: dict[str, Any], settings: ChatwootSettings) -> Happened | None:
    """None for what doesn't concern us. Raises ForeignError, and pydantic's ValidationError for no such delivery."""
    delivery = Delivery.parse_obj(payload)
    if delivery.event in OF_MESSAGES:
        message = MessageDelivery.parse_obj(payload)
        _check_ours(message, message.conversation, settings)
        return _of_message(message)
    if delivery.event in OF_CONVERSATIONS:
        standing = Standing.parse_obj(payload)
        _check_ours(delivery, standing, settings)
        key = f"{delivery.event}:{standing.id}:{standing.at}:{standing.status}"
        return Happened(kind="status", key=key, at=standing.at, **_standing(standing))
    return None


def _of_message(message: MessageDelivery) -> Happened | None:
    attributes, standing = message.content_attributes or {}, message.conversation
    key = attributes.get(KEY)
    own_key = key if isinstance(key, str) and message.message_type == "outgoing" else None
    about = {
        "key": f"{message.event}:{message.id}",
        "at": message.created_at.timestamp() if message.created_at else standing.at,
        "message_id": message.id,
        **_standing(standing),
    }
    text = _storable(message.content)
    if message.event == "message_updated":
        chosen = _chosen(attributes.get("submitted_values"))
        if own_key is None or chosen is None:
            return None  # it was delivered or read, say
        title, option = chosen
        about["at"] = standing.at  # the question is older
        return Happened(kind="customer_wrote", text=title, option=option, **about)
    if own_key is not None:
        return Happened(kind="came_back", own_key=own_key, **about)
    if message.private:
        return None
    if message.message_type == "incoming":
        return Happened(kind="customer_wrote", text=text, files=len(message.attachments or []), **about)
    sender = message.sender
    if message.message_type == "outgoing" and sender is not None and sender.type == "user":
        return Happened(kind="person_wrote", text=text, name=_storable(sender.name), **about)
    return None  # a greeting, a rule's message, another bot's


def _standing(standing: Standing) -> dict[str, Any]:
    meta = standing.meta
    is_person = meta.assignee is not None and meta.assignee_type in ("User", None) and meta.assignee.type != "agent_bot"
    language = (standing.additional_attributes or {}).get("browser_language")
    is_language = isinstance(language, str) and _LANGUAGE.fullmatch(language)
    return {
        "chatwoot_id": standing.id,
        "status": standing.status,
        "status_at": standing.at,
        "assignee": _storable(meta.assignee.name) if is_person and meta.assignee else None,
        "contact": meta.sender.id if meta.sender else None,
        "channel": _storable(standing.channel)[:64],
        "language": language if is_language else None,
    }


def _storable(text: str | None) -> str:
    return _UNSTORABLE.sub("", text or "").strip()


def _chosen(submitted: Any) -> tuple[str, str] | None:
    """Title and value of what was chosen from a list."""
    first = submitted[0] if isinstance(submitted, list) and submitted else None
    if not isinstance(first, dict):
        return None
    title, value = first.get("title"), first.get("value")
    return (title, value) if isinstance(title, str) and isinstance(value, str) else None


def _check_ours(delivery: Delivery, standing: Standing, settings: ChatwootSettings) -> None:
    last = standing.messages[-1] if standing.messages else {}
    account = delivery.account.id if delivery.account else last.get("account_id", settings.account)
    if account != settings.account:
        raise ForeignError(f"This is of account {account}; CHATWOOT_ACCOUNT names {settings.account}.")
    inbox = delivery.inbox.id if delivery.inbox else standing.inbox_id
    if settings.inboxes and inbox not in settings.inboxes:
        raise ForeignError(f"The assistant doesn't answer in inbox {inbox}; add it to CHATWOOT_INBOXES.")
