"""How many wrong pairs of order number and e-mail address are let pass: settings of the action server."""

from __future__ import annotations

import os

from orders.tries import MOST_WRONG_PAIRS


def _count(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 1_000_000_000:
        raise SystemExit(f"{name} is {value!r}; it must be a whole number above 0.")  # read at the start, by a person
    return int(value)


IN_A_CONVERSATION = _count("WRONG_PAIRS_PER_CONVERSATION", 5)
FROM_AN_ADDRESS = _count("WRONG_PAIRS_PER_HOUR_AND_ADDRESS", MOST_WRONG_PAIRS)
