"""The words of a decision: `wording.yml` in the customer's language, filled with what the case knows.

Dates and money are written as the customer's locale does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency

from policy_core.case import Case
from policy_core.facts import Item, Moment, Wish
from policy_core.judge import Judgement
from policy_core.policy import WORDS_OF_A_SHOP, Policy, Version, published
from policy_core.rules import Outcome, Remedy, Verdict
from policy_core.rules.standing import SILENT
from policy_core.statements import Statements
from policy_core.translation import translations
from policy_core.yaml_files import read_yaml

if TYPE_CHECKING:
    from policy_core.forms import StepForm

WORDS: Mapping[str, Any] = read_yaml(Path(__file__).parent / "wording.yml", dict)
PHRASES: Mapping[str, Any] = WORDS["phrases"]
NAMES_AT_MOST = 3
REASONS_AT_MOST = 3  # with the two sentences after a refusal: five


def goods_label(item: Item, locale: str) -> str:
    """What a refund's line calls an item: "2 × Lens"."""
    name = _in_one_line(item.name) or in_language(PHRASES["nameless"], locale)
    return name if item.quantity == 1 else f"{item.quantity} × {name}"


def line_label(code: str, locale: str) -> str:
    """What a refund calls a line that isn't goods."""
    return in_language(WORDS["lines"][code], locale)


@lru_cache(maxsize=1024)
def step(code: str, statements: Statements, locale: str) -> StepForm | None:
    """A next step as JSON has it, with the clause that it rests on; None where the policy has no sentence for it."""
    way = _way_of(WORDS["steps"][code], statements)
    if way is None:
        return None
    clause = next(id for each in way["needs"].split()[0].split("|") for id in statements.behind(each))
    return {"code": code, "text": in_language(way["says"], locale), "clause": clause}


def ask_for(fact: str, judgements: Sequence[Judgement]) -> str:
    """Why a fact is needed, and what is asked of the customer."""
    return say(WORDS["needs"][fact], Known([j.case for j in judgements if fact in j.verdict.missing]))


def explain(wish: Wish, verdict: Verdict, judgements: Sequence[Judgement], total: Decimal | None) -> str:
    """Two to five sentences: what the rules found, then what follows from it."""
    case = judgements[0].case
    closing = sentences(WORDS["closing"][_manner(verdict, case)], case.version.statements)
    follows = [(words, [judgement.case for judgement in judgements]) for words in closing]
    reasons = _reasons(wish, judgements)
    return " ".join([say(words, Known(cases, verdict.deadline, total)) for words, cases in [*reasons, *follows]])


def explain_mixed(wish: Wish, judgements: Sequence[Judgement], total: Decimal | None) -> str:
    """One sentence for each way in which the items come out."""
    ways: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        ways.setdefault(_manner(judgement.verdict, judgement.case), []).append(judgement)
    case = judgements[0].case
    locale, statements = case.facts.locale, case.version.statements
    said = [in_language(WORDS["mixed"]["opening"], locale)]
    for way, alike in ways.items():
        deadlines = [j.verdict.deadline for j in alike if j.verdict.deadline]
        known = Known([j.case for j in alike], min(deadlines, default=None), total)
        known["wish"] = in_language(WORDS["wishes"][wish.value], locale)
        said += [say(words, known) for words in sentences(WORDS["mixed"][way], statements)]
    return " ".join(said)


def _reasons(wish: Wish, judgements: Sequence[Judgement]) -> list[tuple[str, list[Case]]]:
    """The sentences of the rules that decided, each with the cases of which it is true as it stands."""
    alike: dict[tuple[str, Moment | None], list[Case]] = {}
    for judgement in judgements:
        words = _reason(wish, judgement)
        received = judgement.case.item.delivered_at if _tells_the_receipt(words) else None
        alike.setdefault((words, received), []).append(judgement.case)
    reasons = [(words, cases) for (words, _), cases in alike.items()]
    if len(reasons) <= REASONS_AT_MOST:
        return reasons
    told, untold = reasons[: REASONS_AT_MOST - 1], reasons[REASONS_AT_MOST - 1 :]
    return [*told, (WORDS["others"], [case for _, cases in untold for case in cases])]


def _reason(wish: Wish, judgement: Judgement) -> str:
    """The sentence of the rule that decided."""
    if judgement.rule.name == SILENT:
        return str(WORDS[SILENT])
    return sentences(WORDS[wish.value][judgement.rule.name], judgement.case.version.statements)[0]


@cache
def _tells_the_receipt(words: str) -> bool:
    return any(mention in words for mention in ("{received}", "{refund_deadline}", "{told_deadline}"))


def _manner(verdict: Verdict, case: Case) -> str:
    """How an outcome is put, by the names of `closing` and `mixed`."""
    if verdict.remedy is Remedy.REFUND and case.claim.sent_back_on:
        return "refund_sent_back"
    if verdict.outcome is Outcome.NEEDS_REVIEW and verdict.deadline:
        return "needs_review_by"
    return verdict.remedy.value if verdict.remedy else verdict.outcome.value


# What a sentence may mention ------------------------------------------------------------------------------------------


def sentences(words: Any, statements: Statements) -> list[str]:
    """Words of `wording.yml` as they go with what a policy states; most are one text for every policy."""
    if isinstance(words, str):
        return [words]
    ways = [{"says": each} if isinstance(each, str) else _way_of(each, statements) for each in words]
    return [str(way["says"]) for way in ways if way]


def _way_of(ways: Sequence[Mapping[str, str]], statements: Statements) -> Mapping[str, str] | None:
    """The first way of saying it that promises and demands nothing but what the policy states."""
    return next((way for way in ways if statements.hold(way.get("needs", ""))), None)


def say(words: str, known: Numbers) -> str:
    """Words of `wording.yml` in the customer's language, filled in.

    A sentence with words that the shop didn't give in that language is said in one in which it did, all of it.
    """
    if _names_things_of_a_shop(words):
        known = copy(known)
        known.locale = known.version.shop.locale_with_words(known.locale)
    said = in_language(words, known.locale, known.count).format_map(known)
    return said[0].upper() + said[1:]


def in_language(words: str, locale: str, count: int = 1) -> str:
    """Words of `wording.yml` in the language of a tag, as they go with one item or with several; not filled in yet."""
    one, several = forms_of(words)
    catalogue = translations(locale)
    return catalogue.gettext(one) if several is None else catalogue.ngettext(one, several, count)


@cache
def forms_of(words: str) -> tuple[str, str | None]:
    """The words as they go with one item, and with several; None for the latter where they aren't about items."""
    one, several = ({name: forms[index] for name, forms in WORDS["number"].items()} for index in (0, 1))
    forms = words.format_map(_Partly(one)), words.format_map(_Partly(several))
    return forms if "{item}" in words or forms[0] != forms[1] else (words, None)


@cache
def _names_things_of_a_shop(words: str) -> bool:
    return any(f"{{{name}}}" in words for name in WORDS_OF_A_SHOP)


class _Partly(dict[str, str]):
    """Leaves in its braces what isn't known."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class Numbers(dict[str, str]):
    """The policy's own numbers, written out when a sentence mentions them."""

    count = 1
    """How many items the sentence is about."""

    def __init__(self, version: Version, locale: str) -> None:
        self.version, self.locale = version, locale

    def __missing__(self, name: str) -> str:
        return NUMBERS[name](self)


def of_the_shop(on: date, locale: str = "en-US", policy: Policy | None = None) -> dict[str, str]:
    """All that any sentence may name of the shop and its policy as it is in force on a day, by its placeholder."""
    numbers = Numbers((policy or published()).in_force(on), locale)
    return {name: numbers[name] for name in NUMBERS}


class Known(Numbers):
    """What is known of cases that a sentence is about, and the policy's numbers."""

    def __init__(
        self, cases: Sequence[Case], deadline: date | datetime | None = None, total: Decimal | None = None
    ) -> None:
        super().__init__(cases[0].version, cases[0].facts.locale)
        self.cases, self.case = cases, cases[0]
        self.count = sum([case.item.quantity for case in cases])
        self.deadline, self.total = deadline, total

    def __missing__(self, name: str) -> str:
        return MENTIONS[name](self) if name in MENTIONS else super().__missing__(name)

    def day(self, moment: date | datetime | None) -> str:
        if isinstance(moment, datetime):
            settings = self.version.settings
            in_the_shop = moment.astimezone(settings.zone)
            return _phrase(
                "moment",
                self.locale,
                day=_written_day(in_the_shop.date(), self.locale),
                time=_written_time(in_the_shop.time(), self.locale),
                zone=settings.time_zone,
            )
        return _written_day(moment, self.locale) if moment else ""


def _phrase(name: str, locale: str, /, **known: Any) -> str:
    """One of the phrases that sentences are put together from."""
    return in_language(PHRASES[name], locale).format_map(known)


def _counted(count: int | None, unit: str, locale: str) -> str:
    if count is None:
        return ""
    one, several = PHRASES[unit]
    return translations(locale).ngettext(one, several, count).format(count=count)


def _names(items: Sequence[Item], locale: str) -> str:
    """The items in a sentence, by name in quotation marks, which goes with whatever a shop calls its goods."""
    names = [_quoted(item, locale) for item in items[:NAMES_AT_MOST]]
    if len(items) > NAMES_AT_MOST:
        names.append(_phrase("more", locale, count=len(items) - NAMES_AT_MOST))
    if len(names) == 1:
        return names[0]
    return _phrase("list", locale, names=", ".join(names[:-1]), last=names[-1])


def _quoted(item: Item, locale: str) -> str:
    if name := _in_one_line(item.name):
        quoted = _phrase("quoted", locale, name=name)
        return quoted if item.quantity == 1 else f"{item.quantity} × {quoted}"
    return _counted(item.quantity, "nameless_items", locale)


def _in_one_line(name: str) -> str:
    return " ".join(name.split())


def _written_months(months: int | None, locale: str) -> str:
    """A year is called one, as the policy does."""
    return _phrase("one_year", locale) if months == 12 else _counted(months, "months", locale)


@lru_cache(maxsize=4096)  # a shop's few dates and prices come again and again, and Babel takes its time
def _written_day(day: date, locale: str) -> str:
    return format_date(day, "long", _locale(locale))


@lru_cache(maxsize=4096)
def _written_time(moment: time, locale: str) -> str:
    """With an ordinary space where CLDR has a narrow one: terminals show that badly, and no search finds it."""
    return format_time(moment, "short", locale=_locale(locale)).replace("\u202f", " ")


def _written_refund(total: Decimal | None, currency: str, locale: str) -> str:
    """Where no price is known, or nothing was paid, there is no sum to name."""
    return _phrase("your_money", locale) if total is None else _written_money(total, currency, locale)


@lru_cache(maxsize=4096)
def _written_money(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=_locale(locale), decimal_quantization=False)


@lru_cache(maxsize=64)
def _written_dollars(amount: int | None, locale: str) -> str:
    if amount is None:
        return ""
    return format_currency(amount, "USD", "¤#,##0", locale=_locale(locale), currency_digits=False)


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    """The locale of a language tag, or of its language alone; one that Babel doesn't know is read as US English."""
    name = tag.replace("-", "_")
    for known in (name, name.split("_")[0]):
        try:
            return Locale.parse(known)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "US")


def _word_of_the_shop(name: str) -> Callable[[Numbers], str]:
    return lambda known: known.version.shop.word(name, known.locale)


NUMBERS: Mapping[str, Callable[[Numbers], str]] = {
    **{name: _word_of_the_shop(name) for name in WORDS_OF_A_SHOP},
    "shop": lambda known: known.version.settings.shop,
    "example_number": lambda known: known.version.shop.order_number,
    "contact": lambda known: known.version.settings.contact,
    "cancellation_window": lambda known: _counted(known.version.values.cancellation_window, "hours", known.locale),
    "refund_window": lambda known: _counted(known.version.values.refund_window, "days", known.locale),
    "told_window": lambda known: _counted(known.version.settings.told_immediately_days, "days", known.locale),
    "warranty_term": lambda known: _written_months(known.version.values.warranty_term, known.locale),
    "limited_term": lambda known: _written_months(known.version.values.limited_warranty_term, known.locale),
    "tracked_above": lambda known: _written_dollars(known.version.values.tracked_shipping_above, known.locale),
}

MENTIONS: Mapping[str, Callable[[Known], str]] = {
    "item": lambda known: _names([case.item for case in known.cases], known.locale),
    "total": lambda known: _written_refund(known.total, known.case.order.currency, known.locale),
    "deadline": lambda known: known.day(known.deadline),
    "received": lambda known: known.day(known.case.item.delivered_at and known.case.item.delivered_at.day),
    "sent_back": lambda known: known.day(known.case.claim.sent_back_on),
    "refund_deadline": lambda known: known.day(known.case.refund_deadline),
    "told_deadline": lambda known: known.day(known.case.immediate_deadline),
    "warranty_deadline": lambda known: known.day(known.case.warranty_deadline),
    "limited_deadline": lambda known: known.day(known.case.limited_warranty_deadline),
}
