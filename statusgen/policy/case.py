"""What rules look at: the content, and those of its events of which something is still to find."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from statusgen.findings import Place
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.events import Card, Events
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.policy.plans import Plan, recurring_plans


class Booking(Struct, frozen=True):
    """A plan that goes ahead, as others have to see it; ``place`` is where its start is said."""

    id: str
    schedule: str | None
    components: tuple[str, ...]
    planned: Interval
    place: Place


class Case(Struct, frozen=True, dict=True):
    """``content`` as of ``now``. ``incidents`` and ``maintenance`` are to be judged by themselves:
    what there is to find of the other events is known, and does not change any more."""

    content: Content
    incidents: Events[Incident]
    maintenance: Events[Maintenance]
    now: datetime

    @staticmethod
    def of(content: Content, now: datetime, known: Container[str] = ()) -> Case:
        """The case of all events but those that are settled and lie in a file that is known."""

        def is_new(card: Card) -> bool:
            return card.path not in known or not card.is_settled(now)

        incidents = Events.of(content.incidents).where(is_new)
        return Case(content, incidents, Events.of(content.maintenance).where(is_new), now)

    @property
    def cards(self) -> list[Card]:
        """Of the events to be judged by themselves."""
        return [*self.incidents.cards, *self.maintenance.cards]

    @cached_property
    def plans(self) -> list[Plan]:
        """The plans to be judged by themselves that go ahead; occurrences for ``AHEAD``."""
        single = (plan for plan in self.maintenance if not plan.is_cancelled(self.now))
        return [*map(Plan.single, single), *recurring_plans(self.content, self.now)]

    @cached_property
    def bookings(self) -> list[Booking]:
        """Every plan that goes ahead, single or an occurrence: no event that is over is loaded."""
        return [*self._single_bookings(), *map(_booking, recurring_plans(self.content, self.now))]

    def _single_bookings(self) -> Iterator[Booking]:
        events = Events.of(self.content.maintenance)
        for card in events.cards:
            if card.is_settled(self.now):
                is_cancelled = card.is_cancelled
            else:
                is_cancelled = events.load(card).is_cancelled(self.now)
            if not is_cancelled:
                place = Place(card.path).at("start")
                yield Booking(card.id, None, card.components, card.planned, place)


def _booking(plan: Plan) -> Booking:
    of = plan.maintenance
    return Booking(of.id, of.schedule, of.components, of.planned, plan.start)
