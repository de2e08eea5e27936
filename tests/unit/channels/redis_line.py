"""The way to Redis, which a test can cut and mend: a TCP proxy in front of the real one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.machine import REDIS_URL
from tests.ports import free_port


class Line:
    """`url` leads to the machine's Redis as long as the line isn't cut."""

    def __init__(self) -> None:
        parts = urlsplit(REDIS_URL)
        self._redis = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self._port = free_port()
        self.url = parts._replace(netloc=f"127.0.0.1:{self._port}").geturl()
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        """Whoever is connected isn't any more, and nobody can connect."""
        if self._listener:
            _close(self._listener)
            self._listener = None
        self.drop()

    def drop(self) -> None:
        """Whoever is connected isn't any more."""
        while self._open:
            _close(self._open.pop())

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._redis)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=[one, other], daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    _close(one)
    _close(other)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def redis_line() -> Iterator[Line]:
    line = Line()
    line.mend()
    try:
        yield line
    finally:
        line.cut()
