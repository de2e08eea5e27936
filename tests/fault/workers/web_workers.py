"""Several web services for real on one database and one Redis, which are killed and started again while people talk."""

from __future__ import annotations

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from database import HOME
from tests.machine import REDIS_URL, redis_database
from tests.ports import free_port


class WebWorkers:
    """`count` of them, behind which one Rasa answers."""

    def __init__(self, count: int, database: str, rasa_url: str, log: Path) -> None:
        self._ports = [free_port() for _ in range(count)]
        self._log = log.open("ab")
        redis_url = f"{REDIS_URL.rpartition('/')[0]}/{redis_database()}"
        self._environment = os.environ | {
            "ORDERS_DB_URL": database,
            "RASA_URL": rasa_url,
            "REDIS_URL": redis_url,
            "ADDRESS_SALT": secrets.token_hex(32),
            "MESSAGES_PER_MINUTE": "100000",
        }
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self._ports]

    def start(self) -> None:
        """All, until they answer and hear each other."""
        for port in self._ports:
            self._start(port)
        for port in self._ports:
            self._is_ready(port)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one of them, whatever it is doing, and start it again some time later."""
        port = chance.choice(self._ports)
        self._kill(port)
        time.sleep(chance.uniform(0, 2))
        self._start(port)
        self._is_ready(port)

    def kill_for_good(self) -> None:
        """Kill one of them; the others have to do without."""
        self._kill(self._ports[-1])

    def stop(self) -> None:
        for port in list(self._running):
            self._kill(port)
        self._log.close()

    def _start(self, port: int) -> None:
        command = (
            "-m",
            "uvicorn",
            "channels.app:app",
            "--port",
            str(port),
            "--ws",
            "wsproto",
            "--log-level",
            "warning",
        )
        self._running[port] = subprocess.Popen(
            (sys.executable, *command),
            cwd=HOME,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _is_ready(self, port: int) -> None:
        while True:
            try:
                parts = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5, trust_env=False).json()
                if set(parts.values()) == {"ok"}:
                    return
            except httpx.HTTPError:
                assert self._running[port].poll() is None, "a web service has ended by itself"
            time.sleep(0.1)

    def _kill(self, port: int) -> None:
        running = self._running.pop(port, None)
        if running:
            running.send_signal(signal.SIGKILL)
            running.wait(30)
