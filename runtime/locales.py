"""In which language a customer is answered: the web service sends it along with each message, as `metadata.locale`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

LONGEST_TAG = 35


def locale_in(metadata: Mapping[str, Any] | None) -> str | None:
    """The language tag (BCP 47); `languages` takes any, and answers in English to those that it doesn't know."""
    locale = (metadata or {}).get("locale")
    return locale if isinstance(locale, str) and len(locale) <= LONGEST_TAG else None


def locale_of(tracker: DialogueStateTracker) -> str | None:
    """That of the message that is being answered, or of one before it in the same case."""
    latest = tracker.latest_message
    return locale_in(latest.metadata if latest else None) or tracker.get_slot("locale")
