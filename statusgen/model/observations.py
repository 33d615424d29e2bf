"""What probing saw: single observations, and the stretches and response times they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """How one component answered once: well, well but not as it should, or not well."""

    GOOD = "good"
    SLOW = "slow"
    BAD = "bad"


class Observation(Struct, frozen=True):
    """One component asked once, at a moment in UTC, from one vantage point.

    ``took`` is there when it answered as it should, be it late. ``why`` is a short stable code
    with at most one detail, and empty when all was good. Of what is slow: ``slow``,
    ``certificate 3 days``. Of what is bad: ``status 503``, ``redirect``, ``text``, ``json``,
    ``broken`` (off halfway), ``timeout``, ``connect``, ``unreachable``, ``dns``, ``address``,
    and ``tls`` with ``expired``, ``name`` or ``untrusted`` where that is known.
    """

    component: str
    at: datetime
    vantage: str
    outcome: Outcome
    took: timedelta | None
    why: str = ""


class Stretch(Struct, frozen=True):
    """A time in which every observation had the same outcome for the same reason.

    It runs from its first observation to the one after its last, as long as that came before
    the observations were stale; else to its last, after which nothing is known. So stretches
    never overlap, what they leave open was not seen, and a lone one may have no length.
    """

    start: datetime
    end: datetime
    outcome: Outcome
    why: str
    count: int


class ResponseTimes(Struct, frozen=True):
    """How often an answer took how long: milliseconds, to two digits, -> number of answers."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        """The number of answers."""
        return sum(self.counts.values())

    def percentile(self, share: int) -> timedelta | None:
        """The time in which this many of a hundred answers came; None without answers."""
        needed, seen = -(-self.total * share // 100), 0
        for taken, count in sorted(self.counts.items()):
            seen += count
            if seen >= max(needed, 1):
                return timedelta(milliseconds=taken)
        return None

    @staticmethod
    def together(times: Iterable[ResponseTimes]) -> ResponseTimes:
        """All of them as one."""
        counts: dict[int, int] = {}
        for each in times:
            for taken, count in each.counts.items():
                counts[taken] = counts.get(taken, 0) + count
        return ResponseTimes(counts)


class Series(Struct, frozen=True):
    """What one vantage point saw of one component: stretches in order, times by UTC day."""

    component: str
    vantage: str
    stretches: tuple[Stretch, ...]
    times: Mapping[date, ResponseTimes]
