"""Where the processes listen and what they share, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

MOST_WORKERS = 32

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder, from which everything runs."""


@dataclass(frozen=True)
class Settings:
    """Addresses of the processes; all of them on loopback unless a host says otherwise.

    `workers`: how many of each there are. The ports of Rasa's and of the action servers count up from the ones given,
    and each Rasa server has an action server of its own. `rasa_token` opens Rasa's HTTP API to whoever knows it;
    without one, only the channel is there.
    """

    web_host: str
    web_port: int
    rasa_port: int
    actions_port: int
    trackers_db: str
    """Where Rasa keeps its memory; empty where `database.dialogues_url` is to say it."""
    rasa_host: str = "127.0.0.1"
    rasa_token: str | None = field(default=None, repr=False)
    actions_host: str = "127.0.0.1"
    actions_url: str | None = None
    """Where Rasa finds the actions, if not at the action server of its own."""
    workers: int = 1
    redis_url: str = ""

    def as_environment(self, worker: int = 0) -> dict[str, str]:
        """What the processes of this worker, and endpoints.yml, read."""
        actions_port = self.actions_port + worker
        return {
            "WEB_HOST": self.web_host,
            "WEB_PORT": str(self.web_port),
            "RASA_PORT": str(self.rasa_port + worker),
            "ACTIONS_PORT": str(actions_port),
            "ACTIONS_URL": self.actions_url or f"http://127.0.0.1:{actions_port}",
            "TRACKERS_DB": self.trackers_db,
            "REDIS_URL": self.redis_url,
        }

    @property
    def rasa_urls(self) -> list[str]:
        """Where the Rasa servers of all workers answer."""
        return [f"http://127.0.0.1:{self.rasa_port + worker}" for worker in range(self.workers)]


def load() -> Settings:
    """The settings, with the defaults of `make run`.

    Raises ValueError with a sentence that says what to change.
    """
    workers, redis_url = _workers(), os.environ.get("REDIS_URL") or ""
    if workers > 1 and not redis_url:
        raise ValueError(
            f"{workers} workers need Redis, over which they share a customer's turns and tell each other the news.\n"
            "Set REDIS_URL, as in REDIS_URL=redis://127.0.0.1:6379/0, or WORKERS=1."
        )
    return Settings(
        web_host=os.environ.get("WEB_HOST") or "127.0.0.1",
        web_port=_port("WEB_PORT", 8000),
        rasa_port=_port("RASA_PORT", 5005),
        actions_port=_port("ACTIONS_PORT", 5055),
        trackers_db=os.environ.get("TRACKERS_DB") or "",
        rasa_host=os.environ.get("RASA_HOST") or "127.0.0.1",
        rasa_token=os.environ.get("RASA_TOKEN") or None,
        actions_host=os.environ.get("ACTIONS_HOST") or "127.0.0.1",
        actions_url=(os.environ.get("ACTIONS_URL") or "").rstrip("/") or None,
        workers=workers,
        redis_url=redis_url,
    )


def of_the_policy() -> dict[str, str]:
    """What the processes read of the shop's policy folder, which is found from wherever they run.

    Raises ValueError with a sentence that says what is wrong with the policy.
    """
    folder = os.environ.get("POLICY_DIR")
    if not folder:
        return {}  # theirs are the defaults, which need no reading
    from policy_core import PolicyError, published  # a quarter of a second before anything starts

    try:
        letters = published().shop.order_letters
    except PolicyError as error:
        raise ValueError(f"The policy in {folder} can't be used: {error}") from None
    return {"ORDER_LETTERS": letters, "POLICY_DIR": str(Path(folder).resolve())}


def _workers() -> int:
    value = os.environ.get("WORKERS") or "1"
    if not value.isdecimal() or not 1 <= int(value) <= MOST_WORKERS:
        raise ValueError(f"WORKERS must be a number from 1 to {MOST_WORKERS}, not {value!r}.")
    return int(value)


def _port(variable: str, default: int) -> int:
    value = os.environ.get(variable) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise ValueError(f"{variable} must be a port number from 1 to 65535, not {value!r}.")
    return int(value)
