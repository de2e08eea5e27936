"""A decision in German is the same decision, and its words name the same sums, days and terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given

from policy_core import decide
from tests.german import english_in
from tests.property.policy_core.strategies import facts, thoroughly

MONTHS = {
    "January": "Januar", "February": "Februar", "March": "März", "April": "April", "May": "Mai", "June": "Juni",
    "July": "Juli", "August": "August", "September": "September", "October": "Oktober", "November": "November",
    "December": "Dezember",
}  # fmt: skip
SPANS = {"hour": "Stunde", "day": "Tag", "month": "Monat"}
GERMAN_MONTHS = {german: english for english, german in MONTHS.items()}


def said_in_english(words: str) -> list[str]:
    """The sums, days and terms in it, in an order of their own."""
    return sorted(
        [
            *(amount.replace(",", "") for amount in re.findall(r"[$€£¥]([\d,]+(?:\.\d+)?)", words)),
            *(f"{day} {month} {year}" for month, day, year in re.findall(r"([A-Z][a-z]+) (\d+), (\d{4})", words)),
            *(f"{count} {unit}" for count, unit in re.findall(r"(\d+) (hour|day|month)s?\b", words)),
            *("a year" for _ in re.findall(r"\bone year\b", words)),
        ]
    )


def said_in_german(words: str) -> list[str]:
    spans = re.findall(r"(\d+) (Stunde|Tag|Monat)(?:en|n)?\b", words)
    units = {german: english for english, german in SPANS.items()}
    return sorted(
        [
            *(
                amount.replace(".", "").replace(",", ".")
                for amount in re.findall(r"([\d.]*\d(?:,\d+)?)\N{NO-BREAK SPACE}[$€£¥]", words)
            ),
            *(
                f"{day} {GERMAN_MONTHS[month]} {year}"
                for day, month, year in re.findall(r"(\d+)\. (\w+) (\d{4})", words)
            ),
            *(f"{count} {units[unit]}" for count, unit in spans),
            *("a year" for _ in re.findall(r"\beinem Jahr\b", words)),
        ]
    )


def without_words(form: Any) -> Any:
    """A decision without what it says."""
    if isinstance(form, Mapping):
        return {
            name: without_words(part) for name, part in form.items() if name not in ("explanation", "label", "text")
        }
    return [without_words(part) for part in form] if isinstance(form, list) else form


def texts(form: Mapping[str, Any]) -> Iterator[str]:
    """All that a customer reads of it, in order, the names of items left out."""
    yield form["explanation"]
    yield from (step["text"] for step in form["next_steps"])
    yield from (line["label"] for line in (form["refund"] or {"lines": []})["lines"] if line["code"] != "goods")
    for part in [*form["per_item"], *form["alternatives"]]:
        yield from texts(part)


@given(facts())
@thoroughly
def test_a_german_decision_is_the_same_in_other_words(document: dict[str, Any]) -> None:
    english = decide({**document, "locale": "en-US"}).to_dict()
    german = decide({**document, "locale": "de-DE"}).to_dict()

    assert without_words(german) == without_words(english)
    pairs = list(zip(texts(english), texts(german), strict=True))
    for ours, theirs in pairs:
        assert said_in_german(theirs) == said_in_english(ours), theirs
        assert not english_in(theirs), theirs
        assert theirs != ours


@given(facts())
@thoroughly
def test_german_words_name_the_sum_and_the_last_day_of_the_decision(document: dict[str, Any]) -> None:
    decision = decide({**document, "locale": "de-DE"})
    said = said_in_german(decision.explanation)
    if decision.refund and decision.remedy:
        assert _plain(decision.refund.total) in said
    if decision.remedy and decision.deadline and not decision.judgements[0].case.claim.sent_back_on:
        day = decision.deadline
        assert any(f"{day.day} {list(MONTHS)[day.month - 1]} {day.year}" == name for name in said) or _is_late(day)


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"


_is_late: Callable[[Any], bool] = lambda day: hasattr(day, "hour")  # noqa: E731  # a moment may be another day in the shop's zone
