"""The facts that a decision rests on, read from their JSON form, which `schema.py` describes from the same types.

Every bad fact is a `BadFacts` with the field's dotted name and a sentence for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, NewType, get_args, get_type_hints

from babel.numbers import get_currency_precision, list_currencies
from dateutil import parser

ZERO = Decimal(0)
EARLIEST_YEAR, LATEST_YEAR = 1900, 9000  # room for every deadline and offset on either side
QUANTITY_AT_MOST = 1_000_000
Amount = NewType("Amount", Decimal)
Currency = NewType("Currency", str)
Locale = NewType("Locale", str)
Quantity = NewType("Quantity", int)
NO_AMOUNT = Amount(ZERO)

# Babel gives the decimals that people write; these have more by ISO 4217.
FINER_THAN_WRITTEN = {"IQD": 3} | dict.fromkeys(
    ("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SLL", "SOS", "SYP", "YER"), 2
)

AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}T[0-9:.,]+([Zz]|[+-][0-9:]+)")
LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


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


class Moment(NamedTuple):
    """A point in time, in UTC, and its day in the shop's time zone; a bare date is that day's first moment."""

    at: datetime
    day: date
    is_bare_date: bool = False

    def is_before(self, other: Moment) -> bool:
        """Days are compared where one of the two is a date."""
        if self.is_bare_date or other.is_bare_date:
            return self.day < other.day
        return self.at < other.at


class Order(NamedTuple):
    """The order; its charges are in its currency."""

    currency: Currency
    sold_by: SoldBy
    number: str | None = None
    placed_at: Moment | None = None
    delivered_at: Moment | None = None
    shipping_paid: Amount = NO_AMOUNT
    is_whole_order: bool = False


class Item(NamedTuple):
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


class Claim(NamedTuple):
    """What the customer says about the items; None is not known, which is different from false."""

    reason: Reason | None = None
    working: bool | None = None
    original_packaging: bool | None = None
    tampered: bool | None = None
    original_purchaser: bool | None = None
    sent_back_on: date | None = None
    return_label_cost: Amount = NO_AMOUNT


class Facts(NamedTuple):
    """Everything that a decision rests on."""

    as_of: Moment
    order: Order
    items: tuple[Item, ...]
    claim: Claim = Claim()
    wants: Wish | None = None
    locale: Locale = Locale("en-US")


class BadFacts(Exception):  # noqa: N818  # the word of the contract
    """Facts that can't be decided on: which field, and a sentence that says what it has to be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message

    def within(self, name: str) -> BadFacts:
        """The same, seen from the object that holds the field in its field `name`."""
        separator = "." if self.field and not self.field.startswith("[") else ""
        return BadFacts(f"{name}{separator}{self.field}", self.message)

    def to_dict(self) -> dict[str, Any]:
        """The error as JSON has it."""
        return {"error": {"field": self.field, "message": self.message}}


def read_facts(document: object, zone: tzinfo) -> Facts:
    """The facts in a JSON object, in the shop's time zone `zone`. Raises BadFacts."""
    facts: Facts = _read_object(Facts, document, zone)
    facts = facts._replace(items=_with_delivery_of_order(facts, document))
    _check_amounts(facts)
    _check_times(facts)
    return facts


def _with_delivery_of_order(facts: Facts, document: Any) -> tuple[Item, ...]:
    """An item's own `delivered_at` goes before the order's wherever the key is there, null included."""
    return tuple(
        item if "delivered_at" in given else item._replace(delivered_at=facts.order.delivered_at)
        for item, given in zip(facts.items, document["items"], strict=True)
    )


# Reading by type; what is wrong is named by the object that holds it --------------------------------------------------

Reader = Callable[[Any, tzinfo], Any]


def _read_object(kind: Any, value: object, zone: tzinfo) -> Any:
    if not isinstance(value, Mapping):
        raise BadFacts("", "This has to be a JSON object with named fields.")
    readers, required = _plan(kind)
    known = {}
    try:
        for name, given in value.items():
            if name not in readers:
                raise BadFacts("", f"This field is not known. Known are: {', '.join(readers)}.")
            if given is not None:
                known[name] = readers[name](given, zone)
    except BadFacts as bad:
        raise bad.within(name) from None
    for name in required:
        if name not in known:
            raise BadFacts(name, "This field is required.")
    return kind(**known)


@cache
def _plan(kind: Any) -> tuple[dict[str, Reader], list[str]]:
    """How each field is read, and which are required."""
    fields = list(fields_of(kind))
    return {name: _reader(hint) for name, hint, _ in fields}, [name for name, _, is_required in fields if is_required]


def fields_of(kind: Any) -> Iterator[tuple[str, Any, bool]]:
    """Name, type (without its None) and whether it is required, of each field of one of the types above."""
    hints = get_type_hints(kind)
    for name in kind._fields:
        yield name, _without_none(hints[name]), name not in kind._field_defaults


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
    return lambda value, zone: _read_object(hint, value, zone)


def _reader_of_choice(choice: type[Enum]) -> Reader:
    members = {member.value: member for member in choice}

    def read(value: Any, zone: tzinfo) -> Enum:
        try:
            return members[value]
        except (KeyError, TypeError):
            raise BadFacts("", f"This has to be one of {', '.join(members)}.") from None

    return read


def _read_items(value: Any, zone: tzinfo) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise BadFacts("", "This has to be a list of items.")
    if not value:
        raise BadFacts("", "At least one item is needed.")
    return tuple(_read_item(index, item, zone) for index, item in enumerate(value))


def _read_item(index: int, value: Any, zone: tzinfo) -> Item:
    try:
        item: Item = _read_object(Item, value, zone)
    except BadFacts as bad:
        raise bad.within(f"[{index}]") from None
    return item


def _read_text(value: Any, zone: tzinfo) -> str:
    if not isinstance(value, str):
        raise BadFacts("", "This has to be text.")
    return value


def _read_yes_or_no(value: Any, zone: tzinfo) -> bool:
    if not isinstance(value, bool):
        raise BadFacts("", "This has to be true or false (or null, where it is not known).")
    return value


def _read_quantity(value: Any, zone: tzinfo) -> int:
    if type(value) is not int or not 1 <= value <= QUANTITY_AT_MOST:
        raise BadFacts("", f"This has to be a whole number from 1 to {QUANTITY_AT_MOST}.")
    return value


def _read_amount(value: Any, zone: tzinfo) -> Decimal:
    if isinstance(value, str) and AMOUNT.fullmatch(value):
        return Decimal(value)
    if isinstance(value, str) and AMOUNT.fullmatch(value.removeprefix("-")):
        raise BadFacts("", "An amount can't be negative.")
    raise BadFacts("", 'This has to be a plain amount as text, such as "129.00", below one trillion.')


def _read_currency(value: Any, zone: tzinfo) -> str:
    if not isinstance(value, str) or value not in _currencies():
        raise BadFacts("", "This has to be a currency's ISO 4217 code, such as USD.")
    return value


def _read_locale(value: Any, zone: tzinfo) -> str:
    if not isinstance(value, str) or not LOCALE.fullmatch(value):
        raise BadFacts("", "This has to be a BCP 47 language tag, such as en-US.")
    return value


def _read_date(value: Any, zone: tzinfo) -> date:
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            return _within_years(date.fromisoformat(value))
        except ValueError:
            pass
    raise BadFacts("", "This has to be a day as YYYY-MM-DD, such as 2026-03-05.")


def _read_moment(value: Any, zone: tzinfo) -> Moment:
    at = _parse_time(value) if isinstance(value, str) else None
    if at and at.tzinfo:
        _within_years(at)
        return Moment(at.astimezone(timezone.utc), at.astimezone(zone).date())
    if isinstance(value, str) and DATE.fullmatch(value):
        day = _read_date(value, zone)
        first = datetime(day.year, day.month, day.day, tzinfo=zone)
        return Moment(first.astimezone(timezone.utc), day, is_bare_date=True)
    raise BadFacts("", "This has to be a time with its offset, such as 2026-03-05T14:30:00+00:00, or a day.")


def _parse_time(value: str) -> datetime | None:
    """The usual spelling the quick way; dateutil knows the other ones of ISO 8601."""
    try:
        if value[10:11] == "T":
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    try:
        return parser.isoparse(value) if TIME.fullmatch(value) else None
    except ValueError:
        return None


def _within_years(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise BadFacts("", f"This has to lie in the years {EARLIEST_YEAR} to {LATEST_YEAR}.")
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


@cache
def _currencies() -> set[str]:
    return list_currencies()


@cache
def minor_digits(currency: str) -> int:
    """How many decimals an amount in `currency` has, by ISO 4217."""
    return FINER_THAN_WRITTEN.get(currency) or get_currency_precision(currency)


def _check_amounts(facts: Facts) -> None:
    order, claim = facts.order, facts.claim
    if _is_too_fine(order.shipping_paid, order):
        raise _too_fine("order.shipping_paid", order)
    if _is_too_fine(claim.return_label_cost, order):
        raise _too_fine("claim.return_label_cost", order)
    for index, item in enumerate(facts.items):
        if _is_too_fine(item.paid, order):  # a sum is as fine as its finest part
            part = next(name for name in ("unit_price", "discount", "tax") if _is_too_fine(getattr(item, name), order))
            raise _too_fine(f"items[{index}].{part}", order)
        if item.discount > item.quantity * item.unit_price:
            raise BadFacts(f"items[{index}].discount", "The discount can't be more than the price of the line.")


def _is_too_fine(amount: Decimal, order: Order) -> bool:
    return -int(amount.as_tuple().exponent) > minor_digits(order.currency)


def _too_fine(name: str, order: Order) -> BadFacts:
    return BadFacts(name, f"An amount in {order.currency} has at most {minor_digits(order.currency)} decimals.")


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
