"""The figures of a month or a year, for the service and each component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from statusgen import civil
from statusgen.history.availability import Availability, Guaranteed, guaranteed
from statusgen.history.facts import Facts
from statusgen.history.measured import (
    MeasuredReport,
    disagreements,
    measured_report,
)
from statusgen.history.reaction import ReactionFigures, ReactionTimes, reported_at, summed, times
from statusgen.intervals import Interval, difference, total, union, within
from statusgen.model.components import Component
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, IncidentKind


class Outside(Struct, frozen=True):
    """How long an incident lasted when nothing was promised."""

    event: Incident
    length: timedelta


class Report(Struct, frozen=True):
    """The figures over ``during``; ``service`` is None where no availability is promised.

    The service counts the components with ``sla``; it is down when any of them is.
    ``outside`` is what would have counted inside guaranteed hours; a year has none.
    ``measured`` is what probes saw of it, None where they saw nothing.
    """

    name: str
    during: Interval
    service: Availability | None
    components: tuple[tuple[Component, Availability | None], ...]
    reactions: tuple[tuple[IncidentKind, ReactionFigures], ...]
    outside: tuple[Outside, ...]
    measured: MeasuredReport | None = None

    @property
    def is_year(self) -> bool:
        """Whether it is of a year ("2026"), not of a month ("2026-11")."""
        return "-" not in self.name


class YearReport(Struct, frozen=True):
    """The report of a year with those of its months: together they are all of it so far."""

    whole: Report
    months: tuple[Report, ...]


class Reports(Struct, frozen=True):
    """The reports of all months that have one, and of the years they are in, oldest first.

    They are without the minutes behind them, which are those of their months.
    """

    months: tuple[Report, ...]
    years: tuple[YearReport, ...]


def month_report(content: Content, known: Facts, month: date) -> Report:
    """The report of the local month in which the day falls."""
    during = civil.month(month.year, month.month, content.site.zone)
    return _report(content, known, f"{month:%Y-%m}", during)


def year_report(content: Content, known: Facts, year: int) -> Report:
    """The report of a local year."""
    return _report(content, known, str(year), civil.year(year, content.site.zone))


def reported_months(content: Content, began: datetime | None, now: datetime) -> list[date]:
    """The first days of the months that there is something to report of, oldest first.

    From when the agreement is valid, or else from when the first event ``began``, up to this month.
    """
    zone = content.site.zone
    first = civil.day_of(content.agreement.valid_from or began or now, zone)
    return _months_between(first, civil.day_of(now, zone))


def counted_months(content: Content, reported: Sequence[date]) -> list[date]:
    """The months that have a report, and before them those of the first year that count too.

    Without a first day the year is guaranteed from January on, before anything happened.
    """
    if content.agreement.valid_from or not reported:
        return list(reported)
    return _months_between(reported[0].replace(month=1), reported[-1])


def _months_between(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


CountedMonth = tuple[Report, Mapping[IncidentKind, ReactionTimes]]
"""A month without the minutes behind it, and what the medians of its year are made of."""


def reports(
    content: Content,
    counted: Sequence[CountedMonth],
    reported: Sequence[date],
    now: datetime,
) -> Reports:
    """The reports of the counted months, those of them that have one, and of their years."""
    years: dict[str, list[CountedMonth]] = {}
    for one in counted:
        years.setdefault(one[0].name[:4], []).append(one)
    names = {f"{month:%Y-%m}" for month in reported}
    return Reports(
        months=tuple(month for month, _ in counted if month.name in names),
        years=tuple(_year(content, name, months, now) for name, months in years.items()),
    )


def _year(
    content: Content, name: str, counted: Sequence[CountedMonth], now: datetime
) -> YearReport:
    """The report of a year is the sum of its months: no minute is looked at again."""
    months = tuple(month for month, _ in counted)
    during = civil.year(int(name), content.site.zone)
    rest = difference((during,), [month.during for month in months])
    further = [hours.undisturbed for time in rest if (hours := guaranteed(content, time, now))]
    # What was measured is kept by instants, not by months.
    hours = guaranteed(content, during, now) if content.measurements.sights else None
    # The guaranteed hours are those of every component.
    undisturbed = _undisturbed([*(month.service for month in months), *further])
    whole = Report(
        name=name,
        during=during,
        service=_disturbed(undisturbed, [month.service for month in months]),
        components=tuple(
            (component, _disturbed(undisturbed, [month.components[index][1] for month in months]))
            for index, component in enumerate(content.components)
        ),
        reactions=tuple(
            (kind, summed([of_kind[kind] for _, of_kind in counted])) for kind in IncidentKind
        ),
        outside=(),
        measured=_measured(content, hours),
    )
    return YearReport(whole, months)


def _undisturbed(parts: Iterable[Availability | None]) -> Availability | None:
    """The availability of stretches that follow each other, were nothing wrong in them."""
    found = [part for part in parts if part]
    if not found:
        return None
    return replace(
        found[0],
        guaranteed=sum((part.guaranteed for part in found), Fraction(0)),
        guaranteed_in_full=sum((part.guaranteed_in_full for part in found), Fraction(0)),
        downtime=Fraction(0),
        excused=Fraction(0),
        ledger=(),
    )


def _disturbed(
    undisturbed: Availability | None, parts: Sequence[Availability | None]
) -> Availability | None:
    """The same with what was wrong in its parts, without the minutes behind it."""
    return undisturbed and replace(
        undisturbed,
        downtime=sum((part.downtime for part in parts if part and part.downtime), Fraction(0)),
        excused=sum((part.excused for part in parts if part and part.excused), Fraction(0)),
    )


def _report(content: Content, known: Facts, name: str, during: Interval) -> Report:
    overlapping = [outage for outage in known.down if outage.interval.overlaps(during)]
    in_service = {component.id for component in content.components if component.sla}
    # Laid out once for all: the guaranteed hours are those of every component.
    hours = guaranteed(content, during, known.now)

    def figure_of(parts: set[str]) -> Availability | None:
        down = (outage for outage in overlapping if outage.component in parts)
        return hours.availability(down) if hours else None

    found = Report(
        name=name,
        during=during,
        service=figure_of(in_service),
        components=tuple((c, figure_of({c.id})) for c in content.components),
        reactions=tuple(_reactions(content, known, during)),
        outside=(),
        measured=_measured(content, hours),
    )
    if found.is_year or hours is None:
        return found
    differ = disagreements(content.measurements, hours.past, known.spells, overlapping)
    return replace(
        found,
        outside=_outside(known, hours),
        measured=found.measured and replace(found.measured, disagreements=differ),
    )


def _measured(content: Content, hours: Guaranteed | None) -> MeasuredReport | None:
    if hours is None:
        return None
    counts = hours.promise.counts
    return measured_report(content.measurements, content.components, hours.past, counts)


def _outside(known: Facts, hours: Guaranteed) -> tuple[Outside, ...]:
    """What would have counted inside guaranteed hours, an entry an incident."""
    by_event: dict[str, tuple[Incident, list[Interval]]] = {}
    for spell in known.spells:
        event, counts = spell.event, hours.promise.counts.get(spell.status)
        if isinstance(event, Incident) and counts and spell.interval.overlaps(hours.during):
            by_event.setdefault(event.id, (event, []))[1].append(spell.interval)
    found = []
    for event, went_on in by_event.values():
        length = total(difference(within(union(went_on), hours.during), hours.in_full))
        if length:
            found.append(Outside(event, length))
    return tuple(found)


def _reactions(
    content: Content, known: Facts, during: Interval
) -> Iterator[tuple[IncidentKind, ReactionFigures]]:
    for kind, of_kind in reaction_times(content, known, during).items():
        yield kind, summed([of_kind])


def reaction_times(
    content: Content, known: Facts, during: Interval
) -> dict[IncidentKind, ReactionTimes]:
    """How fast the incidents of each kind that were reported in that time were taken up."""
    reported = [incident for incident in known.incidents if during.holds(reported_at(incident))]
    return {
        kind: times([i for i in reported if i.kind is kind], content.agreement, during, known.now)
        for kind in IncidentKind
    }
