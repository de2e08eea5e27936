"""Days in a customer's words: "yesterday", "two weeks ago", "last Tuesday", "5 March", "2026-03-05"."""

from __future__ import annotations

import re
from datetime import date

from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

NUMBERS = {
    word: number
    for number, words in enumerate(
        ["", "a an one", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
    for word in words.split()
}
WEEKDAYS = {"mon": MO, "tue": TU, "wed": WE, "thu": TH, "fri": FR, "sat": SA, "sun": SU}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = rf"(?:{'|'.join(MONTHS)})[a-z]*"

_AGO = re.compile(r"\b(\d{1,3}|[a-z]+)(?: of)? (day|week|month|year)s? (?:ago|back)\b")
_WEEKDAY = re.compile(rf"\b(?:last |on |this |past )*({'|'.join(WEEKDAYS)})[a-z]*day\b")
_DAY_OF_MONTH = re.compile(r"\bon the (\d{1,2})(?:st|nd|rd|th)\b")
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_NAMED_MONTH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ .-]*(?P<m1>{MONTH})"
    rf"|(?P<m2>{MONTH})[ .]*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)"
    r"(?:[ ,.-]+(?P<year>\d{4}))?\b"
)
_NUMERIC = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b")


def read_day(text: str, today: date) -> date | None:
    """The one day that `text` names, never later than `today`; None where it names none or can be read in two ways.

    A day without its year, or a weekday, is the latest that has been.
    """
    words = " ".join(text.lower().split())
    readings = (_spoken, _ago, _weekday, _iso, _named_month, _numeric, _day_of_month)
    for reading in readings:
        try:
            day = reading(words, today)
        except (ValueError, OverflowError):  # the 31st of February
            return None
        if day is not None:
            return day if day <= today else None
    return None


def _spoken(words: str, today: date) -> date | None:
    if "day before yesterday" in words:
        return today - relativedelta(days=2)
    if "yesterday" in words or "last night" in words:
        return today - relativedelta(days=1)
    return today if re.search(r"\b(today|this morning|just now)\b", words) else None


def _ago(words: str, today: date) -> date | None:
    found = _AGO.search(words.replace("a couple", "couple"))
    if not found:
        return None
    count = int(found[1]) if found[1].isdigit() else NUMBERS.get(found[1])
    return today - relativedelta(**{f"{found[2]}s": count}) if count else None  # type: ignore[arg-type]


def _weekday(words: str, today: date) -> date | None:
    found = _WEEKDAY.search(words)
    return today - relativedelta(days=1) + relativedelta(weekday=WEEKDAYS[found[1]](-1)) if found else None


def _iso(words: str, today: date) -> date | None:
    found = _ISO.search(words)
    return date.fromisoformat(found[0]) if found else None


def _named_month(words: str, today: date) -> date | None:
    found = _NAMED_MONTH.search(words)
    if not found:
        return None
    day, month = int(found["d1"] or found["d2"]), MONTHS.index((found["m1"] or found["m2"])[:3]) + 1
    latest = date(int(found["year"] or today.year), month, day)
    return latest if found["year"] or latest <= today else latest - relativedelta(years=1)


def _numeric(words: str, today: date) -> date | None:
    """03/04/2026 is March in America and April in Europe: only where one reading is possible."""
    found = _NUMERIC.search(words)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if year < 100 else 0
    days = {date(year, month, day) for day, month in ((first, second), (second, first)) if month <= 12}
    return days.pop() if len(days) == 1 else None


def _day_of_month(words: str, today: date) -> date | None:
    found = _DAY_OF_MONTH.search(words)
    if not found:
        return None
    first = today.replace(day=1)
    this_month = first.replace(day=int(found[1]))
    return this_month if this_month <= today else (first - relativedelta(months=1)).replace(day=int(found[1]))
