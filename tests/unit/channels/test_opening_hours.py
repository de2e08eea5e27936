from __future__ import annotations

from datetime import datetime, timezone

import pytest

from channels.opening_hours import OpeningHours
from channels.settings import SettingError, Settings


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-25T08:59:59", False),  # a Wednesday
        ("2026-11-25T09:00:00", True),
        ("2026-11-25T16:59:59", True),
        ("2026-11-25T17:00:00", False),
        ("2026-11-28T13:30:00", True),  # Saturday
        ("2026-11-28T15:00:00", False),
        ("2026-11-29T12:00:00", False),  # Sunday
    ],
)
def test_the_hours_begin_with_their_first_moment_and_end_before_their_last(moment: str, is_open: bool) -> None:
    hours = OpeningHours.read("Mo-Fr 09:00-17:00, Sa 10:00-14:00")

    assert hours.is_open(at(moment)) is is_open


def test_the_hours_are_those_of_the_shops_own_zone() -> None:
    hours = OpeningHours.read("We 09:00-17:00", "Europe/Berlin")

    assert hours.is_open(at("2026-11-25T08:00:00"))
    assert not hours.is_open(at("2026-11-25T16:00:00"))


def test_a_day_may_end_at_midnight_and_without_hours_somebody_is_always_there() -> None:
    assert OpeningHours.read("Mo-Su 00:00-24:00").is_open(at("2026-11-29T23:59:59"))
    assert OpeningHours.read("").is_open(at("2026-11-29T03:00:00"))


@pytest.mark.parametrize(
    "text",
    ["9 to 5", "Mo-Fr", "Xx 09:00-17:00", "Fr-Mo 09:00-17:00", "Mo 17:00-09:00", "Mo 25:00-26:00", "Mo 9:00-17:00"],
)
def test_what_cannot_be_read_is_said_with_what_is_expected(text: str) -> None:
    with pytest.raises(SettingError, match="Mo-Fr 09:00-17:00"):
        Settings.from_environment({"OPENING_HOURS": text})


def test_an_unknown_zone_is_said() -> None:
    with pytest.raises(SettingError, match="Europe/Berlin"):
        Settings.from_environment({"OPENING_HOURS": "Mo 09:00-17:00", "OPENING_HOURS_ZONE": "Mars/Olympus"})
