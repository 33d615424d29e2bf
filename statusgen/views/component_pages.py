"""A page for each component: how it is, how it was, and what is coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statusgen.history.facts import Facts
from statusgen.history.report import Reports
from statusgen.history.status import worst_days
from statusgen.model.components import Component
from statusgen.views.availability import months_figure
from statusgen.views.channels import channels
from statusgen.views.components import DAYS, ComponentView, GroupView
from statusgen.views.events import EventView, Fact, component_path
from statusgen.views.lists import row, year_figure
from statusgen.views.overview import Plans, present_sections
from statusgen.views.report import report_link
from statusgen.views.sections import ListView, Section
from statusgen.views.viewpoint import Viewpoint

PAST = 25


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages of all components are made from; ``events`` newest first."""

    facts: Facts
    reports: Reports
    events: Sequence[EventView]
    plans: Plans


def component_lists(view: Viewpoint, groups: Sequence[GroupView], known: Known) -> list[ListView]:
    """The pages of all components; ``groups`` is how the home page shows them."""
    shown = {part.id: part for group in groups for part in group.components}
    by_component: dict[str, list[EventView]] = {}
    for event in known.events:
        for tag in event.tags:
            by_component.setdefault(tag.component, []).append(event)
    return [
        _page(view, component, shown[component.id], by_component.get(component.id, []), known)
        for component in view.content.components
    ]


def _page(
    view: Viewpoint,
    component: Component,
    shown: ComponentView,
    events: Sequence[EventView],
    known: Known,
) -> ListView:
    language = view.language
    going_on = tuple(row(view, event) for event in events if event.is_open)
    over = tuple(row(view, event) for event in events if not event.is_open)
    now = Section(language.text("Going on now"), "now", rows=going_on)
    planned = present_sections(view, Plans((), known.plans.of_component(component.id).coming, ()))
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
            _year(view, component, known),
            Section(
                language.text("Earlier"),
                "earlier",
                rows=over[:PAST],
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
        for report in known.reports.months
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
    own = [spell for spell in known.facts.spells if spell.component == component.id]
    worst = worst_days(own, view.content.site.zone)
    label = view.language.text("The days of {year}", year=year)
    return Section(label, "year", figures=(year_figure(view, year, worst, label),))
