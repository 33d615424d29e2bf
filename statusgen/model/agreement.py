"""The service level agreement as values, and the hours that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from statusgen import civil
from statusgen.intervals import Interval, Intervals, union, within
from statusgen.model import holidays
from statusgen.model.components import ComponentStatus
from statusgen.model.hours import WeeklyHours, WeeklySpan, lay_out
from statusgen.model.incidents import Incident, unreachable
from statusgen.model.site import Support
from statusgen.model.text import Text

DEFAULT_COUNTS = {
    ComponentStatus.MAJOR_OUTAGE: Fraction(1),
    ComponentStatus.PARTIAL_OUTAGE: Fraction(1),
    ComponentStatus.DEGRADED_PERFORMANCE: Fraction(0),
}


CLAUSES = (
    *("availability", "exclusions", "support", "tickets", "reaction", "reports"),
    *("unreachable", "monitoring", "backups", "restores", "calamities", "maintenance"),
)
"""What a clause can be about, in the order of the SLA page."""


class AvailabilityPromise(Struct, frozen=True):
    """Clause 2a: ``target`` (0 to 1) of the guaranteed hours.

    ``holidays`` is the country whose public holidays are no working days;
    ``counts`` the share of a minute in a status that is down.
    """

    target: Fraction
    hours: WeeklyHours
    holidays: str | None = None
    counts: Mapping[ComponentStatus, Fraction] = field(default_factory=lambda: DEFAULT_COUNTS)


class MaintenancePromise(Struct, frozen=True):
    """Clause 9: the windows that maintenance keeps to, and how long before it is announced."""

    windows: tuple[WeeklySpan, ...]
    holidays_open: bool = False
    notice: timedelta | None = None


class BackupPromise(Struct, frozen=True):
    """Clause 6: how often, how long kept, in how many places, in which region."""

    every: timedelta
    keep: timedelta | None = None
    locations: int | None = None
    region: str | None = None


class Clause(Struct, frozen=True):
    """Where in the agreement a promise stands, and its words there."""

    number: str
    text: Text | None = None


class Agreement(Struct, frozen=True):
    """What was promised; a part that is None was not.

    ``clauses`` go by what they are about: the keys of ``CLAUSES``.
    """

    title: Text
    valid_from: datetime | None = None
    source: str | None = None
    availability: AvailabilityPromise | None = None
    maintenance: MaintenancePromise | None = None
    register_within: timedelta | None = None
    late_after: timedelta | None = None
    update_calamity_every: timedelta | None = None
    backups: BackupPromise | None = None
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    def judges(self, instant: datetime) -> bool:
        """Whether what began then is held against it: not before it was valid."""
        return self.valid_from is None or instant >= self.valid_from


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


def support_time(
    support: Support, agreement: Agreement, during: Interval, zone: ZoneInfo
) -> Intervals:
    """The time inside ``during`` in which support is reachable (clause 3a).

    Public holidays of the agreement are no days of support.
    """
    if support.hours is None:
        return ()
    country = agreement.availability.holidays if agreement.availability else None
    first = civil.day_of(during.start, zone) - timedelta(days=1)
    closed = holidays.between(country, first, civil.day_of(during.end, zone))
    return lay_out(support.hours.spans, during, zone, closed=closed)


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


def alike_windows(spans: tuple[WeeklySpan, ...]) -> list[tuple[tuple[int, ...], WeeklySpan]]:
    """The windows with the weekdays on which each opens: alike ones together, in order."""
    alike: dict[tuple[object, ...], list[WeeklySpan]] = {}
    for span in sorted(spans):
        alike.setdefault((span.opens, span.closes_after, span.closes), []).append(span)
    return [(tuple(span.weekday for span in group), group[0]) for group in alike.values()]


def is_overdue(incident: Incident, agreement: Agreement, now: datetime) -> bool:
    """Whether a report should have been registered by ``now`` and was not (clause 3d)."""
    promised, reported = agreement.register_within, incident.reported_at
    registered = incident.registered_at is not None and incident.registered_at <= now
    if promised is None or reported is None or registered or now <= reported:
        return False
    return now - reported - unreachable(incident, Interval(reported, now)) > promised
