"""Days in customers' words; the day of the conversation is Sunday, 22 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from actions.dates import read_day, written

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", date(2026, 11, 22)),
        ("It came this morning", date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 21)),
        ("the day before yesterday", date(2026, 11, 20)),
        ("two weeks ago", date(2026, 11, 8)),
        ("about 10 days ago", date(2026, 11, 12)),
        ("a month ago", date(2026, 10, 22)),
        ("a couple of days ago", date(2026, 11, 20)),
        ("18 months ago", date(2025, 5, 22)),
        ("last Tuesday", date(2026, 11, 17)),
        ("on Sunday", date(2026, 11, 15)),
        ("on the 5th", date(2026, 11, 5)),
        ("on the 25th", date(2026, 10, 25)),
        ("5 March", date(2026, 3, 5)),
        ("March 5th, 2025", date(2025, 3, 5)),
        ("the 24th of December", date(2025, 12, 24)),
        ("2026-03-05", date(2026, 3, 5)),
        ("25.10.2026", date(2026, 10, 25)),
        ("10/25/2026", date(2026, 10, 25)),
        ("5/5/26", date(2026, 5, 5)),
        ("24/7/2026", date(2026, 7, 24)),
    ],
)
def test_a_day_is_read_as_people_say_it(words: str, day: date) -> None:
    assert read_day(words, TODAY) == day


@pytest.mark.parametrize(
    "words",
    [
        "03/04/2026",
        "31 February",
        "2026-02-30",
        "tomorrow",
        "1 December 2027",
        "no idea",
        "",
        "99 bottles",
        "40/40/2020",
    ],
)
def test_a_day_that_can_be_read_in_two_ways_or_none_is_asked_again(words: str) -> None:
    assert read_day(words, TODAY) is None


@pytest.mark.parametrize("locale", ["de-DE", "de-AT", "en-US", "en-GB", "fr-FR", None])
@pytest.mark.parametrize("day", [date(2026, month, 5) for month in range(1, 12)])
def test_a_day_that_is_offered_is_read_as_it_is_written(day: date, locale: str | None) -> None:
    assert read_day(written(day, locale), date(2026, 11, 22)) == day
