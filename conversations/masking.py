"""Personal details out of a customer's words: each becomes a made-up one, so that the sentence stays a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

EMAIL, NUMBER, NAME = "name@example.com", "INO-12345", "Alex"

_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.\w+")
_NUMBER = re.compile(r"(?:\b[A-Za-z]{1,5}[-#]?|#|\+)?(?<![\w@.])?\d(?:[ /.-]?\d){3,}")
_INTRODUCED = re.compile(r"(?i:\b(?:my name is|my name's|i am|i'm|this is|regards,?|cheers,?|name:))\s+")
_CAPITALIZED = re.compile(r"[^\W\d_a-z][\w'-]*(?:\s+[^\W\d_a-z][\w'-]*)*")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """`text` without e-mail addresses, numbers of four digits and more, `names`, and names that introduce themselves.

    It is a proposal for a person to look over: a name that nothing gives away stays.
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _without_introduced_names(text)
    for name in sorted({part for each in names for part in each.split() if len(part) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", NAME, text)
    text = re.sub(rf"{NAME}(?:\s+{NAME})+", NAME, text)
    return _NUMBER.sub(NUMBER, text)


def _without_introduced_names(text: str) -> str:
    masked_until, parts = 0, []
    for introduction in _INTRODUCED.finditer(text):
        name = _CAPITALIZED.match(text, introduction.end())
        if name and introduction.start() >= masked_until:
            parts += [text[masked_until : name.start()], NAME]
            masked_until = name.end()
    return "".join([*parts, text[masked_until:]])
