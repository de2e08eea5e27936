"""The customer's message as Rasa has read it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker

UNSURE = "nlu_fallback"
CONFIDENT = 0.5
ASKING_BACK = {"utter_clarify", "utter_not_understood", "utter_not_understood_again", "utter_out_of_scope"}
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class Message:
    """The words, what they were taken for, the details found in them, and the option that was clicked, if any."""

    text: str
    intent: str
    confidence: float = 1.0
    details: Mapping[str, str] = field(default_factory=dict)
    mended: str | None = None
    """The text with its slips of the finger mended, where it has any."""
    option: str | None = None
    conversation_id: str | None = None
    seq: int | None = None
    """Its number in the transcript, where the channel keeps one."""
    address: str | None = None
    """The network address that it came from, where the channel tells."""
    ranking: Sequence[tuple[str, float]] = ()
    """What it may have been taken for, the likeliest first, with how likely that is."""
    wishes: Sequence[str] = ()
    """What it wants besides, as intents."""
    language: str | None = None
    """Its language, where that isn't English."""
    locale: str | None = None
    """How the customer writes dates and money, a BCP 47 tag, where the channel tells."""
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def words(self) -> str:
        """What is read but for numbers, addresses and names of items: in small letters, and as it was meant."""
        return (self.mended or self.text).lower()

    @classmethod
    def latest(cls, tracker: Tracker) -> Message:
        latest: Mapping[str, Any] = tracker.latest_message or {}
        intent = latest.get("intent") or {}
        metadata: Mapping[str, Any] = latest.get("metadata") or {}
        found = [(entity["entity"], entity["value"]) for entity in latest.get("entities") or []]
        return cls(
            text=latest.get("text") or "",
            intent=intent.get("name") or UNSURE,
            confidence=intent.get("confidence") or 0.0,
            details=dict(found),
            mended=latest.get("mended"),
            option=metadata.get("option"),
            conversation_id=tracker.sender_id,
            seq=metadata.get("seq"),
            address=metadata.get("address"),
            ranking=[(other["name"], other["confidence"]) for other in latest.get("intent_ranking") or []],
            wishes=[value for name, value in found if name == "wish"],
            language=dict(found).get("language"),
            locale=_locale_in(metadata),
            at=_time_of_latest(tracker),
        )


def was_asked_back_before(tracker: Tracker) -> bool:
    """Whether the customer's message before this one wasn't understood either."""
    responses: set[str] = set()
    for event in reversed(tracker.events[: _place_of_latest(tracker)]):
        if event["event"] == "user":
            break
        if event["event"] == "bot":
            responses.add((event.get("metadata") or {}).get("utter_action", ""))
    return bool(responses & ASKING_BACK)


def _place_of_latest(tracker: Tracker) -> int:
    return max((place for place, event in enumerate(tracker.events) if event["event"] == "user"), default=0)


def named_before(tracker: Tracker) -> dict[str, str]:
    """The order number and the e-mail address of earlier messages, the latest of each."""
    said = [event for event in tracker.events if event["event"] == "user"]
    named: dict[str, str] = {}
    for event in said[:-1]:
        for entity in event.get("parse_data", {}).get("entities") or []:
            if entity["entity"] in ("order_number", "email"):
                named[entity["entity"]] = entity["value"]
    return named


def _locale_in(metadata: Mapping[str, Any]) -> str | None:
    locale = metadata.get("locale")
    return locale if isinstance(locale, str) and _LOCALE.fullmatch(locale) else None


def _time_of_latest(tracker: Tracker) -> datetime:
    times = [event["timestamp"] for event in tracker.events if event["event"] == "user"]
    return datetime.fromtimestamp(times[-1], timezone.utc) if times else datetime.now(timezone.utc)


def plain_words(text: str) -> str:
    """Its words in small letters, without signs."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def stems(text: str) -> set[str]:
    """Its words, without the s of a plural."""
    return {word.rstrip("s") for word in plain_words(text).split()}
