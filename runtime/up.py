"""`python -m runtime.up` (make run): prepares what is missing, then runs the assistant until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace

from runtime import processes, settings, tables, training
from runtime.settings import ROOT, Settings

LONGEST_FRAME = 65536  # bytes; a customer's longest message is far shorter
DEMO_AGENT = ROOT / "var" / "demo-agent"
"""Name and password of the agent that the demo comes with."""

WEB_ADDRESS_FOR_ANYONE = "0.0.0.0"  # noqa: S104 - only compared with


def main() -> int:
    """Prepare and run; returns the exit status."""
    try:
        here = settings.load()
        refuse_taken_ports(here)
        os.environ.update(settings.of_the_policy())
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    is_demo = not os.environ.get("ORDERS_DB_URL")  # sample orders never go into somebody's own database
    os.environ.setdefault("ASSISTANT_DEMO", str(int(is_demo)))
    os.environ.setdefault("ADDRESS_SALT", secrets.token_hex(32))  # the same for every web worker, and kept nowhere
    os.environ.update(here.as_environment())
    os.chdir(ROOT)
    try:
        prepare(is_demo)
    except subprocess.CalledProcessError as failure:
        print(f"This step failed, so nothing was started:\n{failure.output.strip()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("- starting the action server, the Rasa server and the web service", flush=True)
    with tempfile.TemporaryDirectory() as figures:
        when_ready = f"\n{where_to_go(here, is_demo)}\nCtrl-C ends it.\n"
        return asyncio.run(processes.run(the_processes(here, figures), when_ready))


def refuse_taken_ports(here: Settings) -> None:
    """Raises ValueError with a sentence that names the variable to choose another port, or another address, with."""
    wanted = [("WEB_PORT", here.web_host, here.web_port)]
    for worker in range(here.workers):
        wanted.append(("RASA_PORT", "127.0.0.1", here.rasa_port + worker))
        wanted.append(("ACTIONS_PORT", "127.0.0.1", here.actions_port + worker))
    if len({port for _, _, port in wanted}) < len(wanted):
        raise ValueError(
            "WEB_PORT, RASA_PORT, ACTIONS_PORT must be different ports; with several workers, further apart."
        )
    for variable, host, port in wanted:
        if _is_taken(host, port):
            raise ValueError(
                f"Port {port} on {host} is taken: something else, perhaps another `make run`, listens there.\n"
                f"End that, or choose another port: {variable}={_free_port_after(host, port)} make run"
            )


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise ValueError(
                f"This machine can't listen on port {port} of {host} ({error.strerror}).\n"
                "Choose another address with WEB_HOST, or a port above 1023 with WEB_PORT."
            ) from None
    return False


def _free_port_after(host: str, port: int) -> int:
    return next((other for other in range(port + 1, 65536) if not _is_taken(host, other)), 0)


@dataclass
class Step:
    """A command that prepares something, and what people are told about it."""

    telling: str
    command: list[str]
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.child = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self) -> None:
        """Wait for its end. Raises CalledProcessError, with what it said as output, when it failed."""
        output, _ = self.child.communicate()
        if self.child.returncode != 0:
            raise subprocess.CalledProcessError(self.child.returncode, self.command, f"{self.telling}\n{output}")
        print(f"- {self.telling}: done in {time.monotonic() - self.began:.1f} s", flush=True)


def prepare(is_demo: bool) -> None:
    """Bring the database and the model up to date, side by side.

    Raises CalledProcessError when a step fails.
    """
    steps = []
    if is_demo:
        demo_agent = _python("-m", "conversations", "demo-agent", "--keep-in", str(DEMO_AGENT))
        steps.append(Step("database with sample orders of today", _python("-m", "orders", "samples")))
        steps.append(Step("an agent for the desk", demo_agent))
    elif not tables.are_newest(os.environ.get("ORDERS_DB_URL", "")):
        steps.append(Step("database", _python("-m", "runtime.tables")))
    if training.current_model() is None:
        print(
            "- training the assistant, since its model is missing, damaged or older than what it learns from",
            flush=True,
        )
        steps.append(Step("training", _python("-m", "runtime.training")))
    try:
        for step in steps:
            step.finish()
    finally:
        for step in steps:
            step.child.kill()


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def the_processes(here: Settings, figures: str) -> list[processes.Process]:
    """The assistant; and the sender of e-mails and webhooks, once the shop has said where to.

    `figures` is a folder in which the workers of the web service add up what they count.
    """
    is_sending = os.environ.get("SMTP_HOST") or os.environ.get("WEBHOOK_URL")
    sender = [processes.Process("sender", _python("-m", "orders", "send"))] if is_sending else []
    *servers, web = the_assistant(here)
    if here.workers > 1:
        web = replace(web, environment={**web.environment, "PROMETHEUS_MULTIPROC_DIR": figures})
    return [*servers, web, *sender]


def the_assistant(here: Settings) -> list[processes.Process]:
    """A Rasa server and its action server for each worker, and the web service, which starts its workers itself."""
    servers = [process for worker in range(here.workers) for process in _servers(here, worker)]
    web = ("-m", "uvicorn", "channels.app:app", "--host", here.web_host, "--port", str(here.web_port))
    # Packing frames of a few hundred bytes takes 0.1 MB for each browser, and 1 ms of a core for a turn.
    socket_options = ("--ws", "wsproto", "--ws-max-size", str(LONGEST_FRAME), "--ws-per-message-deflate", "false")
    quietly = ("--log-level", "warning", "--no-access-log", "--no-server-header")
    workers = ("--workers", str(here.workers)) if here.workers > 1 else ()
    finding_rasa = {"RASA_URL": os.environ.get("RASA_URL") or ",".join(here.rasa_urls)}
    command = _python(*web, *socket_options, *quietly, *workers)
    return [*servers, processes.Process("web", command, here.web_port, "/", here.as_environment() | finding_rasa)]


def _servers(here: Settings, worker: int) -> list[processes.Process]:
    environment, number = here.as_environment(worker), f"-{worker + 1}" if here.workers > 1 else ""
    rasa, actions = _python("-m", "runtime.rasa_server"), _python("-m", "runtime.action_server")
    return [
        processes.Process(f"rasa{number}", rasa, here.rasa_port + worker, "/webhooks/rest/", environment),
        processes.Process(f"actions{number}", actions, here.actions_port + worker, "/health", environment),
    ]


def where_to_go(here: Settings, is_demo: bool) -> str:
    """What to open in a browser."""
    host = "127.0.0.1" if here.web_host == WEB_ADDRESS_FOR_ANYONE else here.web_host
    page = f"http://{host}:{here.web_port}/"
    name, password = DEMO_AGENT.read_text().split() if is_demo else ("", "")
    signing_in = f"as {name} with the password {password}" if is_demo else "(python -m conversations add-agent NAME)"
    return f"The assistant answers at {page}\nAgents sign in at {page}desk {signing_in}"


if __name__ == "__main__":
    sys.exit(main())
