"""Whatever is typed: nothing breaks, details lie where they say, and what carries no meaning changes nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from actions.dates import possible_days, read_day, written
from nlu.details import find_details
from nlu.language import foreign_language
from nlu.ngrams import ngrams
from nlu.plain import plain
from nlu.spelling import mend
from nlu.wishes import parts_of

WORDS = (
    "I my the camera box opened dropped never not it broken works INO-10482 sam@example.com $79.90 80 dollars "
    "yesterday 03/04 last Tuesday refund and also ? . , ! don't ich nicht the original packaging stopped working after"
)
texts = st.text(max_size=200) | st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
TODAY = date(2026, 11, 22)


@given(texts)
def test_details_lie_where_they_say_and_none_is_said_twice(text: str) -> None:
    details = find_details(text)

    assert all(0 <= detail.start < detail.end <= len(text) for detail in details)
    assert len({detail.entity for detail in details}) == len(details)


@given(texts)
def test_letter_case_changes_no_detail(text: str) -> None:
    if text.isascii():
        found = {(detail.entity, detail.value) for detail in find_details(text)}
        assert {(detail.entity, detail.value) for detail in find_details(text.upper())} == found


@given(texts)
def test_the_plain_form_is_short_and_lower_case(text: str) -> None:
    assert plain(text) == plain(text).casefold()
    assert len(list(ngrams(plain(text), 2, 2, 5))) < 20_000


@given(texts)
def test_what_is_mended_stays_mended(text: str) -> None:
    once = mend()(text.lower())

    assert mend()(once) == once


@given(texts)
def test_parts_keep_their_words(text: str) -> None:
    assert all(text[start : start + len(part)] == part for start, part in parts_of(text))


@given(texts)
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert foreign_language(text) in {
        None,
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "tr",
        "ru",
        "zh",
        "ja",
        "ko",
        "ar",
    }


@given(texts)
def test_no_day_lies_in_the_future(text: str) -> None:
    assert all(day <= TODAY for day in possible_days(text, TODAY))


@given(st.dates(date(2015, 1, 1), TODAY))
def test_a_day_that_is_written_is_read_as_itself(day: date) -> None:
    assert read_day(written(day), TODAY) == day
    assert read_day(day.isoformat(), TODAY) == day
    assert day in possible_days(f"{day.day}/{day.month}/{day.year}", TODAY)
    assert day in possible_days(f"{day.month}/{day.day}/{day.year}", TODAY)
