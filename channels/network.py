"""Where a customer writes from: told apart from others, without being known."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

# Whoever starts several web workers gives all of them the same one, so that a customer has one name in all of them.
_SALT = os.environ.get("ADDRESS_SALT", "").encode() or secrets.token_bytes(32)


def address_of(scope: Mapping[str, Any]) -> str:
    """Who is connected, disguised; behind a proxy, as uvicorn takes it from the headers of one it trusts."""
    client = scope.get("client")
    return disguised(client[0] if client else "")


def disguised(address: str) -> str:
    """A name for the network of `address`: the same as long as the service runs, and nothing leads back from it.

    The assistant counts wrong tries by it, and what it is told stays in its memory of the dialogue, where an address
    has no business. Of IPv6, somebody has a whole /64 to choose addresses from, so that counts as one.
    """
    return hmac.new(_SALT, _network(address).encode(), "sha256").hexdigest()[:32]


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address  # a proxy may have put in a name
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
