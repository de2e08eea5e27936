"""References of requests, made to be read out over the phone: R-7K4M-92XB.

No 0 or O, no 1, I or L. The last character checks the others: the alphabet has 31 characters, a prime number, and
each place its own weight, so that one wrong character or any two that changed places are always noticed.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_DRAWN = 7  # 31**7, some 27 thousand million references


def _check(drawn: str) -> str:
    weighted = sum(place * ALPHABET.index(c) for place, c in enumerate(drawn, start=2))
    return ALPHABET[-weighted % len(ALPHABET)]


def new_reference() -> str:
    """A reference drawn at random, so that one doesn't lead to the next."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(_DRAWN))
    return _written(drawn + _check(drawn))


def read_reference(text: str) -> str | None:
    """The reference that `text` means, as we write it, whatever its case, spaces and dashes; None if it is none."""
    characters = "".join(c for c in text.upper() if c.isalnum())
    if len(characters) == _DRAWN + 2 and characters.startswith("R"):
        characters = characters[1:]
    if len(characters) != _DRAWN + 1 or not set(characters) <= set(ALPHABET):
        return None
    return _written(characters) if _check(characters[:-1]) == characters[-1] else None


def _written(characters: str) -> str:
    return f"R-{characters[:4]}-{characters[4:]}"
