"""What the Rasa server and the action server log: what happened and where, never what a customer wrote."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def configure() -> None:
    """Warnings and errors of Rasa, and everything of ours from INFO on, one line each, to standard error."""
    os.environ["LOG_LEVEL"] = os.environ["LOG_LEVEL_LIBRARIES"] = "WARNING"  # read by Rasa and its SDK
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"  # Rasa's own queries; nothing that we could change
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutWords("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("runtime").setLevel(logging.INFO)
    logging.captureWarnings(True)  # the insides of Rasa 3.6 are full of deprecations that nobody can act on
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    quieten_events()


def quieten_events() -> None:
    """Rasa's structured events: from warnings on, and nothing but their names."""
    structlog.configure(
        processors=[_only_the_event],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


class _WithoutWords(logging.Formatter):
    """Shows where an exception came from but not its message, which may quote a customer.

    An exception about the program itself can't, and says what to mend.
    """

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's own name
        kind, exception, where = ei
        is_about_the_program = isinstance(exception, (ImportError, SyntaxError, NameError))
        ending = repr(exception) if is_about_the_program else kind.__name__ if kind else ""
        return "".join([*traceback.format_tb(where), ending])


def _only_the_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """Rasa's structured events carry texts, slots and whole trackers beside their name."""
    return (str(event["event"]),), {"exc_info": event.get("exc_info")}
