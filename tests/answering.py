"""A server on loopback that answers each connection as a test wants it, well or oddly."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass
class Server:
    """``asked``: the first line of each request, in order; ``over``: set when the test ends."""

    port: int
    asked: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Answer = Callable[[socket.socket, Server], None]
"""Talks to one who connected, whose request was read."""


@contextmanager
def served(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """The server, for as long as it is needed. What it says is not heard to the end by all."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])

    def talk(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            plain = connection
            with tls.wrap_socket(plain, server_side=True) if tls else plain as link:
                server.asked.append(_request(link))
                answer(link, server)

    def listen() -> None:
        with suppress(OSError):
            while True:
                Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _request(link: socket.socket) -> str:
    """The first line of what is asked, once all of it is there; of TLS that is not taken, any."""
    read = b""
    while b"\r\n\r\n" not in read and not read.startswith(b"\x16"):
        part = link.recv(4096)
        if not part:
            break
        read += part
    return read.partition(b"\r\n")[0].decode("ascii", "replace")


def says(
    body: bytes = b"ok", status: str = "200 OK", headers: dict[str, str] | None = None
) -> Answer:
    """A whole answer."""
    lines = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    whole = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
    return lambda link, _: link.sendall(whole)
