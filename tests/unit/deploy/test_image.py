"""deploy/Dockerfile, as far as it can be tried without building it: its steps at full size, everything else always."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest

from database import HOME
from runtime import settings, up
from tests.ports import free_port
from tests.unit.channels.servers import Customer, until
from tests.unit.deploy.dockerfile import instructions


@pytest.fixture(scope="module")
def dockerfile(deploy: Path) -> dict[str, list[str]]:
    return instructions(deploy / "Dockerfile")


@pytest.fixture(scope="module")
def context() -> list[str]:
    """The files that a build from a clean clone sees."""
    tracked = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    return [path for path in tracked if path and not _is_left_out(path)]


def _is_left_out(path: str) -> bool:
    rules = (HOME / ".dockerignore").read_text(encoding="utf-8").splitlines()
    parts = path.split("/")
    starts = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    patterns = [rule for rule in rules if rule and not rule.startswith("#")]
    return any(
        any(fnmatch(part, rule[3:]) for part in parts)
        if rule.startswith("**/")
        else any(fnmatch(start, rule) and start.count("/") == rule.count("/") for start in starts)
        for rule in patterns
    )


def test_hadolint_finds_nothing_to_say(deploy: Path) -> None:
    said = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), str(deploy / "Dockerfile")], capture_output=True, text=True
    )
    assert (said.returncode, said.stdout) == (0, "")


def test_it_does_not_run_as_root(dockerfile: dict[str, list[str]]) -> None:
    (user,) = dockerfile["USER"]
    assert int(user) > 1000
    assert f"--uid {user} " in " ".join(dockerfile["RUN"])


def test_what_it_copies_is_there(dockerfile: dict[str, list[str]], context: list[str]) -> None:
    copied = [each.split()[:-1] for each in dockerfile["COPY"] if not each.startswith("--from")]
    for source in (source.rstrip("/") for sources in copied for source in sources if source != "."):
        assert any(path == source or path.startswith(f"{source}/") for path in context), source


@pytest.mark.parametrize(
    "path",
    [".env", "deploy/.env", "var/assistant.db", "models/assistant-1.tar.gz", "tests/x.py", "a/privkey.pem", ".venv/x"],
)
def test_secrets_data_and_what_only_development_needs_are_left_out(path: str) -> None:
    assert _is_left_out(path)


def test_everything_that_runs_is_taken_along(context: list[str]) -> None:
    packages = {path.parent.name for path in HOME.glob("*/__init__.py")} - {"tests"}
    needed = {f"{package}/__init__.py" for package in packages} | {
        *("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "alembic.ini", "database.py"),
        *("locks/run.txt", "models/encoder/model.onnx", "migrations/env.py", "channels/static/widget.js"),
    }
    assert needed - set(context) == set()


def test_the_web_service_starts_as_on_one_machine(dockerfile: dict[str, list[str]]) -> None:
    here = settings.load()
    (web,) = [process for process in up.the_assistant(here) if process.name == "web"]
    there = json.loads(dockerfile["CMD"][-1])
    assert there[0] == "python"
    assert _without_addresses(there[1:]) == _without_addresses(list(web.command)[1:])


def _without_addresses(options: list[str]) -> set[str]:
    """Options with their values, but for host, port and number of workers, which are given from outside."""
    joined = re.sub(r" (?=--)", "\n", " ".join(options)).split("\n")
    return {option for option in joined if not option.startswith(("--host", "--port", "--workers"))}


def test_it_asks_for_its_health_where_it_listens(dockerfile: dict[str, list[str]]) -> None:
    command = json.loads(dockerfile["CMD"][-1])
    port = command[command.index("--port") + 1]
    assert dockerfile["EXPOSE"] == [port]
    assert f"http://127.0.0.1:{port}/healthz" in dockerfile["HEALTHCHECK"][0]


def test_its_steps_make_an_assistant_that_answers_and_writes_nothing_beside_its_data(
    dockerfile: dict[str, list[str]], context: list[str], tmp_path: Path, at_full_size: bool
) -> None:
    if not at_full_size:
        pytest.skip("takes minutes; with --long")
    root, data = tmp_path / "image", tmp_path / "data"
    _copy(["runtime/environment.sh", "runtime/find_tools.sh", *_below("locks/", context)], root)
    _run(dockerfile["RUN"][0], root)
    _copy(context, root)
    _run(dockerfile["RUN"][1], root)
    assert not (root / ".tools").exists()
    assert [path for path in root.rglob("*") if not path.stat().st_mode & 0o004] == []  # it runs as somebody else
    for tool in ("pip", "uv", "pytest", "mypy"):
        assert not (root / ".venv" / "bin" / tool).exists()
    before = _state(root)
    data.mkdir()
    with _running(root, data) as web:
        tab = Customer(f"http://127.0.0.1:{web}").connect()
        tab.say("What does the warranty cover?", client_id="1")
        answer = until(lambda: next((each for each in tab.messages if each["author"]["kind"] == "assistant"), None), 60)
        assert "warranty" in json.dumps(answer).lower()
        tab.leave()
    assert _state(root) == before


def _below(folder: str, context: list[str]) -> list[str]:
    return [path for path in context if path.startswith(folder)]


def _copy(paths: list[str], root: Path) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HOME / path, root / path)


def _run(step: str, root: Path) -> None:
    subprocess.run(["/bin/sh", "-eu", "-c", step], cwd=root, check=True, timeout=1200)


def _state(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*") if not path.is_symlink()}


@contextmanager
def _running(root: Path, data: Path) -> Iterator[int]:
    """The processes as containers start them, each by itself; the port of the web service."""
    web, rasa, actions = free_port(), free_port(), free_port()
    environment = {
        "PATH": f"{root / '.venv' / 'bin'}:{os.environ['PATH']}",
        "HOME": "/nonexistent",
        "MPLCONFIGDIR": str(data),
        "ORDERS_DB_URL": f"sqlite:///{data / 'assistant.db'}",
        "TRACKERS_DB": str(data / "trackers.db"),
        "PHOTOS_DIR": str(data / "photos"),
        "RASA_PORT": str(rasa),
        "RASA_URL": f"http://127.0.0.1:{rasa}",
        "ACTIONS_PORT": str(actions),
        "ACTIONS_URL": f"http://127.0.0.1:{actions}",
    }
    command = json.loads(instructions(HOME / "deploy" / "Dockerfile")["CMD"][-1])
    command[command.index("--port") + 1] = str(web)
    subprocess.run(["python", "-m", "runtime.tables"], cwd=root, env=environment, check=True)
    commands = [["python", "-m", "runtime.action_server"], ["python", "-m", "runtime.rasa_server"], command]
    running = [subprocess.Popen(command, cwd=root, env=environment) for command in commands]
    try:
        for port in (actions, rasa, web):
            until(partial(_listens, port), 120)
        yield web
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _listens(port: int) -> bool:
    time.sleep(0.1)
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
