"""One question to one component, and whether the answer is the one that is wanted."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

import anyio
import httpx

from statusgen import __version__
from statusgen.model.probes import DnsProbe, HttpProbe, JsonField, Probe, TcpProbe

MAX_BODY = 1_048_576
"""What is read of an answer, in bytes: what is looked for stands in it, or nowhere."""
_MAX_REDIRECTS = 5
_HEADERS = {
    "User-Agent": f"statusgen/{__version__}",
    "Accept-Encoding": "identity",
    "Cache-Control": "no-cache",
}
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)
_CERTIFICATE = {10: "tls expired", 62: "tls name", 64: "tls name"}
_UNTRUSTED = (18, 19, 20, 21)
"""What OpenSSL calls the faults of a certificate (X509_V_ERR_...)."""


class Failed(Exception):
    """No answer, or not the one that is wanted; ``why`` as in ``Observation``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Asker:
    """Asks with what a round needs once. Every question gets a connection of its own."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.client = _client()

    async def __aenter__(self) -> Self:
        await anyio.sleep(0)  # What httpx loads on its first question, no answer is to wait for.
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def ask(self, probe: Probe) -> str:
        """Why a good answer is not all it should be, or ``""``; raises Failed for another.

        Ends when the other side does: who calls it limits the time.
        """
        try:
            if isinstance(probe, HttpProbe):
                return await self._http(probe)
            if isinstance(probe, TcpProbe):
                await _tcp(probe)
            else:
                await _dns(probe)
        except (OSError, httpx.RequestError, httpx.InvalidURL, UnicodeError) as error:
            raise Failed(_why(error)) from error
        return ""

    async def _http(self, probe: HttpProbe) -> str:
        follow = probe.redirect is not None
        async with self.client.stream("GET", probe.url, follow_redirects=follow) as response:
            _judge_head(probe, response)
            left = _certificate_left(response, self.at) if probe.certificate else None
            _judge_body(probe, await _body(response), response.encoding or "utf-8")
        if probe.certificate and left is not None and left < probe.certificate:
            return f"certificate {max(left.days, 0)} days"
        return ""


def _client() -> httpx.AsyncClient:
    """One that trusts whom this machine trusts (its own store, or SSL_CERT_FILE).

    Raises OSError when the proxy that the environment names is of no known kind; its address,
    which may hold a password, is not told.
    """
    try:
        return httpx.AsyncClient(
            verify=ssl.create_default_context(),
            headers=_HEADERS,
            timeout=None,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            max_redirects=_MAX_REDIRECTS,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        raise OSError("The proxy that the environment names cannot be used.") from None


def _judge_head(probe: HttpProbe, response: httpx.Response) -> None:
    if probe.redirect and _parts(response.url) != _parts(httpx.URL(probe.redirect)):
        raise Failed("redirect")
    if response.status_code != probe.status:
        lost = response.has_redirect_location and not probe.redirect
        raise Failed("redirect" if lost else f"status {response.status_code}")


def _parts(url: httpx.URL) -> tuple[object, ...]:
    """What makes two addresses one: ``https://a.example`` is ``https://a.example/``."""
    return url.scheme, url.host, url.port, url.raw_path


async def _body(response: httpx.Response) -> bytes:
    read = bytearray()
    async for part in response.aiter_bytes():
        read += part
        if len(read) >= MAX_BODY:
            break
    return bytes(read[:MAX_BODY])


def _judge_body(probe: HttpProbe, body: bytes, encoding: str) -> None:
    if probe.contains and probe.contains not in _text(body, encoding):
        raise Failed("text")
    if probe.field and _value(body, probe.field) != probe.field.value:
        raise Failed("json")


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        # A server may name what Python knows as an encoding, and not as one of texts: `hex`.
        return body.decode("utf-8", "replace")


def _value(body: bytes, field: JsonField) -> str | None:
    """The field's value as text; None where there is none."""
    try:
        value = json.loads(body)
        for key in field.keys:
            value = value[int(key) if isinstance(value, list) else key]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _certificate_left(response: httpx.Response, at: datetime) -> timedelta | None:
    tls: Any = response.extensions["network_stream"].get_extra_info("ssl_object")
    if tls is None:
        return None
    ends = ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"])
    return timedelta(seconds=ends - at.timestamp())


async def _tcp(probe: TcpProbe) -> None:
    _, writer = await asyncio.open_connection(probe.host, probe.port, happy_eyeballs_delay=0.25)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _dns(probe: DnsProbe) -> None:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(probe.name, None, type=socket.SOCK_STREAM)
    if probe.address and probe.address not in {entry[4][0] for entry in found}:
        raise Failed("address")


def _why(error: BaseException) -> str:
    """The code of what went wrong, by the first cause that tells."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(
                cause.verify_code, "tls untrusted" if cause.verify_code in _UNTRUSTED else "tls"
            )
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, socket.gaierror | UnicodeError | httpx.InvalidURL):
            return "dns"
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            return "unreachable"
    if any(isinstance(cause, TimeoutError | httpx.TimeoutException) for cause in causes):
        return "timeout"
    if isinstance(error, httpx.TooManyRedirects):
        return "redirect"
    connecting = not isinstance(error, httpx.RequestError) or isinstance(error, httpx.ConnectError)
    return "connect" if connecting else "broken"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came of, and what that came of."""
    yield error
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for cause in (error.__cause__ or error.__context__, *inner):
        if cause is not None:
            yield from _causes(cause)
