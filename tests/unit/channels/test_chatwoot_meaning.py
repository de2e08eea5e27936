"""What Chatwoot's deliveries mean, and whether they are its own."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from channels.chatwoot.meaning import meaning_of
from channels.chatwoot.rendering import words_of
from channels.chatwoot.signature import OLDEST, is_genuine, signature_of
from conversations import Message
from policy_core import decide, published
from tests.unit.channels.chatwoot import BOT, Chatwoot

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("changed", "is_taken"),
    [
        ({}, True),
        ({"secret": "another"}, False),
        ({"body": b'{"a": 2}'}, False),
        ({"timestamp": str(NOW + 1)}, False),  # it is signed, too
        ({"timestamp": ""}, False),
        ({"timestamp": "１８０００００００"}, False),
        ({"timestamp": "9" * 5000}, False),
        ({"signature": ""}, False),
        ({"signature": "sha256=" + "0" * 64}, False),
        ({"signature": "ä"}, False),
        ({"now": NOW + OLDEST}, True),
        ({"now": NOW + OLDEST + 1}, False),
        ({"now": NOW - OLDEST - 1}, False),
    ],
)
def test_a_signature_is_that_of_the_body_at_a_time_that_is_near(changed: dict[str, Any], is_taken: bool) -> None:
    body = b'{"a": 1}'
    shown = {
        "secret": "a-secret",
        "body": body,
        "signature": signature_of("a-secret", body, str(NOW)),
        "timestamp": str(NOW),
        "now": NOW,
    }

    assert is_genuine(**{**shown, **changed}) is is_taken


def test_the_signature_is_what_chatwoot_computes() -> None:
    """Computed by another tool: printf '1700000000.{}' | openssl dgst -sha256 -hmac secret."""
    expected = "sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    assert signature_of("secret", b"{}", "1700000000") == expected


def meaning(message_type: str, sender: Any, **more: Any) -> tuple[str, str] | None:
    chatwoot = Chatwoot()
    payload = chatwoot.message(chatwoot.conversation(), "words", message_type, sender, **more)
    happened = meaning_of(payload, chatwoot.settings())
    return (happened.kind, happened.text) if happened else None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"message_type": "incoming", "sender": {"id": 1}}, ("customer_wrote", "words")),
        ({"message_type": "incoming", "sender": None}, ("customer_wrote", "words")),
        ({"message_type": "incoming", "sender": {"id": 1}, "private": True}, None),
        ({"message_type": "outgoing", "sender": {"id": 1, "name": "J", "type": "user"}}, ("person_wrote", "words")),
        ({"message_type": "outgoing", "sender": {"id": 1, "type": "user"}, "private": True}, None),
        ({"message_type": "outgoing", "sender": BOT}, None),
        ({"message_type": "outgoing", "sender": BOT, "attributes": {"assistant_key": "c.1.0"}}, ("came_back", "")),
        ({"message_type": "outgoing", "sender": None}, None),
        ({"message_type": "template", "sender": None}, None),
        ({"message_type": "activity", "sender": None}, None),
        # A customer can't make us take their words for ours.
        (
            {"message_type": "incoming", "sender": {"id": 1}, "attributes": {"assistant_key": "c.1.0"}},
            ("customer_wrote", "words"),
        ),
    ],
)
def test_who_wrote(message: dict[str, Any], expected: Any) -> None:
    assert meaning(**message) == expected


@pytest.mark.parametrize("submitted", [None, [], ["x"], [{"title": "Money back"}], {"title": "x", "value": "y"}])
def test_an_updated_message_without_a_choice_means_nothing(submitted: Any) -> None:
    attributes = {"assistant_key": "c.1.0", "submitted_values": submitted}
    assert meaning("outgoing", BOT, attributes=attributes, event="message_updated") is None


def test_a_decision_is_told_with_the_money_the_day_the_steps_and_the_policys_sentences() -> None:
    facts = {
        "wants": "refund",
        "as_of": "2026-03-05",
        "order": {
            "currency": "USD",
            "sold_by": "inomega",
            "placed_at": "2026-02-20",
            "delivered_at": "2026-02-25",
        },
        "items": [
            {
                "sku": "CAM",
                "name": "Dome camera",
                "kind": "equipment",
                "quantity": 1,
                "unit_price": "129.00",
                "pricing": "regular",
            }
        ],
        "claim": {"working": True, "original_packaging": True},
    }
    decision = decide(facts)

    message = Message(text=None, custom={"type": "decision", "decision": {**decision.to_dict()}})
    card = words_of(message, "en-US")

    assert "Dome camera: $129.00\n**Total: $129.00**" in card
    assert "**Summe: 129,00\N{NO-BREAK SPACE}$**" in words_of(message, "de-DE")
    assert "**Letzter Tag:** Mittwoch, 11. März 2026" in words_of(message, "de-DE")
    assert "**Last day:** Wednesday, March 11, 2026" in card
    assert "2. Pack it in its original packaging" in card
    clauses = published().in_force(datetime.now(timezone.utc).date()).clauses
    for clause in decision.clauses:
        assert f"> {' '.join(clauses[clause].text.split())}" in card
