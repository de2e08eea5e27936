"""The orders, as the actions need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

import database
from orders import Order, find_order


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return database.connect()


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose work is stored whole at the end of the block, or not at all."""
    with database.transaction(_engine()) as session:
        yield session


def find(number: str, email: str) -> Order | None:
    """The order of a customer who knows its number and the e-mail address on it; None for any wrong pair."""
    with transaction() as session:
        return find_order(session, number, email)


def get(order_id: int) -> Order | None:
    """An order whose customer has been verified before."""
    with transaction() as session:
        return session.get(Order, order_id)
