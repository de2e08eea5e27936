"""When the shop's people answer: "Mo-Fr 09:00-17:00, Sa 10:00-14:00", in a time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from dateutil import tz

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PART = re.compile(r"(\w\w)(?:-(\w\w))? (\d\d):(\d\d)-(\d\d):(\d\d)")
EXPECTED = 'opening hours like "Mo-Fr 09:00-17:00, Sa 10:00-14:00"'


@dataclass(frozen=True)
class OpeningHours:
    """Spans by weekday (0 is Monday), the later moment left out. Without any, somebody is there at all times."""

    spans: tuple[tuple[int, time, time], ...] = ()
    zone: tzinfo = tz.UTC

    @classmethod
    def read(cls, text: str, zone: str = "UTC") -> OpeningHours:
        """Raises ValueError with what is expected."""
        known_zone = tz.UTC if zone == "UTC" else tz.gettz(zone)
        if known_zone is None:
            raise ValueError("a time zone like Europe/Berlin")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return cls(tuple(span for part in parts for span in _spans(part)), known_zone)

    def is_open(self, at: datetime) -> bool:
        """Whether it is within the hours."""
        here = at.astimezone(self.zone)
        moment = here.time()
        return not self.spans or any(day == here.weekday() and begin <= moment < end for day, begin, end in self.spans)


def _spans(part: str) -> list[tuple[int, time, time]]:
    found = _PART.fullmatch(part)
    if found is None or not {found[1], found[2] or found[1]} <= set(_DAYS):
        raise ValueError(EXPECTED)
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2] or found[1])
    try:
        begin, end = time(int(found[3]), int(found[4])), _until(int(found[5]), int(found[6]))
    except ValueError:
        raise ValueError(EXPECTED) from None
    if first > last or begin >= end:
        raise ValueError(EXPECTED)
    return [(day, begin, end) for day in range(first, last + 1)]


def _until(hour: int, minute: int) -> time:
    """24:00 is the day's last moment."""
    return time.max if (hour, minute) == (24, 0) else time(hour, minute)
