"""The whole assistant at work, with doors to its databases that can be shut and a disk that can be filled."""

from __future__ import annotations

import itertools
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from conversations.agents import add_agent
from database import connect, migrate, transaction
from orders.models import Order, Request
from orders.samples import SAMPLES, Sample
from orders.storing import store_orders
from runtime import training
from tests import machine
from tests.fault.handover.servers import Servers
from tests.fault.outages.doors import Door
from tests.fault.outages.mailbox import Mailbox
from tests.unit.channels.agents import PASSWORD
from tests.unit.channels.servers import until
from tests.unit.orders.conftest import new_postgresql

AGENT = "Ann"
PATIENCE = 3
"""Seconds after which a customer is told that an answer takes longer; less than by default, to lose no time."""

LAST_LINES = 40
DISK = 256 * 1024 * 1024
LIMITS = (
    "MESSAGES_PER_MINUTE",
    "MESSAGES_PER_MINUTE_AND_ADDRESS",
    "CONVERSATIONS_PER_HOUR_AND_ADDRESS",
    "CONNECTIONS_PER_ADDRESS",
    "FRAMES_PER_MINUTE",
)


@dataclass
class Shop:
    """`doors` are those through which the processes reach what isn't theirs; `disk` is where their files are, if small.

    `engine` goes past the doors.
    """

    servers: Servers
    engine: Engine
    mailbox: Mailbox
    doors: dict[str, Door] = field(default_factory=dict)
    disk: Path | None = None
    is_in_doubt: bool = False
    """Whether a test that it was used in has failed, and nobody knows in what state that has left it."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(700_001))

    def order(self) -> tuple[str, str]:
        """Number and e-mail address of a new order, whose item can have a refund; stored once the database takes it."""
        number = next(self._numbers)
        told = replace(SAMPLES[0], number=f"INO-{number}", email=f"kim.{number}@example.com")
        until(lambda: self._takes(told), 60)
        return told.number, told.email

    def _takes(self, told: Sample) -> bool:
        try:
            with transaction(self.engine) as session:
                store_orders(session, [told.dated(datetime.now(timezone.utc))])
        except OperationalError:
            return False
        return True

    def filed(self, number: str) -> list[str]:
        """The references of the requests about this order."""
        with transaction(self.engine) as session:
            about = select(Request.reference).join(Order).where(Order.number == number)
            return list(session.execute(about).scalars())

    def readiness(self) -> tuple[int, dict[str, str]]:
        """What the web service says of it: the status and each part."""
        answer = httpx.get(f"{self.servers.url}/readyz", timeout=15, trust_env=False)
        return answer.status_code, answer.json()

    def in_words(self) -> str:
        """How it is now, for whoever looks for the cause of a failure."""
        try:
            parts = str(self.readiness())
        except httpx.HTTPError as error:
            parts = repr(error)
        said = self.servers.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"ready: {parts}", f"ended: {self.servers.ended() or 'none'}", "said last:", *said])

    def put_right(self) -> None:
        """Start it anew where it is in doubt."""
        if self.is_in_doubt:
            self.servers.start_anew()
            self.is_in_doubt = False

    def kinds(self, kind: str) -> list[str]:
        """The names of all processes of this kind."""
        return [name for name in self.servers.names if name.partition("-")[0] == kind]


@contextmanager
def on_files(folder: Path) -> Iterator[Shop]:
    """One worker of each kind, SQLite, and where this machine allows it a small disk."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and _mount(disk)
    try:
        engine = connect(f"sqlite:///{disk / 'storm.db'}")
        named = {"ORDERS_DB_URL": str(engine.url), "TRACKERS_DB": str(disk / "trackers.db")}
        with _open(folder, engine, named, workers=1) as shop:
            shop.disk = disk if mounted else None
            yield shop
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", disk], check=True)


def _mount(disk: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def on_servers(folder: Path) -> Iterator[Shop]:
    """Two workers of each kind, on PostgreSQL and Redis behind doors."""
    with new_postgresql() as engine:
        doors = {name: Door.to(machine.POSTGRESQL_URL) for name in ("orders", "memory")}
        doors["redis"] = Door.to(machine.REDIS_URL)
        behind = {name: engine.url.set(host="127.0.0.1", port=door.port) for name, door in doors.items()}
        credentials = urlsplit(machine.REDIS_URL).netloc.rpartition("@")[0]
        address = f"{credentials}@" if credentials else ""
        named = {
            "ORDERS_DB_URL": behind["orders"].render_as_string(hide_password=False),
            "TRACKERS_DB": behind["memory"].render_as_string(hide_password=False),
            "REDIS_URL": f"redis://{address}127.0.0.1:{doors['redis'].port}/{machine.redis_database()}",
            "ADDRESS_SALT": secrets.token_hex(),
        }
        try:
            with _open(folder, engine, named, workers=2) as shop:
                shop.doors = doors
                yield shop
        finally:
            for door in doors.values():
                door.shut()


@contextmanager
def _open(folder: Path, engine: Engine, named: dict[str, str], workers: int) -> Iterator[Shop]:
    training.up_to_date_model()
    migrate(engine)
    with transaction(engine) as session:
        add_agent(session, AGENT, PASSWORD)
    mailbox = Mailbox()
    settings = {
        "LOG_FORMAT": "json",
        "RASA_PATIENCE": str(PATIENCE),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mailbox.port),
        "SMTP_SECURITY": "none",
        **dict.fromkeys(LIMITS, "1000000"),
    }
    servers = Servers(folder, settings | named, workers)
    try:
        servers.start()
        yield Shop(servers, engine, mailbox)
    finally:
        servers.stop()
        mailbox.close()
        engine.dispose()
