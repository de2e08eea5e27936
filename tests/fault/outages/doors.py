"""A way to a server that can be shut, or held up, for who is on it and for who comes, and opened again."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit

from tests.ports import free_port


class Door:
    """Listens on loopback, and passes on what comes to `host` and `port`."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = host, port
        self.port = free_port()
        self._inside: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._lets_through = threading.Event()
        self.let_through()
        self.open()

    @classmethod
    def to(cls, url: str) -> Door:
        """A door to the server at this address."""
        parts = urlsplit(url)
        assert parts.hostname
        return cls(parts.hostname, parts.port or {"redis": 6379}.get(parts.scheme, 5432))

    def open(self) -> None:
        """Let everybody in from now on."""
        self._listener = listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse whoever comes, and cut off who is inside."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        _end(listener)
        self.let_through()  # else who waits there would wait for ever
        for each in list(self._inside):
            _end(each)

    def hold_up(self) -> None:
        """Take in whoever comes and all that is said, and pass on nothing, as a server does whose machine hangs."""
        self._lets_through.clear()

    def let_through(self) -> None:
        """Pass on again, with what was held up."""
        self._lets_through.set()

    def _let_in(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return  # it is shut
            try:
                there = socket.create_connection(self._behind)
            except OSError:
                _end(here)
                continue
            self._inside |= {here, there}
            if self._listener is not listener:
                _end(here)
                _end(there)
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                self._lets_through.wait()
                other.sendall(piece)
        self._inside -= {one, other}
        _end(one)
        _end(other)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
