"""Days in a customer's words: "yesterday", "two weeks ago", "last Tuesday", "5 March", "2026-03-05", "03/04".

On python-dateutil's arithmetic. Its own parser, and dateparser, take "03/04" and "on the 5th" for one day without a
word, and dateparser's newer versions don't go with Rasa's pins; a wrong day decides a case wrongly, so these few forms
are read here, and what can be read in two ways is asked back. What is vague ("over two weeks ago"), denied ("not
yesterday") or still to come ("next Monday") names no day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from babel.dates import format_date, get_month_names
from babel.localedata import locale_identifiers
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from languages import LANGUAGES, locale_of

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
ORDINALS = [
    *["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"],
    *["twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"],
    *["twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth"],
    *["twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"],
]
WEEKDAYS = {"mon": MO, "tue": TU, "wed": WE, "thu": TH, "fri": FR, "sat": SA, "sun": SU}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
ORDINAL = r"(?:st|nd|rd|th)"
AGO = r"\b(?P<count>\d{1,3}|[a-z]+)(?: of)? (?P<unit>day|week|month|year|fortnight)s? (?:ago|back)\b"
WEEKDAY = (
    r"(?:\b(?P<full>mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|\b(?:last|on|this|past|since) (?P<short>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun))\b"
)

_ENGLISH_MONTH = {
    name.lower(): get_month_names("wide", locale="en")[number].lower()
    for locale in sorted(locale_identifiers())  # Januar is Jänner in Austria
    if locale.partition("_")[0] in LANGUAGES
    for number, name in get_month_names("wide", locale=locale).items()
}

_ORDINAL_WORD = re.compile(
    rf"(?P<day>\b(?:{'|'.join(reversed(ORDINALS))}))(?= of {MONTH})"
    rf"|(?P<month>\b{MONTH}) (?:the )?(?P<day_after>(?:{'|'.join(reversed(ORDINALS))})\b)"
)
_ENDS_A_CLAUSE = re.compile(r"[;!?]|\.(?!\d)|,(?! ?\d)|\bbut\b")
_DENIED_OR_TO_COME = re.compile(
    r"\b(?:not|never|\w+n't|(?:did|has|was|is|have)nt|will|going to|gonna|needs? (?:it|them)|comes?|is coming|due"
    r"|expect\w*|supposed|should|booked|between|every|each)\b"
)
_VAGUE_BEFORE = re.compile(
    r"(?:\b(?:over|than|almost|nearly|least|most|under|within|by|until|till|before|after|next|coming|black|easter)"
    rf"|\b(?:\d+(?:{ORDINAL})?|{'|'.join(NUMBERS)}) (?:or|to)|\d ?[-–]"
    r"|\b(?:day|week|month|year)s? and) (?:the |on |a )?$"
)
_VAGUE_AFTER = re.compile(r"'s\b|,? (?:next week|before last|after next|is\b|(?:or|to) (?:the )?\d)| ?[-–] ?\d")
_TO_BE_SURE_IT_IS_OVER = re.compile(r"\b(?:came|arrived|got|received|delivered|bought|ordered|was|stopped)\b")


def read_day(text: str, today: date) -> date | None:
    """The one day that `text` names, never later than `today`; None where it names none or can be read in two ways.

    A day without its year, or a weekday, is the latest that has been.
    """
    days = possible_days(text, today)
    return days[0] if len(days) == 1 else None


def possible_days(text: str, today: date) -> list[date]:
    """Every day that `text` may mean, the earliest first: two where day and month can be exchanged, as in 03/04."""
    words = _ORDINAL_WORD.sub(_with_digits, _in_english_months(" ".join(text.lower().replace("’", "'").split())))
    return sorted({day for day in _days_named(words, today) if day <= today})


def written(day: date, locale: str | None = None) -> str:
    """In words that are read as that day, as a customer of this locale (a BCP 47 tag) writes it."""
    return str(format_date(day, "long", locale_of(locale)))


def _days_named(words: str, today: date) -> Iterator[date]:
    """What an earlier form has taken up is not read again: "the day before yesterday" says nothing of yesterday."""
    taken: list[re.Match[str]] = []
    for form, reading in _FORMS:
        for found in form.finditer(words):
            if any(found.start() < other.end() and other.start() < found.end() for other in taken):
                continue
            taken.append(found)
            if _is_plain(found):
                try:
                    yield from reading(found, today)
                except (ValueError, OverflowError):  # the 31st of February
                    continue


def _is_plain(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()], found.string[found.end() :]
    clause = _ENDS_A_CLAUSE.split(before)[-1]
    if _VAGUE_BEFORE.search(before) or _VAGUE_AFTER.match(after) or _DENIED_OR_TO_COME.search(clause):
        return False
    is_this = found.group().startswith("this ") or clause.endswith("this ")
    return not (is_this and "day" in found.group()) or bool(_TO_BE_SURE_IT_IS_OVER.search(clause))


def _in_english_months(words: str) -> str:
    """Days that were offered, as `written` has them, may be typed."""
    return re.sub(r"\w+", lambda word: _ENGLISH_MONTH.get(word[0], word[0]), words)


def _with_digits(found: re.Match[str]) -> str:
    number = ORDINALS.index(found["day"] or found["day_after"]) + 1
    return f"{found['month']} {number}" if found["month"] else str(number)


def _neither(found: re.Match[str], today: date) -> set[date]:
    """Two forms in one, such as "a week ago on Tuesday": people mean different days by it."""
    return set()


def _day_before_yesterday(found: re.Match[str], today: date) -> set[date]:
    return {today - relativedelta(days=2)}


def _yesterday(found: re.Match[str], today: date) -> set[date]:
    return {today - relativedelta(days=1)}


def _today(found: re.Match[str], today: date) -> set[date]:
    return {today}


def _hours_ago(found: re.Match[str], today: date) -> set[date]:
    return {today - relativedelta(hours=int(found[1]))}


def _half_a_year_ago(found: re.Match[str], today: date) -> set[date]:
    return {today - relativedelta(months=6)}


def _ago(found: re.Match[str], today: date) -> set[date]:
    count = int(found["count"]) if found["count"].isdigit() else NUMBERS.get(found["count"], 0)
    if found["unit"] == "fortnight":
        return {today - relativedelta(weeks=2 * count)} if count else set()
    return {today - relativedelta(**{f"{found['unit']}s": count})} if count else set()  # type: ignore[arg-type]


def _weekday(found: re.Match[str], today: date) -> set[date]:
    weekday = WEEKDAYS[(found["full"] or found["short"])[:3]]
    if found["of_last_week"] or found["last_week"]:
        monday = today + relativedelta(weekday=MO(-1))
        return {monday - relativedelta(weeks=1) + relativedelta(weekday=weekday(+1))}
    return {today - relativedelta(days=1) + relativedelta(weekday=weekday(-1))}


def _iso(found: re.Match[str], today: date) -> set[date]:
    return {date(int(found[1]), int(found[3]), int(found[4]))}


def _named_month(found: re.Match[str], today: date) -> set[date]:
    day, month = int(found["d1"] or found["d2"]), MONTHS.index((found["m1"] or found["m2"])[:3]) + 1
    year = today.year - 1 if found["last_year"] else _year(found["year"])
    return {_latest(year, month, day, today)}


def _numeric(found: re.Match[str], today: date) -> set[date]:
    """03/04 is March in America and April in Europe."""
    first, second = int(found[1]), int(found[2] or found[4])
    pairs = ((first, second), (second, first))
    return {_latest(_year(found[5]), month, day, today) for month, day in pairs if 1 <= month <= 12 and 1 <= day <= 31}


def _day_of_month(found: re.Match[str], today: date) -> set[date]:
    first, day = today.replace(day=1), int(found[1])
    is_of_this_month = day <= today.day and not found["of_last_month"]
    return {(first if is_of_this_month else first - relativedelta(months=1)).replace(day=day)}


def _year(digits: str | None) -> int | None:
    return None if digits is None else int(digits) + (2000 if len(digits) == 2 else 0)


def _latest(year: int | None, month: int, day: int, today: date) -> date:
    """That day; without a year, the latest that has been."""
    this_year = date(year or today.year, month, day)
    return this_year if year or this_year <= today else this_year - relativedelta(years=1)


_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], set[date]]]] = [
    (re.compile(expression), reading)
    for expression, reading in (
        (rf"{WEEKDAY},? {AGO}", _neither),
        (rf"{AGO},? (?:on |last )?{WEEKDAY}", _neither),
        (r"\bday before yesterday\b", _day_before_yesterday),
        (r"\byesterday\b|\blast night\b", _yesterday),
        (r"\bhalf a year (?:ago|back)\b", _half_a_year_ago),
        (rf"{AGO}(?: today)?", _ago),
        (r"\b(24|48|72) ?h(?:ou)?rs? ago\b", _hours_ago),
        (r"\b(?:today|this (?:morning|afternoon|evening)|just now|an hour ago|[a-z\d]+ minutes? ago)\b", _today),
        (r"\b(\d{4})([/.-])(\d{1,2})\2(\d{1,2})\b", _iso),
        (
            rf"\b(?:(?P<d1>\d{{1,2}}){ORDINAL}?(?: of)?[ .-]*(?P<m1>{MONTH})"
            rf"|(?P<m2>{MONTH})[ .]*(?:the )?(?P<d2>\d{{1,2}}){ORDINAL}?)"
            r"(?:,? (?:of )?(?P<last_year>last year)\b|[ ,.-]+'?(?P<year>\d{4}|(?<=')\d{2})\b)?(?!\d)",
            _named_month,
        ),
        (
            r"(?<![\d.,/$€£-])(?!24/7(?!/))(\d{1,2})(?:/(\d{1,2})|([./-])(\d{1,2})\3(\d{4}|\d{2}))(?![\d%]|[./,-]\d)"
            r"(?! (?:of|off|price|inch|full)\b)",
            _numeric,
        ),
        (rf"(?P<last_week>\blast week,? (?:on )?)?{WEEKDAY}(?P<of_last_week>,? (?:of )?last week)?", _weekday),
        (
            rf"\b(?:on|since|around|was|came|arrived|got it|about) the (\d{{1,2}}){ORDINAL}\b"
            r"(?P<of_last_month> of last month)?",
            _day_of_month,
        ),
    )
]
