"""Days in a customer's words: "yesterday", "two weeks ago", "last Tuesday", "5 March", "2026-03-05", "03/04".

On python-dateutil's arithmetic. Its own parser, and dateparser, take "03/04" and "on the 5th" for one day without a
word, and dateparser's newer versions don't go with Rasa's pins; a wrong day decides a case wrongly, so these few forms
are read here, and what can be read in two ways is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from babel import negotiate_locale
from babel.dates import format_date
from babel.localedata import locale_identifiers
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

NUMBERS = {
    word: number
    for number, words in enumerate(
        [
            *["", "a an one", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"],
            *["twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"],
        ]
    )
    for word in words.split()
}
WEEKDAYS = {"mon": MO, "tue": TU, "wed": WE, "thu": TH, "fri": FR, "sat": SA, "sun": SU}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
ORDINAL = r"(?:st|nd|rd|th)"

_AGO = re.compile(r"\b(\d{1,3}|[a-z]+)(?: of)? (day|week|month|year|fortnight)s? (?:ago|back|earlier)\b")
_HALF_A_YEAR_AGO = re.compile(r"\bhalf a year (?:ago|back)\b")
_WEEKDAY = re.compile(
    r"\b(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]*day"
    r"|(?:last|on|this|past|since) (mon|tues?|wed|thu(?:rs?)?|fri|sat|sun))\b(?P<before>,? (?:of )?last week)?"
)
_DAY_OF_MONTH = re.compile(rf"\b(?:on|since|around|was|came|arrived|got it|about) the (\d{{1,2}}){ORDINAL}\b")
_ISO = re.compile(r"\b(\d{4})([/.-])(\d{1,2})\2(\d{1,2})\b")
_NAMED_MONTH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}}){ORDINAL}?(?: of)?[ .-]*(?P<m1>{MONTH})"
    rf"|(?P<m2>{MONTH})[ .]*(?:the )?(?P<d2>\d{{1,2}}){ORDINAL}?)"
    r"(?:[ ,.-]+(?P<year>\d{4}))?(?!\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d.,/$€£-])(?!24/7)(\d{1,2})(?:/(\d{1,2})|([./-])(\d{1,2})\3(\d{4}|\d{2}))(?![\d%]|[./,-]\d)"
)


def read_day(text: str, today: date) -> date | None:
    """The one day that `text` names, never later than `today`; None where it names none or can be read in two ways.

    A day without its year, or a weekday, is the latest that has been.
    """
    days = possible_days(text, today)
    return days[0] if len(days) == 1 else None


def possible_days(text: str, today: date) -> list[date]:
    """Every day that `text` may mean, the earliest first: two where day and month can be exchanged, as in 03/04."""
    words = " ".join(text.lower().split())
    for reading in _READINGS:
        try:
            days = reading(words, today)
        except (ValueError, OverflowError):  # the 31st of February
            return []
        if days:
            return sorted(day for day in days if day <= today)
    return []


def written(day: date, locale: str | None = None) -> str:
    """In words that are read as that day, as a customer of this locale (a BCP 47 tag) writes it."""
    known = negotiate_locale([(locale or "en_US").replace("-", "_")], locale_identifiers())
    return str(format_date(day, "long", known or "en_US"))


def _spoken(words: str, today: date) -> set[date]:
    if "day before yesterday" in words:
        return {today - relativedelta(days=2)}
    if "yesterday" in words or "last night" in words:
        return {today - relativedelta(days=1)}
    return {today} if re.search(r"\b(today|this (morning|afternoon|evening)|just now)\b", words) else set()


def _ago(words: str, today: date) -> set[date]:
    if _HALF_A_YEAR_AGO.search(words):
        return {today - relativedelta(months=6)}
    found = _AGO.search(words.replace("a couple", "couple"))
    if not found:
        return set()
    count = int(found[1]) if found[1].isdigit() else NUMBERS.get(found[1], 0)
    if found[2] == "fortnight":
        return {today - relativedelta(weeks=2 * count)} if count else set()
    return {today - relativedelta(**{f"{found[2]}s": count})} if count else set()  # type: ignore[arg-type]


def _weekday(words: str, today: date) -> set[date]:
    found = _WEEKDAY.search(words)
    if not found:
        return set()
    weekday = WEEKDAYS[(found[1] or found[2])[:3]]
    if found["before"] or re.search(r"\blast week,? (?:on )?$", words[: found.start()]):
        monday = today + relativedelta(weekday=MO(-1))
        return {monday - relativedelta(weeks=1) + relativedelta(weekday=weekday(+1))}
    return {today - relativedelta(days=1) + relativedelta(weekday=weekday(-1))}


def _iso(words: str, today: date) -> set[date]:
    found = _ISO.search(words)
    return {date(int(found[1]), int(found[3]), int(found[4]))} if found else set()


def _named_month(words: str, today: date) -> set[date]:
    found = _NAMED_MONTH.search(words)
    if not found:
        return set()
    day, month = int(found["d1"] or found["d2"]), MONTHS.index((found["m1"] or found["m2"])[:3]) + 1
    return {_latest(int(found["year"]) if found["year"] else None, month, day, today)}


def _numeric(words: str, today: date) -> set[date]:
    """03/04 is March in America and April in Europe."""
    found = _NUMERIC.search(words)
    if not found:
        return set()
    first, second, year = int(found[1]), int(found[2] or found[4]), int(found[5]) if found[5] else None
    if year is not None and year < 100:
        year += 2000
    pairs = ((first, second), (second, first))
    return {_latest(year, month, day, today) for month, day in pairs if 1 <= month <= 12 and 1 <= day <= 31}


def _day_of_month(words: str, today: date) -> set[date]:
    found = _DAY_OF_MONTH.search(words)
    if not found:
        return set()
    first = today.replace(day=1)
    day = int(found[1])
    return {first.replace(day=day) if day <= today.day else (first - relativedelta(months=1)).replace(day=day)}


def _latest(year: int | None, month: int, day: int, today: date) -> date:
    """That day; without a year, the latest that has been."""
    this_year = date(year or today.year, month, day)
    return this_year if year or this_year <= today else this_year - relativedelta(years=1)


_READINGS: tuple[Callable[[str, date], set[date]], ...] = (
    _spoken,
    _ago,
    _iso,
    _named_month,
    _numeric,
    _weekday,
    _day_of_month,
)
