"""Lets each turn be followed through Rasa and the action server: which conversation, which message, how long.

The customer's message has its number from the web service, which sends it along as `metadata.seq`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

from observability import metrics

log = structlog.get_logger(__name__)


@contextmanager
def turn_of(conversation: str | None, metadata: Mapping[str, Any] | None) -> Iterator[None]:
    """What is logged within belongs to this turn of this conversation."""
    number = (metadata or {}).get("seq")
    known = {"conversation": conversation, "turn": number if isinstance(number, int) else None}
    with structlog.contextvars.bound_contextvars(**{name: value for name, value in known.items() if value is not None}):
        yield


def milliseconds_since(began: float) -> float:
    """Since that time of `time.perf_counter`."""
    return round((time.perf_counter() - began) * 1000, 1)


def follow_reading() -> None:
    """Log how Rasa reads each message, in its own words for it, the intents."""
    from rasa.core.processor import MessageProcessor

    parse = MessageProcessor.parse_message

    @functools.wraps(parse)
    async def parse_and_log(self: MessageProcessor, message: Any, *more: Any, **options: Any) -> dict[str, Any]:
        began = time.perf_counter()
        reading: dict[str, Any] = await parse(self, message, *more, **options)
        intent = reading.get("intent") or {}
        confidence = round(intent.get("confidence") or 0.0, 2)
        metrics.READING.observe(time.perf_counter() - began)
        log.info("message read", intent=intent.get("name"), confidence=confidence, ms=milliseconds_since(began))
        return reading

    MessageProcessor.parse_message = parse_and_log


def follow_actions() -> None:
    """Log each action that runs."""
    from rasa_sdk.executor import ActionExecutor
    from rasa_sdk.interfaces import ActionExecutionRejection

    run = ActionExecutor.run

    @functools.wraps(run)
    async def run_and_log(self: ActionExecutor, call: dict[str, Any]) -> Any:
        tracker, action = call.get("tracker") or {}, call.get("next_action")
        with turn_of(tracker.get("sender_id"), (tracker.get("latest_message") or {}).get("metadata")):
            began = time.perf_counter()
            try:
                result = await run(self, call)
            except ActionExecutionRejection:
                raise  # a form's own way to leave the turn to others
            except Exception:
                log.exception("an action failed", action=action)
                raise
            metrics.ACTION_SECONDS.labels(action).observe(time.perf_counter() - began)
            log.info("action run", action=action, ms=milliseconds_since(began))
            return result

    ActionExecutor.run = run_and_log
