"""How people write e-mail addresses and order numbers, brought to the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

_NO_LETTER_OR_DIGIT = re.compile(r"[^A-Z0-9]")
_PREFIX = re.compile(r"^[^\W\d_]+")


def email_key(text: str) -> str:
    """An e-mail address as it is stored and compared: no case, nothing around it, nothing that no database takes."""
    storable = text.encode(errors="ignore").decode().replace("\0", "")
    return unicodedata.normalize("NFKC", storable).strip(" \t\r\n<>.,;:()\"'").lower()


def number_literal(text: str) -> str:
    """An order number's letters and digits, in capitals: '# ino-10482' is INO10482."""
    if text.isascii():
        return _NO_LETTER_OR_DIGIT.sub("", text.upper())
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def number_key(text: str) -> str:
    """The same with every letter O read as a zero."""
    return number_literal(text).replace("O", "0")


def number_tail_literal(text: str) -> str:
    """What follows the prefix of letters: INO-10482 has 10482; a number without prefix is its own tail."""
    return _PREFIX.sub("", number_literal(text))


def number_tail(text: str) -> str:
    """The same with every letter O read as a zero."""
    return number_tail_literal(text).replace("O", "0")
