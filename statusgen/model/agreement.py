"""The service level agreement as values, and the hours that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.intervals import Interval, Intervals, union, within
from statusgen.model import holidays
from statusgen.model.components import ComponentStatus
from statusgen.model.hours import WeeklyHours, WeeklySpan, lay_out
from statusgen.model.text import Text

DEFAULT_COUNTS = {
    ComponentStatus.MAJOR_OUTAGE: Fraction(1),
    ComponentStatus.PARTIAL_OUTAGE: Fraction(1),
    ComponentStatus.DEGRADED_PERFORMANCE: Fraction(0),
}


@dataclass(frozen=True, slots=True)
class AvailabilityPromise:
    """Clause 2a: ``target`` (0 to 1) of the guaranteed hours.

    ``holidays`` is the country whose public holidays are no working days;
    ``counts`` the share of a minute in a status that is down.
    """

    target: Fraction
    hours: WeeklyHours
    holidays: str | None = None
    counts: Mapping[ComponentStatus, Fraction] = field(default_factory=lambda: DEFAULT_COUNTS)


@dataclass(frozen=True, slots=True)
class MaintenancePromise:
    """Clause 9: the windows that maintenance keeps to, and how long before it is announced."""

    windows: tuple[WeeklySpan, ...]
    holidays_open: bool = False
    notice: timedelta | None = None


@dataclass(frozen=True, slots=True)
class BackupPromise:
    """Clause 6: how often, how long kept, in how many places, in which region."""

    every: timedelta
    keep: timedelta | None = None
    locations: int | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was promised; a part that is None was not."""

    title: Text
    valid_from: datetime | None = None
    source: str | None = None
    availability: AvailabilityPromise | None = None
    maintenance: MaintenancePromise | None = None
    register_within: timedelta | None = None
    late_after: timedelta | None = None
    update_calamity_every: timedelta | None = None
    backups: BackupPromise | None = None


def guaranteed_time(agreement: Agreement, during: Interval, zone: ZoneInfo) -> Intervals:
    """The guaranteed hours inside ``during`` since the agreement is valid, holidays left out."""
    promise = agreement.availability
    if promise is None:
        return ()
    start = max(during.start, agreement.valid_from or during.start)
    if start >= during.end:
        return ()
    first = civil.day_of(start, zone) - timedelta(days=1)
    closed = holidays.between(promise.holidays, first, civil.day_of(during.end, zone))
    return lay_out(promise.hours.spans, Interval(start, during.end), zone, closed=closed)


def allowed_time(agreement: Agreement, during: Interval, zone: ZoneInfo) -> Intervals:
    """The time inside ``during`` that is open for maintenance: all of it without a promise."""
    promise = agreement.maintenance
    if promise is None:
        return (during,)
    windows = lay_out(promise.windows, during, zone)
    if not promise.holidays_open or agreement.availability is None:
        return windows
    first, last = civil.day_of(during.start, zone), civil.day_of(during.end, zone)
    days_off = holidays.between(agreement.availability.holidays, first, last)
    opened = (civil.day(day, zone) for day in days_off)
    return within(union((*windows, *opened)), during)
