"""What is promised in words: each amount, day, span of time and outcome in a text, against the engine's decisions.

Whatever number a text has that neither the decisions give, nor the order, nor the policy, is a promise out of thin air.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from dateutil.parser import parse

from policy_core import published

MINUTES_FOR_A_TURN = 2
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_DAY = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, )?{_MONTH} \d{{1,2}}, \d{{4}}"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?::\d\d)?\s?[AP]M)?|\d{4}-\d\d-\d\d"
)
_AMOUNT = re.compile(r"[$€£]\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*\.\d\d) ?(?:USD|EUR|GBP)\b")
_NUMBER = "(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|a few|some|several)"
_SPAN = re.compile(rf"\b(\d+|{_NUMBER})[ -](hour|day|week|month|year|business day|working day)s?\b", re.IGNORECASE)
_TIME_LEFT = re.compile(r"\b(\d+) h (\d+) min\b")
_STEP = re.compile(r"^\d\. ", re.MULTILINE)
_SHARE = re.compile(r"\d+ ?%|\b(?:half|percent|per cent)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\S*\d\S*")
_IN_ONE_YEAR = {"one year": "12 month"}

GRANTS = re.compile(
    r"\b(?:you can have|we can refund|(?:is|are) covered by our warranty|full refund|you can ask"
    r"|no approval is needed|you(?:'ll| will) (?:get|receive|be)|we(?:'ll| will) (?:refund|replace|repair|pay|cover)"
    r"|(?:is|are) approved)\b",
    re.IGNORECASE,
)
"""Words that give something to the customer."""
AGREES = re.compile(
    r"^(?:yes|yep|yeah|sure|right|correct|exactly|absolutely|certainly|indeed|of course|that's right)\b"
)


@dataclass(frozen=True)
class Founded:
    """What may be said in numbers: of the decisions that hold, of the order, and of the policy."""

    amounts: frozenset[Decimal]
    days: frozenset[date]
    spans: frozenset[str]
    left: timedelta | None
    names: Sequence[str]

    def faults_of(self, text: str) -> Iterator[str]:
        """The numbers in a text that nothing stands behind."""
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, "…")
        for pattern, is_founded in (
            (_TIME_LEFT, self._is_left),
            (_DAY, lambda found: parse(found[0]).date() in self.days),
            (_AMOUNT, lambda found: Decimal((found[1] or found[2]).replace(",", "")) in self.amounts),
            (_SPAN, self._is_a_span),
            (_SHARE, lambda found: False),
        ):
            yield from (f"it says {found[0]!r}" for found in pattern.finditer(text) if not is_founded(found))
            text = pattern.sub("…", text)
        yield from (f"it says {found!r}" for found in _DIGITS.findall(_STEP.sub("", text)))

    def _is_a_span(self, found: re.Match[str]) -> bool:
        span = f"{found[1]} {found[2]}".lower()
        return _IN_ONE_YEAR.get(span, span) in self.spans

    def _is_left(self, found: re.Match[str]) -> bool:
        said = timedelta(hours=int(found[1]), minutes=int(found[2]))
        return self.left is not None and abs(self.left - said) < timedelta(minutes=MINUTES_FOR_A_TURN)


def founded(decisions: Iterable[Mapping[str, Any]], facts: Mapping[str, Any], names: Sequence[str]) -> Founded:
    """What the decisions that hold, the order that they are about and the policy stand behind.

    `names` are what has digits in it without being a promise: of the items, of the order, of the customer.
    """
    values = published().in_force(date.max).values
    decisions = [part for decision in decisions for part in _parts(decision)]
    moments = [moment for moment in map(_moment, _days_of_the_order(facts)) if moment]
    left = [moment - datetime.now(timezone.utc) for moment in _deadlines(decisions) if isinstance(moment, datetime)]
    return Founded(
        amounts=frozenset(
            [
                *(Decimal(line["amount"]) for decision in decisions for line in _lines(decision)),
                *(Decimal(decision["refund"]["total"]) for decision in decisions if decision["refund"]),
                Decimal(values.tracked_shipping_above or 0),
            ]
        ),
        days=frozenset(
            [
                *moments,
                *(day.date() if isinstance(day, datetime) else day for day in _deadlines(decisions)),
                *(parse(day).date() for decision in decisions for day in _DAY.findall(decision["explanation"])),
            ]
        ),
        spans=frozenset(
            [
                f"{values.cancellation_window} hour",
                f"{values.refund_window} day",
                f"{values.warranty_term} month",
                f"{values.limited_warranty_term} month",
            ]
        ),
        left=max(left, default=None),
        names=names,
    )


def _parts(decision: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield decision
    for part in [*decision["per_item"], *decision["alternatives"]]:
        yield from _parts(part)


def _lines(decision: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return decision["refund"]["lines"] if decision["refund"] else []


def _deadlines(decisions: Iterable[Mapping[str, Any]]) -> Iterator[date | datetime]:
    for decision in decisions:
        if said := decision["deadline"]:
            yield datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)


def _days_of_the_order(facts: Mapping[str, Any]) -> Iterator[str | None]:
    for known in (facts["order"], *facts["items"]):
        yield from (known.get(name) for name in ("placed_at", "delivered_at", "shipped_at"))


def _moment(said: str | None) -> date | None:
    return parse(said).date() if said else None
