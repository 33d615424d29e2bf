"""The log of backups, and what was promised of it (clause 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

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


@dataclass(frozen=True, slots=True)
class Backup:
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
    """The whole local days, from the first in the log up to yesterday, without enough backups."""
    if not log:
        return []
    made = Counter(civil.day_of(run.at, zone) for run in log if run.ok)
    first, today = civil.day_of(log[0].at, zone), civil.day_of(now, zone)
    needed, within = _rhythm(promise.every)
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    return [
        day
        for index, day in enumerate(days)
        if index + 1 >= within
        and sum(made[day - timedelta(days=back)] for back in range(within)) < needed
    ]


def _rhythm(every: timedelta) -> tuple[int, int]:
    """(how many, within how many days): every 24 h is 1 within 1, every 6 h is 4 within 1."""
    day = timedelta(days=1)
    if every >= day:
        return 1, -(-every // day)
    return -(-day // every), 1


def outside_region(run: Backup, promise: BackupPromise) -> tuple[str, ...]:
    """The countries of a run that lie outside the promised region."""
    if promise.region is None:
        return ()
    return tuple(country for country in run.locations if country not in EEA)
