"""Sample orders, dated from today, so that every outcome of the policy can be seen on any day."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from orders.models import Order
from orders.storing import ItemData, OrderData, store_orders

Ago = timedelta | relativedelta
_SPAN = re.compile(r"(\d{1,4}) (minute|hour|day|month|year)s?")
_AGO = re.compile(rf"(?:{_SPAN.pattern} )+ago")


@dataclass(frozen=True)
class Sample:
    """An order to try: how long ago it was placed and came, what to say about it, and what the policy gives."""

    number: str
    email: str
    customer_name: str
    what: str
    say: str
    outcome: str
    items: tuple[ItemData, ...]
    placed: Ago
    delivered: tuple[Ago | None, ...]  # an entry an item; None has not come
    status: str = "delivered"
    sold_by: str = "inomega"
    currency: str = "USD"
    shipping_paid: int = 990

    def dated(self, now: datetime) -> OrderData:
        """The order as it stands at `now`."""
        now = now.replace(microsecond=0)
        placed_at = now - self.placed
        return OrderData(
            number=self.number,
            email=self.email,
            customer_name=self.customer_name,
            placed_at=placed_at,
            status=self.status,
            sold_by=self.sold_by,
            currency=self.currency,
            shipping_paid=self.shipping_paid,
            items=tuple(
                self._travelling(item, placed_at, now, ago)
                for item, ago in zip(self.items, self.delivered, strict=True)
            ),
        )

    def _travelling(self, item: ItemData, placed_at: datetime, now: datetime, ago: Ago | None) -> ItemData:
        if self.status not in ("shipped", "delivered"):
            return item
        return replace(
            item,
            shipped_at=placed_at + timedelta(days=1),
            carrier="DHL",
            tracking_number=f"JD0146{self.number[-5:]}{len(item.sku):02}",
            estimated_delivery=None if ago else now + timedelta(days=3),
            delivered_at=now - ago if ago else None,
        )


def _days(days: int, hours: int = 0) -> timedelta:
    return timedelta(days=days, hours=hours)


def _months(months: int) -> relativedelta:
    return relativedelta(months=months)


BULLET = ItemData("CAM-B4K", "4K bullet camera", "equipment", 1, 129_00, tax=10_64)
DOME = ItemData("CAM-D5", "5 MP dome camera", "equipment", 1, 89_00, tax=7_34)
MINI = ItemData("CAM-M2", "Mini indoor camera", "equipment", 1, 49_00, tax=4_04)
PTZ = ItemData("CAM-PTZ20", "PTZ camera with 20x zoom", "equipment", 1, 349_00, tax=28_79)
NVR = ItemData("NVR-8P", "8-channel NVR with PoE", "equipment", 1, 259_00, tax=21_37)
DVR = ItemData("DVR-16", "16-channel DVR", "equipment", 1, 199_00, tax=16_42)
SWITCH = ItemData("POE-8", "8-port PoE switch", "equipment", 1, 99_00, tax=8_17)
DISK = ItemData("HDD-4T", "4 TB surveillance hard disk", "equipment", 1, 119_00, tax=9_82)
CABLE = ItemData("CAB-C6-20", "Cat 6 outdoor cable, 20 m", "accessory", 1, 18_50, tax=1_53)
MOUNT = ItemData("ACC-WM", "Wall mount", "accessory", 1, 24_00, tax=1_98)

SAMPLES = (
    Sample(
        "INO-10482", "ana.torres@example.com", "Ana Torres",
        what="4K bullet camera, came 6 days ago",
        say="Hi, I want my money back for order INO-10482, ana.torres@example.com",
        outcome="Refund, if it works and its packaging is there; over $75, so a tracked return is advised",
        items=(BULLET,), placed=_days(10), delivered=(_days(6),),
    ),
    Sample(
        "INO-10412", "ben.okafor@example.com", "Ben Okafor",
        what="5 MP dome camera, came 14 days ago",
        say="I'd like to return order INO-10412 for a refund, my e-mail is ben.okafor@example.com",
        outcome="Refund, and today is the last day",
        items=(DOME,), placed=_days(18), delivered=(_days(14),),
    ),
    Sample(
        "INO-10391", "carla.meyer@example.com", "Carla Meyer",
        what="PTZ camera, came 20 days ago",
        say="Can I get a refund on INO-10391? carla.meyer@example.com",
        outcome="No refund, the 14 days are over; a defect would be under warranty",
        items=(PTZ,), placed=_days(25), delivered=(_days(20),),
    ),
    Sample(
        "INO-10517", "deepak.rao@example.com", "Deepak Rao",
        what="PoE switch, ordered 3 hours ago",
        say="Please cancel order INO-10517, deepak.rao@example.com",
        outcome="Cancelled with a full refund, shipping too: it is within 24 hours",
        items=(SWITCH,), placed=timedelta(hours=3), delivered=(None,), status="paid",
    ),
    Sample(
        "INO-10505", "ella.novak@example.com", "Ella Novak",
        what="8-channel NVR, ordered 30 hours ago, not shipped yet",
        say="I want to cancel INO-10505, ella.novak@example.com",
        outcome="Not yet: the 24 hours are over, so it has to come first and be sent back",
        items=(NVR,), placed=timedelta(hours=30), delivered=(None,), status="paid",
    ),
    Sample(
        "INO-10498", "farid.haddad@example.com", "Farid Haddad",
        what="4 TB hard disk, shipped 3 days ago, on its way",
        say="I don't want INO-10498 any more, can I have a refund? farid.haddad@example.com",
        outcome="Not yet: once it has come, it can be sent back within 14 days",
        items=(DISK,), placed=_days(4), delivered=(None,), status="shipped",
    ),
    Sample(
        "INO-10406", "grace.lim@example.com", "Grace Lim",
        what="5 MP dome camera on clearance, came 5 days ago",
        say="Refund for INO-10406 please, grace.lim@example.com",
        outcome="No refund on clearance items; a defective one would be replaced",
        items=(replace(DOME, name="5 MP dome camera (last season)", pricing="clearance", unit_price=44_00, tax=3_63),),
        placed=_days(9), delivered=(_days(5),),
    ),
    Sample(
        "INO-10433", "hugo.silva@example.com", "Hugo Silva",
        what="16-channel DVR at a sale price, came 7 days ago",
        say="I changed my mind about INO-10433, money back please, hugo.silva@example.com",
        outcome="No refund: only regularly priced items are refundable",
        items=(replace(DVR, pricing="sale", unit_price=149_00, tax=12_29),), placed=_days(11), delivered=(_days(7),),
    ),
    Sample(
        "INO-10455", "ines.moreau@example.com", "Ines Moreau",
        what="outdoor cable, came 40 days ago",
        say="The cable from INO-10455 doesn't work any more, ines.moreau@example.com",
        outcome="Not covered: accessories have no warranty, and the 14 days are over",
        items=(CABLE,), placed=_days(44), delivered=(_days(40),), shipping_paid=490,
    ),
    Sample(
        "INO-10456", "jonas.weber@example.com", "Jonas Weber",
        what="outdoor cable, came 4 days ago",
        say="My new cable is dead, order INO-10456, jonas.weber@example.com",
        outcome="Replacement: within 14 days accessories are replaced too",
        items=(CABLE,), placed=_days(8), delivered=(_days(4),), shipping_paid=490,
    ),
    Sample(
        "INO-10470", "karen.walsh@example.com", "Karen Walsh",
        what="NVR, four cameras (with a discount code), hard disk and cable, came 3 days ago",
        say="I want to send back one thing from INO-10470, karen.walsh@example.com",
        outcome="Asks which item; its goods are refunded, the shipping isn't",
        items=(
            NVR,
            replace(BULLET, quantity=4, discount=50_00, tax=38_45),
            DISK,
            replace(CABLE, quantity=4, tax=6_11),
        ),
        placed=_days(7), delivered=(_days(3), _days(3), _days(3), _days(3)), shipping_paid=24_90,
    ),
    Sample(
        "INO-10488", "liam.byrne@example.com", "Liam Byrne",
        what="bullet camera came 2 days ago, the PoE switch is still on its way",
        say="I'd like a refund for INO-10488, liam.byrne@example.com",
        outcome="The camera: refund; the switch: not yet; both: a decision for each",
        items=(BULLET, SWITCH), placed=_days(6), delivered=(_days(2), None), status="shipped", shipping_paid=12_90,
    ),
    Sample(
        "INO-10462", "mia.jensen@example.com", "Mia Jensen",
        what="mini indoor camera for $49 with free shipping, came 9 days ago",
        say="I'd like my money back, INO-10462, mia.jensen@example.com",
        outcome="Refund with nothing deducted; under $75, so no advice to track the return",
        items=(MINI,), placed=_days(12), delivered=(_days(9),), shipping_paid=0,
    ),
    Sample(
        "INO-10231", "noah.fischer@example.com", "Noah Fischer",
        what="4K bullet camera, bought 5 months ago",
        say="My camera stopped recording, order INO-10231, noah.fischer@example.com",
        outcome="Repair or replacement under warranty",
        items=(BULLET,), placed=_months(5), delivered=(_months(5) - relativedelta(days=4),),
    ),
    Sample(
        "INO-10118", "olga.petrova@example.com", "Olga Petrova",
        what="16-channel DVR, bought 18 months ago",
        say="The DVR from INO-10118 is broken, olga.petrova@example.com",
        outcome="A person reviews it: the policy says both 24 months and one year",
        items=(DVR,), placed=_months(18), delivered=(_months(18) - relativedelta(days=5),),
    ),
    Sample(
        "INO-10007", "paul.dubois@example.com", "Paul Dubois",
        what="8-channel NVR, bought 30 months ago",
        say="My NVR won't start any more. INO-10007, paul.dubois@example.com",
        outcome="Not covered: after 30 months the warranty is over",
        items=(NVR,), placed=_months(30), delivered=(_months(30) - relativedelta(days=6),),
    ),
    Sample(
        "INO-10377", "quinn.adams@example.com", "Quinn Adams",
        what="5 MP dome camera, bought from a retailer 8 months ago",
        say="I bought INO-10377 at a store and it's defective, quinn.adams@example.com",
        outcome="A person reviews the defect; for money back it is the retailer",
        items=(DOME,), placed=_months(8), delivered=(_months(8) - relativedelta(days=1),), sold_by="retailer",
        shipping_paid=0,
    ),
    Sample(
        "INO-10499", "rosa.bianchi@example.com", "Rosa Bianchi",
        what="PoE switch and wall mount in euros, came 5 days ago",
        say="I want a refund for order INO-10499, rosa.bianchi@example.com",
        outcome="Refund in euros; for a whole order the shipping charge is given and taken",
        items=(replace(SWITCH, unit_price=94_00, tax=20_68), replace(MOUNT, unit_price=21_90, tax=4_82)),
        placed=_days(9), delivered=(_days(5), _days(5)), currency="EUR", shipping_paid=7_50,
    ),
    Sample(
        "INO-10501", "sam.wright@example.com", "Sam Wright",
        what="hard disk in pounds, came 8 days ago and arrived broken",
        say="The disk in INO-10501 was damaged when I opened the box, sam.wright@example.com",
        outcome="Replacement: told within 14 days",
        items=(replace(DISK, unit_price=96_00, tax=19_20),),
        placed=_days(11), delivered=(_days(8),), currency="GBP", shipping_paid=5_95,
    ),
    Sample(
        "INO-10350", "tara.singh@example.com", "Tara Singh",
        what="mini indoor camera, refunded already",
        say="I want my money back for INO-10350, tara.singh@example.com",
        outcome="Nothing is decided again: it says that the order was refunded",
        items=(MINI,), placed=_days(30), delivered=(None,), status="refunded", shipping_paid=0,
    ),
)  # fmt: skip


def load_samples(session: Session, now: datetime) -> int:
    """Store the sample orders dated from `now`; gives how many.

    Those that something was asked about stay as they are: what was asked goes on from there.
    """
    asked_about = set(session.execute(select(Order.number).where(Order.requests.any())).scalars())
    orders = [sample.dated(now) for sample in SAMPLES if sample.number not in asked_about]
    store_orders(session, orders)
    return len(orders)


def own_file() -> Path | None:
    """Where another shop's sample orders stand, if `POLICY_DIR` names one: `orders.csv` beside its policy."""
    folder = os.environ.get("POLICY_DIR")
    return Path(folder) / "orders.csv" if folder else None


def dated_text(text: str, now: datetime) -> str:
    """An orders file in which times may be written "6 days ago", "5 months 4 days ago", as it stands at `now`."""

    def moment(match: re.Match[str]) -> str:
        counts: dict[str, Any] = {f"{unit}s": int(count) for count, unit in _SPAN.findall(match.group())}
        return (now.replace(microsecond=0) - relativedelta(**counts)).isoformat()

    return _AGO.sub(moment, text)


def try_this() -> list[dict[str, str]]:
    """The samples for a reader: `order_number`, `email`, `what` it is, what to `say`, and the `outcome`.

    Another shop's file has none of these words.
    """
    if own_file():
        return []
    return [
        {"order_number": s.number, "email": s.email, "what": s.what, "say": s.say, "outcome": s.outcome}
        for s in SAMPLES
    ]
