"""What state the components are in, and were in, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval, total, union, within
from statusgen.model.components import ComponentStatus
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, current_statuses, statuses
from statusgen.model.maintenance import Maintenance, running


class Spell(Struct, frozen=True):
    """A component in a status other than operational for a while; ``event`` says why."""

    component: str
    interval: Interval
    status: ComponentStatus
    event: Incident | Maintenance


class Day(Struct, frozen=True):
    """A component on one local day: the worst status, how long it lasted, and the events."""

    day: date
    status: ComponentStatus
    lasted: timedelta
    events: tuple[Incident | Maintenance, ...] = ()


def spells(
    incidents: Iterable[Incident], plans: Iterable[Maintenance], now: datetime
) -> list[Spell]:
    """Every spell that began by ``now``, by start; an open one lasts up to ``now``."""
    found = [
        Spell(component, interval, status, incident)
        for incident in incidents
        if incident.started_at < now
        for component, interval, status in statuses(incident, now)
        if status is not ComponentStatus.OPERATIONAL
    ]
    for maintenance in plans:
        ran = running(maintenance, now)
        if ran:
            status = ComponentStatus.UNDER_MAINTENANCE
            found += (Spell(c, ran, status, maintenance) for c in maintenance.components)
    return sorted(found, key=lambda spell: (spell.interval, spell.component, spell.event.id))


def current(
    components: Iterable[str],
    incidents: Iterable[Incident],
    plans: Iterable[Maintenance],
    now: datetime,
) -> dict[str, ComponentStatus]:
    """The status of each component at ``now``: the worst that anything says of it."""
    states = dict.fromkeys(components, ComponentStatus.OPERATIONAL)
    said = [reported for i in incidents for reported in current_statuses(i, now).items()]
    for maintenance in plans:
        if maintenance.is_running(now):
            said += ((c, ComponentStatus.UNDER_MAINTENANCE) for c in maintenance.components)
    for component, status in said:
        if status.rank > states[component].rank:
            states[component] = status
    return states


def days(
    content: Content, found: Sequence[Spell], last: date, count: int
) -> Mapping[str, list[Day]]:
    """The last ``count`` local days up to ``last`` for each component, oldest first."""
    wanted = _up_to(last, count)
    good = {day: Day(day, ComponentStatus.OPERATIONAL, timedelta()) for day in wanted}
    return {
        component: list({**good, **{day.day: day for day in wrong}}.values())
        for component, wrong in wrong_days(content, found, last, count).items()
    }


def wrong_days(
    content: Content, found: Iterable[Spell], last: date, count: int
) -> Mapping[str, list[Day]]:
    """Those of the last ``count`` local days on which anything was wrong, for each component."""
    zone = content.site.zone
    bounds = {day: civil.day(day, zone) for day in _up_to(last, count)}
    on_day: dict[tuple[str, date], list[Spell]] = defaultdict(list)
    span = Interval(min(bounds.values()).start, max(bounds.values()).end)
    for spell in found:
        if spell.interval.overlaps(span):
            for day in civil.days(spell.interval, zone):
                if day in bounds:
                    on_day[spell.component, day].append(spell)
    wrong: dict[str, list[Day]] = {component.id: [] for component in content.components}
    for (component, day), spells in sorted(on_day.items(), key=itemgetter(0)):
        wrong[component].append(_day(day, bounds[day], spells))
    return wrong


def _up_to(last: date, count: int) -> list[date]:
    return [last - timedelta(days=count - 1 - n) for n in range(count)]


def worst_days(found: Iterable[Spell], zone: ZoneInfo) -> dict[date, ComponentStatus]:
    """The local days on which something was not operational, with the worst of each."""
    worst: dict[date, ComponentStatus] = {}
    for spell in found:
        for day in civil.days(spell.interval, zone):
            if day not in worst or spell.status.rank > worst[day].rank:
                worst[day] = spell.status
    return worst


def _day(day: date, bounds: Interval, found: Sequence[Spell]) -> Day:
    worst = max((spell.status for spell in found), key=lambda status: status.rank)
    lasted = union(spell.interval for spell in found if spell.status is worst)
    events = {spell.event.id: spell.event for spell in found}
    return Day(day, worst, total(within(lasted, bounds)), tuple(events.values()))
