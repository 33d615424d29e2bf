"""Events in words, each made when it is first asked for: most pages tell of few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.views.events import EventView
from statusgen.views.incidents import incident_view
from statusgen.views.plans import maintenance_view
from statusgen.views.viewpoint import Viewpoint


class Told(Mapping[str, EventView]):
    """The events that readers know of, by id."""

    def __init__(self, view: Viewpoint, events: Iterable[Incident | Maintenance]) -> None:
        self._view = view
        self._events = {event.id: event for event in events}
        self._made: dict[str, EventView] = {}

    def __getitem__(self, id: str) -> EventView:
        if id not in self._made:
            event = self._events[id]
            if isinstance(event, Incident):
                self._made[id] = incident_view(self._view, event)
            else:
                self._made[id] = maintenance_view(self._view, event)
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def of(self, event: Incident | Maintenance) -> EventView:
        """The event in words."""
        return self[event.id]

    def forget(self, events: Iterable[Incident | Maintenance]) -> None:
        """Let go of what was made: whoever asks again has it made again."""
        for event in events:
            self._made.pop(event.id, None)
