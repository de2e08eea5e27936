"""What the fake Rasa says in the browser tests: one whole conversation, with decisions by the real policy engine."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from policy_core import decide

NOW = datetime.now(timezone.utc)
CAMERA = {"sku": "CAM-4K-B", "name": "4K bullet camera"}
SWITCH = {"sku": "SW-POE-8", "name": "8-port PoE switch"}
HOSTILE = (
    "<script>alert(1)</script><b>bold</b> [x](javascript:alert(1)) \u202eevil\u202c \u200bzero\u200d "
    "![an image](https://evil.example/x.png) \U0001f4f7"
)

LONG = "very long " * 1000

Items = list[dict[str, Any]]


def decision(wants: str = "refund", days: int = 5, **claim: Any) -> dict[str, Any]:
    facts = {
        "wants": wants,
        "as_of": NOW.isoformat(),
        "order": {
            "number": "INO-10482",
            "currency": "USD",
            "placed_at": (NOW - timedelta(days=days + 4)).isoformat(),
            "delivered_at": (NOW - timedelta(days=days)).isoformat(),
            "sold_by": "inomega",
            "shipping_paid": "9.90",
            "is_whole_order": True,
        },
        "items": [{**CAMERA, "kind": "equipment", "quantity": 1, "unit_price": "189.00", "pricing": "regular"}],
        "claim": claim,
    }
    return {
        "type": "decision",
        "decision": decide(facts).to_dict(),
        "order_number": "INO-10482",
        "items": [CAMERA],
    }


def mixed() -> dict[str, Any]:
    """A decision about two items of which one can be refunded."""
    both = [
        {**CAMERA, "kind": "equipment", "quantity": 1, "unit_price": "189.00", "pricing": "regular"},
        {**SWITCH, "kind": "equipment", "quantity": 1, "unit_price": "79.00", "pricing": "clearance"},
    ]
    facts = {
        "wants": "refund",
        "as_of": NOW.isoformat(),
        "order": {
            "currency": "EUR",
            "placed_at": (NOW - timedelta(days=9)).isoformat(),
            "delivered_at": (NOW - timedelta(days=5)).isoformat(),
            "sold_by": "inomega",
        },
        "items": both,
        "claim": {"working": True, "original_packaging": True},
    }
    decided = decide(facts).to_dict()
    return {"type": "decision", "decision": decided, "order_number": "INO-10482", "items": [CAMERA, SWITCH]}


def says(payload: dict[str, Any]) -> Items:
    """A decision as the assistant says it: its words, then its card."""
    return [{"text": payload["decision"]["explanation"]}, {"custom": payload}]


def asks(text: str, fact: str, input: str, **options: str) -> Items:
    ask: dict[str, Any] = {"type": "ask", "fact": fact, "input": input}
    if options:
        ask["options"] = [{"id": id, "title": title} for id, title in options.items()]
    return [{"text": text}, {"custom": ask}]


class Script:
    """Answers each message by what was asked last; `done` counts the steps."""

    def __init__(self) -> None:
        self.asked = "start"

    def __call__(self, message: dict[str, Any]) -> Items:
        words, option = message["message"], message["metadata"]["option"]
        aside = self._aside(words)
        if aside:
            return aside
        step = self.asked
        if step == "start":
            self.asked = "email"
            return asks("I'm sorry to hear that. Which e-mail address did you use for the order?", "email", "email")
        if step == "email":
            self.asked = "item"
            return asks(
                "Thank you, I found your order. Which item is it about?",
                "item",
                "choice",
                camera=CAMERA["name"],
                switch=SWITCH["name"],
            )
        if step == "item":
            assert option in ("camera", None), option
            self.asked = "claim.working"
            return asks("Does it still work as new?", "claim.working", "yes_no")
        if step == "claim.working":
            self.asked = "confirm"
            return [
                *says(decision(working=True, original_packaging=True)),
                {"custom": {"type": "summary", "kind": "refund", "order_number": "INO-10482", "items": [CAMERA]}},
                *asks("Shall I file this refund for you?", "confirm", "yes_no"),
            ]
        self.asked = "start"
        filed = {
            "type": "request",
            "reference": "R-7QK4-M2XD",
            "kind": "refund",
            "status": "filed",
            "order_number": "INO-10482",
            "filed_at": NOW.isoformat(),
        }
        return [{"text": "Done. Your request is filed."}, {"custom": filed}]

    def _aside(self, words: str) -> Items | None:
        """Messages that show one thing, whatever was asked."""
        if words == "every outcome":
            shown = [
                decision("refund", 5, working=True, original_packaging=True),
                decision("refund", 20),
                decision("replacement", 520, reason="defective", tampered=False),
                decision("cancellation", 5),
                mixed(),
                {**decision("refund", 5), "order_number": None},
            ]
            return [item for payload in shown for item in says(payload)]
        if words == "refused":
            return [
                *says(decision("refund", 20)),
                *asks("Shall we go on with something else?", "anything_else", "choice",
                      replacement="Replacement, please", none="No, thank you"),
            ]  # fmt: skip
        if words == "decide and ask":
            self.asked = "confirm"
            return [
                *says(decision(working=True, original_packaging=True)),
                *asks("Shall I file this refund for you?", "confirm", "yes_no"),
            ]
        if words in ("Replacement, please", "I want to talk to a person"):
            return [{"text": "Very well."}]
        if words == "which order":
            return asks("What is the number of your order?", "order_number", "text")
        if words == "which of many":
            many = {str(number): f"Dome camera {number}" for number in range(30)}
            return asks("Which one is it?", "item", "choice", **many)
        if words == "be rich":
            return [
                {"text": "You have **14 days**. Please:\n- pack it\n- send it\n\nSee https://shop.example/returns."}
            ]
        if words == "which day":
            return asks("On which day did it reach you?", "order.delivered_at", "date")
        if words == "the policy":
            return [{"custom": {"type": "clause", "ids": ["refunds.promise"], "quotes": []}}]
        if words == "be hostile":
            evil = {"sku": HOSTILE, "name": HOSTILE}
            summary = {"type": "summary", "kind": HOSTILE, "order_number": HOSTILE, "items": [evil]}
            return [
                {"text": HOSTILE},
                {"text": LONG},
                {"custom": summary},
                {"custom": {"type": "clause", "ids": [HOSTILE], "quotes": [HOSTILE]}},
                *asks(HOSTILE, "item", "choice", **{"x": HOSTILE}),
            ]
        return None
