"""Measurements that were made elsewhere: Prometheus, or any store behind the same HTTP API.

Asked is only ``/api/v1/query_range``, in pieces that every server answers. An instant without a
value is an instant without an observation: what the store no longer has stays a gap.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx

from statusgen import __version__, civil
from statusgen.model.components import Component
from statusgen.model.monitoring import Prometheus
from statusgen.model.observations import Observation, Outcome

VANTAGE = "prometheus"
"""The folder of what is read here."""
MAX_POINTS = 11_000
"""More in one answer is refused (Prometheus, "exceeded maximum resolution")."""
_MAX_BYTES = 64 * 1024 * 1024
_WAITS = (1.0, 2.0, 4.0)
"""Seconds between one try and the next."""
_UNWELL = frozenset({408, 425, 429})
"""Statuses that another try can help, beside those of a server that fails."""

Piece = tuple[datetime, datetime]
"""The first and the last instant that one question is about."""
_Values = dict[datetime, float]


class Refused(Exception):
    """The store understood us and said no: set-up has to change."""


class NotAnswered(Exception):
    """The store gave no answer that can be used, however often it was asked."""


class Store:
    """A Prometheus to ask; ``warnings`` are what it said beside its answers, each once.

    ``environment`` holds the secret that the settings name. Raises Refused where it does not.
    """

    def __init__(
        self,
        settings: Prometheus,
        environment: Mapping[str, str],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.wait = wait
        self.warnings: list[str] = []
        self.client = httpx.Client(
            auth=_auth(settings, environment),
            timeout=settings.timeout.total_seconds(),
            headers={"User-Agent": f"statusgen/{__version__}", "Accept": "application/json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def observed(
        self, components: Iterable[Component], first: datetime, last: datetime
    ) -> list[Observation]:
        """What is known of each component at each step of a piece, by time.

        Raises Refused and NotAnswered.
        """
        found: list[Observation] = []
        for component in components:
            values = self._values(self.settings.query, component, (first, last), min)
            durations = self.settings.durations
            took = self._values(durations, component, (first, last), max) if durations else {}
            found += (_observation(component, at, v, took.get(at)) for at, v in values.items())
        return sorted(found, key=lambda seen: (seen.at, seen.component))

    def _values(
        self, query: str, component: Component, piece: Piece, worst: Callable[..., float]
    ) -> _Values:
        """The value at each step; of several series the worst."""
        asked = query.replace("{component}", component.id)
        found: _Values = {}
        for at, value in _points(self._answer(asked, piece)):
            found[at] = worst(found[at], value) if at in found else value
        return found

    def _answer(self, query: str, piece: Piece) -> Any:
        first, last = piece
        asked = {
            "query": query,
            "start": f"{first.timestamp():.3f}",
            "end": f"{last.timestamp():.3f}",
            "step": f"{self.settings.step.total_seconds():.3f}",
            "timeout": f"{self.settings.timeout.total_seconds():.3f}",
        }
        data, warnings = self._patiently(asked)
        self.warnings += [said for said in warnings if said not in self.warnings]
        return data

    def _patiently(self, asked: Mapping[str, str]) -> tuple[Any, list[str]]:
        """Ask, and ask again after a while where that may help."""
        for pause in (*_WAITS, None):
            try:
                return self._once(asked)
            except NotAnswered:
                if pause is None:
                    raise
                self.wait(pause)
        raise AssertionError

    def _once(self, asked: Mapping[str, str]) -> tuple[Any, list[str]]:
        url = f"{self.settings.url.rstrip('/')}/api/v1/query_range"
        try:
            until = time.monotonic() + self.settings.timeout.total_seconds()
            with self.client.stream("GET", url, params=asked) as response:
                body = _body(response, until)
        except httpx.TimeoutException:
            raise NotAnswered("It did not answer in time.") from None
        except (httpx.HTTPError, OSError) as error:
            raise NotAnswered(
                f"It cannot be reached: {str(error) or type(error).__name__}."
            ) from None
        return _judged(response, body, asked["query"])


def pieces(start: datetime, end: datetime, step: timedelta) -> Iterator[Piece]:
    """The steps from ``start`` up to and with ``end``, in pieces that one answer has room for.

    Steps are multiples of their length since 1970, so that whoever asks again asks for the
    same instants.
    """
    first = _step_from(start, step)
    while first <= end:
        last = first + min((end - first) // step, MAX_POINTS - 1) * step
        yield first, last
        first = last + step


def _step_from(instant: datetime, step: timedelta) -> datetime:
    """The first step at that instant or after it."""
    return instant + (civil.EARLIEST - instant) % step


def _auth(settings: Prometheus, environment: Mapping[str, str]) -> httpx.Auth | None:
    name = settings.token_from or settings.password_from
    if name is None:
        return None
    secret = environment.get(name, "")
    if not secret:
        raise Refused(f"The environment has no {name}, which holds its secret.")
    if settings.token_from:
        token = secret.strip()
        # A header that cannot be sent is told by its value: ours is a secret.
        if not (token.isascii() and token.isprintable()):
            raise Refused(f"The variable {name} holds no token: it takes printable ASCII, no more.")
        return _Bearer(token)
    return httpx.BasicAuth(settings.user or "", secret)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def _body(response: httpx.Response, until: float) -> bytes:
    """All of it, if that comes in time. Raises Refused and NotAnswered."""
    parts, size = [], 0
    for part in response.iter_bytes():
        if time.monotonic() > until:
            raise NotAnswered("It did not answer in time.")
        parts.append(part)
        size += len(part)
        if size > _MAX_BYTES:
            raise Refused("Its answer has no end: let the query give one series a component.")
    return b"".join(parts)


def _judged(response: httpx.Response, body: bytes, query: str) -> tuple[Any, list[str]]:
    """The result in an answer and its warnings. Raises Refused and NotAnswered."""
    status = response.status_code
    if status in (401, 403):
        raise Refused(f"It does not let us in (HTTP status {status}).")
    if response.is_redirect:
        raise Refused(f"It sends us on (HTTP status {status}): write the address it is at.")
    try:
        said = json.loads(body)
        kind, error = said["status"], said.get("error", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        said, kind, error = {}, "", ""
    if status >= 500 or status in _UNWELL:
        raise NotAnswered(f"It fails (HTTP status {status}){_because(error)}.")
    if kind == "error":
        raise Refused(f"It refuses `{query}`{_because(error)}.")
    if kind != "success" or not response.is_success:
        raise Refused(f"What answers there is no Prometheus (HTTP status {status}).")
    warnings = [str(warning) for warning in said.get("warnings") or ()]
    return said.get("data"), warnings


def _because(error: object) -> str:
    return f": {str(error)[:300]}" if error else ""


def _points(data: Any) -> Iterator[tuple[datetime, float]]:
    """The numbers of a matrix, of all its series; what is no number is no value."""
    try:
        for series in data["result"]:
            for at, written in series["values"]:
                value = float(written)
                if not math.isnan(value):
                    yield datetime.fromtimestamp(float(at), UTC), value
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Refused("What answers there is no Prometheus: it sent no matrix.") from error


def _observation(
    component: Component, at: datetime, value: float, seconds: float | None
) -> Observation:
    took = timedelta(seconds=seconds) if seconds is not None and 0 <= seconds < 86_400 else None
    if value < 1:
        return Observation(component.id, at, VANTAGE, Outcome.BAD, None, "value below 1")
    within = component.probe.within if component.probe else None
    if within and took and took > within:
        return Observation(component.id, at, VANTAGE, Outcome.SLOW, took, "slow")
    return Observation(component.id, at, VANTAGE, Outcome.GOOD, took)
