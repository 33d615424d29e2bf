"""The plans that rules look at: single ones, and the occurrences of schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.findings import Place
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule, occurrences

AHEAD = timedelta(days=400)
"""How far ahead the occurrences of a schedule are judged: a year and a month of notice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A maintenance that goes ahead, and the places in its file that a finding points at.

    ``wall`` is the wall time of an occurrence that keeps to its schedule, else None.
    """

    maintenance: Maintenance
    start: Place
    announced: Place
    wall: datetime | None = None

    @property
    def planned(self) -> Interval:
        """When it is meant to run."""
        return self.maintenance.planned


def plans(content: Content, now: datetime) -> Iterator[Plan]:
    """The plans not called off: all single ones, and occurrences for ``AHEAD`` from now."""
    for maintenance in content.maintenance:
        if not maintenance.is_cancelled(now):
            file = Place(maintenance.path)
            yield Plan(maintenance, file.at("start"), file.at("announced"))
    for schedule in content.schedules:
        yield from _occurring(schedule, Interval(now, now + AHEAD), content.site.zone)


def _occurring(schedule: Schedule, during: Interval, zone: ZoneInfo) -> Iterator[Plan]:
    file = Place(schedule.path)
    for wall, occurrence in occurrences(schedule, during, zone):
        day = wall.date()
        change = (schedule.changes or {}).get(day)
        place = file.at("changes", day.isoformat(), "start") if change else file.at("first")
        keeps_time = change is None or change.start is None
        yield Plan(occurrence, place, file.at("announced"), wall if keeps_time else None)


def said(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as messages to editors say it: Thu 2026-11-26 16:30."""
    return civil.to_wall(instant, zone).strftime("%a %Y-%m-%d %H:%M")


def said_span(interval: Interval, zone: ZoneInfo) -> str:
    """An interval as messages say it, the day once when it is one day."""
    start, end = civil.to_wall(interval.start, zone), civil.to_wall(interval.end, zone)
    same_day = start.date() == end.date()
    return (
        f"{said(interval.start, zone)} - {end:%H:%M}"
        if same_day
        else (f"{said(interval.start, zone)} - {said(interval.end, zone)}")
    )


def said_length(length: timedelta) -> str:
    """A length of time as messages say it: 2 h 15 min."""
    minutes = int(length.total_seconds()) // 60
    days = minutes // 1440 if minutes > 2880 else 0
    hours, minutes = divmod(minutes - days * 1440, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "less than a minute"


def utc(instant: datetime) -> str:
    """An instant as data says it: 2026-11-26T15:30:00Z."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
