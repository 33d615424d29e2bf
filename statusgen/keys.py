"""What is the same as it was: a key for whatever follows from some files and a moment.

A key is the digest of all that a value or a page follows from: the program, the theme, what
the site says of itself, the files of the events that it tells of, and the moment as far as the
clock changes what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from statusgen.digests import digest
from statusgen.history.months import Event, Month
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance

Kept = Callable[[str, str, Callable[[], Any]], Any]
"""(name, key, how it is made) -> value: found, or made."""


class Keys:
    """Keys of one edition: ``base`` is what all of it follows from, ``files`` the digests of the
    files of events by path, ``incidents`` all that these say of them."""

    def __init__(
        self, base: str, files: Mapping[str, str], incidents: Iterable[Incident] = ()
    ) -> None:
        self.base, self.files = base, files
        self._whole = {incident.id: incident for incident in incidents}
        self._months: dict[str, str] = {}

    def of(self, events: Iterable[Event], *further: str) -> str:
        """Of what follows from events of which the clock changes nothing."""
        said = sorted({(event.path, self._known(event)) for event in events})
        parts = (part for path, known in said for part in (path, self.files.get(path, ""), known))
        return digest(part.encode() for part in (self.base, *further, *parts))

    def of_month(self, month: Month, *further: str) -> str:
        """Of what follows from the events of a month."""
        if month.name not in self._months:
            moment = "" if month.is_settled else month.now.isoformat()
            measured = repr(month.content.measurements.during(month.during))
            events = (*month.began, *month.touching)
            self._months[month.name] = self.of(events, month.name, moment, measured)
        return self.of((), self._months[month.name], *further)

    def _known(self, event: Event) -> str:
        """Which event of its file it is, and how much of that is known by now: what is dated
        later has not been said yet."""
        if isinstance(event, Maintenance):
            return f"{event.id} {len(event.updates)}"
        if event is self._whole.get(event.id):
            return event.id
        moments = (event.ended_at, event.known_since, event.reported_at, event.registered_at)
        told = (len(event.updates), *moments, event.repair_started_at)
        return f"{event.id} {' '.join(map(str, told))}"
