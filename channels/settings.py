"""What the web service takes from its environment; its own address is given to uvicorn, which serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from redis.connection import parse_url

import orders.sending
from channels.chatwoot.settings import ChatwootSettings
from channels.limits import Limits
from channels.opening_hours import OpeningHours


class SettingError(ValueError):
    """A value in the environment that the web service can't use; its text says which and what would do."""


@dataclass(frozen=True)
class Settings:
    """Where things are, and how long to wait for them.

    `patience` and `timeout` are seconds: after how long a customer is told that an answer takes longer, and after
    how long it is tried again. Without `allowed_origins` only the service's own pages may connect. `hours` are when
    people answer; `replies` is a file with the agents' prepared replies; `mail` says how transcripts are sent, and
    `limits` how much anybody may ask. `metrics_token` lets others than this machine itself read the figures.
    `chatwoot` is where else customers are answered, and agents answer; None where there is no such place.
    `redis_url` is where several processes of the web service tell each other the news; None where there is only one.
    """

    rasa_urls: tuple[str, ...] = ("http://127.0.0.1:5005",)
    allowed_origins: tuple[str, ...] = ()
    patience: float = 8.0
    timeout: float = 45.0
    is_demo: bool = False
    hours: OpeningHours = field(default_factory=OpeningHours)
    replies: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    mail: orders.sending.Settings = field(default_factory=orders.sending.Settings)
    limits: Limits = field(default_factory=Limits)
    redis_url: str | None = field(default=None, repr=False)  # it may hold a password
    chatwoot: ChatwootSettings | None = None

    @property
    def in_force(self) -> dict[str, Any]:
        """What an operator may want to see at the start; no secrets and nobody's address."""
        shown = ("patience", "timeout", "is_demo")
        return {name: getattr(self, name) for name in shown} | {"allowed_origins": len(self.allowed_origins)}

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Raises `SettingError`, which names the variable."""
        rasa_port = _port(environ, "RASA_PORT", 5005)
        return cls(
            rasa_urls=_addresses("RASA_URL", environ.get("RASA_URL") or f"http://127.0.0.1:{rasa_port}"),
            allowed_origins=_origins(environ.get("ALLOWED_ORIGINS", "")),
            patience=_seconds(environ, "RASA_PATIENCE", cls.patience),
            timeout=_seconds(environ, "RASA_TIMEOUT", cls.timeout),
            is_demo=_flag(environ, "ASSISTANT_DEMO"),
            hours=_hours(environ),
            replies=environ.get("DESK_REPLIES") or None,
            metrics_token=environ.get("METRICS_TOKEN") or None,
            mail=_mail(environ),
            limits=_limits(environ),
            redis_url=_redis(environ),
            chatwoot=_chatwoot(environ),
        )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SettingError(f"{name} is {value!r}; it must be a port number from 1 to 65535.")
    return int(value)


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name) or str(default)
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise SettingError(f"{name} is {value!r}; it must be a number of seconds above 0 and up to 600.")
    return seconds


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name) or "0"
    if value not in ("0", "1"):
        raise SettingError(f"{name} is {value!r}; it must be 1 (yes) or 0 (no).")
    return value == "1"


def _hours(environ: Mapping[str, str]) -> OpeningHours:
    try:
        return OpeningHours.read(environ.get("OPENING_HOURS", ""), environ.get("OPENING_HOURS_ZONE") or "UTC")
    except ValueError as error:
        raise SettingError(f"OPENING_HOURS or OPENING_HOURS_ZONE can't be read; they must be {error}.") from None


def _mail(environ: Mapping[str, str]) -> orders.sending.Settings:
    try:
        return orders.sending.Settings.from_environment(environ)
    except orders.sending.SettingError as error:
        raise SettingError(str(error)) from None


def _limits(environ: Mapping[str, str]) -> Limits:
    return Limits(**{each.name: _count(environ, each.name.upper(), each.default) for each in fields(Limits)})


def _count(environ: Mapping[str, str], name: str, default: Any) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 1_000_000_000:
        raise SettingError(f"{name} is {value!r}; it must be a whole number above 0.")
    return int(value)


def _redis(environ: Mapping[str, str]) -> str | None:
    address = environ.get("REDIS_URL")
    if not address:
        return None
    try:
        parse_url(address)
    except ValueError:  # the address isn't shown, as it may hold a password
        raise SettingError("REDIS_URL can't be used; it must look like redis://127.0.0.1:6379/0.") from None
    if not environ.get("ADDRESS_SALT"):
        raise SettingError("REDIS_URL is for several web services; give all of them the same random ADDRESS_SALT, too.")
    return address


def _chatwoot(environ: Mapping[str, str]) -> ChatwootSettings | None:
    if not environ.get("CHATWOOT_URL"):
        return None
    needed = ("CHATWOOT_ACCOUNT", "CHATWOOT_TOKEN", "CHATWOOT_SECRET")
    if missing := [name for name in needed if not environ.get(name)]:
        raise SettingError(f"With CHATWOOT_URL, {' and '.join(missing)} must be set, too (docs/chatwoot.md says how).")
    inboxes = [part.strip() for part in environ.get("CHATWOOT_INBOXES", "").split(",") if part.strip()]
    return ChatwootSettings(
        url=_address("CHATWOOT_URL", environ["CHATWOOT_URL"]),
        account=_count(environ, "CHATWOOT_ACCOUNT", None),
        token=environ.get("CHATWOOT_TOKEN", ""),
        secret=environ.get("CHATWOOT_SECRET", ""),
        inboxes=tuple(_count({"CHATWOOT_INBOXES": each}, "CHATWOOT_INBOXES", None) for each in inboxes),
        team=_count(environ, "CHATWOOT_TEAM", None) if environ.get("CHATWOOT_TEAM") else None,
        patience=_seconds(environ, "CHATWOOT_PATIENCE", ChatwootSettings.patience),
    )


def _addresses(name: str, value: str) -> tuple[str, ...]:
    return tuple(_address(name, part.strip()) for part in value.split(","))


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"{name} is {value!r}; it must be an address such as http://127.0.0.1:5005.")
    return value.rstrip("/")


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin for origin in (part.strip() for part in value.split(",")) if origin)
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise SettingError(
                f"ALLOWED_ORIGINS has {origin!r}; each origin must look like https://shop.example, without a path."
            )
    return origins
