"""The trained assistant on a database of its own with the sample orders in it, one for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from sqlalchemy.engine import Engine

from database import connect, migrate, transaction
from orders.samples import load_samples
from runtime import training
from tests.assistant import Assistant, Customer


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The database, where the actions find it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERS_DB_URL", f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}")
        engine = connect()
        migrate(engine)
        with transaction(engine) as session:
            load_samples(session, datetime.now(timezone.utc))
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def assistant(shop: Engine) -> Iterator[Assistant]:
    """The assistant as `make run` starts it, in this process; trained first if its data have changed."""
    assistant = Assistant(training.up_to_date_model(), "actions")
    yield assistant
    assistant.close()


@pytest.fixture
def customer(assistant: Assistant) -> Customer:
    """Somebody new, in a conversation of their own."""
    return assistant.customer()
