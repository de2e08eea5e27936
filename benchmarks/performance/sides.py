"""How the two sides start: this assistant, and Rasa's stock configuration with the same actions and orders."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import yaml

from benchmarks.performance import conversation, processes
from database import connect
from runtime.settings import ROOT
from tests.ports import free_port

STOCK_PYTHON = ROOT / ".venv-stock" / "bin" / "python"
SECONDS_TO_START, SECONDS_TO_ANSWER = 300, 120
TOKEN = secrets.token_hex()
"""Opens Rasa's API, for `/model/parse`."""


@dataclass
class Server:
    """A side that runs: where it answers, its processes, and how long it took to answer first."""

    port: int
    pids: Sequence[int]
    start_seconds: float = 0.0

    def connection(self) -> Connection:
        return Connection(self.port)

    def memory(self) -> float:
        """Megabytes of all its processes."""
        return processes.memory(self.pids)


class Connection:
    """A client of a side's REST channel, which stays connected."""

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_ANSWER)

    def say(self, sender: str, text: str) -> conversation.Answers:
        """The answers of one turn."""
        return list(self._post("/webhooks/rest/webhook", {"sender": sender, "message": text}))

    def timed(self, sender: str, text: str) -> tuple[float, conversation.Answers]:
        """How many seconds the turn took, and its answers."""
        began = time.perf_counter()
        answers = self.say(sender, text)
        return time.perf_counter() - began, answers

    def parse(self, text: str) -> float:
        """How many seconds reading the text took, without a conversation."""
        began = time.perf_counter()
        self._post(f"/model/parse?token={TOKEN}", {"text": text})
        return time.perf_counter() - began

    def _post(self, path: str, body: dict[str, str]) -> Any:
        self._http.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return json.loads(self._http.getresponse().read())


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """All of what `make run` starts, web service included."""
    web, rasa, actions = free_port(), free_port(), free_port()
    environment = {
        "WEB_PORT": str(web),
        "RASA_PORT": str(rasa),
        "ACTIONS_PORT": str(actions),
        "RASA_TOKEN": TOKEN,
        "TRACKERS_DB": str(folder / "trackers.db"),
        "PHOTOS_DIR": str(folder / "photos"),
    }
    commands = [[sys.executable, "-m", "runtime.up"]]
    with _running(folder, commands, environment, rasa, [(actions, "/health"), (web, "/readyz")]) as server:
        yield server


@contextmanager
def stock(folder: Path, model: Path) -> Iterator[Server]:
    """Rasa's and its SDK's own commands: REST channel, trackers in memory, nothing of ours but the actions."""
    rasa, actions = free_port(), free_port()
    endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
    endpoints.write_text(yaml.safe_dump({"action_endpoint": {"url": f"http://127.0.0.1:{actions}/webhook"}}))
    credentials.write_text("rest:\n")
    python = str(STOCK_PYTHON)
    commands = [
        [python, "-m", "rasa", "run", "--model", str(model), "--enable-api", "--auth-token", TOKEN, "--interface",
         "127.0.0.1", "--port", str(rasa), "--endpoints", str(endpoints), "--credentials", str(credentials)],
        [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions)],
    ]  # fmt: skip
    environment = {"RASA_TELEMETRY_ENABLED": "false", "SANIC_HOST": "127.0.0.1"}
    with _running(folder, commands, environment, rasa, [(actions, "/health")]) as server:
        yield server


@contextmanager
def _running(
    folder: Path,
    commands: Sequence[Sequence[str]],
    environment: dict[str, str],
    port: int,
    beside: Sequence[tuple[int, str]],
) -> Iterator[Server]:
    """Start it on a database with the orders, and wait until it has said hello and what is `beside` it answers."""
    address = f"sqlite:///{folder / 'orders.db'}"
    conversation.fill(connect(address))
    log = folder / "said.log"
    began = time.perf_counter()
    with log.open("w") as said:
        started = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment | {"ORDERS_DB_URL": address},
                stdout=said,
                stderr=said,
            )
            for command in commands
        ]
        try:
            while not (_greets(port) and all(_answers(*address) for address in beside)):
                if time.perf_counter() - began > SECONDS_TO_START or any(child.poll() is not None for child in started):
                    sys.exit(
                        f"{log.read_text()[-2000:]}\nThat didn't start. If a package is missing: `make stock` again."
                    )
                time.sleep(0.05)
            yield Server(port, [child.pid for child in started], round(time.perf_counter() - began, 2))
        finally:
            for child in started:
                child.send_signal(signal.SIGINT)
            for child in started:
                _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _greets(port: int) -> bool:
    try:
        return bool(Connection(port).say("first", "hello"))
    except (OSError, HTTPException, ValueError):
        return False


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
