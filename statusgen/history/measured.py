"""What probes saw of the guaranteed hours, beside what was reported of them.

A measurement is no promise and no excuse: it knows of no exclusion. What nobody saw is neither
up nor down, and stands apart as the gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from msgspec import Struct

from statusgen.history.availability import Outage, seconds
from statusgen.history.status import Spell
from statusgen.intervals import Interval, Intervals, at_least, difference, total, union
from statusgen.model.components import Component, ComponentStatus
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.measurements import Measurements, Sight
from statusgen.model.observations import Outcome, ResponseTimes, Series

_MINUTE = timedelta(minutes=1)
"""Reports are written to the minute: what differs for less is no difference."""


class Measured(Struct, frozen=True):
    """What was seen of guaranteed time up to the moment of counting; lengths in exact seconds.

    ``downtime`` is what counts of it as the agreement counts what is reported: no answer as
    a major outage, a late one as degraded performance.
    """

    guaranteed: Fraction
    good: Fraction
    slow: Fraction
    bad: Fraction
    downtime: Fraction

    @property
    def seen(self) -> Fraction:
        """How much of it was seen."""
        return self.good + self.slow + self.bad

    @property
    def gap(self) -> Fraction:
        """How much of it nobody saw."""
        return self.guaranteed - self.seen

    @property
    def figure(self) -> Fraction | None:
        """The share of what was seen that was up; None where nothing was."""
        return (self.seen - self.downtime) / self.seen if self.seen else None

    @property
    def coverage(self) -> Fraction | None:
        """The share of guaranteed time that was seen; None without guaranteed time."""
        return self.seen / self.guaranteed if self.guaranteed else None


class Disagreement(Struct, frozen=True):
    """A stretch of guaranteed time in which probes saw other than was reported.

    Without an ``event`` a component gave no answer and nothing was reported of it; with one
    it is reported to be down and was seen to answer well.
    """

    interval: Interval
    component: str
    event: Incident | Maintenance | None


class MeasuredReport(Struct, frozen=True):
    """What was measured over the time of a report.

    ``components`` are those that were seen in it; the service is made of those of them that
    count towards it, None without any.
    """

    service: Measured | None
    components: tuple[tuple[Component, Measured], ...]
    disagreements: tuple[Disagreement, ...]

    def of(self, component: str) -> Measured | None:
        """What was measured of a component; None where it was not seen."""
        return next((found for c, found in self.components if c.id == component), None)


def measurements(series: Iterable[Series], quorum: int = 1) -> Measurements:
    """What all vantage points saw together.

    A component is down, late or seen when at least ``quorum`` of them say so of that moment:
    when fewer look at it, nobody knows.
    """
    by_component: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        by_component[one.component].append(one)
    return Measurements(
        sights={c: _together([_sight(s) for s in own], quorum) for c, own in by_component.items()},
        times={c: _times(own) for c, own in by_component.items()},
    )


def _sight(series: Series) -> Sight:
    found: dict[Outcome, list[Interval]] = {outcome: [] for outcome in Outcome}
    for stretch in series.stretches:
        if stretch.start < stretch.end:
            found[stretch.outcome].append(Interval(stretch.start, stretch.end))
    return Sight(*(union(found[o]) for o in (Outcome.GOOD, Outcome.SLOW, Outcome.BAD)))


def _together(sights: Sequence[Sight], quorum: int) -> Sight:
    if len(sights) == quorum == 1:
        return sights[0]
    bad = at_least(quorum, [sight.bad for sight in sights])
    wrong = at_least(quorum, [union((*sight.bad, *sight.slow)) for sight in sights])
    seen = at_least(quorum, [sight.seen for sight in sights])
    return Sight(good=difference(seen, wrong), slow=difference(wrong, bad), bad=bad)


def _times(series: Sequence[Series]) -> dict[date, ResponseTimes]:
    days = sorted({day for one in series for day in one.times})
    return {
        day: ResponseTimes.together(one.times[day] for one in series if day in one.times)
        for day in days
    }


def measured(
    sight: Sight, guaranteed: Intervals, counts: Mapping[ComponentStatus, Fraction]
) -> Measured:
    """The figures of guaranteed time that is laid out already.

    ``counts`` are the shares of the agreement's promise.
    """
    part = sight.during(guaranteed)
    good, slow, bad = (seconds(total(time)) for time in (part.good, part.slow, part.bad))
    late, none = (
        counts.get(status, Fraction(0))
        for status in (ComponentStatus.DEGRADED_PERFORMANCE, ComponentStatus.MAJOR_OUTAGE)
    )
    return Measured(seconds(total(guaranteed)), good, slow, bad, late * slow + none * bad)


def measured_report(
    known: Measurements,
    components: Iterable[Component],
    guaranteed: Intervals,
    counts: Mapping[ComponentStatus, Fraction],
) -> MeasuredReport | None:
    """What was measured in guaranteed time up to now, without the disagreements.

    None where no component was seen in it.
    """
    parts = [(c, known.sights[c.id].during(guaranteed)) for c in components if c.id in known.sights]
    seen = [(component, sight) for component, sight in parts if sight.seen]
    if not seen:
        return None
    in_service = [sight for component, sight in seen if component.sla]
    return MeasuredReport(
        measured(service_sight(in_service), guaranteed, counts) if in_service else None,
        tuple((component, measured(sight, guaranteed, counts)) for component, sight in seen),
        (),
    )


def service_sight(components: Sequence[Sight]) -> Sight:
    """What was seen of a service: down when any of its components is.

    It is well, or late, only while all of them are seen.
    """
    bad = at_least(1, [sight.bad for sight in components])
    seen = difference(at_least(len(components), [sight.seen for sight in components]), bad)
    slow = at_least(2, (at_least(1, [sight.slow for sight in components]), seen))
    return Sight(good=difference(seen, slow), slow=slow, bad=bad)


def disagreements(
    known: Measurements, guaranteed: Intervals, spells: Sequence[Spell], down: Sequence[Outage]
) -> tuple[Disagreement, ...]:
    """Where in guaranteed time probes saw other than was reported, by start."""
    found = (
        each
        for component, sight in known.sights.items()
        for each in _of_component(component, sight.during(guaranteed), spells, down)
        if each.interval.length >= _MINUTE
    )
    return tuple(sorted(found, key=_order))


def _of_component(
    component: str, sight: Sight, spells: Sequence[Spell], down: Sequence[Outage]
) -> Iterator[Disagreement]:
    told = union(spell.interval for spell in spells if spell.component == component)
    for interval in difference(sight.bad, told):
        yield Disagreement(interval, component, None)
    for event, when in _counted(down, component):
        for interval in at_least(2, (sight.good, when)):
            yield Disagreement(interval, component, event)


def _counted(
    down: Sequence[Outage], component: str
) -> Iterator[tuple[Incident | Maintenance, Intervals]]:
    """What is reported to have been down, or would be were it not excluded, by event."""
    events: dict[str, tuple[Incident | Maintenance, list[Interval]]] = {}
    for outage in down:
        if outage.component == component and outage.share:
            events.setdefault(outage.event.id, (outage.event, []))[1].append(outage.interval)
    for event, intervals in events.values():
        yield event, union(intervals)


def _order(found: Disagreement) -> tuple[datetime, datetime, str, str]:
    event = found.event.id if found.event else ""
    return found.interval.start, found.interval.end, found.component, event
