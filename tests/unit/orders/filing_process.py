"""A process of its own that files requests, started by test_filing."""

from __future__ import annotations

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from sqlalchemy import select

from database import connect, transaction
from orders.models import Order
from tests.unit.orders.builders import file


def file_for_every_order(address: str, together: Barrier, references: Queue[dict[str, str]]) -> None:
    engine = connect(address)
    with transaction(engine) as session:
        numbers = list(session.execute(select(Order.number).order_by(Order.number)).scalars())
    filed = {}
    for number in numbers:
        with transaction(engine) as session:
            order = session.execute(select(Order).where(Order.number == number)).scalar_one()
            together.wait(30)  # both have read the order before either files
            filed[number] = file(session, order, order.items).reference
    references.put(filed)
    engine.dispose()
