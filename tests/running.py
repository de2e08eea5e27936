"""The whole assistant as `make run` starts it: three processes, and a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import first_of_free_ports

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 120  # training included, on a busy machine


@dataclass(frozen=True)
class Running:
    """The addresses of an assistant that runs, of its database, and the process that started the others."""

    web: str
    rasa: str
    database: str
    pid: int

    def hears(self, sender: str, message: str) -> list[dict[str, Any]]:
        """What Rasa's REST channel answers."""
        said = {"sender": sender, "message": message}
        answer = httpx.post(f"{self.rasa}/webhooks/rest/webhook", json=said, timeout=20)
        return list(answer.raise_for_status().json())

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.web}/readyz", timeout=2).is_success
        except httpx.TransportError:
            return False


@contextmanager
def start(home: Path, **settings: str) -> Iterator[Running]:
    """The assistant, with what it keeps in `home`; `settings` are further variables of its environment."""
    database = f"sqlite:///{home / 'assistant.db'}"
    web = first_of_free_ports(5)
    rasa, actions = web + 1, web + 3  # those of a second worker follow
    environment = os.environ | {
        "WEB_PORT": str(web),
        "RASA_PORT": str(rasa),
        "ACTIONS_PORT": str(actions),
        "ORDERS_DB_URL": database,
        "TRACKERS_DB": str(home / "trackers.db"),
        "PHOTOS_DIR": str(home / "photos"),
        "ASSISTANT_DEMO": "1",
        **settings,
    }
    samples = [sys.executable, "-m", "orders", "samples"]
    subprocess.run(samples, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "runtime.up"]
    log = home / "assistant.log"  # a pipe that nobody empties would hold it up
    with log.open("w") as said, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said) as assistant:
        running = Running(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{rasa}", database, assistant.pid)
        try:
            _wait_until_ready(running, assistant, log)
            yield running
        finally:
            assistant.send_signal(signal.SIGINT)
            assistant.wait(timeout=30)


def _wait_until_ready(running: Running, assistant: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if assistant.poll() is not None:
            pytest.fail(f"the assistant ended: {log.read_text()}")
        if running.is_ready():
            return
        time.sleep(0.3)
    pytest.fail("the assistant didn't answer in time")
