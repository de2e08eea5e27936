"""Chatwoot's JSON, as far as it is read: what it delivers of messages and of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, conint

Status = Literal["open", "pending", "resolved", "snoozed"]
Id = conint(ge=0, lt=2**31)
BigId = conint(ge=0, lt=2**63)


class Somebody(BaseModel):
    """A contact, an agent or a bot. `type` is `user` for an agent, `agent_bot` for a bot."""

    id: int | None
    name: str | None
    type: str | None


class Meta(BaseModel):
    """Who has part in a conversation. `assignee_type` is `User` or `AgentBot`, in older versions absent."""

    sender: Somebody | None = None
    assignee: Somebody | None = None
    assignee_type: str | None = None


class Numbered(BaseModel):
    """An account or an inbox."""

    id: int


class Standing(BaseModel):
    """A conversation as it stood when the delivery was made. `updated_at` is in seconds since 1970."""

    id: Id  # type: ignore[valid-type]
    status: Status
    inbox_id: int | None
    channel: str | None
    meta: Meta = Meta()
    messages: list[dict[str, Any]] = []
    additional_attributes: dict[str, Any] | None
    updated_at: float | None
    timestamp: float | None

    @property
    def at(self) -> float:
        """When it stood so, by Chatwoot's clock."""
        return self.updated_at or self.timestamp or 0.0


class Delivery(BaseModel):
    """What every delivery may have; one about a conversation is the conversation itself, with an `event`."""

    event: str
    id: BigId | None  # type: ignore[valid-type]
    account: Numbered | None
    inbox: Numbered | None


class MessageDelivery(Delivery):
    """A message was created or updated."""

    id: BigId  # type: ignore[valid-type]
    content: str | None
    created_at: datetime | None
    message_type: str
    private: bool = False
    content_attributes: dict[str, Any] | None
    sender: Somebody | None
    conversation: Standing
    attachments: list[Any] | None = Field(None, description="files; what they hold isn't read")
