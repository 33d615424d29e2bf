"""Serves the preview over HTTP, to this machine only."""

from __future__ import annotations

import mimetypes
import re
import sys
from datetime import datetime
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from statusgen import civil
from statusgen.preview.panel import RESERVED, Panel, asset
from statusgen.preview.showing import Preview

HOST = "127.0.0.1"
_NAMES = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_KINDS = {
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_STILL_HERE = 15.0
"""Seconds between two signs of life on a connection that waits for changes."""


class Server(ThreadingHTTPServer):
    """Serves a preview on a port of this machine, from ``serve_forever`` up to ``shutdown``."""

    daemon_threads = True

    def __init__(self, preview: Preview, folder: Path, port: int) -> None:
        """Raises OSError where the port is taken; 0 takes any that is free."""
        super().__init__((HOST, port), _Handler)
        self.preview = preview
        # Cookies know no ports: two previews at once must not share a moment.
        self.panel = Panel(folder, f"statusgen-{self.server_port}")

    @property
    def address(self) -> str:
        """Where the site is."""
        return f"http://{HOST}:{self.server_port}{quote(self.preview.at(None).root)}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "statusgen", ""

    def do_GET(self) -> None:
        # A page elsewhere can give its own name the address of this machine, and read along.
        if not _NAMES.fullmatch(self.headers.get("Host", "")):
            text = b"The preview is for localhost.\n"
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", text)
            return
        path = urlsplit(self.path).path
        if path == f"{RESERVED}changes":
            self._tell_changes()
        elif path.startswith(RESERVED):
            self._own(path.removeprefix(RESERVED))
        else:
            self._page(unquote(path))

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """The terminal is for findings."""

    def _own(self, name: str) -> None:
        if name in ("preview.js", "preview.css"):
            self._answer(HTTPStatus.OK, _kind(name), asset(name))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such file.\n")

    def _page(self, path: str) -> None:
        turn, moment = self.server.preview.turn, self._moment()
        shown = self.server.preview.at(moment)
        if path + "/" == shown.root or path == "/" != shown.root:
            self._redirect(shown.root)
            return
        name = _file_at(path, shown.root)
        if f"{name}/index.html" in shown.pages:
            self._redirect(f"{path}/")
            return
        status = HTTPStatus.OK
        if name not in shown.pages:
            status = HTTPStatus.NOT_FOUND if shown.pages else HTTPStatus.SERVICE_UNAVAILABLE
            name = "404.html"
        content, kind = shown.pages.get(name), _kind(name)
        if kind == "text/html":
            is_now = moment is None
            is_live = is_now and self.server.preview.is_live
            over = self.server.panel.over
            content = over(content, shown, turn, is_now=is_now, is_live=is_live)
        self._answer(status, kind, content or b"")

    def _moment(self) -> datetime | None:
        """The moment that the reader asked for, in wall time of the site."""
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
            said = cookies[self.server.panel.cookie].value
            wall = datetime.fromisoformat(said) if _WALL.fullmatch(said) else None
        except (CookieError, KeyError, ValueError):
            return None
        if wall is None or not civil.EARLIEST.year < wall.year < civil.LATEST.year:
            return None
        return civil.recurring(wall, self.server.preview.at(None).zone)

    def _tell_changes(self) -> None:
        turn = parse_qs(urlsplit(self.path).query).get("turn", [""])[0]
        self._head(HTTPStatus.OK, {"Content-Type": "text/event-stream"})
        while self.command != "HEAD":
            newest = self.server.preview.wait_for_other(turn, _STILL_HERE)
            if newest is None:
                return
            said = f"data: {newest}\n\n" if newest != turn else ": still here\n\n"
            self.wfile.write(said.encode())
            turn = newest

    def _redirect(self, path: str) -> None:
        self._head(HTTPStatus.FOUND, {"Location": quote(path), "Content-Length": "0"})

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
        kind = f"{kind}; charset=utf-8" if is_text else kind
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        safe = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        for name, value in (headers | safe).items():
            self.send_header(name, value)
        self.end_headers()


def _file_at(path: str, root: str) -> str:
    """The file of the site at a path of its address; nothing where that is outside."""
    if not path.startswith(root):
        return ""
    return f"{path}index.html".removeprefix(root) if path.endswith("/") else path[len(root) :]


def _kind(name: str) -> str:
    known = _KINDS.get(Path(name).suffix)
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"
