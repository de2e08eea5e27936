"""The lead's figures: `conversations.figures` and `orders.figures` count, docs/figures.md says what each means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field
from sqlalchemy.orm import Session

from channels.desk.period import Period
from channels.desk.shapes import Shape
from conversations import figures as talk
from orders import figures as requests

MoneyIs = Literal["filed", "paid_back", "turned_down", "refused_by_policy"]
MINUTES = (1, 5, 15, 60)
"""Up to which times are counted together."""


class DayRow(Shape):
    """The conversations that began on one day."""

    day: date
    conversations: int
    alone: int
    with_a_person: int
    broken_off: int
    under_way: int


class HandoverRow(Shape):
    reason: str
    handovers: int


class TimesRow(Shape):
    """How long customers waited for an agent, and then for the agent's first message; times in seconds."""

    what: Literal["waiting", "answering"]
    came: int = Field(description="how often it came about")
    in_vain: int = Field(description="how often it never did")
    open: int = Field(description="how often it may still")
    half_within: float | None
    nine_in_ten_within: float | None
    up_to_1_minute: int
    up_to_5_minutes: int
    up_to_15_minutes: int
    up_to_1_hour: int
    longer: int


class OutcomeRow(Shape):
    wish: str
    outcome: str
    cases: int


class MoneyRow(Shape):
    """`total` is a decimal in the currency."""

    currency: str
    what: MoneyIs
    cases: int
    total: str


class RatingRow(Shape):
    by: Literal["alone", "with_a_person"]
    helped: int
    not_helped: int


class Figures(Shape):
    """Everything that is counted, for a period of whole days of the shop's time zone."""

    first: date
    last: date
    conversations: list[DayRow]
    handovers: list[HandoverRow]
    times: list[TimesRow]
    outcomes: list[OutcomeRow]
    money: list[MoneyRow]
    ratings: list[RatingRow]
    misunderstood: int


def figures_of(session: Session, period: Period, moment: datetime) -> Figures:
    """What the conversations of these days have come to at `moment`."""
    of_period = session, period.begins, period.ends
    changes = talk.changes(*of_period)
    return Figures(
        first=period.first,
        last=period.last,
        conversations=_by_day(session, period, moment),
        handovers=[HandoverRow(reason=reason, handovers=n) for reason, n in talk.handovers(changes).most_common()],
        times=[
            _times("waiting", talk.waiting_times(changes)),
            _times("answering", talk.answering_times(changes)),
        ],
        outcomes=[
            OutcomeRow(wish=each.wish, outcome=each.outcome, cases=each.cases) for each in talk.outcomes(*of_period)
        ],
        money=[
            *_money("filed", requests.filed(*of_period)),
            *_money("paid_back", requests.paid_back(*of_period)),
            *_money("turned_down", requests.turned_down(*of_period)),
            *_money("refused_by_policy", talk.refused_by_the_policy(*of_period)),
        ],
        ratings=_ratings(talk.ratings(*of_period)),
        misunderstood=talk.misunderstood(*of_period),
    )


def _by_day(session: Session, period: Period, moment: datetime) -> list[DayRow]:
    counted = {day.date: talk.fates(session, day.begins, day.ends, moment) for day in period.days}
    return [
        DayRow(day=day, conversations=sum(fates.values()), **{fate: fates[fate] for fate in talk.FATES})
        for day, fates in counted.items()
    ]


def _times(what: Literal["waiting", "answering"], times: talk.Times) -> TimesRow:
    ends = [timedelta(minutes=minutes) for minutes in MINUTES]
    within = [times.between(least, most) for least, most in zip((None, *ends), ends, strict=False)]
    return TimesRow(
        what=what,
        came=len(times.took),
        in_vain=times.in_vain,
        open=times.open,
        half_within=_seconds(times.within(0.5)),
        nine_in_ten_within=_seconds(times.within(0.9)),
        up_to_1_minute=within[0],
        up_to_5_minutes=within[1],
        up_to_15_minutes=within[2],
        up_to_1_hour=within[3],
        longer=times.between(ends[-1], None),
    )


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()


def _money(what: MoneyIs, amounts: Sequence[tuple[str, str, int]]) -> list[MoneyRow]:
    """Added up exactly, by currency."""
    added: dict[str, tuple[int, Decimal]] = {}
    for currency, amount, cases in amounts:
        before, total = added.get(currency, (0, Decimal(0)))
        added[currency] = (before + cases, total + Decimal(amount) * cases)
    return [
        MoneyRow(currency=currency, what=what, cases=cases, total=f"{total:f}")
        for currency, (cases, total) in sorted(added.items())
    ]


def _ratings(counted: Counter[tuple[str, bool]]) -> list[RatingRow]:
    kinds: tuple[Literal["alone", "with_a_person"], ...] = ("alone", "with_a_person")
    return [RatingRow(by=by, helped=counted[by, True], not_helped=counted[by, False]) for by in kinds]
