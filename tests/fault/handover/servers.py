"""The assistant's three processes for real, which are killed and started again while people talk."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from database import HOME
from runtime import up
from runtime.processes import Process
from runtime.settings import Settings
from tests.ports import first_of_free_ports


class Servers:
    """Web service, Rasa and action server on a database of their own, and the sender where `more` names a mail server.

    `more` is what they find in their environment besides, which may name other databases.
    What they say goes into `log`.
    """

    def __init__(self, folder: Path, more: Mapping[str, str] | None = None, workers: int = 1) -> None:
        web = first_of_free_ports(1 + 2 * workers)
        found = {"ORDERS_DB_URL": f"sqlite:///{folder / 'storm.db'}", "TRACKERS_DB": str(folder / "trackers.db")}
        found |= dict(more or {})
        self.settings = Settings(
            "127.0.0.1", web, web + 1, web + 1 + workers, found["TRACKERS_DB"],
            workers=workers, redis_url=found.get("REDIS_URL", ""),
        )  # fmt: skip
        self.database = found["ORDERS_DB_URL"]
        self.url = f"http://127.0.0.1:{web}"
        self.log = folder / "servers.log"
        self._log = self.log.open("ab")
        self.environment = os.environ | self.settings.as_environment() | found
        self._processes = {process.name: process for process in up.the_assistant(self.settings)}
        if "SMTP_HOST" in self.environment:
            self._processes["sender"] = Process("sender", [sys.executable, "-m", "orders", "send"])
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """All three, until they answer."""
        for name in self._processes:
            self.start_one(name)
        for name in self._processes:
            self.is_ready(name)

    def start_anew(self) -> None:
        """All three once more, whatever state they are in."""
        self._end_all()
        self.start()

    def is_ready(self, name: str) -> None:
        """Until this process answers."""
        process = self._processes[name]
        if process.port is None:
            return
        address = f"http://127.0.0.1:{process.port}{process.path}"
        while True:
            try:
                if httpx.get(address, timeout=5, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)

    def kill(self, chance: random.Random) -> str:
        """Kill one of them, whatever it is doing, and start it again a moment later; gives which one it was."""
        name = chance.choice(sorted(self._processes))
        self.end(name)
        time.sleep(chance.uniform(0, 0.5))
        self.start_one(name)
        self.is_ready(name)
        return name

    def stop(self) -> None:
        self._end_all()
        self._log.close()

    def _end_all(self) -> None:
        for name in list(self._running):
            self.end(name)

    def start_one(self, name: str, command: Sequence[str] | None = None) -> None:
        """Start this process, by `command` instead of its own if that is given, without waiting for it."""
        process: Process = self._processes[name]
        self._running[name] = subprocess.Popen(
            command or process.command,
            cwd=HOME,
            env={**self.environment, **process.environment},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def names(self) -> list[str]:
        """Of all processes."""
        return list(self._processes)

    def ended(self) -> dict[str, int]:
        """The exit status of each process that has ended though nobody ended it."""
        statuses = {name: running.poll() for name, running in self._running.items()}
        return {name: status for name, status in statuses.items() if status is not None}

    def send(self, name: str, number: signal.Signals) -> None:
        """Send it to this process, and to what it has started."""
        os.killpg(self._running[name].pid, number)

    def memory(self, name: str) -> int:
        """Bytes of memory that this process, with what it has started, holds now; 0 where it doesn't run.

        Of what several processes share each counts its part (PSS).
        """
        group = running.pid if (running := self._running.get(name)) else None
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return sum(_held_by(pid) for pid in pids if group and _group_of(pid) == group)

    def end(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        """End this process, and what it has started."""
        running = self._running.pop(name)
        os.killpg(running.pid, by)
        running.wait(30)


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _held_by(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return sum(1024 * int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
