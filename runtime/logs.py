"""What Rasa and its SDK log: through the same log as ours, from warnings on."""

from __future__ import annotations

import os

from sanic.log import LOGGING_CONFIG_DEFAULTS

from observability import logs


def configure(process: str) -> None:
    """Log what happens in this process, called `process`, and in Rasa (`observability.logs`)."""
    os.environ["LOG_LEVEL"] = os.environ["LOG_LEVEL_LIBRARIES"] = "WARNING"  # read by Rasa and its SDK
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"  # Rasa's own queries; nothing that we could change
    LOGGING_CONFIG_DEFAULTS["loggers"] = {}  # else Sanic would add handlers that show whatever they are given
    logs.configure(process)
