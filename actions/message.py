"""The customer's message as Rasa has read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

UNSURE = "nlu_fallback"
CONFIDENT = 0.5


@dataclass(frozen=True)
class Message:
    """The words, what they were taken for, the details found in them, and the option that was clicked, if any."""

    text: str
    intent: str
    confidence: float = 1.0
    details: Mapping[str, str] = field(default_factory=dict)
    option: str | None = None
    address: str | None = None
    """The network address that it came from, where the channel tells."""

    @classmethod
    def latest(cls, tracker: Tracker) -> Message:
        latest: Mapping[str, Any] = tracker.latest_message or {}
        intent = latest.get("intent") or {}
        return cls(
            text=latest.get("text") or "",
            intent=intent.get("name") or UNSURE,
            confidence=intent.get("confidence") or 0.0,
            details={found["entity"]: found["value"] for found in latest.get("entities") or []},
            option=(latest.get("metadata") or {}).get("option"),
            address=(latest.get("metadata") or {}).get("address"),
        )
