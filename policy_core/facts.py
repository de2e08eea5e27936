"""The facts that a decision rests on, read from their JSON form, which `schema.py` describes from the same types.

Every bad fact is a `BadFacts` with the field's dotted name and a sentence for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, NewType, TypeVar, get_args, get_type_hints

from babel.numbers import get_currency_precision, list_currencies
from dateutil import parser

ZERO = Decimal(0)
EARLIEST_YEAR, LATEST_YEAR = 1900, 9000  # room for every deadline and offset on either side
Amount = NewType("Amount", Decimal)
Currency = NewType("Currency", str)
Locale = NewType("Locale", str)
Quantity = NewType("Quantity", int)
NO_AMOUNT = Amount(ZERO)

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_CURRENCIES = list_currencies()


class Wish(str, Enum):
    """What the customer wants to have."""

    CANCELLATION = "cancellation"
    REFUND = "refund"
    REPLACEMENT = "replacement"


class SoldBy(str, Enum):
    """Who sold the order."""

    INOMEGA = "inomega"
    RETAILER = "retailer"


class Kind(str, Enum):
    """What kind of product an item is."""

    EQUIPMENT = "equipment"
    ACCESSORY = "accessory"


class Pricing(str, Enum):
    """At what kind of price an item was sold."""

    REGULAR = "regular"
    SALE = "sale"
    CLEARANCE = "clearance"


class Reason(str, Enum):
    """What the customer says about the item."""

    CHANGED_MIND = "changed_mind"
    ORDERED_BY_MISTAKE = "ordered_by_mistake"
    WRONG_ITEM_DELIVERED = "wrong_item_delivered"
    DAMAGED_ON_ARRIVAL = "damaged_on_arrival"
    DEFECTIVE = "defective"
    DAMAGED_BY_USER = "damaged_by_user"
    MODIFIED = "modified"
    REPAIRED_WITHOUT_CONSENT = "repaired_without_consent"
    LOST = "lost"
    NOT_RECEIVED = "not_received"


@dataclass(frozen=True)
class Moment:
    """A point in time and its day in the shop's time zone; a bare date is that day's first moment."""

    at: datetime
    day: date
    is_bare_date: bool = False

    def is_before(self, other: Moment) -> bool:
        """Days are compared where one of the two is a date."""
        if self.is_bare_date or other.is_bare_date:
            return self.day < other.day
        return self.at < other.at


@dataclass(frozen=True)
class Order:
    """The order; its charges are in its currency."""

    currency: Currency
    sold_by: SoldBy
    number: str | None = None
    placed_at: Moment | None = None
    delivered_at: Moment | None = None
    shipping_paid: Amount = NO_AMOUNT
    is_whole_order: bool = False


@dataclass(frozen=True)
class Item:
    """What is asked about of one line: quantity, discount and tax are those of this part."""

    sku: str
    name: str
    kind: Kind
    quantity: Quantity
    unit_price: Amount
    pricing: Pricing
    discount: Amount = NO_AMOUNT
    tax: Amount = NO_AMOUNT
    delivered_at: Moment | None = None

    @property
    def paid(self) -> Decimal:
        """What was paid for it, in the order's currency: price less discount plus tax."""
        return self.quantity * self.unit_price - self.discount + self.tax


@dataclass(frozen=True)
class Claim:
    """What the customer says about the items; None is not known, which is different from false."""

    reason: Reason | None = None
    working: bool | None = None
    original_packaging: bool | None = None
    tampered: bool | None = None
    original_purchaser: bool | None = None
    sent_back_on: date | None = None
    return_label_cost: Amount = NO_AMOUNT


@dataclass(frozen=True)
class Facts:
    """Everything that a decision rests on."""

    as_of: Moment
    order: Order
    items: tuple[Item, ...]
    claim: Claim = Claim()
    wants: Wish | None = None
    locale: Locale = Locale("en-US")


class BadFacts(Exception):
    """Facts that can't be decided on: which field, and a sentence that says what it has to be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message

    def to_dict(self) -> dict[str, Any]:
        return {"error": {"field": self.field, "message": self.message}}


def read_facts(document: object, zone: tzinfo) -> Facts:
    """The facts in a JSON object, in the shop's time zone `zone`. Raises BadFacts."""
    facts: Facts = _read_object(Facts, document, "", zone)
    raw_items = document["items"]  # type: ignore[index]  # read above, so they are there
    items = tuple(
        item if "delivered_at" in raw else replace(item, delivered_at=facts.order.delivered_at)
        for item, raw in zip(facts.items, raw_items)
    )
    facts = replace(facts, items=items)
    _check_amounts(facts)
    _check_times(facts)
    return facts


# Reading by type ------------------------------------------------------------------------------------------------------

Reader = Callable[[Any, str, tzinfo], Any]
E = TypeVar("E", bound=Enum)


def _read_object(kind: type, value: object, name: str, zone: tzinfo) -> Any:
    if not isinstance(value, dict):
        raise BadFacts(name, "This has to be a JSON object with named fields.")
    plan = _plan(kind)
    prefix = f"{name}." if name else ""
    for key in value:
        if key not in plan:
            raise BadFacts(f"{prefix}{key}", f"This field is not known. Known are: {', '.join(plan)}.")
    known = {}
    for key, (read, is_required) in plan.items():
        given = value.get(key)
        if given is not None:
            known[key] = read(given, prefix + key, zone)
        elif is_required:
            raise BadFacts(prefix + key, "This field is required.")
    return kind(**known)


@lru_cache(maxsize=None)
def _plan(kind: type) -> dict[str, tuple[Reader, bool]]:
    return {name: (_reader(hint), is_required) for name, hint, is_required in fields_of(kind)}


def fields_of(kind: type) -> Iterator[tuple[str, Any, bool]]:
    """Name, type (without its None) and whether it is required, of each field of one of the types above."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        yield field.name, _without_none(hints[field.name]), _is_required(field)


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING


def _without_none(hint: Any) -> Any:
    known = [part for part in get_args(hint) if part is not NoneType]
    return known[0] if NoneType in get_args(hint) else hint


def _reader(hint: Any) -> Reader:
    if hint in READERS:
        return READERS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _reader_of_choice(hint)
    if hint == tuple[Item, ...]:
        return _read_items
    return lambda value, name, zone: _read_object(hint, value, name, zone)


def _reader_of_choice(choice: type[E]) -> Reader:
    members = {member.value: member for member in choice}

    def read(value: Any, name: str, zone: tzinfo) -> E:
        if not isinstance(value, str) or value not in members:
            raise BadFacts(name, f"This has to be one of {', '.join(members)}.")
        return members[value]

    return read


def _read_items(value: Any, name: str, zone: tzinfo) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise BadFacts(name, "This has to be a list of items.")
    if not value:
        raise BadFacts(name, "At least one item is needed.")
    return tuple(_read_object(Item, item, f"{name}[{index}]", zone) for index, item in enumerate(value))


def _read_text(value: Any, name: str, zone: tzinfo) -> str:
    if not isinstance(value, str):
        raise BadFacts(name, "This has to be text.")
    return value


def _read_yes_or_no(value: Any, name: str, zone: tzinfo) -> bool:
    if not isinstance(value, bool):
        raise BadFacts(name, "This has to be true or false (or null, where it is not known).")
    return value


def _read_quantity(value: Any, name: str, zone: tzinfo) -> Quantity:
    if type(value) is not int or not 1 <= value <= 1_000_000:
        raise BadFacts(name, "This has to be a whole number from 1 to 1000000.")
    return Quantity(value)


def _read_amount(value: Any, name: str, zone: tzinfo) -> Amount:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise BadFacts(name, 'This has to be a plain amount as text, such as "129.00", below one trillion.')
    if value.startswith("-"):
        raise BadFacts(name, "An amount can't be negative.")
    return Amount(Decimal(value))


def _read_currency(value: Any, name: str, zone: tzinfo) -> Currency:
    if not isinstance(value, str) or value not in _CURRENCIES:
        raise BadFacts(name, "This has to be a currency's ISO 4217 code, such as USD.")
    return Currency(value)


def _read_locale(value: Any, name: str, zone: tzinfo) -> Locale:
    if not isinstance(value, str) or not _LOCALE.fullmatch(value):
        raise BadFacts(name, "This has to be a BCP 47 language tag, such as en-US.")
    return Locale(value)


def _read_date(value: Any, name: str, zone: tzinfo) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return _within_years(date.fromisoformat(value), name)
        except ValueError:
            pass
    raise BadFacts(name, "This has to be a day as YYYY-MM-DD, such as 2026-03-05.")


def _read_moment(value: Any, name: str, zone: tzinfo) -> Moment:
    if isinstance(value, str) and _DATE.fullmatch(value):
        day = _read_date(value, name, zone)
        return Moment(datetime(day.year, day.month, day.day, tzinfo=zone), day, is_bare_date=True)
    at = _parse_time(value) if isinstance(value, str) else None
    if at is None or at.tzinfo is None:
        raise BadFacts(name, "This has to be a time with its offset, such as 2026-03-05T14:30:00+00:00, or a day.")
    _within_years(at.date(), name)
    return Moment(at, at.astimezone(zone).date())


def _parse_time(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)  # knows most spellings and is the quicker of the two
    except ValueError:
        pass
    try:
        return parser.isoparse(value)
    except (ValueError, OverflowError):
        return None


def _within_years(day: date, name: str) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise BadFacts(name, f"This has to lie in the years {EARLIEST_YEAR} to {LATEST_YEAR}.")
    return day


READERS: Mapping[Any, Reader] = {
    str: _read_text,
    bool: _read_yes_or_no,
    date: _read_date,
    Amount: _read_amount,
    Currency: _read_currency,
    Locale: _read_locale,
    Moment: _read_moment,
    Quantity: _read_quantity,
}


# Checking facts against each other ------------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def minor_digits(currency: str) -> int:
    """How many decimals an amount in `currency` has."""
    return get_currency_precision(currency)


def _check_amounts(facts: Facts) -> None:
    amounts = [
        ("order.shipping_paid", facts.order.shipping_paid),
        ("claim.return_label_cost", facts.claim.return_label_cost),
    ]
    for index, item in enumerate(facts.items):
        name = f"items[{index}]"
        amounts += [
            (f"{name}.unit_price", item.unit_price),
            (f"{name}.discount", item.discount),
            (f"{name}.tax", item.tax),
        ]
        if item.discount > item.quantity * item.unit_price:
            raise BadFacts(f"{name}.discount", "The discount can't be more than the price of the line.")
    digits = minor_digits(facts.order.currency)
    for name, amount in amounts:
        if -int(amount.as_tuple().exponent) > digits:
            raise BadFacts(name, f"An amount in {facts.order.currency} has at most {digits} decimals.")


def _check_times(facts: Facts) -> None:
    _check_after_order("as_of", facts.as_of, facts.order)
    _check_delivery("order.delivered_at", facts.order.delivered_at, facts)
    for index, item in enumerate(facts.items):
        if item.delivered_at is not facts.order.delivered_at:
            _check_delivery(f"items[{index}].delivered_at", item.delivered_at, facts)
    sent_back_on = facts.claim.sent_back_on
    if sent_back_on is None:
        return
    if sent_back_on > facts.as_of.day:
        raise BadFacts("claim.sent_back_on", "It can't have been sent back after the day of the question.")
    if any(item.delivered_at and sent_back_on < item.delivered_at.day for item in facts.items):
        raise BadFacts("claim.sent_back_on", "It can't have been sent back before the day it was received.")


def _check_delivery(name: str, delivered_at: Moment | None, facts: Facts) -> None:
    if delivered_at is None:
        return
    _check_after_order(name, delivered_at, facts.order)
    if facts.as_of.is_before(delivered_at):
        raise BadFacts(name, "The delivery can't be later than the question (as_of).")


def _check_after_order(name: str, moment: Moment, order: Order) -> None:
    if order.placed_at and moment.is_before(order.placed_at):
        raise BadFacts(name, "This can't be earlier than the order was placed (order.placed_at).")
