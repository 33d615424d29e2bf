"""All that a content folder says, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement
from statusgen.model.backups import Backup
from statusgen.model.channels import Subscription
from statusgen.model.components import Component, ComponentGroup
from statusgen.model.events import Events
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.measurements import Measurements
from statusgen.model.monitoring import Monitoring
from statusgen.model.schedules import Schedule, occurrences
from statusgen.model.site import Site


class Page(Struct, frozen=True):
    """A further page of the site in one language; ``text`` is Markdown."""

    slug: str
    language: str
    path: str
    title: str
    text: str


class Content(Struct, frozen=True):
    """Events are in order of their ids, backups in order of time.

    Incidents and single plans may be ``Events``, which are loaded as they are asked for.

    ``measurements`` are no content: whoever has some adds them.
    """

    site: Site
    agreement: Agreement
    groups: tuple[ComponentGroup, ...]
    incidents: Sequence[Incident] = ()
    maintenance: Sequence[Maintenance] = ()
    schedules: tuple[Schedule, ...] = ()
    backups: tuple[Backup, ...] = ()
    pages: tuple[Page, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    monitoring: Monitoring = field(default_factory=Monitoring)
    measurements: Measurements = field(default_factory=Measurements)

    @property
    def components(self) -> Iterator[Component]:
        """The components of all groups, in order."""
        for group in self.groups:
            yield from group.components

    def planned(self, during: Interval) -> list[Maintenance]:
        """Every maintenance planned in that time, single or of a schedule, by its start."""
        single = Events.of(self.maintenance)
        found = list(single.where(lambda card: card.planned.overlaps(during)))
        for schedule in self.schedules:
            recurring = occurrences(schedule, during, self.site.zone)
            found += (occurrence for _, occurrence in recurring)
        return sorted(found, key=lambda m: (m.planned, m.id))
