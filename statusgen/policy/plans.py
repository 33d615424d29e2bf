"""The plans that rules look at: single ones, and the occurrences of schedules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen.findings import Place
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule, occurrences

AHEAD = timedelta(days=400)
"""How far ahead the occurrences of a schedule are judged: a year and a month of notice."""


class Plan(Struct, frozen=True):
    """A maintenance that goes ahead, and the places in its file that a finding points at.

    ``wall`` is the wall time of an occurrence that keeps to its schedule, else None.
    """

    maintenance: Maintenance
    start: Place
    announced: Place
    wall: datetime | None = None

    @staticmethod
    def single(maintenance: Maintenance) -> Plan:
        """The plan of a file of its own."""
        file = Place(maintenance.path)
        return Plan(maintenance, file.at("start"), file.at("announced"))

    @property
    def planned(self) -> Interval:
        """When it is meant to run."""
        return self.maintenance.planned


def recurring_plans(content: Content, now: datetime) -> Iterator[Plan]:
    """The occurrences for ``AHEAD`` from now that are not called off."""
    for schedule in content.schedules:
        for plan in _occurring(schedule, Interval(now, now + AHEAD), content.site.zone):
            if not plan.maintenance.is_cancelled(now):
                yield plan


def _occurring(schedule: Schedule, during: Interval, zone: ZoneInfo) -> Iterator[Plan]:
    file = Place(schedule.path)
    for wall, occurrence in occurrences(schedule, during, zone):
        day = wall.date()
        change = (schedule.changes or {}).get(day)
        own = file.at("changes", day.isoformat())
        place = own.at("start") if change else file.at("first")
        announced = own.at("announced") if change and change.announced_at else file.at("announced")
        keeps_time = change is None or change.start is None
        yield Plan(occurrence, place, announced, wall if keeps_time else None)
