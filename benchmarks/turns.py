"""How long a turn with an action takes, against only reading the message: python -m benchmarks.turns

Starts the action server and the Rasa server on ports and files of its own, and says the same messages to both: alone to
be read (`/model/parse`), and in conversations over the channel (`/webhooks/rest/webhook`), where each calls the
actions, the orders and the policy engine. The two take turns in one run, so that a busy machine slows both. The figure
in docs/conversation-tests.md comes from it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from runtime import training
from runtime.settings import ROOT
from tests.ports import free_port

CONVERSATION = (
    "hi, I want my money back for order INO-10482, ana.torres@example.com",
    "yes, it works fine",
    "how long does it take?",
    "yes, I still have the box",
    "no, thank you",
)
"""Every one of them runs an action; nothing is filed, so that each conversation goes the same way."""

SECONDS_TO_START = 120

TOKEN = secrets.token_urlsafe()
"""Opens Rasa's API, which is closed without one."""


def main() -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("--conversations", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as port:
        channel = HTTPConnection("127.0.0.1", port)
        hold(channel, "warming up")
        parses, turns = [], []
        for number in range(chosen.conversations):
            parsed, said = hold(channel, f"customer-{number}")
            parses += parsed
            turns += said
    print(f"{len(turns)} turns with an action, {len(parses)} readings of the same messages; milliseconds")
    for name, times in (("reading", parses), ("turn", turns)):
        print(f"{name:8} p50 {1000 * median(times):6.1f}   p95 {1000 * sorted(times)[int(0.95 * len(times))]:6.1f}")
    print(f"a turn takes {median(turns) / median(parses):.1f} times as long as reading the message (p50)")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def hold(channel: HTTPConnection, sender: str) -> tuple[list[float], list[float]]:
    """One conversation: how long reading each message took, and how long its turn."""
    parses, turns = [], []
    for text in CONVERSATION:
        seconds, _ = post(channel, f"/model/parse?token={TOKEN}", {"text": text})
        parses.append(seconds)
        seconds, answers = post(channel, "/webhooks/rest/webhook", {"sender": sender, "message": text})
        turns.append(seconds)
        if not any("custom" in answer for answer in answers):
            sys.exit(f"A turn called no action: {text!r} was answered by {answers}")
    return parses, turns


def post(channel: HTTPConnection, path: str, body: dict[str, str]) -> tuple[float, Any]:
    """How many seconds the answer took, and the answer."""
    began = time.perf_counter()
    channel.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = channel.getresponse().read()
    return time.perf_counter() - began, json.loads(answer)


@contextmanager
def servers(folder: Path) -> Iterator[int]:
    """Both servers on a database with the sample orders; gives the port of the channel."""
    rasa, actions = free_port(), free_port()
    environment = {
        **os.environ,
        "RASA_PORT": str(rasa),
        "RASA_TOKEN": TOKEN,
        "ACTIONS_PORT": str(actions),
        "TRACKERS_DB": str(folder / "trackers.db"),
        "ORDERS_DB_URL": f"sqlite:///{folder / 'orders.db'}",
    }
    training.up_to_date_model()
    subprocess.run(
        [sys.executable, "-m", "orders", "samples"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    running = []
    try:
        for module in ("runtime.action_server", "runtime.rasa_server"):
            command = [sys.executable, "-m", module]
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL))
        for port in (actions, rasa):
            wait_for(port)
        yield rasa
    finally:
        for server in running:
            server.terminate()
        for server in running:
            server.wait()


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _ in range(SECONDS_TO_START * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"Nothing has listened on port {port} for {SECONDS_TO_START} seconds.")


if __name__ == "__main__":
    main()
