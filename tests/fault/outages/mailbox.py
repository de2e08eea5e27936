"""A mail server that keeps what it is sent, and can be away."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


class Mailbox:
    """What has come, and under which ids. It is away until it is opened."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[str] = []
        self.ids: list[str] = []
        self._server: Controller | None = None

    def open(self) -> None:
        """Take e-mails from now on."""
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self) -> None:
        """Be away."""
        if self._server:
            self._server.stop()
            self._server = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content)
        self.mails.append(str(mail["Subject"]) + envelope.content.decode())
        self.ids.append(str(mail["Message-ID"]))
        return "250 OK"
