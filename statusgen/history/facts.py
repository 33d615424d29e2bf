"""What holds at a moment, in every language: the events known by then, and what followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from statusgen import civil
from statusgen.history import status
from statusgen.history.availability import Outage, outages
from statusgen.history.status import Spell
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement, is_overdue
from statusgen.model.content import Content
from statusgen.model.events import TICK, Card, Event, Events, card_of
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, ended_at
from statusgen.model.schedules import occurrences, told_until

K = TypeVar("K", Incident, Maintenance)


class Facts(Struct, frozen=True):
    """Incidents by id, plans by their start, with what is said of them by ``now`` and no more.

    ``down`` is cut to guaranteed time.
    """

    incidents: Sequence[Incident]
    plans: Sequence[Maintenance]
    spells: Sequence[Spell]
    down: Sequence[Outage]
    now: datetime

    @property
    def events(self) -> tuple[Event, ...]:
        """Incidents, then plans."""
        return (*self.incidents, *self.plans)


def facts(content: Content, now: datetime) -> Facts:
    """The events that readers may know of at ``now``, and what followed from them."""
    incidents, plans = known_events(content, now)
    return facts_of(content, list(incidents), list(plans), now)


def facts_of(
    content: Content, incidents: Sequence[Incident], plans: Sequence[Maintenance], now: datetime
) -> Facts:
    """What followed from events that are known."""
    spells = status.spells(incidents, plans, now)
    return Facts(incidents, plans, spells, outages(content, spells, plans, now), now)


def known_events(content: Content, now: datetime) -> tuple[Events[Incident], Events[Maintenance]]:
    """The incidents by id and the plans by start that readers may know of at ``now``.

    Those that were settled by then are not loaded: all that their files say is known.
    """
    incidents = _known(Events.of(content.incidents), _is_published, content.agreement, now)
    single = _known(Events.of(content.maintenance), _is_announced, content.agreement, now)
    recurring = _known(Events.of(_recurring(content, now)), _is_announced, content.agreement, now)
    return incidents, Events(
        sorted([*single.cards, *recurring.cards], key=attrgetter("begins_at", "ends_at", "id")),
        lambda card: (recurring if card.schedule else single).load(card),
    )


def _known(
    events: Events[K], is_known: Callable[[K, datetime], bool], agreement: Agreement, now: datetime
) -> Events[K]:
    cards: list[Card] = []
    at_hand: dict[tuple[str, str], K] = {}
    for card in events.cards:
        if card.is_settled(now):
            cards.append(card)
            continue
        event = events.load(card)
        if is_known(event, now):
            known = event.as_known(now)
            at_hand[card.path, card.id] = known
            cards.append(_card_of(known, agreement, now, "" if known is event else _said(known)))
    return Events(cards, lambda card: at_hand.get((card.path, card.id)) or events.load(card))


def _recurring(content: Content, now: datetime) -> Iterable[Maintenance]:
    # The horizon is for what recurs; what was spoken of by itself is shown as soon as it was.
    horizon, zone = now + content.site.horizon, content.site.zone
    told = [told_until(schedule, zone) for schedule in content.schedules]
    during = Interval(civil.EARLIEST, max([*told, horizon]) + TICK)
    for schedule in content.schedules:
        for _, plan in occurrences(schedule, during, zone):
            if plan.planned.start < horizon or plan.published(now):
                yield plan


def _card_of(event: Event, agreement: Agreement, now: datetime, said: str) -> Card:
    """The card of an event as far as it is known at ``now``."""
    card = card_of(event, said)
    if is_settled(event, agreement, now):
        return replace(card, settled_at=min(card.settled_at or now, now - TICK))
    return replace(card, until=max(card.until, now)) if over_at(event, now) is None else card


def _said(event: Event) -> str:
    """How much of an event is known of which more was written for later."""
    if isinstance(event, Maintenance):
        return str(len(event.updates))
    moments = (event.ended_at, event.known_since, event.reported_at, event.registered_at)
    told = (len(event.updates), *moments, event.repair_started_at)
    return " ".join(map(str, told))


def _is_published(incident: Incident, now: datetime) -> bool:
    return incident.started_at <= now and (not incident.updates or incident.updates[0].at <= now)


def _is_announced(maintenance: Maintenance, now: datetime) -> bool:
    first_word_at = maintenance.first_word_at
    return first_word_at is None or first_word_at <= now


def over_at(event: Event, now: datetime) -> datetime | None:
    """When it was over by ``now``; None while it goes on or is to come."""
    if isinstance(event, Maintenance):
        return ended_at(event, now)
    return None if event.is_open(now) else event.ended_at


def is_settled(event: Event, agreement: Agreement, now: datetime) -> bool:
    """Whether the clock alone changes nothing any more that is told of it."""
    if isinstance(event, Incident):
        return _is_over(event, now) and _is_judged(event, agreement, now)
    moments = (event.planned.end, event.actual_start, event.actual_end, event.announced_at)
    past = all(at + TICK <= now for at in (*moments, *(u.at for u in event.updates)) if at)
    return past and ended_at(event, now) is not None


def _is_over(incident: Incident, now: datetime) -> bool:
    ended = incident.ended_at
    told = incident.updates[-1].at if incident.updates else incident.started_at
    return ended is not None and max(ended, told, incident.started_at) + TICK <= now


def _is_judged(incident: Incident, agreement: Agreement, now: datetime) -> bool:
    """Whether it is settled if its report was registered in time."""
    if incident.reported_at is None or agreement.register_within is None:
        return True
    return incident.registered_at is not None or is_overdue(incident, agreement, now)
