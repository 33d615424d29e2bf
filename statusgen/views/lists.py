"""Lists of events: the months of history, and all maintenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from statusgen.model.maintenance import Maintenance
from statusgen.views.events import EventView, PlanView, plan_view, ticket_path
from statusgen.views.viewpoint import Link, Viewpoint


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list, with its day."""

    day: str
    event: EventView


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with plans that are to come, events that were, or links."""

    heading: str
    plans: tuple[PlanView, ...] = ()
    rows: tuple[EventRow, ...] = ()
    links: tuple[Link, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of sections, with the pages before and after it."""

    path: str
    title: str
    sections: tuple[Section, ...]
    older: Link | None = None
    newer: Link | None = None


def by_month(view: Viewpoint, events: Sequence[EventView]) -> dict[date, list[EventView]]:
    """The events by the local month in which they started, newest first."""
    months: dict[date, list[EventView]] = {}
    for event in events:
        day = view.day_of(event.started_at)
        months.setdefault(day.replace(day=1), []).append(event)
    return dict(sorted(months.items(), reverse=True))


def month_lists(view: Viewpoint, months: dict[date, list[EventView]]) -> list[ListView]:
    """A page for each month, newest first."""
    ordered = list(months)
    links = [_month_link(view, month) for month in ordered]
    return [
        ListView(
            path=_month_path(view, month),
            title=view.language.date(month, "month"),
            sections=(Section("", rows=tuple(_row(view, e) for e in months[month])),),
            newer=links[index - 1] if index else None,
            older=links[index + 1] if index + 1 < len(links) else None,
        )
        for index, month in enumerate(ordered)
    ]


def history_list(view: Viewpoint, months: dict[date, list[EventView]]) -> ListView:
    """The months that have events, a section a year."""
    language = view.language
    by_year: dict[int, list[Link]] = {}
    for month, events in months.items():
        name = language.date(month, "month")
        count = language.plural("{count} event", "{count} events", len(events))
        link = Link(f"{name} ({count})", _month_path(view, month))
        by_year.setdefault(month.year, []).append(link)
    return ListView(
        path=f"{view.prefix}history/",
        title=language.text("History"),
        sections=tuple(Section(str(year), links=tuple(links)) for year, links in by_year.items())
        or (Section("", empty=language.text("Nothing has happened yet.")),),
    )


def ticket_lists(view: Viewpoint, events: Sequence[EventView]) -> list[ListView]:
    """A page for each ticket number, with what was reported under it (clause 3d)."""
    by_ticket: dict[str, list[EventView]] = {}
    for event in events:
        if event.ticket:
            by_ticket.setdefault(event.ticket.lower(), []).append(event)
    return [
        ListView(
            path=ticket_path(view, found[0].ticket or ""),
            title=view.language.text("Ticket {number}", number=found[0].ticket),
            sections=(Section("", rows=tuple(_row(view, event) for event in found)),),
        )
        for found in by_ticket.values()
    ]


def maintenance_list(
    view: Viewpoint,
    running: Sequence[tuple[EventView, Maintenance]],
    coming: Sequence[tuple[EventView, Maintenance]],
    past: Sequence[EventView],
) -> ListView:
    """All that is being done, all that is to come, and what was done lately."""
    language = view.language
    none_coming = language.text("No maintenance is planned.")
    sections = [
        Section(
            language.text("Planned maintenance"),
            plans=tuple(plan_view(view, event, m.planned) for event, m in coming),
            empty=none_coming,
        ),
        Section(
            language.text("Earlier"),
            rows=tuple(_row(view, event) for event in past),
            empty=language.text("No maintenance was done yet."),
        ),
    ]
    if running:
        now = tuple(plan_view(view, event, m.planned) for event, m in running)
        sections.insert(0, Section(language.text("Going on now"), plans=now))
    return ListView(f"{view.prefix}maintenance/", language.text("Maintenance"), tuple(sections))


def _row(view: Viewpoint, event: EventView) -> EventRow:
    return EventRow(view.day(view.day_of(event.started_at)), event)


def _month_path(view: Viewpoint, month: date) -> str:
    return f"{view.prefix}history/{month:%Y-%m}/"


def _month_link(view: Viewpoint, month: date) -> Link:
    return Link(view.language.date(month, "month"), _month_path(view, month))
