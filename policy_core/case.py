"""One item of an order with the customer's claim, seen by the policy in force: what a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta

from policy_core.facts import Facts, Item, Moment, SoldBy
from policy_core.policy import Version


class Case:
    """One item, with all that the rules may ask about it; days and months as ruling 2 counts them."""

    def __init__(self, facts: Facts, item: Item, version: Version) -> None:
        self.facts = facts
        self.order = facts.order
        self.item = item
        self.claim = facts.claim
        self.version = version
        self.values = version.values
        self.settings = version.settings
        self.today = facts.as_of.day
        self.is_from_retailer = facts.order.sold_by is SoldBy.RETAILER
        self.is_delivered = item.delivered_at is not None

    def states(self, statement: str) -> bool:
        """Whether the policy states it (`statements.yml`)."""
        return bool(self.version.statements.behind(statement))

    # cancellation

    @property
    def cancellation_deadline(self) -> datetime | None:
        """The last moment of the window that opens when the order is placed."""
        if self.order.placed_at is None or self.values.cancellation_window is None:
            return None
        return self.order.placed_at.at + timedelta(hours=self.values.cancellation_window)

    @property
    def is_within_cancellation_window(self) -> bool:
        """Fractions of a second are dropped."""
        deadline = self.cancellation_deadline
        return deadline is not None and self.facts.as_of.at - deadline < timedelta(seconds=1)

    # receipt

    @property
    def refund_deadline(self) -> date | None:
        """The last day to send it back; the days start the day after receipt."""
        return _days_after(self.item.delivered_at, self.values.refund_window)

    @property
    def is_within_refund_window(self) -> bool:
        """The day it was sent back counts; not sent yet, today (ruling 3)."""
        deadline = self.refund_deadline
        return deadline is not None and (self.claim.sent_back_on or self.today) <= deadline

    @property
    def immediate_deadline(self) -> date | None:
        """The last day on which a defect is told "immediately" (ruling 9)."""
        return _days_after(self.item.delivered_at, self.settings.told_immediately_days)

    @property
    def is_told_immediately(self) -> bool:
        deadline = self.immediate_deadline
        return deadline is not None and self.today <= deadline and self.states("returns.defective")

    # purchase

    @property
    def warranty_deadline(self) -> date | None:
        """The last day of the warranty on all surveillance equipment (warranty.term)."""
        return _months_after(self.order.placed_at, self.values.warranty_term)

    @property
    def limited_warranty_deadline(self) -> date | None:
        """The last day of the warranty to the original purchaser (warranty.limited_term)."""
        return _months_after(self.order.placed_at, self.values.limited_warranty_term)

    @property
    def is_after_warranty(self) -> bool:
        return self._is_after(self.warranty_deadline)

    @property
    def is_after_limited_warranty(self) -> bool:
        return self._is_after(self.limited_warranty_deadline)

    def _is_after(self, deadline: date | None) -> bool:
        return deadline is not None and self.today > deadline

    # for findings

    @cached_property
    def known(self) -> Mapping[str, Any]:
        """What is known of each fact that a rule may look at, as JSON has it."""
        return _Known(self)


class _Known(dict[str, Any]):
    """Facts as JSON has them, written when a finding shows them."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def __missing__(self, name: str) -> Any:
        self[name] = _as_json(FACTS[name](self.case))
        return self[name]


def _days_after(moment: Moment | None, days: int | None) -> date | None:
    return None if moment is None or days is None else moment.day + timedelta(days=days)


def _months_after(moment: Moment | None, months: int | None) -> date | None:
    return None if moment is None or months is None else _months_later(moment.day, months)


@lru_cache(maxsize=4096)  # the rules ask again and again, and calendar months are slow
def _months_later(day: date, months: int) -> date:
    return day + relativedelta(months=months)


FACTS: Mapping[str, Callable[[Case], Any]] = {
    "wants": lambda case: case.facts.wants,
    "as_of": lambda case: case.facts.as_of,
    "order.sold_by": lambda case: case.order.sold_by,
    "order.placed_at": lambda case: case.order.placed_at,
    "item.kind": lambda case: case.item.kind,
    "item.pricing": lambda case: case.item.pricing,
    "item.delivered_at": lambda case: case.item.delivered_at,
    "claim.reason": lambda case: case.claim.reason,
    "claim.working": lambda case: case.claim.working,
    "claim.original_packaging": lambda case: case.claim.original_packaging,
    "claim.tampered": lambda case: case.claim.tampered,
    "claim.original_purchaser": lambda case: case.claim.original_purchaser,
    "claim.sent_back_on": lambda case: case.claim.sent_back_on,
}


def _as_json(fact: Any) -> Any:
    if fact is None or fact is True or fact is False:
        return fact
    if isinstance(fact, Enum):
        return fact.value
    if isinstance(fact, Moment):
        return fact.day.isoformat() if fact.is_bare_date else fact.at.isoformat()
    return fact.isoformat()
