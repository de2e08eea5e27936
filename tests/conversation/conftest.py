"""The trained assistant on a database of its own with the sample orders in it, one for the whole session."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy.engine import Engine

from runtime import training
from tests.assistant import Assistant, Customer
from tests.conversation.shop import open_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The database, where the actions find it."""
    with open_shop(tmp_path_factory.mktemp("shop") / "shop.db") as engine:
        yield engine


@pytest.fixture(scope="session")
def assistant(shop: Engine) -> Iterator[Assistant]:
    """The assistant as `make run` starts it, in this process; trained first if its data have changed."""
    assistant = Assistant(training.up_to_date_model(), "actions")
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def stock(shop: Engine) -> Iterator[sqlite3.Connection]:
    """The database as it was before anybody filed something."""
    with closing(sqlite3.connect(":memory:")) as stock, closing(_connection(shop)) as full:
        full.backup(stock)
        yield stock


@pytest.fixture
def customer(assistant: Assistant, shop: Engine, stock: sqlite3.Connection) -> Iterator[Customer]:
    """Somebody new, in a conversation of their own, with all the sample orders untouched.

    Orders that other tests have made are put aside meanwhile, and are there again for those.
    """
    with closing(_connection(shop)) as full, closing(sqlite3.connect(":memory:")) as aside:
        full.backup(aside)
        stock.backup(full)
        yield assistant.customer()
        aside.backup(full)


def _connection(shop: Engine) -> sqlite3.Connection:
    return sqlite3.connect(str(shop.url.database))
