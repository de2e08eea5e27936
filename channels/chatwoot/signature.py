"""Whether a delivery comes from our Chatwoot: signed with the bot's secret, and lately."""

from __future__ import annotations

import hmac
import re

OLDEST = 300  # seconds that a delivery may be old, or ahead, as clocks differ

_SECONDS = re.compile(r"[0-9]{1,12}")


def is_genuine(secret: str, body: bytes, signature: str, timestamp: str, now: float) -> bool:
    """Whether `signature` is that of `body` at `timestamp`, and this is at most `OLDEST` away from `now`."""
    is_recent = _SECONDS.fullmatch(timestamp) is not None and abs(now - int(timestamp)) <= OLDEST
    return hmac.compare_digest(signature_of(secret, body, timestamp).encode(), signature.encode()) and is_recent


def signature_of(secret: str, body: bytes, timestamp: str) -> str:
    """The header's value for `body`, byte by byte as it is sent, at this time."""
    signed = timestamp.encode() + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"
