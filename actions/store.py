"""The orders, as the actions need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

import database
from actions import tries
from conversations import keep_case as keep_case_in
from conversations import note_misunderstood as note_misunderstood_in
from observability import metrics
from orders import Order, find_order, find_request, order_with_id
from orders.tries import may_try, note_wrong_pair


class TooManyTriesError(Exception):
    """Too many wrong pairs came from the customer's network address lately."""


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return database.connect()


@lru_cache(maxsize=1)
def _engine_for_notes() -> Engine:
    return database.connect(waits_for_disk=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose work is stored whole at the end of the block, or not at all."""
    with metrics.DATABASE.time(), database.transaction(_engine()) as session:
        yield session


def find(number: str, email: str, address: str | None = None) -> Order | None:
    """The order of a customer who knows its number and the e-mail address on it; None for any wrong pair.

    Where the customer's network address is known, wrong pairs are counted for it. Raises TooManyTriesError.
    """
    now = datetime.now(timezone.utc)
    with transaction() as session:
        if address and not may_try(session, address, now, tries.FROM_AN_ADDRESS):
            raise TooManyTriesError
        order = find_order(session, number, email)
        if address and order is None:
            note_wrong_pair(session, address, now)
        return order


def number_of_order_with(reference: str) -> str | None:
    """The number of the order that a request is about; its e-mail address still has to be proved."""
    with transaction() as session:
        request = find_request(session, reference)
        return request.order.number if request else None


def get(order_id: int) -> Order | None:
    """An order whose customer has been verified before."""
    with transaction() as session:
        return order_with_id(session, order_id)


def keep_case(conversation_id: str, case: dict[str, Any]) -> None:
    """What is known by now, for whoever takes over. On the disk with the answer, which is stored after it."""
    with metrics.DATABASE.time(), _engine_for_notes().begin() as connection:
        keep_case_in(connection, conversation_id, case)


def note_misunderstood(conversation_id: str, seq: int, likeliest: str) -> None:
    """What the customer wrote there wasn't understood. On the disk with the answer, which is stored after it."""
    with metrics.DATABASE.time(), database.transaction(_engine_for_notes()) as session:
        note_misunderstood_in(session, conversation_id, seq, likeliest)
