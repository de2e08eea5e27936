"""The assistant's three processes for real, which are killed and started again while people talk."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

from database import HOME
from runtime import up
from runtime.processes import Process
from runtime.settings import Settings


class Servers:
    """Web service, Rasa and action server on a database of their own."""

    def __init__(self, folder: Path) -> None:
        web, rasa, actions = _free_ports(3)
        self.settings = Settings("127.0.0.1", web, rasa, actions, str(folder / "trackers.db"))
        self.database = f"sqlite:///{folder / 'storm.db'}"
        self.url = f"http://127.0.0.1:{web}"
        self._log = (folder / "servers.log").open("ab")
        self._environment = os.environ | self.settings.as_environment() | {"ORDERS_DB_URL": self.database}
        self._processes = {process.name: process for process in up.the_three(self.settings)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """All three, until they answer."""
        for name in self._processes:
            self._start(name)
        for name in self._processes:
            self.is_ready(name)

    def is_ready(self, name: str) -> None:
        """Until this process answers."""
        process = self._processes[name]
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
        self._end(name)
        time.sleep(chance.uniform(0, 0.5))
        self._start(name)
        self.is_ready(name)
        return name

    def stop(self) -> None:
        for name in list(self._running):
            self._end(name)
        self._log.close()

    def _start(self, name: str) -> None:
        process: Process = self._processes[name]
        self._running[name] = subprocess.Popen(
            process.command,
            cwd=HOME,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _end(self, name: str) -> None:
        running = self._running.pop(name)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(30)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
