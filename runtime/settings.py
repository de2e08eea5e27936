"""Where the three processes listen and what they share, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder, from which everything runs."""


@dataclass(frozen=True)
class Settings:
    """Addresses of the three processes; all of them on loopback unless a host says otherwise.

    `rasa_token` opens Rasa's HTTP API to whoever knows it; without one, only the channel is there.
    """

    web_host: str
    web_port: int
    rasa_port: int
    actions_port: int
    trackers_db: str
    rasa_host: str = "127.0.0.1"
    rasa_token: str | None = field(default=None, repr=False)
    actions_host: str = "127.0.0.1"
    actions_url: str = "http://127.0.0.1:5055"

    def as_environment(self) -> dict[str, str]:
        """What the processes, and endpoints.yml, read."""
        return {
            "WEB_HOST": self.web_host,
            "WEB_PORT": str(self.web_port),
            "RASA_PORT": str(self.rasa_port),
            "ACTIONS_PORT": str(self.actions_port),
            "TRACKERS_DB": self.trackers_db,
        }


def load() -> Settings:
    """The settings, with the defaults of `make run`.

    Raises ValueError with a sentence that says what to change.
    """
    actions_port = _port("ACTIONS_PORT", 5055)
    return Settings(
        web_host=os.environ.get("WEB_HOST") or "127.0.0.1",
        web_port=_port("WEB_PORT", 8000),
        rasa_port=_port("RASA_PORT", 5005),
        actions_port=actions_port,
        trackers_db=os.environ.get("TRACKERS_DB") or str(ROOT / "var" / "trackers.db"),
        rasa_host=os.environ.get("RASA_HOST") or "127.0.0.1",
        rasa_token=os.environ.get("RASA_TOKEN") or None,
        actions_host=os.environ.get("ACTIONS_HOST") or "127.0.0.1",
        actions_url=(os.environ.get("ACTIONS_URL") or f"http://127.0.0.1:{actions_port}").rstrip("/"),
    )


def _port(variable: str, default: int) -> int:
    value = os.environ.get(variable) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError(f"{variable} must be a port number from 1 to 65535, not {value!r}.")
    return int(value)
