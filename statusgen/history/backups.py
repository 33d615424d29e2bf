"""Clause 6: how it stands with the backups at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.model.agreement import BackupPromise
from statusgen.model.backups import (
    Backup,
    has_few_places,
    is_fresh,
    is_kept_short,
    missed_days,
    outside_region,
)


class BackupState(Struct, frozen=True):
    """How it stands with backups at a moment; None where the log does not say."""

    newest: Backup | None
    age: timedelta | None
    is_fresh: bool
    missed: tuple[date, ...]
    outside_region: tuple[str, ...]
    few_places: bool
    oldest_kept_at: datetime | None
    kept_short: bool

    @property
    def is_kept(self) -> bool:
        """Whether all that is promised of backups is kept, as far as the log says."""
        broken = self.missed or self.outside_region or self.few_places or self.kept_short
        return self.is_fresh and not broken


def state(
    log: Sequence[Backup], promise: BackupPromise, zone: ZoneInfo, now: datetime
) -> BackupState:
    """What the log (in order of time) says at ``now``; missed days are of the last ninety."""
    past = [run for run in log if run.at <= now]
    good = [run for run in past if run.ok]
    newest = good[-1] if good else None
    age = now - newest.at if newest else None
    recent = civil.day_of(now, zone) - timedelta(days=90)
    oldest = [run.oldest_at for run in good if run.oldest_at]
    return BackupState(
        newest=newest,
        age=age,
        is_fresh=newest is not None and is_fresh(newest, promise, zone, now),
        missed=tuple(day for day in missed_days(past, promise, zone, now) if day >= recent),
        outside_region=outside_region(newest, promise) if newest else (),
        few_places=newest is not None and has_few_places(newest, promise),
        oldest_kept_at=oldest[-1] if oldest else None,
        kept_short=newest is not None and is_kept_short(newest, promise, past[0]),
    )
