"""What can break: each fault breaks something of a shop for real, and mends it again."""

from __future__ import annotations

import signal
import sqlite3
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.fault.outages.shop import Shop

Fault = Callable[[Shop], AbstractContextManager[None]]
"""Within it something is broken; when it ends, all runs again."""

PIECE = bytes(1 << 20)


def killed(kind: str, then: Sequence[str] | None = None) -> Fault:
    """All processes of this kind, which are started again, by the command `then` if it is given."""

    @contextmanager
    def fault(shop: Shop) -> Iterator[None]:
        for name in shop.kinds(kind):
            shop.servers.end(name)
        try:
            yield
        finally:
            for name in shop.kinds(kind):
                shop.servers.start_one(name, then)
            for name in shop.kinds(kind):
                shop.servers.is_ready(name)

    return fault


def frozen(kind: str) -> Fault:
    """All processes of this kind: they take what is said to them, and do it later."""

    @contextmanager
    def fault(shop: Shop) -> Iterator[None]:
        for name in shop.kinds(kind):
            shop.servers.send(name, signal.SIGSTOP)
        try:
            yield
        finally:
            for name in shop.kinds(kind):
                shop.servers.send(name, signal.SIGCONT)

    return fault


def shut(door: str) -> Fault:
    """What is behind this door can't be reached."""

    @contextmanager
    def fault(shop: Shop) -> Iterator[None]:
        shop.doors[door].shut()
        try:
            yield
        finally:
            shop.doors[door].open()

    return fault


def held_up(door: str) -> Fault:
    """What is behind this door takes in all that is said, and never answers."""

    @contextmanager
    def fault(shop: Shop) -> Iterator[None]:
        shop.doors[door].hold_up()
        try:
            yield
        finally:
            shop.doors[door].let_through()

    return fault


@contextmanager
def mail_server_gone(shop: Shop) -> Iterator[None]:
    """Nobody takes e-mails."""
    shop.mailbox.close()
    try:
        yield
    finally:
        shop.mailbox.open()


@contextmanager
def model_does_not_load(shop: Shop) -> Iterator[None]:
    """Rasa is started anew, and its newest model, though its file is whole, is none.

    It isn't put beside the others, as all tests have their model from there.
    """
    model = shop.servers.log.with_name("assistant-that-does-not-load.tar.gz")
    with tarfile.open(model, "w:gz"):
        pass
    try:
        with killed("rasa", then=[sys.executable, "-m", "tests.serving", str(model)])(shop):
            pass
        yield
    finally:
        with killed("rasa")(shop):
            pass


@contextmanager
def orders_locked(shop: Shop) -> Iterator[None]:
    """Somebody writes into the database, and doesn't end."""
    with _locked(str(make_url(shop.servers.database).database)):
        yield


@contextmanager
def memory_locked(shop: Shop) -> Iterator[None]:
    """Somebody writes into the dialogues' memory, and doesn't end."""
    with _locked(shop.servers.settings.trackers_db):
        yield


@contextmanager
def _locked(file: str) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield  # closing it lets go


@contextmanager
def disk_full(shop: Shop) -> Iterator[None]:
    """Not a byte is left where the files are."""
    assert shop.disk
    ballast = shop.disk / "ballast"
    try:
        _fill(ballast)
        yield
    finally:
        ballast.unlink()


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(PIECE)
