"""History month by month: what began in each, and when nothing in it changes any more.

The past is most of a site, and what is over stays as it is. So whatever is told of a month is
made from the events of that month alone, and as long as those are the same it need not be told
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.history.facts import Facts, facts_of
from statusgen.history.report import Report, month_report
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.events import TICK, Card, Event, Events, begins_at
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, MaintenanceStatus, stages


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
    began: Events[Event]
    touching: Events[Event]
    is_settled: bool

    @cached_property
    def name(self) -> str:
        """As in addresses: 2026-11."""
        return f"{self.first:%Y-%m}"

    @cached_property
    def facts(self) -> Facts:
        """What followed from the events that touch it."""
        return facts_of(self.content, *by_family(self.touching), self.now)

    @cached_property
    def report(self) -> Report:
        """Its figures, with the minutes behind them."""
        return month_report(self.content, self.facts, self.first)

    @cached_property
    def settled(self) -> Events[Event]:
        """Those of the events that began in it of which the clock alone changes nothing."""
        if self.is_settled:
            return self.began
        return self.began.where(lambda card: card.is_settled(self.now))

    @cached_property
    def unsettled(self) -> Events[Event]:
        """The others of those that began in it."""
        if self.is_settled:
            return Events((), self.began.load)
        return self.began.where(lambda card: not card.is_settled(self.now))

    @cached_property
    def happened(self) -> Events[Event]:
        """What began in it and is no plan that is still to come, newest first."""
        coming = self._coming
        return self.began.where(lambda card: card.id not in coming).sorted(newest, reverse=True)

    @property
    def count(self) -> int:
        """How much happened in it."""
        return len(self.began) - len(self._coming)

    @cached_property
    def _coming(self) -> frozenset[str]:
        return frozenset(event.id for event in self.unsettled if is_coming(event, self.now))


def months(
    content: Content, events: Events[Event], now: datetime, also: Iterable[date] = ()
) -> tuple[Month, ...]:
    """The months in which anything began, is planned or went on, and others, oldest first."""
    zone = content.site.zone
    began: dict[date, list[Card]] = {}
    touching: dict[date, list[Card]] = {}
    unsettled: set[date] = set()
    for card, begun_in, touched in _by_month(events.cards, zone):
        began.setdefault(begun_in, []).append(card)
        for month in touched:
            touching.setdefault(month, []).append(card)
        if not card.is_settled(now):
            unsettled.update(touched)
    found = []
    for month in sorted({*touching, *also}):
        during = civil.month(month.year, month.month, zone)
        is_over = during.end + TICK <= now
        found.append(
            Month(
                content=content,
                now=now,
                first=month,
                during=during,
                began=Events(began.get(month, ()), events.load),
                touching=Events(touching.get(month, ()), events.load),
                is_settled=is_over and month not in unsettled,
            )
        )
    return tuple(found)


def _by_month(cards: Iterable[Card], zone: ZoneInfo) -> Iterator[tuple[Card, date, list[date]]]:
    """Each card, the month that it begins in, and those that figures could put any of it in."""
    during: Interval | None = None
    for card in cards:
        # By id or start most lie in the month of the one before: then nothing is reckoned anew.
        if during is None or card.since < during.start or during.end <= card.until:
            begun_in, touched = _month_of(card.begins_at, zone), _touched(card, zone)
            is_one = touched == [begun_in]
            during = civil.month(begun_in.year, begun_in.month, zone) if is_one else None
        yield card, begun_in, touched


def _touched(card: Card, zone: ZoneInfo) -> list[date]:
    month, last = _month_of(card.since, zone), _month_of(card.until, zone)
    found = []
    while month < last:
        found.append(month)
        month = following(month)
    return [*found, last]


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


def last_word_at(event: Event, now: datetime) -> datetime | None:
    """When the last was said of it by ``now``, by somebody or by the clock."""
    if isinstance(event, Incident):
        return event.updates[-1].at if event.updates else None
    said = [stage.at for stage in stages(event, now)[-1:]]
    said += [at for at in (event.announced_at,) if at and at <= now]
    return max(said, default=None)


def touched(event: Event) -> set[str]:
    """The components that it names at any time."""
    return event.touched if isinstance(event, Incident) else set(event.components)


def newest(card: Card) -> tuple[datetime, str]:
    """Sorts by when events began."""
    return card.begins_at, card.id


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


def by_family(events: Iterable[Event]) -> tuple[list[Incident], list[Maintenance]]:
    """The incidents, and the plans."""
    incidents: list[Incident] = []
    plans: list[Maintenance] = []
    for event in events:
        if isinstance(event, Incident):
            incidents.append(event)
        else:
            plans.append(event)
    return incidents, plans
