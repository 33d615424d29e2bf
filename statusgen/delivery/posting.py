"""Posting over HTTP, and what an answer means."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread

import httpx

from statusgen.delivery.message import Failure, NotDelivered

TIMEOUT = 10
"""Seconds that a server may be silent."""
LONGEST = 30
"""Seconds in which it must have answered."""
_TOO_LATE = "it did not answer in time"
_LATER = (
    *(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS),
    # The address or the way to it is wrong: once that is mended, nothing is lost.
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
    *(HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED),
)


@contextmanager
def client() -> Iterator[httpx.Client]:
    """A client for one round of deliveries. It trusts what SSL_CERT_FILE says, where that is."""
    for name in ("httpx", "httpcore"):
        # They log addresses, and ours are secrets.
        logging.getLogger(name).setLevel(logging.WARNING)
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as made:
        yield made


def post(to: httpx.Client, url: str, content: bytes, headers: Mapping[str, str]) -> None:
    """Post it; raises NotDelivered unless the answer is a good one. Its body is not read.

    A server that is never silent for long, and never done, is waited for ``LONGEST``: others
    wait behind it. What is left of it ends with the client.
    """
    came: SimpleQueue[NotDelivered | None] = SimpleQueue()

    def work() -> None:
        try:
            _post(to, url, content, headers)
        except NotDelivered as reason:
            came.put(reason)
        else:
            came.put(None)

    Thread(target=work, daemon=True).start()
    try:
        reason = came.get(timeout=LONGEST)
    except Empty:
        raise NotDelivered(_TOO_LATE) from None
    if reason:
        raise reason


def _post(to: httpx.Client, url: str, content: bytes, headers: Mapping[str, str]) -> None:
    try:
        with to.stream("POST", url, content=content, headers=dict(headers)) as answer:
            status = answer.status_code
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        raise NotDelivered("its address is no web address") from None
    except httpx.HTTPError as error:
        raise NotDelivered(_reason(error)) from None
    if not answer.is_success:
        for_good = 400 <= status < 500 and status not in _LATER
        failure = Failure.PERMANENT if for_good else Failure.CHANNEL
        raise NotDelivered(f"the answer was status {status}", failure)


def _reason(error: httpx.HTTPError) -> str:
    """What went wrong, without the words of the error: they may hold the address."""
    if isinstance(error, httpx.TimeoutException):
        return _TOO_LATE
    if isinstance(error.__context__, ssl.SSLError) or "CERTIFICATE" in str(error):
        return "its certificate is not trusted, or no safe connection could be made"
    if isinstance(error, httpx.ConnectError):
        return "it cannot be reached"
    return "the connection was lost"
