"""Facts by chance: any that can be decided, crowded around the borders where decisions turn."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from policy_core.facts import Kind, Pricing, Reason, SoldBy, Wish

# Who looks for rare mistakes asks for more: POLICY_EXAMPLES=5000 pytest tests/property/policy_core
thoroughly = settings(max_examples=int(os.environ.get("POLICY_EXAMPLES", "60")), deadline=None)

DAY = timedelta(days=1)
UNKNOWN_OR_NOT = st.sampled_from([None, True, False])
CENTS = st.integers(0, 20_000).map(lambda cents: f"{cents / 100:.2f}")
START = datetime(2023, 12, 1, tzinfo=timezone.utc)
STARTS = st.timedeltas(timedelta(0), timedelta(days=1600)).map(lambda later: START + later)
TO_DELIVERY = st.sampled_from([timedelta(0), timedelta(hours=20), DAY, 3 * DAY, 40 * DAY])
SINCE = st.one_of(
    st.builds(
        lambda days, seconds: days * DAY + timedelta(seconds=seconds),
        st.sampled_from([0, 1, 13, 14, 15, 30, 364, 365, 366, 729, 730, 731, 732]),
        st.sampled_from([0, 1, 3_600, 86_399]),
    ),
    st.timedeltas(timedelta(0), 900 * DAY),
)
NAMES = st.sampled_from(["Camera", "Mount", "Cable", "Recorder"])


def written(moment: datetime | None, as_day: bool) -> str | None:
    if moment is None:
        return None
    return moment.date().isoformat() if as_day else moment.isoformat()


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    quantity, cents = draw(st.integers(1, 3)), draw(st.integers(0, 30_000))
    return {
        "sku": draw(st.sampled_from(["A-1", "B-2"])),
        "name": draw(NAMES),
        "kind": draw(st.sampled_from(Kind)).value,
        "quantity": quantity,
        "unit_price": f"{cents / 100:.2f}",
        "pricing": draw(st.sampled_from([Pricing.REGULAR, Pricing.REGULAR, Pricing.SALE, Pricing.CLEARANCE])).value,
        "discount": f"{draw(st.integers(0, quantity * cents)) / 100:.2f}",
        "tax": draw(CENTS),
    }


@st.composite
def facts(draw: st.DrawFn, wish: Wish | str | None = "any") -> dict[str, Any]:
    """A document that `decide` takes; `wish` fixes what is wanted."""
    placed = draw(STARTS)
    delivered = draw(st.one_of(st.none(), TO_DELIVERY.map(lambda later: placed + later)))
    as_of = (delivered or placed) + draw(SINCE)
    items = draw(st.lists(lines(), min_size=1, max_size=3))
    for item in items:
        own = draw(st.sampled_from(["as the order"] * 3 + ["unknown", "its own"]))
        if own != "as the order":
            item["delivered_at"] = written(as_of, draw(st.booleans())) if own == "its own" else None
    wants = draw(st.sampled_from([None, *Wish])) if wish == "any" else wish
    return {
        "wants": wants and Wish(wants).value,
        "as_of": as_of.isoformat(),
        "order": {
            "number": "INO-1",
            "currency": draw(st.sampled_from(["USD", "EUR"])),
            "sold_by": draw(st.sampled_from([SoldBy.INOMEGA] * 4 + [SoldBy.RETAILER])).value,
            "placed_at": draw(st.sampled_from([placed.isoformat(), written(placed, True), None])),
            "delivered_at": written(delivered, draw(st.booleans())),
            "shipping_paid": draw(CENTS),
            "is_whole_order": draw(st.booleans()),
        },
        "items": items,
        "claim": {
            "reason": draw(st.one_of(st.none(), st.sampled_from(Reason), st.just(Reason.DEFECTIVE)).map(_value)),
            "working": draw(UNKNOWN_OR_NOT),
            "original_packaging": draw(UNKNOWN_OR_NOT),
            "tampered": draw(UNKNOWN_OR_NOT),
            "original_purchaser": draw(UNKNOWN_OR_NOT),
            "sent_back_on": draw(st.one_of(st.none(), st.just(as_of.date().isoformat()))),
            "return_label_cost": draw(CENTS),
        },
    }


def _value(reason: Reason | None) -> str | None:
    return reason and reason.value
