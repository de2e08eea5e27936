"""What the conversations of a time come to, counted by the database. `docs/figures.md` says what each figure means.

Each thing counts when it happened, whenever its conversation began or ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Subquery
from sqlalchemy.sql.elements import ColumnElement

from conversations.models import Change, Conversation, Message, ShownDecision, State
from database import UtcDateTime

OVER_AFTER = timedelta(hours=1)
"""Nothing was written for so long: the customer has left."""

FATES = ("alone", "with_a_person", "broken_off", "under_way")
WITH_A_PERSON = (State.WAITING.value, State.AGENT.value)


class Changed(NamedTuple):
    """A change of who answers, with the one before it, the one after it, and when the agent first wrote in between."""

    at: datetime
    state: str
    reason: str
    before: str | None
    next_at: datetime | None
    next_state: str | None
    answered_at: datetime | None


@dataclass(frozen=True)
class Times:
    """How long something took where it came about, in order; and how often it never did, or hasn't yet."""

    took: tuple[timedelta, ...]
    in_vain: int
    open: int

    @classmethod
    def of(cls, waits: Iterable[tuple[datetime, datetime | None, datetime | None]]) -> Times:
        """Of when each began, when it came about, and when it was over in any case; None for what hasn't been yet."""
        began = list(waits)
        took = sorted(came - at for at, came, _ in began if came is not None)
        still = sum(came is None and over is None for _, came, over in began)
        return cls(tuple(took), in_vain=len(began) - len(took) - still, open=still)

    def within(self, share: float) -> timedelta | None:
        """The time within which at least this share of them came about; None where none did."""
        return self.took[ceil(len(self.took) * share) - 1] if self.took else None

    def between(self, least: timedelta | None, most: timedelta | None) -> int:
        """How many took longer than `least`, and not longer than `most`."""
        return sum((least is None or took > least) and (most is None or took <= most) for took in self.took)


@dataclass(frozen=True)
class Outcome:
    """So many cases in which the customer wanted this, and was shown that outcome last."""

    wish: str
    outcome: str
    cases: int


def fates(session: Session, begins: datetime, ends: datetime, now: datetime) -> Counter[str]:
    """How the conversations that began at this time went (`FATES`)."""
    said, newest, later = aliased(Message), aliased(Message), aliased(Message)
    last_said = (
        select(Message.seq)
        .where(Message.conversation_id == Conversation.id, Message.author_kind == "customer")
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_answered = exists(
        select(later.seq).where(
            later.conversation_id == said.conversation_id, later.seq > said.seq, later.author_kind == "assistant"
        )
    )
    is_over = or_(Conversation.state == State.CLOSED.value, newest.at < now - OVER_AFTER)
    fate: ColumnElement = case(
        (_is_with_a_person(), "with_a_person"),
        (~is_over, "under_way"),
        (and_(is_answered, said.misunderstood.is_(None)), "alone"),
        else_="broken_off",
    )
    rows = session.execute(
        select(fate.label("fate"), func.count().label("conversations"))
        .select_from(Conversation)
        .join(said, and_(said.conversation_id == Conversation.id, said.seq == last_said))
        .join(newest, and_(newest.conversation_id == Conversation.id, newest.seq == Conversation.last_seq))
        .where(Conversation.created_at >= begins, Conversation.created_at < ends)
        .group_by("fate")
    )
    return Counter({row.fate: row.conversations for row in rows})


def changes(session: Session, begins: datetime, ends: datetime) -> list[Changed]:
    """Every change of who answers at this time."""
    is_concerned = Change.conversation_id.in_(
        select(Change.conversation_id).where(Change.at >= begins, Change.at < ends)
    )
    in_order = {"partition_by": Change.conversation_id, "order_by": Change.seq}
    around = (
        select(
            Change.conversation_id,
            Change.seq,
            Change.at,
            Change.state,
            Change.reason,
            func.lag(Change.state).over(**in_order).label("before"),
            func.lead(Change.seq).over(**in_order).label("next_seq"),
            func.lead(Change.at, type_=UtcDateTime).over(**in_order).label("next_at"),
            func.lead(Change.state).over(**in_order).label("next_state"),
        )
        .where(is_concerned)
        .subquery("around")
    )
    answered_at = (
        select(func.min(Message.at))
        .where(
            around.c.state == State.AGENT.value,
            Message.conversation_id == around.c.conversation_id,
            Message.seq > around.c.seq,
            or_(around.c.next_seq.is_(None), Message.seq < around.c.next_seq),
            Message.author_kind == "agent",
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            around.c.at,
            around.c.state,
            around.c.reason,
            around.c.before,
            around.c.next_at,
            around.c.next_state,
            answered_at.label("answered_at"),
        ).where(around.c.at >= begins, around.c.at < ends)
    )
    return [Changed(*row) for row in rows]


def handovers(changes: Iterable[Changed]) -> Counter[str]:
    """How often a conversation passed from the assistant to a person, by reason."""
    assistant = (None, State.ASSISTANT.value)
    return Counter(each.reason for each in changes if each.state in WITH_A_PERSON and each.before in assistant)


def waiting_times(changes: Iterable[Changed]) -> Times:
    """From when a customer began to wait until an agent took over."""
    waits = [each for each in changes if each.state == State.WAITING.value]
    return Times.of(
        (each.at, each.next_at if each.next_state == State.AGENT.value else None, each.next_at) for each in waits
    )


def answering_times(changes: Iterable[Changed]) -> Times:
    """From when an agent took over until the agent's first message."""
    taken = [each for each in changes if each.state == State.AGENT.value]
    return Times.of((each.at, each.answered_at, each.next_at) for each in taken)


def outcomes(session: Session, begins: datetime, ends: datetime) -> list[Outcome]:
    """What the customers were told last in each of their cases."""
    last = _last_decisions(begins, ends)
    rows = session.execute(
        select(last.c.wish, last.c.outcome, func.count().label("cases"))
        .where(last.c.from_the_end == 1)
        .group_by(last.c.wish, last.c.outcome)
        .order_by(last.c.wish, func.count().desc(), last.c.outcome)
    )
    return [Outcome(row.wish, row.outcome, row.cases) for row in rows]


def refused_by_the_policy(session: Session, begins: datetime, ends: datetime) -> list[tuple[str, str, int]]:
    """The money that customers wanted and were told they can't have: currency, amount, and in how many cases."""
    last = _last_decisions(begins, ends)
    rows = session.execute(
        select(last.c.currency, last.c.refused, func.count().label("cases"))
        .where(last.c.from_the_end == 1, last.c.refused.is_not(None))
        .group_by(last.c.currency, last.c.refused)
    )
    return [(row.currency, row.refused, row.cases) for row in rows]


def ratings(session: Session, begins: datetime, ends: datetime) -> Counter[tuple[str, bool]]:
    """How many ratings said that it helped, or didn't, in conversations with a person and without."""
    by: ColumnElement = case((_is_with_a_person(), "with_a_person"), else_="alone")
    rows = session.execute(
        select(by.label("by"), Conversation.helped, func.count().label("times"))
        .where(Conversation.rated_at >= begins, Conversation.rated_at < ends)
        .group_by("by", Conversation.helped)
    )
    return Counter({(row.by, row.helped): row.times for row in rows})


def misunderstood(session: Session, begins: datetime, ends: datetime) -> int:
    """How many of the customers' messages weren't understood."""
    found = select(func.count()).where(Message.misunderstood.is_not(None), Message.at >= begins, Message.at < ends)
    return int(session.scalar(found))


def _is_with_a_person() -> ColumnElement:
    """Whether a person was ever waited for, or answered, in the conversation."""
    return exists(select(Change.seq).where(Change.conversation_id == Conversation.id, Change.state.in_(WITH_A_PERSON)))


def _last_decisions(begins: datetime, ends: datetime) -> Subquery:
    """The decisions that customers were shown at this time, in each case counted from the last one.

    A case is what a customer wants to be done with the same items of an order.
    """
    of_a_case = [ShownDecision.conversation_id, ShownDecision.wish, ShownDecision.about]
    return (
        select(
            ShownDecision.wish,
            ShownDecision.outcome,
            ShownDecision.currency,
            ShownDecision.refused,
            func.row_number().over(partition_by=of_a_case, order_by=ShownDecision.seq.desc()).label("from_the_end"),
        )
        .where(ShownDecision.at >= begins, ShownDecision.at < ends)
        .subquery("decisions")
    )
