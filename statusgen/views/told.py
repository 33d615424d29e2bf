"""Events in words, each made when it is first asked for: most pages tell of few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from statusgen.model.events import Card, Event, Events
from statusgen.model.incidents import Incident
from statusgen.views.events import EventView
from statusgen.views.incidents import incident_view
from statusgen.views.plans import maintenance_view
from statusgen.views.viewpoint import Viewpoint


class Told(Mapping[str, EventView]):
    """The events that readers know of, by id; their own words are loaded as they are asked for.

    ``made`` has those that are in words. ``before`` has the words that somebody made earlier and
    that need not be made anew, None where there are none.
    """

    def __init__(
        self,
        view: Viewpoint,
        events: Sequence[Event],
        before: Callable[[str], EventView | None],
    ) -> None:
        self._view = view
        self._events = Events.of(events)
        self._cards = self._events.by_id
        self._before = before
        self.made: dict[str, EventView] = {}

    def __getitem__(self, id: str) -> EventView:
        if id not in self.made:
            self.made[id] = self._before(id) or self._make(self._cards[id])
        return self.made[id]

    def _make(self, card: Card) -> EventView:
        event = self.source(card)
        if isinstance(event, Incident):
            return incident_view(self._view, event)
        return maintenance_view(self._view, event)

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
