"""The web service in a process of its own, whose memory and log can be looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from conversations import Role
from conversations.agents import add_agent
from database import HOME, connect, transaction
from tests.ports import free_port
from tests.unit.channels.agents import PASSWORD
from tests.unit.channels.servers import LIFTED, FakeRasa, until


@dataclass(frozen=True)
class Service:
    """Where it is, and what it keeps."""

    url: str
    database: str
    pid: int
    log: Path

    @property
    def megabytes(self) -> float:
        """Its memory: what is in use of it now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        (kilobytes,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(kilobytes) / 1024

    @property
    def complaints(self) -> list[str]:
        """What the log says of errors, and everything that isn't a line of our log, as a stack trace is."""
        return [line for line in self.log.read_text().splitlines() if line.strip() and _is_complaint(line)]


@contextmanager
def running(folder: Path, rasa: FakeRasa, database: str | None = None) -> Iterator[Service]:
    """The service with its limits lifted, in front of `rasa`, on a file of its own unless a database is named."""
    port, log = free_port(), folder / "web.log"
    database = database or f"sqlite:///{folder / 'fuzz.db'}"
    limits = {name.upper(): str(value) for name, value in asdict(LIFTED).items()}
    settings = {"RASA_URL": rasa.url, "ORDERS_DB_URL": database, "LOG_FORMAT": "json", "PHOTOS_DIR": str(folder)}
    command = [sys.executable, "-m", "uvicorn", "channels.app:app", "--port", str(port), "--ws", "wsproto"]
    quietly = ["--log-level", "warning", "--no-access-log"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *quietly], cwd=HOME, env=os.environ | limits | settings, stdout=output, stderr=output
        )
    try:
        service = Service(f"http://127.0.0.1:{port}", database, process.pid, log)
        until(lambda: _is_ready(service), 60)
        yield service
    finally:
        process.terminate()
        process.wait(30)


def token_of(service: Service, role: Role) -> str:
    """Of an agent who is made for it, signed in."""
    engine, name = connect(service.database), f"Ann {uuid.uuid4().hex[:6]}"
    with transaction(engine) as session:
        add_agent(session, name, PASSWORD, role)
    engine.dispose()
    credentials = {"name": name, "password": PASSWORD, "token": True}
    answer = httpx.post(f"{service.url}/desk/api/login", json=credentials, trust_env=False, timeout=30)
    return str(answer.json()["token"])


def _is_ready(service: Service) -> bool:
    try:
        return httpx.get(f"{service.url}/readyz", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _is_complaint(line: str) -> bool:
    try:
        said: Any = json.loads(line)
    except ValueError:
        return True
    return not isinstance(said, dict) or said.get("level") not in ("debug", "info", "warning")
