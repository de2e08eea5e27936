"""The days that a lead looks at: the shop's own, whatever the clock of the database or the browser says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Annotated, NamedTuple

from fastapi import Depends, Query

from channels.desk.errors import DeskError
from policy_core import published

MOST_DAYS = 366
A_WEEK = timedelta(days=6)  # with today
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)

NO_PERIOD = (422, "no_period", f"The first day has to come before the last one, by at most {MOST_DAYS} days.")


class Day(NamedTuple):
    """A calendar day of the shop's, and when it begins and ends."""

    date: date
    begins: datetime
    ends: datetime


class Period:
    """Whole days, from the beginning of the first to the end of the last."""

    def __init__(self, first: date, last: date, zone: tzinfo) -> None:
        self.days = tuple(_days(first, last, zone))
        self.begins, self.ends = self.days[0].begins, self.days[-1].ends

    @property
    def first(self) -> date:
        return self.days[0].date

    @property
    def last(self) -> date:
        return self.days[-1].date


def asked_period(
    first: Annotated[date | None, Query(description="a day of the shop's; default: six days before the last")] = None,
    last: Annotated[date | None, Query(description="a day of the shop's; default: today")] = None,
) -> Period:
    """The period that a call names. Raises DeskError where it isn't one."""
    zone = published().settings.zone
    last = last or datetime.now(zone).date()
    first = first or max(last - A_WEEK, EARLIEST)
    if not EARLIEST <= first <= last <= LATEST or (last - first).days >= MOST_DAYS:
        raise DeskError(*NO_PERIOD)
    return Period(first, last, zone)


AskedPeriod = Annotated[Period, Depends(asked_period)]


def _days(first: date, last: date, zone: tzinfo) -> Iterator[Day]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield Day(day, _beginning_of(day, zone), _beginning_of(day + timedelta(days=1), zone))


def _beginning_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(timezone.utc)
