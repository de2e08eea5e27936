"""The commands for those who answer: python -m conversations ..."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from getpass import getpass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

import database
from conversations.agents import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    add_agent,
    agents,
    find_agent,
    held_by,
    is_there,
    remove_agent,
    set_password,
)
from conversations.examples import accepted, as_training_data, forget
from conversations.models import AgentAction, Role
from database import transaction
from observability import logs

DEMO_AGENT = "Demo"
MOST_LISTED = 1000

_Command = Callable[[Engine, argparse.Namespace], int]


class NoPasswordError(Exception):
    """No password was given; the text says how to give one."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status: 0 done, 1 not, 2 not understood."""
    chosen = _parser().parse_args(arguments)
    try:
        engine = database.connect()
        database.migrate(engine)
        status: int = chosen.run(engine, chosen)
    except database.NewerDatabaseError as error:
        return _sorry(str(error))
    except (ValueError, NoPasswordError) as refused:
        return _sorry(str(refused))
    except (SQLAlchemyError, ImportError, OSError):  # no server, no such address, no driver for it, no right to write
        return _sorry("The database can't be reached. Is it running, and does ORDERS_DB_URL name the right one?")
    except KeyboardInterrupt:
        return _sorry("Stopped; nothing was changed.", status=130)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conversations",
        description="The agents who take conversations over at /desk, what they did, and what there is to learn.",
        epilog="The database is the embedded file var/assistant.db, unless ORDERS_DB_URL names another one.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: _Command, says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.")
        added.set_defaults(run=run)
        return added

    from_stdin = "take the password from standard input's first line instead of asking for it"
    added = command("add-agent", _add, "add somebody who answers customers; asks for a password")
    added.add_argument("name", metavar="NAME", help="as customers see it")
    added.add_argument("--lead", action="store_true", help="may also pass on what others hold; sees audit and figures")
    added.add_argument("--password-stdin", action="store_true", help=from_stdin)
    added = command("set-password", _set_password, "give an agent a new password, which also unlocks the account")
    added.add_argument("name", metavar="NAME")
    added.add_argument("--password-stdin", action="store_true", help=from_stdin)
    added = command("remove-agent", _remove, "let an agent sign in no more; the name stays on what was said and done")
    added.add_argument("name", metavar="NAME")
    added = command("agents", _agents, "who can sign in, who is there, and how many conversations each of them has")
    added.add_argument("--json", action="store_true", help="for programs: JSON instead of a table")
    added = command("audit", _audit, "what agents did, the newest first")
    added.add_argument("--json", action="store_true", help="for programs: JSON instead of a table")
    added.add_argument("--limit", type=_count, default=100, metavar="N", help="how many at most (default: 100)")
    added = command("examples", _examples, "the reviewed examples of what wasn't understood, as data/nlu has them")
    added.add_argument("--forget", action="store_true", help="keep them here no longer, as they have been taken over")
    added = command("demo-agent", _demo_agent, "an agent to try the desk with, whose password is kept in a file")
    added.add_argument("--keep-in", type=Path, required=True, metavar="FILE", help="where the password is kept")
    return parser


def _add(engine: Engine, chosen: argparse.Namespace) -> int:
    password = _password(chosen)
    with transaction(engine) as session:
        agent = add_agent(session, chosen.name, password, Role.LEAD if chosen.lead else Role.AGENT)
    print(f"{agent.name} can sign in at /desk now, as {agent.role}.")
    return 0


def _set_password(engine: Engine, chosen: argparse.Namespace) -> int:
    password = _password(chosen)
    with transaction(engine) as session:
        agent = find_agent(session, chosen.name)
        if agent is None:
            return _unknown(chosen.name)
        set_password(session, agent, password)
    print(f"{agent.name} has a new password, and has to sign in anew.")
    return 0


def _remove(engine: Engine, chosen: argparse.Namespace) -> int:
    with transaction(engine) as session:
        agent = find_agent(session, chosen.name)
        if agent is None:
            return _unknown(chosen.name)
        held = held_by(session, agent)
        remove_agent(session, agent)
    print(f"{agent.name} can't sign in any more.")
    if held:
        print(f"They still hold {held} conversation{'s' if held > 1 else ''}; a lead can pass these on at the desk.")
    return 0


def _agents(engine: Engine, chosen: argparse.Namespace) -> int:
    with transaction(engine) as session:
        known = [(each, is_there(each), held_by(session, each)) for each in agents(session)]
    if chosen.json:
        listed = [{"name": a.name, "role": a.role, "is_there": here, "holds": held} for a, here, held in known]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    _show(("agent", "role", "there", "holds"), ((a.name, a.role, "yes" if h else "", str(n)) for a, h, n in known))
    return 0


def _audit(engine: Engine, chosen: argparse.Namespace) -> int:
    with transaction(engine) as session:
        done = list(session.scalars(select(AgentAction).order_by(AgentAction.id.desc()).limit(chosen.limit)))
    lines = [
        (f"{a.at:%Y-%m-%d %H:%M} UTC", a.agent_name, a.action, a.conversation_id or "", a.detail or "") for a in done
    ]
    columns = ("at", "by", "action", "conversation_id", "detail")
    if chosen.json:
        print(json.dumps([dict(zip(columns, line, strict=True)) for line in lines], ensure_ascii=False, indent=2))
        return 0
    _show(("when", "who", "what", "conversation", ""), lines)
    return 0


def _examples(engine: Engine, chosen: argparse.Namespace) -> int:
    """Forgotten only once they are written out whole."""
    with transaction(engine) as session:
        reviewed = accepted(session)
        if not reviewed:
            return _sorry("No example has been reviewed yet. Leads do that at /desk, under Figures.", status=0)
        print(as_training_data(reviewed), end="", flush=True)
        if chosen.forget:
            forget(session, reviewed)
    return 0


def _demo_agent(engine: Engine, chosen: argparse.Namespace) -> int:
    """Created anew where the file with its password has gone."""
    file: Path = chosen.keep_in
    with transaction(engine) as session:
        agent = find_agent(session, DEMO_AGENT)
        if agent is None or not file.exists():
            password = secrets.token_urlsafe(9)
            _keep(file, f"{DEMO_AGENT}\n{password}\n")
            if agent is None:
                add_agent(session, DEMO_AGENT, password, Role.LEAD)
            else:
                set_password(session, agent, password)
    return 0


def _keep(file: Path, words: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(words)


def _password(chosen: argparse.Namespace) -> str:
    if chosen.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise NoPasswordError("There is no terminal to ask for the password; use --password-stdin.")
    password = getpass(f"Password ({SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters): ")
    if getpass("The same again: ") != password:
        raise NoPasswordError("The two passwords differ; nothing was changed.")
    return password


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:10]) <= MOST_LISTED:
        raise argparse.ArgumentTypeError(f"'{text[:20]}' isn't a number from 1 to {MOST_LISTED}")
    return int(text)


def _unknown(name: str) -> int:
    return _sorry(f"There is no agent named {name}. `python -m conversations agents` lists them.")


def _show(headings: Iterable[str], lines: Iterable[Iterable[str]]) -> None:
    table = Table(*headings, box=box.SIMPLE_HEAD)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))  # as Text, so that brackets in a name are no markup
    Console(highlight=False).print(table)


def _sorry(text: str, status: int = 1) -> int:
    print(text, file=sys.stderr)
    return status


if __name__ == "__main__":
    logs.configure("conversations", logging.WARNING)  # what is done, a command says itself
    sys.exit(main())
