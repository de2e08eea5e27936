"""What the actions keep for the lead's figures: messages that weren't understood, and money that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import store
from actions.case import refused_money
from actions.message import UNSURE, Message
from actions.unclear import ask_back
from policy_core import decide

PLACE = {"conversation_id": "c-1", "seq": 7}


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    noted: list[tuple[Any, ...]] = []
    monkeypatch.setattr(store, "note_misunderstood", lambda *place: noted.append(place))
    return noted


def test_a_message_that_is_asked_back_about_is_noted_with_what_it_is_nearest_to(noted: list[tuple[Any, ...]]) -> None:
    message = Message("is it drone proof", UNSURE, ranking=[(UNSURE, 0.8), ("ask_warranty", 0.2)], **PLACE)  # type: ignore[arg-type]
    ask_back(CollectingDispatcher(), message, is_again=False)
    ask_back(CollectingDispatcher(), Message("???", UNSURE, **PLACE), is_again=True)  # type: ignore[arg-type]

    assert noted == [("c-1", 7, "ask_warranty"), ("c-1", 7, "out_of_scope")]


def test_without_a_transcript_nothing_is_noted(noted: list[tuple[Any, ...]]) -> None:
    ask_back(CollectingDispatcher(), Message("???", UNSURE, conversation_id="c-1"), is_again=False)

    assert noted == []


def item(pricing: str) -> dict[str, Any]:
    price = {"quantity": 2, "unit_price": "50.00", "discount": "10.00", "tax": "4.50", "pricing": pricing}
    return {"sku": pricing, "name": "Camera", "kind": "equipment", **price}


def facts(wants: str, *pricings: str) -> dict[str, Any]:
    return {
        "as_of": "2026-03-20T12:00:00+00:00",
        "wants": wants,
        "order": {"currency": "EUR", "sold_by": "inomega", "delivered_at": "2026-03-15T12:00:00+00:00"},
        "items": [item(pricing) for pricing in pricings],
        "claim": {"working": True, "original_packaging": True, "reason": "changed_mind"},
    }


@pytest.mark.parametrize(
    ("wants", "pricings", "refused"),
    [
        ("refund", ["regular"], None),
        ("refund", ["clearance"], {"currency": "EUR", "total": "94.50"}),
        ("refund", ["regular", "clearance", "sale"], {"currency": "EUR", "total": "189.00"}),
        ("replacement", ["clearance"], None),
    ],
)
def test_refused_is_what_was_paid_for_what_is_not_given_back(
    wants: str, pricings: list[str], refused: dict[str, str] | None
) -> None:
    assert refused_money(decide(facts(wants, *pricings))) == refused
