"""Processes that import, or file, until they are killed; each says what it has been told is stored.

python -m tests.fault.orders.killed_process import FOLDER
python -m tests.fault.orders.killed_process file
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import select

from database import connect, transaction
from observability import logs
from orders import facts_of, file_request, open_items
from orders.importing import import_orders
from orders.models import Order
from orders.shop_file import FORMAT
from tests.unit.orders.builders import NOW


def import_files(folder: Path) -> None:
    engine = connect()
    for path in sorted(folder.glob("*.csv")):
        import_orders(engine, path, FORMAT, now=NOW, tell=print)
        say(path.stem)


def file_requests() -> None:
    engine = connect()
    with transaction(engine) as session:
        ids = list(session.execute(select(Order.id).where(~Order.requests.any()).order_by(Order.id)).scalars())
    for order_id in ids:
        with transaction(engine) as session:
            order = session.get(Order, order_id)
            assert order is not None
            items = open_items(order)
            reference = file_request(
                session, order=order, items=items, kind="refund", wants="refund", facts=facts_of(order, items),
                decision={"outcome": "eligible", "policy_version": "v1"}, filed_at=NOW,
            ).reference  # fmt: skip
        say(reference)


def say(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    logs.configure("killed")  # to standard error: what is said to the test is only what was stored
    if sys.argv[1] == "import":
        import_files(Path(sys.argv[2]))
    else:
        file_requests()
