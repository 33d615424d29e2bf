"""History month by month: what began in each, and when nothing in it changes any more.

The past is most of a site, and what is over stays as it is. So whatever is told of a month is
made from the events of that month alone, and as long as those are the same it need not be told
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.history.facts import Facts, facts_of
from statusgen.history.reaction import reported_at
from statusgen.history.report import Report, month_report
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement, is_overdue
from statusgen.model.content import Content
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, MaintenanceStatus, ended_at, stages

Event = Incident | Maintenance

_TICK = timedelta(seconds=1)
"""What holds once an instant has passed holds a second later."""


class Month(Struct, frozen=True, dict=True):
    """A local month, with the events that readers know of by now.

    ``began`` are those that began or are planned in it: incidents by id, then plans by start.
    ``touching`` are all that its figures can be made of. ``is_settled``: the clock alone changes
    nothing that is told of it.
    """

    content: Content
    now: datetime
    first: date
    during: Interval
    began: tuple[Event, ...]
    touching: tuple[Event, ...]
    is_settled: bool

    @property
    def name(self) -> str:
        """As in addresses: 2026-11."""
        return f"{self.first:%Y-%m}"

    @cached_property
    def facts(self) -> Facts:
        """What followed from the events that touch it."""
        return facts_of(self.content, *_by_family(self.touching), self.now)

    @cached_property
    def report(self) -> Report:
        """Its figures, with the minutes behind them."""
        return month_report(self.content, self.facts, self.first)

    @cached_property
    def settled(self) -> tuple[Event, ...]:
        """Those of the events that began in it of which the clock alone changes nothing."""
        if self.is_settled:
            return self.began
        agreement = self.content.agreement
        return tuple(event for event in self.began if is_settled(event, agreement, self.now))

    @cached_property
    def happened(self) -> tuple[Event, ...]:
        """What began in it and is no plan that is still to come, newest first."""
        return newest_first(event for event in self.began if not self._is_coming(event))

    @property
    def count(self) -> int:
        """How much happened in it."""
        return len(self.began) - sum(map(self._is_coming, self.began))

    def _is_coming(self, event: Event) -> bool:
        return not self.is_settled and is_coming(event, self.now)


def months(
    content: Content,
    incidents: Sequence[Incident],
    plans: Sequence[Maintenance],
    now: datetime,
    also: Iterable[date] = (),
) -> tuple[Month, ...]:
    """The months in which anything began, is planned or went on, and others, oldest first."""
    zone = content.site.zone
    began: dict[date, list[Event]] = {}
    touching: dict[date, list[Event]] = {}
    unsettled: set[date] = set()
    events: list[Event] = [*incidents, *plans]
    for event in events:
        began.setdefault(_month_of(begins_at(event), zone), []).append(event)
        settled = is_settled(event, content.agreement, now)
        for month in _touched(event, settled, zone, now):
            touching.setdefault(month, []).append(event)
            if not settled:
                unsettled.add(month)
    found = []
    for month in sorted({*touching, *also}):
        during = civil.month(month.year, month.month, zone)
        is_over = during.end + _TICK <= now
        found.append(
            Month(
                content=content,
                now=now,
                first=month,
                during=during,
                began=tuple(began.get(month, ())),
                touching=tuple(touching.get(month, ())),
                is_settled=is_over and month not in unsettled,
            )
        )
    return tuple(found)


def _touched(event: Event, settled: bool, zone: ZoneInfo, now: datetime) -> Iterator[date]:
    """The months that figures could put anything of it in."""
    if isinstance(event, Incident):
        reported = reported_at(event)
        start, end = min(event.started_at, reported), max(event.ended_at or now, reported)
    else:
        moments = [event.planned.start, event.planned.end, *(u.at for u in event.updates)]
        moments += [at for at in (event.actual_start, event.actual_end) if at]
        went_on = not settled and ended_at(event, now) is None and event.planned.end < now
        start, end = min(moments), max(*moments, now) if went_on else max(moments)
    month, last = _month_of(start, zone), _month_of(end, zone)
    while month < last:
        yield month
        month = following(month)
    yield last


def begins_at(event: Event) -> datetime:
    """When it began, or is meant to."""
    return event.started_at if isinstance(event, Incident) else event.planned.start


def is_coming(event: Event, now: datetime) -> bool:
    """Whether customers still count on it: planned, or called off before its moment came."""
    if isinstance(event, Incident):
        return False
    status = event.status(now)
    called_off = status is MaintenanceStatus.CANCELLED and now < event.planned.start
    return status is MaintenanceStatus.SCHEDULED or called_off


def goes_on(event: Event, now: datetime) -> bool:
    """Whether it goes on at ``now``."""
    return event.is_open(now) if isinstance(event, Incident) else event.is_running(now)


def over_at(event: Event, now: datetime) -> datetime | None:
    """When it was over by ``now``; None while it goes on or is to come."""
    if isinstance(event, Maintenance):
        return ended_at(event, now)
    return None if event.is_open(now) else event.ended_at


def last_word_at(event: Event, now: datetime) -> datetime | None:
    """When the last was said of it by ``now``, by somebody or by the clock."""
    if isinstance(event, Incident):
        return event.updates[-1].at if event.updates else None
    said = [stage.at for stage in stages(event, now)[-1:]]
    said += [at for at in (event.announced_at,) if at and at <= now]
    return max(said, default=None)


def quiet_after(event: Event) -> datetime:
    """A moment after which nothing is said of it, by anybody or by the clock."""
    if isinstance(event, Incident):
        return event.updates[-1].at if event.updates else event.started_at
    moments = [event.planned.end, event.actual_start, event.actual_end, event.announced_at]
    moments += [update.at for update in event.updates[-1:]]
    return max(at for at in moments if at)


def touched(event: Event) -> set[str]:
    """The components that it names at any time."""
    return event.touched if isinstance(event, Incident) else set(event.components)


def is_settled(event: Event, agreement: Agreement, now: datetime) -> bool:
    """Whether the clock alone changes nothing any more that is told of it."""
    if isinstance(event, Incident):
        return _is_over(event, now) and _is_judged(event, agreement, now)
    moments = (event.planned.end, event.actual_start, event.actual_end, event.announced_at)
    past = all(at + _TICK <= now for at in (*moments, *(u.at for u in event.updates)) if at)
    return past and ended_at(event, now) is not None


def _is_over(incident: Incident, now: datetime) -> bool:
    ended = incident.ended_at
    told = incident.updates[-1].at if incident.updates else incident.started_at
    return ended is not None and max(ended, told, incident.started_at) + _TICK <= now


def _is_judged(incident: Incident, agreement: Agreement, now: datetime) -> bool:
    """Whether it is settled if its report was registered in time."""
    if incident.reported_at is None or agreement.register_within is None:
        return True
    return incident.registered_at is not None or is_overdue(incident, agreement, now)


def newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """By when they began."""
    return tuple(sorted(events, key=lambda event: (begins_at(event), event.id), reverse=True))


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month_of(at: datetime, zone: ZoneInfo) -> date:
    if 1 < at.day < 28:  # No clock is a day away from UTC.
        return date(at.year, at.month, 1)
    return civil.day_of(at, zone).replace(day=1)


def _by_family(events: Iterable[Event]) -> tuple[list[Incident], list[Maintenance]]:
    incidents: list[Incident] = []
    plans: list[Maintenance] = []
    for event in events:
        if isinstance(event, Incident):
            incidents.append(event)
        else:
            plans.append(event)
    return incidents, plans
