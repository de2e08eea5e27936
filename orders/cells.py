"""Reading single cells of a file: each gives the value, or says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone

from dateutil.parser import isoparse

from orders.identifiers import email_key, number_key
from orders.money import is_known_currency, to_minor

Cells = Mapping[str, str]

MOST = 100_000  # of one item in an order
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_USUAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadValueError(ValueError):
    """A cell that can't be used; the text says which and why."""


def required(cells: Cells, name: str) -> str:
    """The cell's text, which mustn't be missing."""
    if not cells[name]:
        raise BadValueError(f"{name} is missing")
    return cells[name]


def line_of_text(cells: Cells, name: str, longest: int, *, is_required: bool = True) -> str:
    """Words on one line, with single spaces between them."""
    text = " ".join((required(cells, name) if is_required else cells.get(name, "")).split())
    if len(text) > longest:
        raise BadValueError(f"{name} is longer than {longest} characters")
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise BadValueError(f"{name} has characters that can't be printed")
    return text


def order_number(cells: Cells, name: str) -> str:
    """An order's number, as the shop writes it."""
    number = line_of_text(cells, name, 64)
    if not number_key(number) or len(number_key(number)) > 64:
        raise BadValueError(f"{name} '{number}' has no letter or digit in it, or too many")
    return number


def email(cells: Cells, name: str) -> str:
    """An e-mail address, as it is compared. What is wrong with it is said without quoting it."""
    address = email_key(line_of_text(cells, name, 254))
    if not _EMAIL.fullmatch(address):
        raise BadValueError(f"{name} is no e-mail address")
    return address


def word(cells: Cells, name: str, allowed: Iterable[str]) -> str:
    """One of the `allowed` words, whatever its case."""
    found = required(cells, name).lower()
    if found not in allowed:
        raise BadValueError(f"{name} '{found[:40]}' is unknown; it is one of {', '.join(allowed)}")
    return found


def currency(cells: Cells, name: str) -> str:
    """A currency's three letters."""
    code = required(cells, name).upper()
    if not is_known_currency(code):
        raise BadValueError(f"{name} '{code[:40]}' isn't one; write its three letters, like USD")
    return code


def quantity(cells: Cells, name: str) -> int:
    """How many; at least one."""
    text = required(cells, name)
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST:
        raise BadValueError(f"{name} '{text[:40]}' isn't a whole number from 1 to {MOST}")
    return int(text)


def amount(cells: Cells, name: str, code: str, *, is_required: bool = False) -> int:
    """An amount of the currency `code` in its minor units; a blank one that isn't required is nothing."""
    text = required(cells, name) if is_required else cells.get(name) or "0"
    try:
        return to_minor(text, code)
    except ValueError as error:
        raise BadValueError(f"{name} {error}") from error


def time(cells: Cells, name: str, *, date_will_do: bool = False) -> datetime | None:
    """A time with its offset, in UTC; None if blank. A bare date, where it will do, is its first moment in UTC."""
    text = cells.get(name, "")
    if not text:
        return None
    try:
        # What most files write is read by Python itself, in a hundredth of the time.
        read = datetime.fromisoformat(text) if _USUAL_TIME.fullmatch(text) else isoparse(text)
        if date_will_do and _DATE.fullmatch(text):
            read = read.replace(tzinfo=timezone.utc)
        if read.tzinfo is not None:
            return read.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        pass
    raise BadValueError(f"{name} '{text[:40]}' is no time with its offset; write it like 2026-03-01T09:30:00+00:00")


def check_times(times: Mapping[str, datetime | None], now: datetime) -> None:
    """These times, in the order in which they must follow each other, are none of them in the future."""
    earlier_name, earlier = "", None
    for name, at in times.items():
        if at and at > now:
            raise BadValueError(f"{name} lies in the future")
        if at and earlier and at < earlier:
            raise BadValueError(f"{name} is before {earlier_name}")
        if at:
            earlier_name, earlier = name, at
