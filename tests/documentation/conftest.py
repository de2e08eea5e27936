"""A copy of the project in which the documentation's commands run, beside an assistant that `make run` has started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from documentation.pages import ROOT
from runtime import training
from tests.ports import first_of_free_ports

SECONDS_TO_START = 120
LONGEST_COMMAND = 120


@dataclass(frozen=True)
class Copy:
    """A folder like a fresh clone, and the variables with which commands run there."""

    folder: Path
    environment: dict[str, str]

    def run(self, commands: str, *shell: str) -> subprocess.CompletedProcess[str]:
        """What they print, and how the last of them ended; the first that fails is the last."""
        address = f"http://127.0.0.1:{self.environment['WEB_PORT']}"
        return subprocess.run(
            [*(shell or ("/bin/sh", "-e", "-c")), commands.replace("http://127.0.0.1:8000", address)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
        )


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Where `make run` runs as the README says, with what is trained already."""
    folder = tmp_path_factory.mktemp("clone") / "assistant"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    model = training.up_to_date_model()
    shutil.copy2(model, folder / "models" / model.name)
    yield from _started(Copy(folder, _environment(folder)))


def _environment(folder: Path) -> dict[str, str]:
    web = first_of_free_ports(5)
    ports = {"WEB_PORT": web, "RASA_PORT": web + 1, "ACTIONS_PORT": web + 3}  # those of a second worker follow
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ours = {name: value for name, value in os.environ.items() if not name.endswith(("_DB_URL", "TRACKERS_DB"))}
    return {**ours, **{name: str(port) for name, port in ports.items()}, "PATH": path}


def _started(copy: Copy) -> Iterator[Copy]:
    log = copy.folder.parent / "assistant.log"
    with log.open("w") as said:
        running = subprocess.Popen(
            _start_command(), cwd=copy.folder, env=copy.environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        _wait_until_ready(copy, running, log)
        yield copy
    finally:
        os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C does
        running.wait(timeout=30)


def _start_command() -> list[str]:
    """`make run`; but what it starts, where it would first make this very environment anew, under the tests' feet."""
    installed = ROOT / ".venv" / "installed"
    lock = (ROOT / "locks" / "run.txt").read_text(encoding="utf-8")
    sum_of_lock = subprocess.run(["cksum"], input=lock, capture_output=True, text=True, check=True).stdout.strip()
    is_up_to_date = installed.exists() and f"run {sum_of_lock}" in installed.read_text().splitlines()
    return ["make", "run"] if is_up_to_date else ["python", "-m", "runtime.up"]


def _wait_until_ready(copy: Copy, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if running.poll() is not None:
            pytest.fail(f"`make run` ended: {log.read_text()}")
        try:
            if httpx.get(f"http://127.0.0.1:{copy.environment['WEB_PORT']}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(f"`make run` didn't get ready: {log.read_text()}")
