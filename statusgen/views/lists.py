"""What was: the years and months of history, and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from statusgen.history.months import Month, following
from statusgen.history.record import Record
from statusgen.model.components import ComponentStatus
from statusgen.model.events import Card
from statusgen.views.events import EventView, ticket_path
from statusgen.views.figures import FigureView, year_days
from statusgen.views.sections import EventRow, ListView, Section
from statusgen.views.told import Told
from statusgen.views.viewpoint import TONES, Link, Viewpoint


def history_list(view: Viewpoint, record: Record) -> ListView:
    """The page of all years."""
    language = view.language
    sections = tuple(
        Section(
            str(year),
            f"year-{year}",
            figures=(_year_figure(view, record, year),) if index == 0 else (),
            links=(
                view.link(language.text("All of {year}", year=year), f"history/{year}/"),
                *_month_links(view, record, year),
            ),
        )
        for index, year in enumerate(record.years)
    )
    nothing = (Section(empty=language.text("Nothing has happened yet.")),)
    return ListView(f"{view.prefix}history/", language.text("History"), sections or nothing)


def year_list(view: Viewpoint, record: Record, year: int) -> ListView:
    """The page of a year that has events."""
    links = [view.link(str(other), f"history/{other}/") for other in record.years]
    index = record.years.index(year)
    months = _month_links(view, record, year)
    return ListView(
        path=links[index].path,
        title=view.language.text("History of {year}", year=year),
        sections=(
            Section(figures=(_year_figure(view, record, year),)),
            Section(view.language.text("By month"), "months", links=months),
        ),
        newer=links[index - 1] if index else None,
        older=links[index + 1] if index + 1 < len(links) else None,
    )


def _month_links(view: Viewpoint, record: Record, year: int) -> tuple[Link, ...]:
    found = []
    for month, events in record.counts.items():
        if month.year == year:
            count = view.language.plural("{count} event", "{count} events", events)
            found.append(Link(f"{_month_name(view, month)} ({count})", _month_path(view, month)))
    return tuple(found)


def month_list(
    view: Viewpoint, told: Told, month: Month, older: date | None, newer: date | None
) -> ListView:
    """The page of a month that has events; ``older`` and ``newer`` are the next ones that do."""
    return ListView(
        path=_month_path(view, month.first),
        title=_month_name(view, month.first),
        sections=(Section(rows=tuple(row(view, told.of(card)) for card in month.happened.cards)),),
        newer=_month_link(view, newer) if newer else None,
        older=_month_link(view, older) if older else None,
    )


def _month_link(view: Viewpoint, month: date) -> Link:
    return Link(_month_name(view, month), _month_path(view, month))


def _year_figure(view: Viewpoint, record: Record, year: int) -> FigureView:
    """The days of a year up to today, each by the worst that any component was in."""
    label = view.language.text("The days of {year}, by the worst state of any component", year=year)
    return year_figure(view, year, record.worst(year), label)


def year_figure(
    view: Viewpoint, year: int, worst: Mapping[date, ComponentStatus], label: str
) -> FigureView:
    """The days of a year up to today; ``worst`` has those of it that were not simply good."""
    language, today = view.language, view.today()
    titles = {
        day: f"{language.date(day, 'day')}: {language.word('component status', status)}"
        for day, status in sorted(worst.items())
        if day <= today
    }
    months = []
    for number in range(1, 13):
        first = date(year, number, 1)
        length = min((following(first) - first).days, (today - first).days + 1)
        days = [first + timedelta(days=n) for n in range(max(length, 0))]
        months.append([TONES[worst.get(day, ComponentStatus.OPERATIONAL)] for day in days])
    spots = {(day.month - 1, day.day - 1): title for day, title in titles.items()}
    seen = {ComponentStatus.OPERATIONAL, *(worst[day] for day in titles)}
    shown = [status for status in ComponentStatus if status in seen]
    return FigureView(
        "yearfig",
        year_days(months, spots, label),
        labels=language.months,
        key=tuple((TONES[s], language.word("legend", s)) for s in shown),
        words=((language.text("Days that were not quite normal"), tuple(titles.values())),)
        if titles
        else (),
    )


def ticket_list(view: Viewpoint, told: Told, incidents: Sequence[Card]) -> ListView:
    """The page of a ticket number, with what was reported under it (clause 3d), by id."""
    found = [told.of(incident) for incident in incidents]
    number = found[0].ticket or ""
    return ListView(
        path=ticket_path(view, number),
        title=view.language.text("Ticket {number}", number=number),
        sections=(Section(rows=tuple(row(view, event) for event in found)),),
        standing=found[-1].standing,
    )


def row(view: Viewpoint, event: EventView) -> EventRow:
    """The event as a line of a list."""
    return EventRow(view.day(view.day_of(event.started_at)), event)


def _month_path(view: Viewpoint, month: date) -> str:
    return f"{view.prefix}history/{month:%Y-%m}/"


def _month_name(view: Viewpoint, month: date) -> str:
    return view.language.date(month, "month")
