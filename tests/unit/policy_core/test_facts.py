from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policy_core import BadFacts, read_facts
from policy_core.facts import Facts as FactsType
from policy_core.facts import Reason, Wish, fields_of
from tests.unit.policy_core.question import MISSING, question

UTC = timezone.utc

# Each kind of bad fact of the contract: what is changed, the field that is named, words of the sentence.
BAD = [
    # a required field missing
    ({"as_of": MISSING}, "as_of", "required"),
    ({"as_of": None}, "as_of", "required"),
    ({"order": MISSING}, "order", "required"),
    ({"order.currency": MISSING}, "order.currency", "required"),
    ({"order.sold_by": None}, "order.sold_by", "required"),
    ({"items": MISSING}, "items", "required"),
    *[
        ({f"items.0.{name}": MISSING}, f"items[0].{name}", "required")
        for name in ("sku", "name", "kind", "quantity", "unit_price", "pricing")
    ],
    # an unknown field or value
    ({"colour": "red"}, "colour", "not known. Known are: as_of, order, items, claim, wants, locale"),
    ({"order.colour": None}, "order.colour", "not known"),
    ({"items.0.colour": 1}, "items[0].colour", "not known"),
    ({"claim.colour": 1}, "claim.colour", "not known"),
    ({"wants": "repair"}, "wants", "cancellation, refund, replacement"),
    ({"order.sold_by": "amazon"}, "order.sold_by", "inomega, retailer"),
    ({"order.currency": "usd"}, "order.currency", "ISO 4217"),
    ({"order.currency": "ABC"}, "order.currency", "ISO 4217"),
    ({"items.0.kind": "camera"}, "items[0].kind", "equipment, accessory"),
    ({"items.0.pricing": "cheap"}, "items[0].pricing", "regular, sale, clearance"),
    ({"claim.reason": "bored"}, "claim.reason", "changed_mind"),
    ({"locale": "no locale"}, "locale", "BCP 47"),
    # a wrong type
    ({"wants": ["refund"]}, "wants", "one of"),
    ({"order": []}, "order", "JSON object"),
    ({"claim": "broken"}, "claim", "JSON object"),
    ({"items": {}}, "items", "list"),
    ({"items.0": None}, "items[0]", "JSON object"),
    ({"items.0.sku": 7}, "items[0].sku", "text"),
    ({"items.0.name": ["Camera"]}, "items[0].name", "text"),
    ({"order.number": 1001}, "order.number", "text"),
    ({"order.is_whole_order": "yes"}, "order.is_whole_order", "true or false"),
    ({"claim.working": 1}, "claim.working", "true or false"),
    ({"claim.tampered": "no"}, "claim.tampered", "true or false"),
    ({"items.0.quantity": "1"}, "items[0].quantity", "whole number"),
    ({"items.0.quantity": 1.0}, "items[0].quantity", "whole number"),
    ({"items.0.quantity": True}, "items[0].quantity", "whole number"),
    ({"as_of": 1772712000}, "as_of", "time with its offset"),
    ({"items.0.unit_price": 129.0}, "items[0].unit_price", "plain amount"),
    ({"order.currency": 840}, "order.currency", "ISO 4217"),
    ({"locale": 1}, "locale", "BCP 47"),
    ({"claim.sent_back_on": 20260304}, "claim.sent_back_on", "YYYY-MM-DD"),
    # times and dates malformed
    ({"as_of": "2026-03-05T12:00:00"}, "as_of", "offset"),
    ({"as_of": "2026-03-05 12:00:00+00:00"}, "as_of", "offset"),
    ({"as_of": "2026-03T12:00:00Z"}, "as_of", "offset"),
    ({"as_of": "2026-02-30"}, "as_of", "2026-03-05"),
    ({"as_of": "2026-03-05T25:00:00Z"}, "as_of", "offset"),
    ({"as_of": "yesterday"}, "as_of", "offset"),
    ({"as_of": ""}, "as_of", "offset"),
    ({"as_of": "9999-12-31T23:59:59-23:59"}, "as_of", "1900 to 9000"),
    ({"order.placed_at": "0001-01-01T00:00:00+23:59"}, "order.placed_at", "1900 to 9000"),
    ({"order.placed_at": "1899-12-31"}, "order.placed_at", "1900 to 9000"),
    ({"claim.sent_back_on": "2026-03-04T10:00:00+00:00"}, "claim.sent_back_on", "YYYY-MM-DD"),
    ({"claim.sent_back_on": "2026-02-29"}, "claim.sent_back_on", "YYYY-MM-DD"),
    # an amount malformed or negative
    ({"items.0.unit_price": "129,00"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "1.29e2"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "$129"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": ".5"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "5."}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "129.00\n"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "NaN"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "١٢٩"}, "items[0].unit_price", "plain amount"),
    ({"items.0.unit_price": "1" + "0" * 12}, "items[0].unit_price", "one trillion"),
    ({"items.0.unit_price": "-1.00"}, "items[0].unit_price", "negative"),
    ({"items.0.tax": "-0.01"}, "items[0].tax", "negative"),
    ({"items.0.discount": "-0.01"}, "items[0].discount", "negative"),
    ({"order.shipping_paid": "-9.90"}, "order.shipping_paid", "negative"),
    ({"claim.return_label_cost": "-1"}, "claim.return_label_cost", "negative"),
    ({"items.0.unit_price": "129.001"}, "items[0].unit_price", "at most 2 decimals"),
    ({"items.0.tax": "1.000"}, "items[0].tax", "at most 2 decimals"),
    ({"items.0.discount": "1.000"}, "items[0].discount", "at most 2 decimals"),
    ({"order.shipping_paid": "9.901"}, "order.shipping_paid", "at most 2 decimals"),
    ({"claim.return_label_cost": "9.901"}, "claim.return_label_cost", "at most 2 decimals"),
    ({"order.currency": "JPY", "order.shipping_paid": "9"}, "items[0].unit_price", "at most 0 decimals"),
    # a discount above the line's price, quantity below 1, no items
    ({"items.0.discount": "129.01"}, "items[0].discount", "more than the price"),
    ({"items.0.quantity": 0}, "items[0].quantity", "whole number"),
    ({"items.0.quantity": -1}, "items[0].quantity", "whole number"),
    ({"items.0.quantity": 1_000_001}, "items[0].quantity", "1000000"),
    ({"items": []}, "items", "At least one item"),
    # times that contradict each other
    ({"order.placed_at": "2026-03-05T12:00:01+00:00", "order.delivered_at": None}, "as_of", "earlier than the order"),
    ({"order.placed_at": "2026-03-06", "order.delivered_at": None}, "as_of", "earlier than the order"),
    ({"order.delivered_at": "2026-02-20T09:59:59+00:00"}, "order.delivered_at", "earlier than the order"),
    ({"order.delivered_at": "2026-02-19"}, "order.delivered_at", "earlier than the order"),
    ({"order.delivered_at": "2026-03-05T12:00:01+00:00"}, "order.delivered_at", "later than the question"),
    ({"order.delivered_at": "2026-03-06"}, "order.delivered_at", "later than the question"),
    ({"items.0.delivered_at": "2026-02-20T09:59:59+00:00"}, "items[0].delivered_at", "earlier than the order"),
    ({"items.0.delivered_at": "2026-03-05T12:00:01+00:00"}, "items[0].delivered_at", "later than the question"),
    ({"claim.sent_back_on": "2026-02-28"}, "claim.sent_back_on", "before the day it was received"),
    ({"claim.sent_back_on": "2026-03-06"}, "claim.sent_back_on", "after the day of the question"),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD, ids=lambda part: str(part)[:60])
def test_a_bad_fact_names_its_field_and_says_what_is_expected(changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BadFacts) as bad:
        read_facts(question(changes), UTC)

    assert bad.value.field == field
    assert words in bad.value.message
    assert bad.value.to_dict() == {"error": {"field": field, "message": bad.value.message}}


@pytest.mark.parametrize("document", [None, [], "facts", 7, True, [[]]])
def test_facts_are_an_object(document: object) -> None:
    with pytest.raises(BadFacts) as bad:
        read_facts(document, UTC)

    assert bad.value.field == ""


def test_the_second_item_is_named_as_such() -> None:
    facts = question()
    facts["items"].append({**facts["items"][0], "discount": "200.00"})

    with pytest.raises(BadFacts, match=r"^items\[1\]\.discount: "):
        read_facts(facts, UTC)


# Borders that are still good
@pytest.mark.parametrize(
    "changes",
    [
        {"items.0.discount": "129.00"},
        {"items.0.unit_price": "0", "items.0.discount": "0.00"},
        {"items.0.unit_price": "9" * 12},
        {"items.0.quantity": 1_000_000},
        {"order.delivered_at": "2026-02-20T10:00:00+00:00"},
        {"order.delivered_at": "2026-02-20"},  # a day: the order's own day will do
        {"order.delivered_at": "2026-03-05"},
        {"order.delivered_at": "2026-03-05T12:00:00+00:00"},
        {"as_of": "2026-03-05"},
        {"order.placed_at": "2026-03-05", "order.delivered_at": None},
        {"order.placed_at": "2026-03-05T23:00:00+00:00", "order.delivered_at": None, "as_of": "2026-03-05"},
        {"claim.sent_back_on": "2026-03-01"},
        {"claim.sent_back_on": "2026-03-05"},
        {"order.currency": "KWD", "items.0.unit_price": "129.005"},
        {"claim": None},
        {"locale": None},
        {"order.number": None},
        {"locale": "zh-Hant-TW"},
    ],
    ids=str,
)
def test_what_is_just_right_is_read(changes: dict[str, Any]) -> None:
    read_facts(question(changes), UTC)


def test_facts_are_read_as_what_they_are() -> None:
    facts = read_facts(question({"claim.reason": "lost", "claim.sent_back_on": "2026-03-04"}), UTC)

    assert facts.wants is Wish.REFUND
    assert facts.claim.reason is Reason.LOST
    assert facts.claim.sent_back_on == date(2026, 3, 4)
    assert facts.claim.working is True
    assert facts.items[0].paid == Decimal("130.00")
    assert facts.order.is_whole_order is True


def test_what_is_not_said_has_its_default() -> None:
    facts = read_facts(
        question({"order.shipping_paid": None, "order.is_whole_order": MISSING, "items.0.tax": MISSING,
                  "items.0.discount": MISSING, "claim": MISSING, "wants": MISSING, "locale": MISSING}), UTC,
    )  # fmt: skip

    assert facts.order.shipping_paid == 0
    assert facts.order.is_whole_order is False
    assert facts.items[0].paid == Decimal("129.00")
    assert facts.claim.return_label_cost == 0
    assert facts.claim.working is None
    assert facts.wants is None
    assert facts.locale == "en-US"


@pytest.mark.parametrize(
    "spelling",
    [
        "2026-03-05T12:00:00+00:00",
        "2026-03-05T12:00:00Z",
        "2026-03-05T12:00Z",
        "2026-03-05T12:00:00.000000+00:00",
        "2026-03-05T12:00:00.000000000Z",
        "2026-03-05T13:00:00+01:00",
        "2026-03-05T13:00:00+0100",
        "20260305T120000Z",
        "2026-03-05T07:30:00-04:30",
    ],
)
def test_iso_8601_has_many_spellings(spelling: str) -> None:
    facts = read_facts(question({"as_of": spelling}), UTC)

    assert facts.as_of.at == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert facts.as_of.day == date(2026, 3, 5)


def test_a_day_is_that_of_the_shop() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    facts = read_facts(question({"as_of": "2026-03-05T23:30:00+00:00", "order.placed_at": "2026-02-20"}), berlin)

    assert facts.as_of.day == date(2026, 3, 6)
    assert facts.order.placed_at is not None
    assert facts.order.placed_at.at == datetime(2026, 2, 19, 23, tzinfo=UTC)
    assert facts.order.placed_at.day == date(2026, 2, 20)


def test_an_items_own_delivery_goes_before_that_of_the_order_even_if_it_is_null() -> None:
    facts = question()
    facts["items"] *= 3
    facts["items"] = [
        facts["items"][0],
        {**facts["items"][1], "delivered_at": None},
        {**facts["items"][2], "delivered_at": "2026-03-02"},
    ]

    delivered = [item.delivered_at and item.delivered_at.day for item in read_facts(facts, UTC).items]

    assert delivered == [date(2026, 3, 1), None, date(2026, 3, 2)]


def test_any_mapping_will_do() -> None:
    assert read_facts(MappingProxyType(question()), UTC) == read_facts(question(), UTC)


def test_the_fields_are_those_of_the_contract() -> None:
    assert [(name, required) for name, _, required in fields_of(FactsType)] == [
        ("as_of", True), ("order", True), ("items", True), ("claim", False), ("wants", False), ("locale", False),
    ]  # fmt: skip
