"""A page made of sections: what lists, components, schedules and explanations have in common."""

from __future__ import annotations

from msgspec import Struct

from statusgen.views.channels import Channel
from statusgen.views.events import EventView, Fact
from statusgen.views.figures import FigureView
from statusgen.views.phases import Phase
from statusgen.views.plans import PlanView
from statusgen.views.viewpoint import Link, Prose, State, Words


class EventRow(Struct, frozen=True):
    """An event in a list, with its day."""

    day: str
    event: EventView


class Section(Struct, frozen=True):
    """A part of a page, whatever it has of these, in this order; ``anchor`` is its address.

    ``empty`` is said where it has nothing but links.
    """

    heading: str = ""
    anchor: str = ""
    prose: Prose | None = None
    facts: tuple[Fact, ...] = ()
    figures: tuple[FigureView, ...] = ()
    plans: tuple[PlanView, ...] = ()
    rows: tuple[EventRow, ...] = ()
    channels: tuple[Channel, ...] = ()
    links: tuple[Link, ...] = ()
    empty: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing of its own to show."""
        own = (self.prose, self.facts, self.figures, self.plans, self.rows, self.channels)
        return not any(own)


class ListView(Struct, frozen=True):
    """A page of sections, with the pages before and after it.

    ``name`` is the title where that can be in another language; ``standing`` the state of
    what the page is about; ``feeds`` are its own. ``is_current``: it tells of the present.
    """

    path: str
    title: str
    sections: tuple[Section, ...]
    older: Link | None = None
    newer: Link | None = None
    name: Words | None = None
    lead: Words | None = None
    standing: tuple[Phase[State], ...] = ()
    feeds: tuple[Channel, ...] = ()
    is_current: bool = False
