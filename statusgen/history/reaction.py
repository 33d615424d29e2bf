"""Clauses 3d and 4: how fast reports were registered, taken up and resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from msgspec import Struct

from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement, is_overdue
from statusgen.model.incidents import Incident, unreachable


class Reaction(Struct, frozen=True):
    """How long each step took, from the report (from the start, where nobody reported it).

    Time in which the customer could not be reached is taken out (clause 4c). A step that
    was not taken or not written down is None.
    """

    incident: Incident
    to_register: timedelta | None
    to_start: timedelta | None
    to_resolve: timedelta | None


class ReactionFigures(Struct, frozen=True):
    """Over some incidents: medians, and how many were registered in time.

    ``registered`` have a moment of registration; ``overdue`` have none, though the time
    promised for it has passed.
    """

    count: int
    registered: int
    overdue: int
    in_time: int
    to_register: timedelta | None
    to_start: timedelta | None
    to_resolve: timedelta | None

    @property
    def due(self) -> int:
        """How many should have been registered by now."""
        return self.registered + self.overdue


def reported_at(incident: Incident) -> datetime:
    """From when on its reaction counts, and so the month that it belongs to."""
    return incident.reported_at or incident.started_at


def reaction(incident: Incident, now: datetime) -> Reaction:
    """The reaction to one incident, as far as it has come by ``now``."""
    registered_at = incident.registered_at if incident.reported_at else None
    return Reaction(
        incident,
        _elapsed(incident, registered_at, now),
        _elapsed(incident, incident.repair_started_at, now),
        _elapsed(incident, incident.ended_at, now),
    )


def _elapsed(incident: Incident, end: datetime | None, now: datetime) -> timedelta | None:
    start = reported_at(incident)
    if end is None or end > now:
        return None
    if end <= start:
        return timedelta()
    return end - start - unreachable(incident, Interval(start, end))


def unreachable_time(incident: Incident, now: datetime) -> timedelta:
    """How long the customer could not be reached, from the report up to the end or ``now``."""
    start = reported_at(incident)
    end = min(incident.ended_at or now, now)
    return unreachable(incident, Interval(start, end)) if start < end else timedelta()


class ReactionTimes(Struct, frozen=True):
    """Over some incidents: what ``ReactionFigures`` are made of, which can be added up.

    Lengths are in whole seconds: those of all months are read at each build.
    """

    count: int
    overdue: int
    in_time: int
    to_register: tuple[int, ...]
    to_start: tuple[int, ...]
    to_resolve: tuple[int, ...]


def figures(
    incidents: Iterable[Incident], agreement: Agreement, during: Interval, now: datetime
) -> ReactionFigures:
    """The figures over the incidents reported in that time and by ``now``."""
    return summed([times(incidents, agreement, during, now)])


def times(
    incidents: Iterable[Incident], agreement: Agreement, during: Interval, now: datetime
) -> ReactionTimes:
    """The times of the incidents reported in that time and by ``now``."""
    reactions = [
        reaction(incident, now)
        for incident in incidents
        if during.holds(reported_at(incident))
        and reported_at(incident) <= now
        and agreement.judges(reported_at(incident))
    ]
    registered = [r.to_register for r in reactions if r.to_register is not None]
    promised = agreement.register_within
    return ReactionTimes(
        count=len(reactions),
        overdue=sum(is_overdue(r.incident, agreement, now) for r in reactions),
        in_time=sum(promised is None or length <= promised for length in registered),
        to_register=_seconds(registered),
        to_start=_seconds(r.to_start for r in reactions),
        to_resolve=_seconds(r.to_resolve for r in reactions),
    )


def _seconds(lengths: Iterable[timedelta | None]) -> tuple[int, ...]:
    return tuple(length // timedelta(seconds=1) for length in lengths if length is not None)


def summed(parts: Sequence[ReactionTimes]) -> ReactionFigures:
    """The figures over all that the parts are of."""
    registered = [length for part in parts for length in part.to_register]
    return ReactionFigures(
        count=sum(part.count for part in parts),
        registered=len(registered),
        overdue=sum(part.overdue for part in parts),
        in_time=sum(part.in_time for part in parts),
        to_register=_median(registered),
        to_start=_median([length for part in parts for length in part.to_start]),
        to_resolve=_median([length for part in parts for length in part.to_resolve]),
    )


def _median(seconds: Sequence[int]) -> timedelta | None:
    return timedelta(seconds=median(seconds)) if seconds else None
