"""How much one customer, one network address and everybody together may ask of the web service.

Defaults leave room for an office, or a mobile carrier's customers, behind one address. Everything is counted in the
memory of this process: it is the process that is protected, so each of several workers counts for itself. What
protects secrets (wrong passwords of an account, wrong pairs of order number and e-mail) is counted in the database.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTE, HOUR = 60.0, 3600.0

SIGN_INS_WITHIN = 15 * MINUTE

# So many names are remembered at once, so that many addresses can't fill the memory; the longest unheard goes first.
NAMES_KEPT = 100_000


@dataclass(frozen=True)
class Limits:
    """Each is a setting: `MESSAGE_LENGTH` and so on. `docs/socket-io.md` says what each means."""

    message_length: int = 2000
    messages_per_minute: int = 30
    messages_per_minute_and_address: int = 600
    conversations_per_hour_and_address: int = 300
    photos_per_hour_and_address: int = 100
    sign_in_failures_per_address: int = 30
    connections: int = 5000
    connections_per_address: int = 200
    frames_per_minute: int = 600
    request_size: int = 64 * 1024


class Allowance:
    """For each name `most` at once, and as many again within `seconds`, evenly; what was refused doesn't count.

    Only one number is kept for a name: when it may have all of them again.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._interval = seconds / most
        self._clock = clock
        self._whole_at: OrderedDict[str, float] = OrderedDict()

    def take(self, name: str) -> bool:
        """Take one for `name`; False if there is none left now."""
        now = self._clock()
        whole_at = max(self._whole_at.get(name, now), now) + self._interval
        if whole_at - now > self._seconds * (1 + 1e-9):  # sums of intervals aren't exact
            return False
        self._whole_at[name] = whole_at
        self._whole_at.move_to_end(name)
        self._forget(now)
        return True

    def give_back(self, name: str) -> None:
        """It was taken, but isn't to count."""
        if name in self._whole_at:
            self._whole_at[name] -= self._interval

    def __len__(self) -> int:
        return len(self._whole_at)

    def _forget(self, now: float) -> None:
        """Who has all of them again, or was unheard of for longest when there are too many."""
        while self._whole_at:
            name, whole_at = next(iter(self._whole_at.items()))
            if whole_at > now and len(self._whole_at) <= NAMES_KEPT:
                return
            del self._whole_at[name]
