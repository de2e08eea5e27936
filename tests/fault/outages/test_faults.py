"""Something breaks at the worst moment, when the customer says yes: they are told, and it is filed, and once."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from sqlalchemy import select, update

from channels.turns import NOTICES
from database import transaction
from orders.models import OutboxEntry, Request
from runtime.rasa_changes import OUTAGE
from tests.fault.outages.faults import (
    Fault,
    disk_full,
    frozen,
    held_up,
    killed,
    memory_locked,
    model_does_not_load,
    orders_locked,
    shut,
)
from tests.fault.outages.shop import Shop
from tests.unit.channels.servers import Customer, until

BUSY = 60.0  # seconds; a machine that is busy with other things, too, must not make these tests fail
READY = {"database": "ok", "rasa": "ok", "model": "ok", "actions": "ok", "memory": "ok"}
NOT_STORED = "Your message couldn't be stored. Please try again."
INNER_WORDS = re.compile(r"Traceback|\w(Error|Exception)\b|sqlite|psycopg|\b[Rr]edis\b|File \"|Errno")


@dataclass(frozen=True)
class Case:
    """A fault, and what is expected of it.

    `told` is what the customer sees, and `then` what happens to the message: it is answered when all runs again, or
    the customer has been asked to say it again, or it isn't taken, so that their page sends it again. `within` are
    seconds on a quiet machine.
    """

    name: str
    fault: Fault
    told: str
    then: Literal["answered", "said again", "sent again"]
    missing: dict[str, str] = field(default_factory=dict)
    within: float = 10.0


ON_FILES = [
    Case("the actions are gone", killed("actions"), OUTAGE, "said again", {"actions": "not reachable"}),
    Case("the actions hang", frozen("actions"), NOTICES["slow"], "answered", {"actions": "not reachable"}),
    Case("the actions answer too late", frozen("actions"), OUTAGE, "said again", within=20.0),
    Case("Rasa is gone", killed("rasa"), NOTICES["down"], "answered", {"rasa": "not reachable"}),
    Case("the model doesn't load", model_does_not_load, NOTICES["down"], "answered", {"model": "not loaded"}),
    Case("Rasa hangs", frozen("rasa"), NOTICES["slow"], "answered", {"rasa": "not reachable"}),
    Case("the database is locked", orders_locked, NOT_STORED, "sent again", {"database": "not writable"}),
    Case("the memory is locked", memory_locked, NOTICES["slow"], "answered", {"memory": "not reachable"}),
]
ON_SERVERS = [
    Case("the database is gone", shut("orders"), NOT_STORED, "sent again", {"database": "not reachable"}),
    Case("the memory is gone", shut("memory"), NOTICES["down"], "answered", {"memory": "not reachable"}),
    Case("the database never answers", held_up("orders"), NOT_STORED, "sent again", {"database": "not writable"}),
    Case("the memory never answers", held_up("memory"), NOTICES["slow"], "answered", {"memory": "not reachable"}),
    Case("Redis is gone", shut("redis"), NOTICES["down"], "answered", {"memory": "not reachable"}),
]


class Deciding:
    """A customer who has seen what would be filed, and only has to say yes."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.number, email = shop.order()
        self.tab = Customer(shop.servers.url).connect()
        self._said = 0
        self.say(f"Hi, I want my money back for order {self.number}, {email}", "working")
        self.say("yes, it works perfectly fine", "packaging")
        self.say("yes, I have all of the packaging", "file")
        assert shop.filed(self.number) == []

    def send(self, text: str, again: bool = False) -> Any:
        """As the page does; `again` is the same message once more."""
        self._said += not again
        return self.tab.socket.call(
            "user_uttered", {"message": text, "client_id": f"c-{self._said}"}, timeout=BUSY
        )  # fmt: skip

    def say(self, text: str, answer: str) -> None:
        seen = len(self.tab.messages)
        assert self.send(text)["ok"]
        self.hears(answer, seen)

    def hears(self, words: str, seen: int) -> None:
        """After the first `seen` messages."""
        until(lambda: any(words in each.get("text", "") for each in self.tab.messages[seen:]), BUSY)


@pytest.mark.parametrize("case", ON_FILES, ids=lambda case: case.name)
@pytest.mark.timeout(400)
def test_at_one_worker_on_files(shop_on_files: Shop, case: Case) -> None:
    check(shop_on_files, case)


@pytest.mark.redis
@pytest.mark.postgresql
@pytest.mark.parametrize("case", ON_SERVERS, ids=lambda case: case.name)
@pytest.mark.timeout(400)
def test_at_several_workers_on_servers(shop_on_servers: Shop, case: Case) -> None:
    check(shop_on_servers, case)


def test_rasa_is_killed_in_the_middle_of_a_turn(shop_on_files: Shop) -> None:
    shop = shop_on_files
    customer = Deciding(shop)
    seen = len(customer.tab.messages)
    with frozen("actions")(shop):
        assert customer.send("yes please")["ok"]
        customer.hears(NOTICES["slow"], seen)  # the turn is under way
        with killed("rasa")(shop):
            until(lambda: is_missing(shop, {"rasa": "not reachable"}), 10)
    goes_on(shop, customer, "answered", seen)


def test_the_disk_is_full(shop_on_files: Shop) -> None:
    """What has room in files that are there already may still be taken; what has none is refused."""
    shop = shop_on_files
    if shop.disk is None:
        pytest.skip("only root can make a small disk")
    customer, another = Deciding(shop), Customer(shop.servers.url).connect()
    seen = len(customer.tab.messages)
    with disk_full(shop):
        until(lambda: not another.say("hello")["ok"], BUSY)
        answer = customer.send("yes please")
        assert answer["ok"] or answer == {"ok": False, "error": {"code": "not_stored", "message": NOT_STORED}}
        until(lambda: shop.readiness()[1]["database"] == "not writable", BUSY)
    another.leave()
    goes_on(shop, customer, "answered" if answer["ok"] else "sent again", seen)


def test_while_the_mail_server_is_down_the_outbox_keeps_what_is_sent_once_later(shop_on_files: Shop) -> None:
    shop = shop_on_files
    customer = Deciding(shop)
    customer.say("yes please", "R-")
    reference = next(word for text in customer.tab.texts for word in re.findall(r"R-[A-Z0-9-]+", text))
    customer.tab.leave()
    until(lambda: all(entry.tries for entry in mails_about(shop, reference)), BUSY)
    assert not any(entry.done_at for entry in mails_about(shop, reference))

    shop.mailbox.open()
    try:
        hurry(shop)
        until(lambda: all(entry.done_at for entry in mails_about(shop, reference)), BUSY)
    finally:
        shop.mailbox.close()
    assert sum(reference in mail for mail in shop.mailbox.mails) == len(mails_about(shop, reference)) == 2
    assert len(set(shop.mailbox.ids)) == len(shop.mailbox.ids)


def mails_about(shop: Shop, reference: str) -> list[OutboxEntry]:
    with transaction(shop.engine) as session:
        about = select(OutboxEntry).join(Request, OutboxEntry.request_id == Request.id)
        mails = about.where(Request.reference == reference, OutboxEntry.recipient != "webhook")
        return list(session.execute(mails).scalars())


def hurry(shop: Shop) -> None:
    """Let what waits for its next try be due now."""
    with transaction(shop.engine) as session:
        session.execute(update(OutboxEntry).values(due_at=OutboxEntry.created_at), execution_options=ALL_OF_THEM)


ALL_OF_THEM = {"synchronize_session": False}


def check(shop: Shop, case: Case) -> None:
    until(lambda: shop.readiness()[0] == 200, BUSY)
    customer = Deciding(shop)
    seen = len(customer.tab.messages)
    with case.fault(shop):
        began = time.monotonic()
        answer = customer.send("yes please")
        if case.then == "sent again":
            assert answer == {"ok": False, "error": {"code": "not_stored", "message": case.told}}
        else:
            assert answer["ok"]
            customer.hears(case.told, seen)
        print(f"{case.name}: told after {time.monotonic() - began:.1f} s")
        assert time.monotonic() - began < 3 * case.within
        until(lambda: is_missing(shop, case.missing), 10)
    goes_on(shop, customer, case.then, seen)


def is_missing(shop: Shop, parts: dict[str, str]) -> bool:
    status, states = shop.readiness()
    return status == 503 and states == states | parts


def goes_on(shop: Shop, customer: Deciding, then: str, seen: int) -> None:
    """All runs again: the yes counts, once, and the conversation goes on."""
    if then != "answered":
        assert customer.send("yes please", again=then == "sent again")["ok"]
    customer.hears("R-", seen)
    customer.say("how long does it take?", "")
    until(lambda: shop.readiness()[0] == 200, BUSY)
    assert len(shop.filed(customer.number)) == 1
    texts = customer.tab.texts
    assert [text for text in texts if INNER_WORDS.search(text)] == []
    assert sum("R-" in text and "filed" in text.lower() for text in texts) <= 1, texts
    customer.tab.leave()
