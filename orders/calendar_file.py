"""A deadline as a calendar file (RFC 5545), for the customer's own calendar.

Written here, as the few lines that a single event takes are less than a library for all of calendaring.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

_LONGEST_LINE = 74  # octets, with the space that marks a continuation


def deadline_file(*, uid: str, title: str, description: str, deadline: str, made_at: datetime) -> str:
    """An event on the deadline: a whole day (`YYYY-MM-DD`), or the hour up to a moment (`...+00:00`)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//policy assistant//requests//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_moment(made_at)}",
        *_when(deadline),
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _when(deadline: str) -> list[str]:
    if "T" in deadline:
        end = datetime.fromisoformat(deadline)
        return [f"DTSTART:{_moment(end - timedelta(hours=1))}", f"DTEND:{_moment(end)}"]
    day = date.fromisoformat(deadline)
    return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]


def _moment(time: datetime) -> str:
    return f"{time.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """The line in pieces that are short enough, no character torn apart."""
    pieces, length = [""], 0
    for character in line:
        octets = len(character.encode())
        if length + octets > _LONGEST_LINE:
            pieces.append("")
            length = 0
        pieces[-1] += character
        length += octets
    return "\r\n ".join(pieces)
