"""The words of a decision: `wording.yml`, filled with what the case knows, dates and money as the locale writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from policy_core.case import Case
from policy_core.facts import Wish
from policy_core.judge import Judgement
from policy_core.rules import Outcome, Remedy, Verdict

WORDS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "wording.yml").read_text(encoding="utf-8"))
NAMES_AT_MOST = 3
RULES_AT_MOST = 2  # of several items: five sentences at most with those that follow


def goods_label(quantity: int, name: str) -> str:
    return name if quantity == 1 else f"{quantity} × {name}"


def line_label(code: str) -> str:
    return str(WORDS["lines"][code])


@lru_cache(maxsize=None)
def step(code: str) -> Mapping[str, str]:
    """A next step as JSON has it, with the clause that it rests on."""
    return {"code": code, "text": WORDS["steps"][code]["text"], "clause": WORDS["steps"][code]["clause"]}


def ask_for(fact: str, cases: Sequence[Case]) -> str:
    """Why a fact is needed, and what is asked of the customer."""
    return _say(WORDS["needs"][fact], _Known(cases))


def explain(wish: Wish, verdict: Verdict, judgements: Sequence[Judgement], total: Decimal | None) -> str:
    """Two to five sentences: what the rules found, then what follows from it."""
    by_rule: dict[str, list[Case]] = {}
    for judgement in judgements:
        by_rule.setdefault(judgement.rule.name, []).append(judgement.case)
    found = [
        _say(WORDS[wish.value][name], _Known(cases, verdict.deadline, total))
        for name, cases in list(by_rule.items())[:RULES_AT_MOST]
    ]
    cases = [judgement.case for judgement in judgements]
    follows = _say(WORDS["closing"][_closing(verdict, cases[0])], _Known(cases, verdict.deadline, total))
    return " ".join([*found, follows])


def explain_mixed(judgements: Sequence[Judgement], total: Decimal | None) -> str:
    """One sentence for each way in which the items come out."""
    by_result: dict[str, list[Case]] = {}
    for judgement in judgements:
        verdict = judgement.verdict
        by_result.setdefault((verdict.remedy or verdict.outcome).value, []).append(judgement.case)
    sentences = [_say(WORDS["mixed"][result], _Known(cases, None, total)) for result, cases in by_result.items()]
    return " ".join([WORDS["mixed"]["opening"], *sentences])


def _closing(verdict: Verdict, case: Case) -> str:
    if verdict.remedy is Remedy.REFUND and case.claim.sent_back_on:
        return "refund_sent_back"
    if verdict.outcome is Outcome.NEEDS_REVIEW and verdict.deadline:
        return "needs_review_by"
    return (verdict.remedy or verdict.outcome).value


def _say(words: str, known: Mapping[str, str]) -> str:
    said = words.format_map(known)
    return said[0].upper() + said[1:]


class _Known(dict[str, str]):
    """What a sentence may mention, written out when it does."""

    def __init__(
        self, cases: Sequence[Case], deadline: date | datetime | None = None, total: Decimal | None = None
    ) -> None:
        super().__init__()
        self.cases, self.deadline, self.total = cases, deadline, total

    def __missing__(self, name: str) -> str:
        return MENTIONS[name](self)

    @property
    def case(self) -> Case:
        return self.cases[0]

    def number(self, one: str, several: str) -> str:
        is_one = len(self.cases) == 1 and self.case.item.quantity == 1
        return one if is_one else several

    def day(self, moment: date | datetime | None) -> str:
        assert moment is not None
        return _written_moment(moment, self.case)


MENTIONS: Mapping[str, Callable[[_Known], str]] = {
    "item": lambda known: _names([case.item.name for case in known.cases]),
    "is": lambda known: known.number("is", "are"),
    "was": lambda known: known.number("was", "were"),
    "has": lambda known: known.number("has", "have"),
    "works": lambda known: known.number("works", "work"),
    "total": lambda known: _written_amount(known.total or Decimal(0), known.case),
    "deadline": lambda known: known.day(known.deadline),
    "received": lambda known: known.day(known.case.item.delivered_at and known.case.item.delivered_at.day),
    "sent_back": lambda known: known.day(known.case.claim.sent_back_on),
    "refund_deadline": lambda known: known.day(known.case.refund_deadline),
    "told_deadline": lambda known: known.day(known.case.immediate_deadline),
    "warranty_deadline": lambda known: known.day(known.case.warranty_deadline),
    "limited_deadline": lambda known: known.day(known.case.limited_warranty_deadline),
    "cancellation_hours": lambda known: str(known.case.values.cancellation_window),
    "refund_days": lambda known: str(known.case.values.refund_window),
    "told_days": lambda known: str(known.case.settings.told_immediately_days),
    "warranty_months": lambda known: str(known.case.values.warranty_term),
    "limited_months": lambda known: str(known.case.values.limited_warranty_term),
}


def _names(names: Sequence[str]) -> str:
    """The items' names in a sentence; a nameless one is "the item"."""
    shown = [name.strip() or "the item" for name in names[:NAMES_AT_MOST]]
    if len(names) > NAMES_AT_MOST:
        shown.append(f"{len(names) - NAMES_AT_MOST} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _written_moment(moment: date | datetime, case: Case) -> str:
    if isinstance(moment, datetime):
        zone = case.settings.zone
        return _written_time(moment.astimezone(zone).replace(tzinfo=None), case.settings.time_zone, case.facts.locale)
    return _written_day(moment, case.facts.locale)


def _written_amount(amount: Decimal, case: Case) -> str:
    return _written_money(amount, case.order.currency, case.facts.locale)


@lru_cache(maxsize=4096)  # a shop's few dates and prices come again and again, and Babel takes its time
def _written_day(day: date, locale: str) -> str:
    return format_date(day, "long", _locale(locale))


@lru_cache(maxsize=4096)
def _written_time(moment: datetime, zone: str, locale: str) -> str:
    return f"{format_datetime(moment, 'd MMMM y, HH:mm', locale=_locale(locale))} ({zone})"


@lru_cache(maxsize=4096)
def _written_money(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=_locale(locale))


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    """The locale of a language tag; one that Babel doesn't know is read as US English."""
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")
