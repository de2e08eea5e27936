"""Money as whole minor units (cents) of a currency; text only at the edges, floating point nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import get_currency_precision, is_currency

_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]+))?")
LARGEST = 10**12  # minor units; with the largest quantity a line still fits the database's 64 bits


@cache
def _precision(currency: str) -> int:
    """How many decimals the currency has."""
    return int(get_currency_precision(currency))


@lru_cache(maxsize=1000)
def is_known_currency(code: str) -> bool:
    """Whether `code` is a currency of ISO 4217, written in capitals."""
    return bool(is_currency(code))


def to_minor(text: str, currency: str) -> int:
    """'12.50' in USD is 1250. Raises ValueError, in words for the person who wrote it."""
    written = _AMOUNT.fullmatch(text)
    if not written:
        raise ValueError(f"'{text[:40]}' is no amount; write it like 12.50")
    digits = _precision(currency)
    if len(written.group(2) or "") > digits:
        raise ValueError(f"'{text[:40]}' has more decimals than {currency}, which has {digits}")
    minor = int(written.group(1)) * 10**digits + int((written.group(2) or "").ljust(digits, "0") or "0")
    if minor > LARGEST:
        raise ValueError(f"'{text[:40]}' is too large an amount")
    return minor


def to_text(minor: int, currency: str) -> str:
    """1250 in USD is '12.50', with all of the currency's decimals."""
    return format(Decimal(minor).scaleb(-_precision(currency)), "f")


def share(amount: int, part: int, whole: int) -> int:
    """What `part` of `whole` pieces brings of `amount`, rounded half up; all the pieces bring all of it."""
    return (2 * amount * part + whole) // (2 * whole)


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` shared out in proportion to `weights`, nothing lost or added by rounding; evenly weighted if all are 0.

    No share of an amount that is at most the sum of the weights is larger than its weight.
    """
    if not sum(weights):
        weights = [1] * len(weights)
    whole, before, given = sum(weights), 0, []
    for weight in weights:
        given.append(share(amount, before + weight, whole) - share(amount, before, whole))
        before += weight
    return given
