"""Ports of this machine that nobody listens on."""

from __future__ import annotations

import contextlib
import random
import socket

BEFORE_THOSE_OF_CLIENTS = range(10_000, 32_000)
"""Of the ones above, the system gives some to whoever connects, perhaps before they are used here."""


def free_port() -> int:
    """One of them."""
    return first_of_free_ports(1)


def first_of_free_ports(count: int) -> int:
    """The first of so many in a row."""
    while True:
        first = random.SystemRandom().choice(BEFORE_THOSE_OF_CLIENTS)
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
