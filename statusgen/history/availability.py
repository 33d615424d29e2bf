"""Clause 2a: how much of the guaranteed hours the service was there, to the minute.

Every figure is made of its ledger: stretches of guaranteed time in which something
was wrong, each with the share that counts and the events behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from statusgen.history.status import Spell
from statusgen.intervals import Interval, Intervals, difference, total, within
from statusgen.model.agreement import AvailabilityPromise, allowed_time, guaranteed_time
from statusgen.model.components import ComponentStatus
from statusgen.model.content import Content
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, MaintenanceKind, running

_NOTHING = Fraction(0)
_TICK = timedelta(microseconds=1)


class Outage(Struct, frozen=True):
    """A stretch of guaranteed time in which something was wrong with a component.

    ``share`` (0 to 1) is the part of each minute that counts as down; 0 where the
    agreement does not count the status.
    """

    interval: Interval
    component: str
    status: ComponentStatus
    share: Fraction
    event: Incident | Maintenance

    @property
    def excluded(self) -> bool:
        """Whether the agreement leaves it out (clauses 2b and 2c)."""
        return isinstance(self.event, Incident) and self.event.exclusion is not None


class LedgerLine(Struct, frozen=True):
    """A stretch in which the same outages were going on.

    ``share`` counts as down; ``excused`` would have, were it not excluded.
    """

    interval: Interval
    share: Fraction
    excused: Fraction
    outages: tuple[Outage, ...]

    @property
    def downtime(self) -> Fraction:
        """Seconds of it that count as down."""
        return self.share * seconds(self.interval.length) if self.share else _NOTHING

    @property
    def excused_downtime(self) -> Fraction:
        """Seconds of it that would count, were they not excluded."""
        return self.excused * seconds(self.interval.length) if self.excused else _NOTHING


class Availability(Struct, frozen=True):
    """Availability over some time; all lengths in exact seconds.

    ``guaranteed`` ends at the moment of counting, ``guaranteed_in_full`` at the end of
    the time asked for: the allowance is over all of it.
    """

    guaranteed: Fraction
    guaranteed_in_full: Fraction
    downtime: Fraction
    excused: Fraction
    target: Fraction
    ledger: tuple[LedgerLine, ...]

    @property
    def figure(self) -> Fraction | None:
        """The share of guaranteed time that was up; None without guaranteed time."""
        if not self.guaranteed:
            return None
        return (self.guaranteed - self.downtime) / self.guaranteed

    @property
    def meets_target(self) -> bool | None:
        """Whether the figure is at least the target; None without a figure."""
        figure = self.figure
        return None if figure is None else figure >= self.target

    @property
    def allowed_downtime(self) -> Fraction:
        """Seconds that may be down over the whole time."""
        return self.guaranteed_in_full * (1 - self.target)

    @property
    def allowance(self) -> Fraction:
        """Seconds that may still be down; negative when the promise is broken."""
        return self.allowed_downtime - self.downtime


def outages(
    content: Content, found: Iterable[Spell], plans: Iterable[Maintenance], now: datetime
) -> list[Outage]:
    """The outages of all components up to ``now``, cut to guaranteed time.

    Incidents count by their status, maintenance only where it ran outside the agreed
    windows: whole when an override let it through, by its effect when it is a restore.
    """
    promise = content.agreement.availability
    if promise is None:
        return []
    down = [
        Outage(s.interval, s.component, s.status, promise.counts.get(s.status, _NOTHING), s.event)
        for s in found
        if isinstance(s.event, Incident)
    ]
    for maintenance in plans:
        down += _of_maintenance(content, promise, maintenance, now)
    if not down:
        return []
    span = Interval(min(o.interval.start for o in down), max(o.interval.end for o in down))
    guaranteed = guaranteed_time(content.agreement, span, content.site.zone)
    return [
        replace(outage, interval=part)
        for outage in down
        for part in within(guaranteed, outage.interval)
    ]


def _of_maintenance(
    content: Content, promise: AvailabilityPromise, maintenance: Maintenance, now: datetime
) -> Iterator[Outage]:
    counted = promise.counts.get(maintenance.effect, _NOTHING)
    is_exception = maintenance.override and maintenance.kind is MaintenanceKind.MAINTENANCE
    share = Fraction(1) if is_exception else counted
    for interval in _outside_windows(content, maintenance, now):
        for component in maintenance.components:
            status = ComponentStatus.UNDER_MAINTENANCE
            yield Outage(interval, component, status, share, maintenance)


def _outside_windows(content: Content, maintenance: Maintenance, now: datetime) -> Intervals:
    ran = running(maintenance, now)
    if ran is None:
        return ()
    return difference((ran,), allowed_time(content.agreement, ran, content.site.zone))


class Guaranteed(Struct, frozen=True):
    """The guaranteed time of a stretch, laid out once for all that is counted in it.

    ``in_full`` is all of it, ``past`` what has passed of it by the moment of counting;
    ``undisturbed`` is the availability of what nothing was wrong with.
    """

    promise: AvailabilityPromise
    during: Interval
    in_full: Intervals
    past: Intervals
    undisturbed: Availability

    def availability(self, down: Iterable[Outage]) -> Availability:
        """The availability of whatever the outages are of."""
        ledger = _ledger(down, self.during)
        return replace(
            self.undisturbed,
            downtime=_weighed((line.share, line.interval) for line in ledger),
            excused=_weighed((line.excused, line.interval) for line in ledger),
            ledger=ledger,
        )


def guaranteed(content: Content, during: Interval, now: datetime) -> Guaranteed | None:
    """The guaranteed time of a stretch, up to ``now``; None when no availability is promised."""
    promise = content.agreement.availability
    if promise is None:
        return None
    in_full = guaranteed_time(content.agreement, during, content.site.zone)
    past = within(in_full, Interval(during.start, now)) if now > during.start else ()
    undisturbed = Availability(
        guaranteed=seconds(total(past)),
        guaranteed_in_full=seconds(total(in_full)),
        downtime=_NOTHING,
        excused=_NOTHING,
        target=promise.target,
        ledger=(),
    )
    return Guaranteed(promise, during, in_full, past, undisturbed)


def _weighed(parts: Iterable[tuple[Fraction, Interval]]) -> Fraction:
    """The seconds of the stretches by the share of each that counts."""
    # Few shares and many stretches: lengths are added up exactly without fractions.
    lengths: dict[Fraction, timedelta] = {}
    for share, interval in parts:
        if share:
            lengths[share] = lengths.get(share, timedelta()) + interval.length
    return sum((share * seconds(length) for share, length in lengths.items()), _NOTHING)


def _ledger(down: Iterable[Outage], during: Interval) -> tuple[LedgerLine, ...]:
    """The outages cut where any begins or ends, so that no minute is counted twice."""
    cut = sorted(
        (
            (max(o.interval.start, during.start), min(o.interval.end, during.end), o)
            for o in down
            if o.interval.overlaps(during)
        ),
        key=lambda c: (c[0], c[1], c[2].component, c[2].event.id),
    )
    edges = sorted({edge for start, end, _ in cut for edge in (start, end)})
    lines: list[LedgerLine] = []
    active: list[tuple[datetime, datetime, Outage]] = []
    position = 0
    for start, end in pairwise(edges):
        while position < len(cut) and cut[position][0] == start:
            active.append(cut[position])
            position += 1
        active = [c for c in active if c[1] > start]
        if active:
            lines.append(_line(Interval(start, end), tuple(outage for _, _, outage in active)))
    return tuple(lines)


def _line(interval: Interval, going_on: tuple[Outage, ...]) -> LedgerLine:
    share = max((o.share for o in going_on if not o.excluded), default=_NOTHING)
    whole = max(o.share for o in going_on)
    return LedgerLine(interval, share, whole - share, going_on)


def seconds(length: timedelta) -> Fraction:
    """A length of time in exact seconds."""
    return Fraction(length // _TICK, 1_000_000)
