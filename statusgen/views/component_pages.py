"""A page for each component: how it is, how it was, and what is coming."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from statusgen.history.months import touched
from statusgen.history.record import Record
from statusgen.model.components import Component
from statusgen.model.events import Card, Event
from statusgen.views.availability import SHOWN, months_figure
from statusgen.views.channels import channels
from statusgen.views.components import DAYS, ComponentView, GroupView
from statusgen.views.events import Fact, component_path
from statusgen.views.lists import row, year_figure
from statusgen.views.measured import measured_section
from statusgen.views.overview import Plans, present_sections
from statusgen.views.report import report_link
from statusgen.views.sections import ListView, Section
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint

PAST = 25


class Known(Struct, frozen=True):
    """What the pages of all components are made from."""

    record: Record
    plans: Plans
    told: Told


class Lately(Struct, frozen=True):
    """Events of one component, newest first."""

    going_on: list[Event]
    over: list[Card]


def component_lists(view: Viewpoint, groups: Sequence[GroupView], known: Known) -> list[ListView]:
    """The pages of all components; ``groups`` is how the home page shows them."""
    shown = {part.id: part for group in groups for part in group.components}
    lately = _lately(known.record)
    return [
        _page(view, component, shown[component.id], lately[component.id], known)
        for component in view.content.components
    ]


def _lately(record: Record) -> dict[str, Lately]:
    """What goes on and the newest of what is over, by component."""
    found = {component.id: Lately([], []) for component in record.content.components}
    for event in record.going_on:
        for component in touched(event):
            found[component].going_on.append(event)
    going_on = {event.id for event in record.going_on}
    unfilled = set(found)
    for card in record.happened:
        if not unfilled:
            break
        for component in unfilled.intersection(card.components) if card.id not in going_on else ():
            found[component].over.append(card)
            if len(found[component].over) == PAST:
                unfilled.remove(component)
    return found


def _page(
    view: Viewpoint,
    component: Component,
    shown: ComponentView,
    lately: Lately,
    known: Known,
) -> ListView:
    language, told = view.language, known.told
    going_on = tuple(row(view, told.of(event)) for event in lately.going_on)
    over = tuple(row(view, told.of(card)) for card in lately.over)
    now = Section(language.text("Going on now"), "now", rows=going_on)
    coming = [plan for plan in known.plans.coming if component.id in plan.components]
    planned = present_sections(view, told, replace(known.plans, running=(), coming=coming))
    feeds = channels(view, component.id)
    return ListView(
        path=component_path(view, component.id),
        title=str(shown.name),
        name=shown.name,
        lead=shown.description,
        standing=shown.standing,
        sections=(
            *([now] if going_on else []),
            Section(
                language.text("The last {count} days", count=DAYS),
                "days",
                figures=(shown.bars,),
            ),
            *planned,
            *_availability(view, component, known),
            *measured_section(view, component, known.record.reports),
            _year(view, component, known),
            Section(
                language.text("Earlier"),
                "earlier",
                rows=over,
                links=(view.link(language.text("Full history"), "history/"),),
                empty=language.text("Nothing has happened yet."),
            ),
            *([Section(language.text("Stay informed"), "follow", channels=feeds)] if feeds else []),
        ),
        feeds=feeds,
        is_current=True,
    )


def _availability(view: Viewpoint, component: Component, known: Known) -> list[Section]:
    """The months against the promise."""
    language = view.language
    months = [
        (report_link(view, report).label, counted)
        for report in known.record.reports.months[-SHOWN:]
        for part, counted in report.components
        if part.id == component.id
    ]
    figure = months_figure(view, months)
    if figure is None:
        return []
    apart = Fact(language.text("Availability"), language.text("not part of the service's figure"))
    facts = () if component.sla else (apart,)
    return [Section(language.text("Every month"), "months", facts=facts, figures=(figure,))]


def _year(view: Viewpoint, component: Component, known: Known) -> Section:
    year = view.today().year
    worst = known.record.worst(year, component.id)
    label = view.language.text("The days of {year}", year=year)
    return Section(label, "year", figures=(year_figure(view, year, worst, label),))
