"""What was: the years and months of history, and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from statusgen.history.status import Spell, worst_days
from statusgen.model.components import ComponentStatus
from statusgen.views.events import EventView, ticket_path
from statusgen.views.figures import FigureView, year_days
from statusgen.views.sections import EventRow, ListView, Section
from statusgen.views.viewpoint import TONES, Link, Viewpoint


@dataclass(frozen=True, slots=True)
class Past:
    """What was, by month, newest first; ``worst`` has the days that were not simply good."""

    months: Mapping[date, Sequence[EventView]]
    worst: Mapping[date, ComponentStatus]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have events, newest first."""
        return tuple(dict.fromkeys(month.year for month in self.months))


def past(view: Viewpoint, events: Sequence[EventView], spells: Sequence[Spell]) -> Past:
    """What was: the events, newest first, and the spells of all components."""
    months: dict[date, list[EventView]] = {}
    for event in events:
        day = view.day_of(event.started_at)
        months.setdefault(day.replace(day=1), []).append(event)
    worst = worst_days(spells, view.content.site.zone)
    return Past(dict(sorted(months.items(), reverse=True)), worst)


def history_lists(view: Viewpoint, past: Past) -> list[ListView]:
    """The page of all years, a page for each year and one for each month, newest first."""
    return [_history(view, past), *_years(view, past), *_months(view, past)]


def _history(view: Viewpoint, past: Past) -> ListView:
    language = view.language
    sections = tuple(
        Section(
            str(year),
            f"year-{year}",
            figures=(_year_figure(view, past, year),) if index == 0 else (),
            links=(
                view.link(language.text("All of {year}", year=year), f"history/{year}/"),
                *_month_links(view, past, year),
            ),
        )
        for index, year in enumerate(past.years)
    )
    nothing = (Section(empty=language.text("Nothing has happened yet.")),)
    return ListView(f"{view.prefix}history/", language.text("History"), sections or nothing)


def _years(view: Viewpoint, past: Past) -> list[ListView]:
    links = [view.link(str(year), f"history/{year}/") for year in past.years]
    return [
        ListView(
            path=links[index].path,
            title=view.language.text("History of {year}", year=year),
            sections=(
                Section(figures=(_year_figure(view, past, year),)),
                Section(
                    view.language.text("By month"), "months", links=_month_links(view, past, year)
                ),
            ),
            newer=links[index - 1] if index else None,
            older=links[index + 1] if index + 1 < len(links) else None,
        )
        for index, year in enumerate(past.years)
    ]


def _month_links(view: Viewpoint, past: Past, year: int) -> tuple[Link, ...]:
    found = []
    for month, events in past.months.items():
        if month.year == year:
            count = view.language.plural("{count} event", "{count} events", len(events))
            found.append(Link(f"{_month_name(view, month)} ({count})", _month_path(view, month)))
    return tuple(found)


def _months(view: Viewpoint, past: Past) -> list[ListView]:
    ordered = list(past.months)
    links = [Link(_month_name(view, month), _month_path(view, month)) for month in ordered]
    return [
        ListView(
            path=_month_path(view, month),
            title=_month_name(view, month),
            sections=(Section(rows=tuple(row(view, event) for event in past.months[month])),),
            newer=links[index - 1] if index else None,
            older=links[index + 1] if index + 1 < len(links) else None,
        )
        for index, month in enumerate(ordered)
    ]


def _year_figure(view: Viewpoint, past: Past, year: int) -> FigureView:
    """The days of a year up to today, each by the worst that any component was in."""
    label = view.language.text("The days of {year}, by the worst state of any component", year=year)
    return year_figure(view, year, past.worst, label)


def year_figure(
    view: Viewpoint, year: int, worst: Mapping[date, ComponentStatus], label: str
) -> FigureView:
    """The days of a year up to today; ``worst`` has those that were not simply good."""
    language, today = view.language, view.today()
    titles = {
        day: f"{language.date(day, 'day')}: {language.word('component status', status)}"
        for day, status in sorted(worst.items())
        if day.year == year and day <= today
    }
    months = []
    for number in range(1, 13):
        first = date(year, number, 1)
        length = min((_next_month(first) - first).days, (today - first).days + 1)
        days = [first + timedelta(days=n) for n in range(max(length, 0))]
        months.append([TONES[worst.get(day, ComponentStatus.OPERATIONAL)] for day in days])
    spots = {(day.month - 1, day.day - 1): title for day, title in titles.items()}
    shown = [s for s in ComponentStatus if s is ComponentStatus.OPERATIONAL or s in worst.values()]
    return FigureView(
        "yearfig",
        year_days(months, spots, label),
        labels=language.months,
        key=tuple((TONES[s], language.word("legend", s)) for s in shown),
        words=((language.text("Days that were not quite normal"), tuple(titles.values())),)
        if titles
        else (),
    )


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


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
            sections=(Section(rows=tuple(row(view, event) for event in found)),),
            standing=found[-1].standing,
        )
        for found in by_ticket.values()
    ]


def row(view: Viewpoint, event: EventView) -> EventRow:
    """The event as a line of a list."""
    return EventRow(view.day(view.day_of(event.started_at)), event)


def _month_path(view: Viewpoint, month: date) -> str:
    return f"{view.prefix}history/{month:%Y-%m}/"


def _month_name(view: Viewpoint, month: date) -> str:
    return view.language.date(month, "month")
