from __future__ import annotations

import pytest

from orders.calendar_file import deadline_file
from tests.unit.orders.builders import NOW


def made(**changes: str) -> str:
    values = {"uid": "R-1@shop.example", "title": "Last day", "description": "Send it.", "deadline": "2026-12-31"}
    return deadline_file(**(values | changes), made_at=NOW)


def unfolded(file: str) -> list[str]:
    return file.replace("\r\n ", "").split("\r\n")


def test_a_day_is_an_event_of_the_whole_day() -> None:
    lines = unfolded(made())

    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "UID:R-1@shop.example"} <= set(lines)


def test_a_moment_is_an_event_that_ends_then() -> None:
    lines = unfolded(made(deadline="2026-03-21T00:30:00+00:00"))

    assert {"DTSTART:20260320T233000Z", "DTEND:20260321T003000Z", "DTSTAMP:20260320T120000Z"} <= set(lines)


def test_what_means_something_to_calendars_is_escaped() -> None:
    assert "DESCRIPTION:a\\, b\\; c\\\\d\\ne" in unfolded(made(description="a, b; c\\d\ne"))


@pytest.mark.parametrize("text", ["x" * 300, "ü" * 300, "𝄞" * 100, "a" * 73 + "€"])
def test_no_line_is_too_long_and_no_character_torn(text: str) -> None:
    file = made(description=text)

    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert f"DESCRIPTION:{text}" in unfolded(file)
