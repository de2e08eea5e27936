"""Runs a few processes side by side: shows what they say, starts again what ends, and ends all of them together.

honcho does nearly that with a helper process for each, but can't tell which one ended or what it said last.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

GRACE = 5
"""Seconds that a process has to end by itself before it is killed."""

LAST_LINES = 15

PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a process that has ended is started again; twice as long each time that it soon ends again."""

SOON = 60.0


@dataclass
class Process:
    """A process to run: its name for people, its command, and the loopback address that answers once it is ready.

    One without a port has nobody to answer, and is ready as soon as it runs.
    """

    name: str
    command: Sequence[str]
    port: int | None = None
    path: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it finds in its environment besides."""
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    pid: int | None = None

    async def run(self) -> int:
        """Run it in a session of its own, so that it can be ended with whatever it starts itself.

        Passes on what it says, line by line; returns its exit status.
        """
        child = await asyncio.create_subprocess_exec(
            *self.command,
            env={**os.environ, **self.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = child.pid
        told = asyncio.create_task(self._pass_on(child.stdout))
        status = await child.wait()
        self.send(signal.SIGKILL)  # to what it has left behind, which would be in the way of its successor
        await told
        return status

    async def _pass_on(self, output: asyncio.StreamReader | None) -> None:
        while output and (line := await _line(output)):
            text = line.decode(errors="replace").rstrip()
            self.last_lines.append(text)
            print(f"{self.name:8}| {text}", flush=True)

    async def is_ready(self) -> None:
        """Wait until it answers over HTTP."""
        while self.port is not None and not await _answers(self.port, self.path):
            await asyncio.sleep(0.1)

    def send(self, number: signal.Signals) -> None:
        """Signal it and everything that it started."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)


async def run(processes: Sequence[Process], when_ready: str) -> int:
    """Run `processes` until a signal; print `when_ready` once all of them answer.

    One that ends before that ends the others, too, as it needs somebody to look at it; one that ends later is started
    again. Returns the exit status to leave with: 0 after a signal, else 1.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN or number is not signal.SIGHUP:  # nohup
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    ready = asyncio.create_task(_announce(processes, when_ready))
    running = {asyncio.create_task(_keep_running(process, ready, stopped)): process for process in processes}
    signalled = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({signalled, *running}, return_when=asyncio.FIRST_COMPLETED)
        if signalled.done():
            print("\nStopping ...", flush=True)
            return 0
        _report_end(*next((process, task.result()) for task, process in running.items() if task.done()))
        return 1
    finally:
        stopped.set()
        ready.cancel()
        await _end(running)


async def _keep_running(process: Process, ready: asyncio.Task[None], stopped: asyncio.Event) -> int:
    """Until it ends before all are ready, or all are stopped; returns its exit status then."""
    pause = PAUSE
    while True:
        began = time.monotonic()
        status = await process.run()
        if stopped.is_set() or not ready.done():
            return status
        pause = PAUSE if time.monotonic() - began > SOON else min(2 * pause, LONGEST_PAUSE)
        print(f"The {process.name} process ended (status {status}) and is started again.", file=sys.stderr, flush=True)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stopped.wait(), pause)
            return status


def _report_end(process: Process, status: int) -> None:
    print(f"\nThe {process.name} process ended by itself (status {status}), so the others end too.", file=sys.stderr)
    if process.last_lines:
        print("The last that it said:", *process.last_lines, sep="\n    ", file=sys.stderr)


async def _announce(processes: Sequence[Process], when_ready: str) -> None:
    await asyncio.gather(*(process.is_ready() for process in processes))
    print(when_ready, flush=True)


async def _end(running: dict[asyncio.Task[int], Process]) -> None:
    for process in running.values():
        process.send(signal.SIGTERM)
    await asyncio.wait(running, timeout=GRACE)
    for process in running.values():
        process.send(signal.SIGKILL)  # also what a process that has ended left behind
    await asyncio.wait(running, timeout=GRACE)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # longer than the reader's buffer, which has dropped it
        return b"(a very long line)\n"


async def _answers(port: int, path: str) -> bool:
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), timeout=2)
    except (OSError, asyncio.TimeoutError):
        return False
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        status_line = await asyncio.wait_for(reader.readline(), timeout=2)
        return b" 200 " in status_line
    except (OSError, asyncio.TimeoutError):
        return False
    finally:
        writer.close()
