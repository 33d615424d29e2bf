"""Wall clock to UTC and back: the only place that knows of clock changes.

A wall time is a naive ``datetime``: what a clock on the wall of the zone shows.
An instant is an aware ``datetime`` in UTC.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from statusgen.intervals import Interval

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The first instant that content may name."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""The first instant that content may no longer name.

The bounds keep a mistyped year from laying out thousands of years of hours.
"""


def instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants at which the clock shows this wall time, earliest first.

    One as a rule; none where the clock jumps over it, two where it comes twice.
    """
    earlier, later = _both_folds(wall, zone)
    if earlier == later:
        return (earlier,)
    return (earlier, later) if earlier < later else ()


def opening(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which hours that begin at this wall time open.

    The second of a doubled time and the end of a gap, so that a window never
    reaches into an hour that somebody could read as outside it.
    """
    earlier, later = _both_folds(wall, zone)
    return later if earlier <= later else after_gap(wall, zone)


def closing(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which hours that end at this wall time close."""
    earlier, later = _both_folds(wall, zone)
    return earlier if earlier <= later else after_gap(wall, zone)


def recurring(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a recurrence: RFC 5545 section 3.3.5.

    The first of a doubled time; a skipped one is read with the offset before the gap.
    """
    return _both_folds(wall, zone)[0]


def after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock jumps over this skipped wall time."""
    end, start = _both_folds(wall, zone)
    before = start.astimezone(zone).utcoffset()
    while end - start > timedelta(seconds=1):
        middle = start + (end - start) // 2
        if middle.astimezone(zone).utcoffset() == before:
            start = middle
        else:
            end = middle
    return end.replace(microsecond=0)


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """The aware local time of an instant, for showing."""
    return instant.astimezone(zone)


def iso(instant: datetime) -> str:
    """An instant in UTC for programs (RFC 3339): 2026-11-26T15:30:00Z."""
    return f"{instant.isoformat()[:19]}Z"  # Said thousands of times: strftime is slow.


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day in which an instant falls."""
    return instant.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins.

    The first of a doubled midnight, so that a day holds all of its hours.
    """
    wall = datetime.combine(day, time())
    found = instants(wall, zone)
    return found[0] if found else after_gap(wall, zone)


def day(day: date, zone: ZoneInfo) -> Interval:
    """The whole local day: 23, 24 or 25 hours."""
    return Interval(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def month(year: int, month: int, zone: ZoneInfo) -> Interval:
    """The whole local month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Interval(midnight(date(year, month, 1), zone), midnight(following, zone))


def year(year: int, zone: ZoneInfo) -> Interval:
    """The whole local year."""
    return Interval(midnight(date(year, 1, 1), zone), midnight(date(year + 1, 1, 1), zone))


def days(during: Interval, zone: ZoneInfo) -> list[date]:
    """The local days that the interval touches, in order."""
    first = day_of(during.start, zone)
    last = day_of(during.end - timedelta(microseconds=1), zone)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@cache
def zone_names() -> frozenset[str]:
    """The names of all zones of the IANA database."""
    from importlib.resources import files

    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; raises KeyError for any other.

    Read from the tzdata package, never from the machine, whose rules may be older.
    """
    if name not in zone_names():
        raise KeyError(name)
    from importlib.resources import files

    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def _by_name(zone_: ZoneInfo) -> tuple[Callable[[str], ZoneInfo], tuple[str]]:
    return zone, (zone_.key,)


# Else a zone that was not read from the machine cannot be kept in a cache.
copyreg.pickle(ZoneInfo, _by_name)


@lru_cache(maxsize=16384)
def _both_folds(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    # PEP 495: the two differ only at a clock change; fold 0 is the later
    # instant in a gap and the earlier one in a doubled hour.
    return (
        wall.replace(tzinfo=zone, fold=0).astimezone(UTC),
        wall.replace(tzinfo=zone, fold=1).astimezone(UTC),
    )
