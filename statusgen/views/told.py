"""Events in words, each made when it is first asked for: most pages tell of few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from statusgen.model.events import Card, Event, Events
from statusgen.model.incidents import Incident
from statusgen.views.events import EventView
from statusgen.views.incidents import incident_view
from statusgen.views.plans import maintenance_view
from statusgen.views.viewpoint import Viewpoint


class Told(Mapping[str, EventView]):
    """The events that readers know of, by id; their own words are loaded as they are asked for.

    ``made`` has those that are in words; to begin with, those that were and need not be made anew.
    """

    def __init__(
        self, view: Viewpoint, events: Sequence[Event], made: Mapping[str, EventView]
    ) -> None:
        self._view = view
        self._events = Events.of(events)
        self._cards = {card.id: card for card in self._events.cards}
        self.made = dict(made)

    def __getitem__(self, id: str) -> EventView:
        if id not in self.made:
            event = self.source(self._cards[id])
            if isinstance(event, Incident):
                self.made[id] = incident_view(self._view, event)
            else:
                self.made[id] = maintenance_view(self._view, event)
        return self.made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    def of(self, event: Event | Card) -> EventView:
        """The event in words."""
        return self[event.id]

    def source(self, card: Card) -> Event:
        """The event as it was written."""
        return self._events.load(card)

    def forget(self, events: Iterable[Card]) -> None:
        """Let go of what was made: whoever asks again has it made again."""
        for event in events:
            self.made.pop(event.id, None)
