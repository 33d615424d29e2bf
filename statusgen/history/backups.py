"""Clause 6: whether backups were made each day, where they are, and how far back they go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.model.agreement import BackupPromise
from statusgen.model.backups import Backup

EEA = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""The countries of the European Economic Area: the European Union, Iceland, Liechtenstein
and Norway."""


@dataclass(frozen=True, slots=True)
class BackupState:
    """How it stands with backups at a moment; None where the log does not say."""

    newest: Backup | None
    age: timedelta | None
    is_fresh: bool | None
    missed: tuple[date, ...]
    outside_region: tuple[str, ...]
    oldest_kept_at: datetime | None


def state(
    log: Sequence[Backup], promise: BackupPromise, zone: ZoneInfo, now: datetime
) -> BackupState:
    """What the log (in order of time) says at ``now``; missed days are of the last ninety."""
    past = [run for run in log if run.at <= now]
    good = [run for run in past if run.ok]
    newest = good[-1] if good else None
    age = now - newest.at if newest else None
    oldest = [run.oldest_at for run in good if run.oldest_at]
    return BackupState(
        newest=newest,
        age=age,
        is_fresh=None if age is None else age <= promise.every,
        missed=tuple(missed_days(past, promise, zone, now)[-90:]),
        outside_region=outside_region(newest, promise) if newest else (),
        oldest_kept_at=oldest[-1] if oldest else None,
    )


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
        return 1, every // day
    return -(-day // every), 1


def outside_region(run: Backup, promise: BackupPromise) -> tuple[str, ...]:
    """The countries of a run that lie outside the promised region."""
    if promise.region is None:
        return ()
    return tuple(country for country in run.locations if country not in EEA)
