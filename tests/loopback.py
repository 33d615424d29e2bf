"""Parties on this machine that messages are sent to: a web server, a mail server with TLS, and a
WebSub hub that fetches what it is told of."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.request import urlopen

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@cache
def authority() -> trustme.CA:
    """A certificate authority that nobody knows, until `trusted` says so."""
    return trustme.CA()


def trusted(folder: Path) -> str:
    """The value of SSL_CERT_FILE that makes a program trust it."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


def _server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority().issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


# Web


@dataclass(frozen=True)
class Posted:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode("ascii"))


@dataclass
class WebServer:
    """What came in, and how it answers: with the next of ``answers``, and then always 200."""

    url: str
    posted: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def web_server(*, tls: bool = False) -> Iterator[WebServer]:
    """A web server that keeps what is posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known.posted.append(Posted(self.path, dict(self.headers), body))
            self.send_response(known.answers.pop(0) if known.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler, tls=tls) as address:
        known = WebServer(address)
        yield known


@contextmanager
def endless_server() -> Iterator[str]:
    """The address of a server whose answer is good and never ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"and so on, ")

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as address:
        yield address


@contextmanager
def dripping_server() -> Iterator[str]:
    """The address of a server that goes on sending a header, byte by byte."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            with suppress(OSError):
                while True:
                    time.sleep(0.02)
                    self.wfile.write(b"x")

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as address:
        yield address


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """The address of a server of the files in a folder."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = folder / self.path.lstrip("/")
            content = path.read_bytes() if path.is_file() else b""
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as address:
        yield f"{address}/"


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler], *, tls: bool = False) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            server.socket = _server_context().wrap_socket(server.socket, server_side=True)
        # A connection that fails to become a safe one is the client's to tell of.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class WebSubHub:
    """A hub: for each topic that it is told of it fetches that, and keeps what was there."""

    url: str
    fetched: dict[str, list[bytes]] = field(default_factory=dict)


@contextmanager
def websub_hub() -> Iterator[WebSubHub]:
    """A hub that takes the word of nobody: a topic that cannot be fetched is refused."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode("ascii"))
            self.send_response(202 if self._is_taken(form) else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _is_taken(self, form: dict[str, list[str]]) -> bool:
            if form.get("hub.mode") != ["publish"] or len(form.get("hub.url", [])) != 1:
                return False
            topic = form["hub.url"][0]
            try:
                with urlopen(topic, timeout=10) as answer:
                    content = answer.read()
            except OSError:
                return False
            known.fetched.setdefault(topic, []).append(content)
            return known.url.encode() in content

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(Handler) as address:
        known = WebSubHub(f"{address}/hub")
        yield known


# Mail


@dataclass
class MailServer:
    """What was handed in: (readers, mail); ``refused`` are readers by the status they get."""

    port: int
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    mails_a_connection: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += session.ssl is None
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return f"{self.refused[address]} <{address}> is not liked"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_NOOP(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, said: str
    ) -> str:
        is_over = self.mails_a_connection and len(self.mails) % self.mails_a_connection == 0
        return "421 that was enough" if is_over else "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((list(envelope.rcpt_tos), mail))
        return "250 OK"


@contextmanager
def mail_server(tls: str = "starttls", password: str = "") -> Iterator[MailServer]:
    """A mail server with TLS from the first byte (tls), on request (starttls), or without."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = MailServer(port)

    def authenticate(_: Any, __: Any, ___: Any, mechanism: str, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        known.logins.append((said.login.decode(), said.password.decode()))
        return AuthResult(success=said.password.decode() == password, handled=False)

    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": port}
    if tls == "starttls":
        options |= {"tls_context": _server_context(), "require_starttls": True}
    elif tls == "tls":
        options |= {"ssl_context": _server_context()}
    if password:
        options |= {"authenticator": authenticate, "auth_required": True}
    controller = Controller(known, **options)
    with ExitStack() as stack:
        controller.start()
        stack.callback(controller.stop)
        yield known


@contextmanager
def _arrivals_in(path: Path) -> Iterator[dict[str, Any]]:
    """A web and a mail server that add a line for each message: where it came, and its id."""
    with web_server() as web, mail_server("none") as mail, path.open("a", buffering=1) as file:

        class Arrivals(list[Any]):
            def append(self, came: Any) -> None:
                if isinstance(came, Posted):
                    file.write(f"web {json.loads(came.body)['id']}\n")
                else:
                    (reader,), told = came
                    file.write(f"{reader} {told['Message-ID']}\n")

        web.posted, mail.mails = Arrivals(), Arrivals()
        yield {"web": web.url, "mail": mail.port}


@contextmanager
def arrivals_in(path: Path) -> Iterator[dict[str, Any]]:
    """As above in a process of their own, so that this one may be forked: web and mail say
    where they are."""
    command = [sys.executable, "-m", "tests.loopback", str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    ) as servers:
        assert servers.stdin
        assert servers.stdout
        yield json.loads(servers.stdout.readline())
        servers.stdin.close()


@contextmanager
def half_open_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


if __name__ == "__main__":
    with _arrivals_in(Path(sys.argv[1])) as where:
        print(json.dumps(where), flush=True)
        sys.stdin.read()
