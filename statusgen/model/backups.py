"""The log of backups, and what was promised of it (clause 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.model.agreement import BackupPromise
from statusgen.model.text import Text

EEA = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""The countries of the European Economic Area: the European Union, Iceland, Liechtenstein
and Norway."""


_DAY = timedelta(days=1)


class Backup(Struct, frozen=True):
    """One run; ``locations`` are the countries (ISO 3166) where a copy is kept.

    ``path`` is its file, ``number`` its place in there. ``oldest_at`` is the moment of the
    oldest backup that was still kept after it.
    """

    at: datetime
    ok: bool
    path: str
    number: int
    locations: tuple[str, ...] = ()
    note: Text | None = None
    oldest_at: datetime | None = None


def missed_days(
    log: Sequence[Backup], promise: BackupPromise, zone: ZoneInfo, now: datetime
) -> list[date]:
    """The local days, up to yesterday, on which a backup that was promised is lacking.

    Where one is promised every so many days the calendar decides, not the hour; where
    they follow each other otherwise, the gap between two, half a turn late at the most.
    """
    good = [run.at for run in log if run.ok and run.at <= now]
    if not log or log[0].at > now:
        return []
    if promise.every % _DAY:
        longest, today = promise.every * 3 / 2, civil.day_of(now, zone)
        late = [a + promise.every for a, b in pairwise([*good, now]) if b - a > longest]
        return sorted({day for at in late if (day := civil.day_of(at, zone)) < today})
    made = {civil.day_of(at, zone) for at in good}
    within = promise.every // _DAY
    first, today = civil.day_of(log[0].at, zone), civil.day_of(now, zone)
    days = [first + timedelta(days=n) for n in range(within - 1, (today - first).days)]
    return [day for day in days if made.isdisjoint(day - timedelta(days=n) for n in range(within))]


def is_fresh(newest: Backup, promise: BackupPromise, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the next backup is not overdue: by the calendar or the clock, as ``missed_days``."""
    if promise.every % _DAY:
        return now - newest.at <= promise.every * 3 / 2
    age = civil.day_of(now, zone) - civil.day_of(newest.at, zone)
    return age <= promise.every


def has_few_places(run: Backup, promise: BackupPromise) -> bool:
    """Whether a run is kept in fewer places than is promised."""
    return promise.locations is not None and len(set(run.locations)) < promise.locations


def is_kept_short(run: Backup, promise: BackupPromise, first: Backup) -> bool:
    """Whether backups are kept shorter than is promised, as far as the log says.

    Nothing older can be kept than the ``first`` backup there ever was.
    """
    if promise.keep is None or run.oldest_at is None:
        return False
    return run.at - run.oldest_at < promise.keep and run.oldest_at > first.at


def outside_region(run: Backup, promise: BackupPromise) -> tuple[str, ...]:
    """The countries of a run that lie outside the promised region."""
    if promise.region is None:
        return ()
    return tuple(country for country in run.locations if country not in EEA)
