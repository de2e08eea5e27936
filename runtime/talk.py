"""`python -m runtime.talk` (make talk): a conversation in the terminal with the assistant that `make run` started."""

from __future__ import annotations

import sys
import uuid
from typing import Any

import httpx
from rich.console import Console

from runtime import settings


def main() -> int:
    """Talk until end of input; returns the exit status."""
    console = Console(highlight=False)
    address = f"http://127.0.0.1:{settings.load().rasa_port}/webhooks/rest/webhook"
    sender = f"terminal-{uuid.uuid4().hex[:8]}"
    console.print("Write to the assistant; Ctrl-D ends.", style="dim")
    while True:
        try:
            words = console.input("[bold]you>[/bold] ")
        except (EOFError, KeyboardInterrupt):
            return 0
        try:
            messages = httpx.post(address, json={"sender": sender, "message": words}, timeout=60).json()
        except httpx.HTTPError:
            console.print(f"Nothing answers at {address}. Start the assistant with `make run` in another terminal.")
            return 1
        for message in messages:
            _show(message, console)


def _show(message: dict[str, Any], console: Console) -> None:
    if text := message.get("text"):
        console.print(f"[cyan]assistant>[/cyan] {text}")
    if custom := message.get("custom"):
        console.print_json(data=custom)


if __name__ == "__main__":
    sys.exit(main())
