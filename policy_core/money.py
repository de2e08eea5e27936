"""What is paid back, line by line (ruling 16). Amounts are Decimal, in the order's currency; lines add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from policy_core.case import Case
from policy_core.facts import ZERO, Facts, Item, minor_digits
from policy_core.rules import Remedy
from policy_core.wording import goods_label, line_label

if TYPE_CHECKING:
    from policy_core.forms import LineForm, RefundForm


class Line(NamedTuple):
    """One line of a refund; deductions are negative."""

    code: str
    label: str
    amount: Decimal


class Refund(NamedTuple):
    """The lines and their sum, never below zero."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return _sum(self.lines)

    def to_dict(self) -> RefundForm:
        """The refund as JSON has it."""
        digits = minor_digits(self.currency)
        lines: list[LineForm] = [
            {"code": line.code, "label": line.label, "amount": f"{line.amount:.{digits}f}"} for line in self.lines
        ]
        return {"currency": self.currency, "lines": lines, "total": f"{self.total:.{digits}f}"}


def refund_of(items: Sequence[Item], remedy: Remedy | None, case: Case) -> Refund | None:
    """What `remedy` pays back for `items`, shipping and return label included; None where no money is due."""
    order = case.order
    if remedy is Remedy.FULL_REFUND:
        shipping = [_line("shipping", order.shipping_paid, case.facts)] if order.is_whole_order else []
        return _refund([*_goods(items, case.facts), *shipping], case.facts)
    if remedy is Remedy.REFUND:
        lines = _goods(items, case.facts)
        if order.is_whole_order and case.states("shipping.deduction"):
            lines += _shipping_deducted(lines, case)
        return _refund([*lines, _label(lines, case)], case.facts)
    return None


def refund_of_part(case: Case, remedy: Remedy | None) -> Refund | None:
    """What an item brings among others that come out differently: its goods only."""
    return _refund(_goods([case.item], case.facts), case.facts) if remedy is Remedy.REFUND else None


def refund_of_parts(parts: Sequence[Refund], case: Case) -> Refund | None:
    """What those items bring together, less the return label, once."""
    lines = [line for part in parts for line in part.lines]
    return _refund([*lines, _label(lines, case)], case.facts)


def _refund(lines: Sequence[Line], facts: Facts) -> Refund | None:
    due = tuple([line for line in lines if line.amount])
    return Refund(facts.order.currency, due) if due else None


def _goods(items: Sequence[Item], facts: Facts) -> list[Line]:
    """What was paid for each item: clause refunds.window, "we'll promptly refund your money"."""
    return [Line("goods", goods_label(item, facts.locale), item.paid) for item in items]


def _shipping_deducted(lines: Sequence[Line], case: Case) -> list[Line]:
    """Clause shipping.deduction, by the shop's setting for ruling 16."""
    facts, charge = case.facts, case.order.shipping_paid
    if case.settings.shipping_deduction == "off_the_goods":
        return [_line("shipping_deducted", -min(charge, _sum(lines)), facts)]
    return [_line("shipping", charge, facts), _line("shipping_deducted", -charge, facts)]


def _label(lines: Sequence[Line], case: Case) -> Line:
    """A prepaid return label from the shop is deducted too, capped so that nothing is owed."""
    cost = case.claim.return_label_cost if case.states("shipping.deduction") else ZERO
    return _line("return_label", -min(cost, _sum(lines)), case.facts)


def _line(code: str, amount: Decimal, facts: Facts) -> Line:
    return Line(code, line_label(code, facts.locale), amount)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum([line.amount for line in lines], ZERO)
