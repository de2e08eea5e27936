"""What is paid back, line by line (ruling 16). Amounts are Decimal, in the order's currency; lines add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policy_core.facts import ZERO, Facts, Item, minor_digits
from policy_core.policy import Version
from policy_core.rules import Remedy
from policy_core.wording import goods_label, line_label


@dataclass(frozen=True)
class Line:
    """One line of a refund; deductions are negative."""

    code: str
    label: str
    amount: Decimal


@dataclass(frozen=True)
class Refund:
    """The lines and their sum, never below zero."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    def to_dict(self) -> dict[str, Any]:
        digits = minor_digits(self.currency)
        return {
            "currency": self.currency,
            "lines": [
                {"code": line.code, "label": line.label, "amount": f"{line.amount:.{digits}f}"} for line in self.lines
            ],
            "total": f"{self.total:.{digits}f}",
        }


def refund_of(items: Sequence[Item], remedy: Remedy | None, facts: Facts, version: Version) -> Refund | None:
    """What `remedy` pays back for `items`, shipping and return label included; None where no money is due."""
    if not pays_money(remedy):
        return None
    lines = goods_lines(items)
    if remedy is Remedy.FULL_REFUND and facts.order.is_whole_order:
        lines.append(_line("shipping", facts.order.shipping_paid))
    if remedy is Remedy.REFUND:
        if facts.order.is_whole_order:
            lines += _shipping_deducted(lines, facts.order.shipping_paid, version)
        lines.append(label_line(lines, facts))
    return as_refund(lines, facts)


def pays_money(remedy: Remedy | None) -> bool:
    return remedy in (Remedy.FULL_REFUND, Remedy.REFUND)


def goods_lines(items: Sequence[Item]) -> list[Line]:
    """What was paid for each item: clause refunds.window, "we'll promptly refund your money"."""
    return [Line("goods", goods_label(item.quantity, item.name), item.paid) for item in items]


def label_line(lines: Sequence[Line], facts: Facts) -> Line:
    """A prepaid return label from the shop is deducted too, capped so that nothing is owed."""
    return _line("return_label", -min(facts.claim.return_label_cost, _sum(lines)))


def as_refund(lines: Sequence[Line], facts: Facts) -> Refund | None:
    """The lines that hold an amount, if any does."""
    due = tuple(line for line in lines if line.amount)
    return Refund(facts.order.currency, due) if due else None


def _shipping_deducted(lines: Sequence[Line], charge: Decimal, version: Version) -> list[Line]:
    """Clause shipping.deduction, by the shop's setting for ruling 16."""
    if version.settings.shipping_deduction == "off_the_goods":
        return [_line("shipping_deducted", -min(charge, _sum(lines)))]
    return [_line("shipping", charge), _line("shipping_deducted", -charge)]


def _line(code: str, amount: Decimal) -> Line:
    return Line(code, line_label(code), amount)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
