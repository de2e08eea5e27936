"""The reader of words finds what nothing stands behind, and lets pass what the decision says."""

from __future__ import annotations

from typing import Any

import pytest

from policy_core import decide
from tests.conversation.simulation.judging import WrongPromiseError, WrongRefusalError, compare
from tests.conversation.simulation.promises import AGREES, GRANTS, founded

FACTS: dict[str, Any] = {
    "wants": "refund",
    "as_of": "2026-03-05",
    "order": {"currency": "USD", "sold_by": "inomega", "placed_at": "2026-02-20", "delivered_at": "2026-02-25"},
    "items": [
        {
            "sku": "CAM",
            "name": "4K camera",
            "kind": "equipment",
            "quantity": 1,
            "unit_price": "129.00",
            "pricing": "regular",
        }
    ],
    "claim": {"working": True, "original_packaging": True, "original_purchaser": True},
}


def decided(**claim: Any) -> dict[str, Any]:
    return {**decide({**FACTS, "claim": {**FACTS["claim"], **claim}}).to_dict()}


def faults_of(text: str) -> list[str]:
    return list(founded([decided()], FACTS, ["4K camera", "R-AAAA-BBBB"]).faults_of(text))


def test_what_the_engine_says_itself_is_founded() -> None:
    assert faults_of(decided()["explanation"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "By our policy you can have $129.00 back for 4K camera by March 11, 2026.",
        "1. Pack it.\n2. Send it back within 14 days.",
        "It is for an item over $75, order placed on February 20, 2026.",
        "One sentence says 24 months, the other one year. See R-AAAA-BBBB.",
    ],
)
def test_what_is_so_may_be_said(text: str) -> None:
    assert faults_of(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You can have $129.01 back.", "it says '$129.01'"),
        ("Total: 138.90 USD", "it says '138.90 USD'"),
        ("Send it back by March 12, 2026.", "it says 'March 12, 2026'"),
        ("The last day is Thursday, March 12, 2026.", "it says 'Thursday, March 12, 2026'"),
        ("The deadline is 2026-03-12.", "it says '2026-03-12'"),
        ("You have 30 days.", "it says '30 days'"),
        ("You have thirty days.", "it says 'thirty days'"),
        ("You get 100% of it.", "it says '100%'"),
        ("You get half of it.", "it says 'half'"),
        ("You have 3 h 5 min left for it.", "it says '3 h 5 min'"),
        ("You can have 500 for it.", "it says '500'"),
    ],
)
def test_a_number_that_nothing_stands_behind_is_found(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize("text", ["you can have it", "We will refund it", "It is approved", "a full refund"])
def test_words_that_grant_are_recognised(text: str) -> None:
    assert GRANTS.search(text)


def test_agreeing_is_recognised() -> None:
    assert AGREES.search("yes. these are the sentences")
    assert not AGREES.search("i go by our published policy")


def test_more_than_is_due_is_a_wrong_promise_and_less_a_wrong_refusal() -> None:
    granted, refused = decided(), decided(working=False)
    compare(granted, [refused, granted])
    with pytest.raises(WrongPromiseError):
        compare(granted, [refused])
    with pytest.raises(WrongPromiseError):
        compare({**granted, "deadline": "2026-03-12"}, [granted])
    with pytest.raises(WrongPromiseError):
        compare({**granted, "refund": {**granted["refund"], "total": "130.00"}}, [granted])
    with pytest.raises(WrongRefusalError):
        compare(refused, [granted])
