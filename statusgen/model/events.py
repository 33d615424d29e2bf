"""The events of a history, which are loaded when somebody asks for them: most of them are over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from statusgen.intervals import Interval
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, MaintenanceStatus, stages

Event = Incident | Maintenance

E = TypeVar("E", bound=Event, covariant=True)

TICK = timedelta(seconds=1)
"""What holds once an instant has passed holds a second later."""


class Card(Struct, frozen=True, array_like=True):
    """What there is to know of an event without having it at hand.

    ``begins_at`` is when it began, or is meant to; ``ends_at`` is when it is meant to be over, None
    for an incident. Figures can tell of it from ``since`` to ``until``. ``settled_at`` is the last
    of its moments, None where there may be more to come without anybody writing a word; once it is
    settled, ``first_word_at`` and ``last_word_at`` are when the first and the last was said of it,
    by somebody or by the clock. Nothing is said after ``quiet_after``. ``components`` are those
    that it names at any time. ``said`` is how much of it readers know by now, "" for all of it.
    """

    id: str
    path: str
    is_incident: bool
    begins_at: datetime
    ends_at: datetime | None
    since: datetime
    until: datetime
    quiet_after: datetime
    settled_at: datetime | None
    first_word_at: datetime | None
    last_word_at: datetime | None
    components: tuple[str, ...]
    ticket: str | None = None
    schedule: str | None = None
    is_cancelled: bool = False
    said: str = ""

    def is_settled(self, now: datetime) -> bool:
        """Whether all of it is known at ``now``, and the clock changes nothing any more."""
        return self.settled_at is not None and self.settled_at + TICK <= now

    @property
    def planned(self) -> Interval:
        """When maintenance is meant to run."""
        return Interval(self.begins_at, self.ends_at or self.begins_at)


class Events(Sequence[E], Generic[E]):
    """Events in order; each is loaded when it is asked for, so that all of them are by a loop.

    ``cards`` say of each, in the same order, what can be known without loading it.
    """

    def __init__(self, cards: Sequence[Card], load: Callable[[Card], E]) -> None:
        self.cards: Sequence[Card] = cards
        self.load: Callable[[Card], E] = load

    @staticmethod
    def of(events: Iterable[E]) -> Events[E]:
        """The same events: those that are at hand get their cards."""
        if isinstance(events, Events):
            return events
        at_hand = {(event.path, event.id): event for event in events}
        cards = [card_of(event) for event in at_hand.values()]
        return Events(cards, lambda card: at_hand[card.path, card.id])

    @cached_property
    def by_id(self) -> Mapping[str, Card]:
        """The cards of events with ids of their own."""
        return {card.id: card for card in self.cards}

    def where(self, chosen: Callable[[Card], bool]) -> Events[E]:
        """Those with a card of that kind."""
        return Events([card for card in self.cards if chosen(card)], self.load)

    def sorted(self, key: Callable[[Card], Any], *, reverse: bool = False) -> Events[E]:
        """The same, in another order."""
        return Events(sorted(self.cards, key=key, reverse=reverse), self.load)

    @overload
    def __getitem__(self, index: int) -> E: ...
    @overload
    def __getitem__(self, index: slice) -> Events[E]: ...
    def __getitem__(self, index: int | slice) -> E | Events[E]:
        if isinstance(index, slice):
            return Events(self.cards[index], self.load)
        return self.load(self.cards[index])

    def __len__(self) -> int:
        return len(self.cards)

    def __iter__(self) -> Iterator[E]:
        return map(self.load, self.cards)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Events | tuple):
            return NotImplemented
        return tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        # Where they are loaded from is nothing to take along.
        return Events.of, (tuple(self),)


def card_of(event: Event, said: str = "") -> Card:
    """The card of an event of which so much is known."""
    if isinstance(event, Incident):
        return _of_incident(event, said)
    return _of_maintenance(event, said)


def _of_incident(incident: Incident, said: str) -> Card:
    reported = incident.reported_at or incident.started_at
    moments = [
        *(incident.started_at, incident.ended_at, incident.known_since, incident.reported_at),
        *(incident.registered_at, incident.repair_started_at),
        *(update.at for update in incident.updates),
        *(away.end for away in incident.unreachable),
    ]
    # When it is too late to register a report is up to the agreement.
    is_open = incident.ended_at is None or (incident.reported_at and not incident.registered_at)
    return Card(
        id=incident.id,
        path=incident.path,
        is_incident=True,
        begins_at=incident.started_at,
        ends_at=None,
        since=min(incident.started_at, reported),
        until=max(incident.ended_at or reported, reported),
        quiet_after=quiet_after(incident),
        settled_at=None if is_open else max(at for at in moments if at),
        first_word_at=incident.updates[0].at if incident.updates else None,
        last_word_at=incident.updates[-1].at if incident.updates else None,
        components=tuple(sorted(incident.touched)),
        ticket=incident.ticket,
        said=said,
    )


def _of_maintenance(plan: Maintenance, said: str) -> Card:
    moments = [plan.planned.start, plan.planned.end, *(update.at for update in plan.updates)]
    moments += [at for at in (plan.actual_start, plan.actual_end) if at]
    last = max([*moments, *([plan.announced_at] if plan.announced_at else [])])
    past = stages(plan, last)
    words = [stage.at for stage in past] + ([plan.announced_at] if plan.announced_at else [])
    return Card(
        id=plan.id,
        path=plan.path,
        is_incident=False,
        begins_at=plan.planned.start,
        ends_at=plan.planned.end,
        since=min(moments),
        until=max(moments),
        quiet_after=quiet_after(plan),
        settled_at=last if any(stage.status.is_final for stage in past) else None,
        first_word_at=min(words, default=None),
        last_word_at=max(words, default=None),
        components=plan.components,
        schedule=plan.schedule,
        is_cancelled=bool(past) and past[-1].status is MaintenanceStatus.CANCELLED,
        said=said,
    )


def begins_at(event: Event) -> datetime:
    """When it began, or is meant to."""
    return event.started_at if isinstance(event, Incident) else event.planned.start


def quiet_after(event: Event) -> datetime:
    """A moment after which nothing is said of it, by anybody or by the clock."""
    if isinstance(event, Incident):
        return event.updates[-1].at if event.updates else event.started_at
    moments = [event.planned.end, event.actual_start, event.actual_end, event.announced_at]
    moments += [update.at for update in event.updates[-1:]]
    return max(at for at in moments if at)
