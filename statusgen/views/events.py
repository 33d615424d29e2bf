"""What incidents and maintenance have in common for readers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup
from msgspec import Struct

from statusgen.markup import shortened
from statusgen.model.events import Card
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.views.phases import Phase
from statusgen.views.viewpoint import Link, Moment, Prose, State, Viewpoint, Words


class UpdateView(Struct, frozen=True):
    """An entry of the timeline; ``id`` is unique in its event and never changes.

    ``status`` is the model's word, ``label`` the reader's. ``by_clock``: nobody wrote it, the
    planned moment had come.
    """

    id: str
    status: str
    label: str
    tone: str
    at: datetime
    moment: Moment
    text: Prose | None = None
    notes: tuple[str, ...] = ()
    by_clock: bool = False


class Fact(Struct, frozen=True):
    """A labelled fact; ``prose`` instead of ``value`` where it is formatted.

    ``href`` is a whole address that the value leads to.
    """

    label: str
    value: str = ""
    prose: Prose | None = None
    href: str = ""


class Tag(Struct, frozen=True):
    """A component that an event touches, with its page."""

    name: Words
    component: str
    path: str


class EventView(Struct, frozen=True):
    """An incident or a maintenance, whole.

    ``path`` is the page relative to the site's root; ``state`` and ``tone`` are those of the
    moment, ``standing`` those and what the clock will make of them; ``kicker`` the line above
    the title; ``lead`` what it says before its updates; ``updates`` newest first, and
    ``ahead`` of them what the clock will add. ``series`` is the schedule that it is of.
    ``calendar`` is the path of the file that adds it to a calendar, until it is over.
    ``linked_data`` is what search engines read, to place in a script element.
    """

    id: str
    family: str
    kind: str
    path: str
    title: Words
    state: str
    tone: str
    standing: tuple[Phase[State], ...]
    is_open: bool
    kicker: str
    started_at: datetime
    ended_at: datetime | None
    started: Moment
    tags: tuple[Tag, ...]
    facts: tuple[Fact, ...]
    lead: Prose | None
    updates: tuple[UpdateView, ...]
    outcome: str = ""
    window: str = ""
    ticket: str | None = None
    ticket_page: str | None = None
    postmortem: Prose | None = None
    source: str | None = None
    ahead: tuple[Phase[UpdateView], ...] = ()
    series: Link | None = None
    calendar: str | None = None
    linked_data: Markup | None = None

    @property
    def timeline(self) -> tuple[UpdateView, ...]:
        """The updates as a page shows them: what the clock said is left out where somebody
        soon said the same. Feeds keep it, since it may have been read there."""
        later = (None, *self.updates)
        return tuple(
            update
            for after, update in zip(later, self.updates, strict=False)
            if not (update.by_clock and after and after.label == update.label)
        )

    @property
    def is_current(self) -> bool:
        """Whether it goes on or is to come, so that its page tells of the present."""
        return self.is_open or bool(self.ahead)

    @property
    def description(self) -> str:
        """A line of plain text about it: the newest word, short enough for a search result."""
        prose = next((update.text for update in self.updates if update.text), self.lead)
        return shortened(prose.plain, 200) if prose else self.kicker


def tags(view: Viewpoint, components: Iterable[str]) -> tuple[Tag, ...]:
    """The components by name, in the order of the site."""
    wanted = set(components)
    if not wanted:  # As of most updates.
        return ()
    return tuple(
        Tag(view.words(component.name), component.id, component_path(view, component.id))
        for component in view.content.components
        if component.id in wanted
    )


def event_path(event: Incident | Maintenance | Card) -> str:
    """The page of an event, in the folder of a language."""
    is_incident = event.is_incident if isinstance(event, Card) else isinstance(event, Incident)
    family = "incidents" if is_incident else "maintenance"
    return f"{family}/{event.id}/"


def component_path(view: Viewpoint, component: str) -> str:
    """The page of a component."""
    return f"{view.prefix}components/{component}/"


def ticket_path(view: Viewpoint, number: str) -> str:
    """The page of a ticket."""
    return f"{view.prefix}tickets/{number}/"


def source_link(view: Viewpoint, path: str) -> str | None:
    """Where the history of the file can be read, when the site names its repository."""
    repository = view.content.site.repository
    return f"{repository}/commits/HEAD/content/{path}" if repository else None
