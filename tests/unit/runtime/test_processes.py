"""With real processes in real process groups."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.settings import ROOT
from tests.ports import free_port

ANSWERS = """
import http.server, os, subprocess, sys
port, pids = int(sys.argv[1]), sys.argv[2]
child = subprocess.Popen(["sleep", "600"])
open(pids, "a").write(f"{os.getpid()} {child.pid}\\n")
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", port), type("H", (http.server.BaseHTTPRequestHandler,), {
    "do_GET": lambda self: (self.send_response(200), self.end_headers()), "log_message": lambda *_: None,
})).serve_forever()
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
DIES = "import sys; print('about to die'); sys.exit('the reason why')"

RUN = """
import asyncio, sys
from runtime import processes
processes.GRACE = 1
commands = eval(sys.stdin.read())
sys.exit(asyncio.run(processes.run([processes.Process(*each) for each in commands], "ALL READY")))
"""


class Runner:
    """`processes.run` in a process group of its own, as a shell gives it to `make run`."""

    def __init__(self, pids: Path) -> None:
        self.pids = pids
        pids.touch()

    def answering(self, name: str) -> tuple:
        port = free_port()
        return (name, [sys.executable, "-c", ANSWERS, str(port), str(self.pids)], port, "/")

    def start(self, *commands: tuple) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.said = self.process.stdout
        self.process.stdin.write(repr(commands))
        self.process.stdin.close()

    def read_until(self, expected: str) -> str:
        shown = ""
        for line in self.said:
            shown += line
            if expected in line:
                return shown
        raise AssertionError(f"{expected!r} never came, but this:\n{shown}")

    def ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> tuple[str, int]:
        shown = self.said.read()
        return shown, self.process.wait(timeout=20)

    def alive(self) -> list[int]:
        return [pid for pid in map(int, self.pids.read_text().split()) if is_alive(pid)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path / "pids")
    yield runner
    if runner.process.poll() is None:
        runner.process.kill()
    for pid in runner.alive():
        os.kill(pid, signal.SIGKILL)


def test_ctrl_c_ends_everything_with_its_children(runner: Runner):
    runner.start(runner.answering("one"), runner.answering("two"))
    shown = runner.read_until("ALL READY")
    assert "one     | listening" in shown
    assert len(runner.alive()) == 4
    runner.ctrl_c()
    shown, status = runner.finish()
    assert status == 0
    assert "Stopping" in shown
    assert runner.alive() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_so_does_every_other_way_to_end_it(runner: Runner, number: signal.Signals):
    runner.start(runner.answering("one"))
    runner.read_until("ALL READY")
    runner.process.send_signal(number)
    assert runner.finish()[1] == 0
    assert runner.alive() == []


def test_one_that_ends_later_is_started_again_without_what_it_left_behind(runner: Runner):
    runner.start(runner.answering("one"), runner.answering("two"))
    runner.read_until("ALL READY")
    killed, child, *others = runner.alive()
    os.kill(killed, signal.SIGKILL)
    assert "process ended (status -9) and is started again." in runner.read_until("| listening")
    assert not is_alive(child)
    assert set(others) < set(runner.alive())
    assert len(runner.alive()) == 4
    runner.ctrl_c()
    assert runner.finish()[1] == 0
    assert runner.alive() == []


def test_one_that_ends_again_and_again_is_started_less_and_less_often(runner: Runner, tmp_path: Path):
    """And Ctrl-C doesn't wait for the next time."""
    once = tmp_path / "once"
    dies_later = f"""
import pathlib, sys, time
from tests.ports import free_port
if pathlib.Path({str(once)!r}).exists():
    sys.exit("not again")
pathlib.Path({str(once)!r}).touch()
time.sleep(0.5)
"""
    runner.start(("mortal", [sys.executable, "-c", dies_later]))
    began = time.monotonic()
    for _ in range(3):
        runner.read_until("is started again")
    assert time.monotonic() - began > 2 + 4
    runner.ctrl_c()
    assert runner.finish()[1] == 0
    assert time.monotonic() - began < 2 + 4 + 8


def test_when_one_ends_at_the_start_the_others_end_and_its_last_words_are_shown(runner: Runner):
    runner.start(runner.answering("one"), ("mortal", [sys.executable, "-c", DIES], free_port(), "/"))
    shown, status = runner.finish()
    assert status == 1
    report = shown[shown.index("The mortal process ended by itself (status 1)") :]
    assert "about to die" in report
    assert "the reason why" in report
    assert "ALL READY" not in shown
    assert runner.alive() == []


def test_one_that_does_not_end_is_killed(runner: Runner):
    runner.start(("deaf", [sys.executable, "-c", DEAF], free_port(), "/"))
    runner.read_until("deaf    | deaf")
    began = time.monotonic()
    runner.ctrl_c()
    assert runner.finish()[1] == 0
    assert 1 <= time.monotonic() - began < 4
