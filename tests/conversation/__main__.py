"""`python -m tests.conversation DIR`: hold a shop's own conversation tests with its policy, its orders and the model.

DIR is the policy's folder, with `orders.csv` and `transcripts/*.yml` in it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import structlog
from sqlalchemy.engine import Engine

from runtime import settings, stand_ins

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Hold them all; returns the exit status: 0 if every one came out as written."""
    parser = ArgumentParser("python -m tests.conversation", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the policy's folder")
    folder: Path = parser.parse_args().folder
    os.environ["POLICY_DIR"] = str(folder.resolve())
    try:
        os.environ.update(settings.of_the_policy())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"  # about Rasa's own tables; read when SQLAlchemy is imported
    warnings.simplefilter("ignore")
    stand_ins.install()  # before anything imports Rasa
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as place:
        return _hold_all(folder / "transcripts", Path(place) / "shop.db")


def _hold_all(folder: Path, file: Path) -> int:
    from runtime import training
    from tests.assistant import Assistant
    from tests.conversation.transcripts import hold, read_transcripts

    transcripts = read_transcripts(folder)
    if not transcripts:
        print(f"{folder} has no transcripts; docs/conversation-tests.md says how one is written.", file=sys.stderr)
        return 2
    failed = 0
    with _shop(file) as shop, closing(sqlite3.connect(":memory:")) as stock:
        with closing(sqlite3.connect(file)) as full:
            full.backup(stock)
        print("Loading the assistant (training it first, if its examples have changed) ...", flush=True)
        assistant = Assistant(training.up_to_date_model(), "actions")
        for number, transcript in enumerate(transcripts, 1):
            with closing(sqlite3.connect(file)) as full:  # each finds the orders as they were
                stock.backup(full)
            try:
                hold(transcript, assistant, shop)
                print(f"✓ {number} of {len(transcripts)}  {transcript.name}", flush=True)
            except (AssertionError, ValueError, KeyError) as error:
                failed += 1
                print(f"✗ {number} of {len(transcripts)}  {transcript.name}\n\n{error}\n", flush=True)
        assistant.close()
    print(f"{len(transcripts) - failed} of {len(transcripts)} conversations came out as written.")
    return 1 if failed else 0


@contextmanager
def _shop(file: Path) -> Iterator[Engine]:
    """A database of its own with the shop's sample orders, where the actions find it."""
    from database import connect, migrate

    with patch.dict(os.environ, ORDERS_DB_URL=f"sqlite:///{file}"):
        engine = connect()
        migrate(engine)
        subprocess.run([sys.executable, "-m", "orders", "samples"], cwd=ROOT, check=True)
        yield engine
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
