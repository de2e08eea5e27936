"""Whether German words are German all through."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"„[^“]*“")
_ENGLISH = re.compile(
    r"\b(the|you|your|is|are|and|please|that|this|of|have|has|our|we|it|for|to|with|by|from|which|what|item|refund)\b",
    re.IGNORECASE,
)
"""Words that every other English sentence has, and no German one. Items keep the names that the shop gave them."""


def english_in(text: str) -> str | None:
    """The first English word outside of quotation marks, if there is one."""
    found = _ENGLISH.search(_QUOTED.sub("", text))
    return found[0] if found else None
