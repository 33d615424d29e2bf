"""All that is known at a moment, in every language: the past by month, and the present."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from statusgen import civil
from statusgen.history.facts import Facts, facts_of, known_events
from statusgen.history.months import Month, by_family, goes_on, last_word_at, months, newest_first
from statusgen.history.reaction import ReactionTimes
from statusgen.history.report import (
    Report,
    Reports,
    counted_months,
    reaction_times,
    reported_months,
    reports,
)
from statusgen.history.status import worst_days
from statusgen.model.components import ComponentStatus
from statusgen.model.content import Content
from statusgen.model.events import Card, Event, Events
from statusgen.model.incidents import Incident, IncidentKind
from statusgen.model.maintenance import Maintenance

LATELY = timedelta(days=100)
"""So much of the past the present tells of at least; of this year it tells all."""


class Figures(Struct, frozen=True):
    """What other pages than its own tell of a month.

    ``report`` is without the minutes behind it, ``times`` what its medians are made of. By
    component ``worst`` has the days that were not simply good, and ``changed_at`` when its
    status last changed.
    """

    report: Report
    times: Mapping[IncidentKind, ReactionTimes]
    worst: Mapping[str, Mapping[date, ComponentStatus]]
    changed_at: Mapping[str, datetime]


FiguresOf = Callable[[Month], Figures]


class Record(Struct, frozen=True, dict=True):
    """The events that readers know of at ``now``, incidents by id and then plans by start.

    Those that are over are loaded as they are asked for, which is seldom. ``months`` come oldest
    first; ``figures`` are by name, of those that have begun. ``lately`` is what followed from all
    that touches the present: what goes on or is to come, this year, and the last ``LATELY``.
    ``tickets`` has the incidents of each by its number in small letters.
    """

    content: Content
    incidents: Events[Incident]
    plans: Events[Maintenance]
    events: Events[Event]
    months: Sequence[Month]
    figures: Mapping[str, Figures]
    reports: Reports
    lately: Facts
    tickets: Mapping[str, Sequence[Card]]
    now: datetime

    @property
    def happened(self) -> Iterator[Card]:
        """What has begun, newest first."""
        return (card for month in reversed(self.months) for card in month.happened.cards)

    @cached_property
    def going_on(self) -> tuple[Event, ...]:
        """What goes on, newest first."""
        return newest_first(event for event in self.lately.events if goes_on(event, self.now))

    @cached_property
    def counts(self) -> Mapping[date, int]:
        """How much there was in each month that had anything, newest first."""
        counts = ((month.first, month.count) for month in reversed(self.months))
        return {month: count for month, count in counts if count}

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have events, newest first."""
        return tuple(dict.fromkeys(month.year for month in self.counts))

    @cached_property
    def newest(self) -> Card | None:
        """What the last word was said of."""
        return next((card for _, card in self.by_last_word(self.last_word_at)), None)

    def last_word_at(self, card: Card) -> datetime | None:
        """When the last was said of an event by now, by somebody or by the clock."""
        if card.is_settled(self.now):
            return card.last_word_at
        return last_word_at(self.events.load(card), self.now)

    def by_last_word(
        self, last_word_of: Callable[[Card], datetime | None]
    ) -> Iterator[tuple[datetime, Card]]:
        """When the last was said of each event of which anything was, newest first.

        ``last_word_of`` an event is not after it went quiet, so that it is asked no further than
        the events are.
        """
        waiting: list[tuple[timedelta, int, Card]] = []
        for number, card in enumerate(self._by_silence):
            silent = civil.LATEST - card.quiet_after
            while waiting and waiting[0][0] <= silent:
                ago, _, found = heappop(waiting)
                yield civil.LATEST - ago, found
            said_at = last_word_of(card)
            if said_at:
                heappush(waiting, (civil.LATEST - said_at, number, card))
        yield from ((civil.LATEST - ago, found) for ago, _, found in sorted(waiting))

    @cached_property
    def _by_silence(self) -> list[Card]:
        """Of all events, those that went quiet last at first."""
        return sorted(self.events.cards, key=lambda card: card.quiet_after, reverse=True)

    def worst(self, year: int, component: str | None = None) -> dict[date, ComponentStatus]:
        """The days of a year that were not simply good for a component, or for any of them."""
        found: dict[date, ComponentStatus] = {}
        for month in range(1, 13):
            figures = self.figures.get(f"{year}-{month:02}")
            for name, days in figures.worst.items() if figures else ():
                if component in (None, name):
                    for day, status in days.items():
                        if day not in found or status.rank > found[day].rank:
                            found[day] = status
        return found

    def changed_at(self, component: str) -> datetime | None:
        """When the status of the component last changed; None when it never did."""
        told = (figures.changed_at.get(component) for figures in self.figures.values())
        return max((at for at in told if at), default=None)


def record(content: Content, now: datetime, figures_of: FiguresOf | None = None) -> Record:
    """All that is known of the content at ``now``.

    ``figures_of`` may know the figures of a month already: they follow from the month alone.
    """
    incidents, plans = known_events(content, now)
    events = Events[Event](
        [*incidents.cards, *plans.cards],
        lambda card: incidents.load(card) if card.is_incident else plans.load(card),
    )
    began = None if content.agreement.valid_from else _first(events, now)
    reported = reported_months(content, began, now)
    counted = counted_months(content, reported)
    found = months(content, events, now, counted)
    begun = [month for month in found if month.during.start <= now]
    figures = {month.name: (figures_of or month_figures)(month) for month in begun}
    told = [figures[f"{month:%Y-%m}"] for month in counted]
    return Record(
        content=content,
        incidents=incidents,
        plans=plans,
        events=events,
        months=found,
        figures=figures,
        reports=reports(content, [(one.report, one.times) for one in told], reported, now),
        lately=_lately(content, events, found, now),
        tickets=_by_ticket(events),
        now=now,
    )


def _by_ticket(events: Events[Event]) -> dict[str, list[Card]]:
    found: dict[str, list[Card]] = {}
    for card in events.cards:
        if card.ticket:
            found.setdefault(card.ticket.lower(), []).append(card)
    return found


def _first(events: Events[Event], now: datetime) -> datetime | None:
    return min(
        (c.begins_at for c in events.cards if c.is_incident or c.begins_at < now), default=None
    )


def month_figures(month: Month) -> Figures:
    """The figures of a month, from the events that touch it."""
    content, known, zone = month.content, month.facts, month.content.site.zone
    worst: dict[str, Mapping[date, ComponentStatus]] = {}
    changed_at: dict[str, datetime] = {}
    for component in content.components:
        own = [spell for spell in known.spells if spell.component == component.id]
        days = {d: s for d, s in worst_days(own, zone).items() if d.replace(day=1) == month.first}
        if days:
            worst[component.id] = days
        for spell in own:
            at = spell.interval.end if spell.interval.end < month.now else spell.interval.start
            changed_at[component.id] = max(changed_at.get(component.id, at), at)
    return Figures(
        _without_minutes(month.report),
        reaction_times(content, known, month.during),
        worst,
        changed_at,
    )


def _without_minutes(report: Report) -> Report:
    return replace(
        report,
        service=report.service and replace(report.service, ledger=()),
        components=tuple((c, of and replace(of, ledger=())) for c, of in report.components),
        outside=(),
        measured=report.measured and replace(report.measured, disagreements=()),
    )


def _lately(
    content: Content, events: Events[Event], found: Iterable[Month], now: datetime
) -> Facts:
    zone = content.site.zone
    today = civil.day_of(now, zone)
    since = civil.midnight(min(date(today.year, 1, 1), today - LATELY), zone)
    near = [month for month in found if not month.is_settled or since < month.during.end]
    cards = {card.id: card for month in near for card in month.touching.cards}
    incidents, plans = by_family(map(events.load, cards.values()))
    incidents.sort(key=lambda incident: incident.id)
    plans.sort(key=lambda plan: (plan.planned, plan.id))
    return facts_of(content, incidents, plans, now)
