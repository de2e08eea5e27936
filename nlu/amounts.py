"""Finds amounts of money: `$79.90`, `80 dollars`, `45,50 €`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.reading import Detail, any_of, pattern

CURRENCIES = {
    "USD": any_of(r"\$ usd dollars? bucks"),
    "EUR": any_of("€ eur euros?"),
    "GBP": any_of("£ gbp pounds? quid"),
}
NUMBER = r"(\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)(?![\d.,]*\d)"
BEFORE, AFTER = r"(?<![\w$€£])", r"(?<![\w.,$€£-])"
AMOUNTS = {
    currency: (pattern(rf"{BEFORE}{sign} ?{NUMBER}"), pattern(rf"{AFTER}{NUMBER} ?{sign}(?!\w)(?! ?\d)"))
    for currency, sign in CURRENCIES.items()
}
CENTS = re.compile(r"[.,](\d{1,2})$")


def amounts(text: str) -> Iterator[Detail]:
    """Amounts with a dot before the cents, and the currency: `79.90 USD`."""
    for currency, expressions in AMOUNTS.items():
        for expression in expressions:
            for match in expression.finditer(text):
                yield Detail("amount", f"{_plain(match.group(1))} {currency}", *match.span())


def _plain(number: str) -> str:
    cents = CENTS.search(number)
    whole = re.sub(r"\D", "", number[: cents.start()] if cents else number)
    return f"{whole}.{cents.group(1)}" if cents else whole
