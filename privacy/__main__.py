"""The commands for what is kept of people: python -m privacy ..."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import conversations.privacy as transcripts
import database
import orders.privacy as shop
from orders.identifiers import email_key
from orders.showing import be_ready_for_any_name, say, show_json, sorry
from orders.tries import forget_old as forget_old_tries
from privacy import trackers

PURGE_HELP = """\
Delete what has been kept long enough. Requests are kept, without anything that leads to the person.

  --transcripts   conversations, with Rasa's memory of them, since their last message
  --orders        orders since they were placed, unless a request on them is still open (by default the warranty's
                  24 months and a year); take them out of the files that are imported, too, or they come back
  --outbox        what was sent, given up, or waited for nobody"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 not, 2 not understood."""
    chosen = _parser().parse_args(arguments)
    be_ready_for_any_name()
    try:
        engine = database.connect()
        database.migrate(engine)
    except database.NewerDatabaseError as error:
        return sorry(str(error))
    except (SQLAlchemyError, ImportError, OSError):
        return sorry("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")
    try:
        status: int = chosen.run(engine, chosen)
    except trackers.UnreachableError as error:
        return sorry(str(error))
    except SQLAlchemyError:
        return sorry("The database stopped answering. Please run the same command again: it goes on where it ended.")
    except KeyboardInterrupt:
        return sorry("Stopped. Please run the same command again: it goes on where it ended.", status=130)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m privacy",
        description="What is kept of people: in the shop's database (ORDERS_DB_URL) and in Rasa's memory of the "
        "dialogues (TRACKERS_DB).",
        epilog="The exit status is 0 for done, 1 for not done, 2 for a command that isn't understood.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    added = commands.add_parser("export-person", help="everything that is kept of a person, as JSON")
    added.set_defaults(run=_export)
    added.add_argument("email", metavar="EMAIL")
    added.add_argument("--to", type=Path, metavar="FILE", help="default: standard output")
    added = commands.add_parser("erase-person", help="erase everything that leads to a person; can't be undone")
    added.set_defaults(run=_erase)
    added.add_argument("email", metavar="EMAIL")
    added.add_argument("--yes", action="store_true", help="don't ask")
    added = commands.add_parser(
        "purge", help="delete what has been kept long enough", description=PURGE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    added.set_defaults(run=_purge)
    for what, days in (("transcripts", 365), ("orders", 3 * 365), ("outbox", 90)):
        added.add_argument(f"--{what}", type=_days, default=days, metavar="DAYS", help=f"default: {days}")
    return parser


def export_person(engine: Engine, email: str) -> dict[str, Any]:
    """Everything that is kept of the person with this e-mail address."""
    memory = trackers.connect()
    with database.transaction(engine) as session:
        ids = _conversations_of(session, email)
        kept = {
            "email": email_key(email),
            **shop.export_person(session, email),
            "conversations": transcripts.export_conversations(session, ids),
        }
    if memory:
        kept["dialogues"] = trackers.export_dialogues(memory, ids | trackers.dialogues_of(memory, email))
    return kept


def erase_person(engine: Engine, email: str, at: datetime) -> Counter[str]:
    """Erase the person everywhere; counts what was reached. What fails half way can be run again."""
    reached: Counter[str] = Counter()
    memory = trackers.connect()
    with database.transaction(engine) as session:
        ids = _conversations_of(session, email)
    if memory:  # first, since only what is erased below knows which dialogues they are
        dialogues = ids | trackers.dialogues_of(memory, email)
        reached["dialogues in Rasa's memory"] = trackers.erase_dialogues(memory, dialogues)
    with database.transaction(engine) as session:
        reached["conversations"] = transcripts.erase_conversations(session, ids)
        reached.update(shop.erase_person(session, email, at))
    database.empty_log(engine)
    return reached


def purge(engine: Engine, now: datetime, *, transcript_days: int, order_days: int, outbox_days: int) -> Counter[str]:
    """Delete what is older; counts what was reached."""
    reached: Counter[str] = Counter()
    memory = trackers.connect()
    silent = now - timedelta(days=transcript_days)
    if memory:
        reached["dialogues in Rasa's memory"] = trackers.forget_silent(memory, silent)
    while True:
        with database.transaction(engine) as session:
            ids = transcripts.silent_since(session, silent)
            reached["conversations"] += transcripts.erase_conversations(session, ids)
        if not ids:
            break
    while True:
        with database.transaction(engine) as session:
            old = shop.old_orders(session, now - timedelta(days=order_days))
            reached.update(shop.forget_orders(session, old, now))
        if not old:
            break
    with database.transaction(engine) as session:
        reached["customers without orders"] = shop.forget_customers_without_orders(session)
        reached["entries of the outbox"] = shop.forget_outbox(session, now - timedelta(days=outbox_days))
        forget_old_tries(session, now)
    database.empty_log(engine)
    return reached


def _conversations_of(session: Session, email: str) -> set[str]:
    named = shop.conversations_of(session, email) | transcripts.conversations_of(session, email_key(email))
    return transcripts.with_their_chains(session, named)


def _export(engine: Engine, chosen: argparse.Namespace) -> int:
    if "@" not in chosen.email:
        return sorry("Please name the person by an e-mail address.")
    kept = export_person(engine, chosen.email)
    _tell_where_there_is_no_memory()
    if chosen.to is None:
        show_json(kept)
        return 0
    try:
        with os.fdopen(os.open(chosen.to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=2)
    except OSError as error:
        return sorry(f"The file can't be written: {error.strerror or error}.")
    say("Written. It is for that person only.")
    return 0


def _erase(engine: Engine, chosen: argparse.Namespace) -> int:
    if "@" not in chosen.email:
        return sorry("Please name the person by an e-mail address.")
    if not chosen.yes and not _is_confirmed(chosen.email):
        return sorry("Nothing was erased. To erase, type the same address when asked, or add --yes.")
    say(_told(erase_person(engine, chosen.email, datetime.now(timezone.utc)), "Erased"))
    _tell_where_there_is_no_memory()
    say("Please erase the person in the shop's own system, too, or the next import brings the orders back.")
    return 0


def _purge(engine: Engine, chosen: argparse.Namespace) -> int:
    reached = purge(
        engine,
        datetime.now(timezone.utc),
        transcript_days=chosen.transcripts,
        order_days=chosen.orders,
        outbox_days=chosen.outbox,
    )
    say(_told(reached, "Deleted"))
    return 0


def _tell_where_there_is_no_memory() -> None:
    if trackers.connect() is None:
        print("Rasa has no memory of dialogues where TRACKERS_DB says, so none was looked into.", file=sys.stderr)


def _is_confirmed(email: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return email_key(input("This can't be undone. Type the address again to erase: ")) == email_key(email)


def _told(reached: Counter[str], done: str) -> str:
    counted = ", ".join(f"{what} ({count})" for what, count in reached.items() if count)
    return f"{done}: {counted or 'nothing, as nothing was there'}."


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 36500:
        raise argparse.ArgumentTypeError(f"'{text}' isn't a number of days from 1 to 36500")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
