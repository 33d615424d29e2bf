"""The components with their state and their last ninety days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from statusgen import civil
from statusgen.history.availability import Outage, availability
from statusgen.history.status import Day
from statusgen.intervals import Interval
from statusgen.model.components import Component, ComponentStatus
from statusgen.views.figures import Bar, day_bars
from statusgen.views.viewpoint import TONES, Viewpoint, Words

DAYS = 90


@dataclass(frozen=True, slots=True)
class ComponentView:
    """A component: its state now, a bar a day, and its availability over those days."""

    id: str
    name: Words
    description: Words | None
    state: str
    tone: str
    bars: Markup
    figure: str
    terms: str | None


@dataclass(frozen=True, slots=True)
class GroupView:
    """Components under one heading."""

    name: Words
    components: tuple[ComponentView, ...]


def group_views(
    view: Viewpoint,
    states: Mapping[str, ComponentStatus],
    days: Mapping[str, Sequence[Day]],
    down: Sequence[Outage],
) -> tuple[GroupView, ...]:
    """All groups, with what happened to each component in ``days``."""
    return tuple(
        GroupView(
            view.words(group.name),
            tuple(
                _component_view(view, c, states[c.id], days[c.id], down) for c in group.components
            ),
        )
        for group in view.content.groups
    )


def _component_view(
    view: Viewpoint,
    component: Component,
    state: ComponentStatus,
    days: Sequence[Day],
    down: Sequence[Outage],
) -> ComponentView:
    figure = _figure(view, component, days, down)
    name = view.words(component.name)
    label = view.language.text("{component}: the last {count} days", component=name, count=DAYS)
    bars = [
        Bar(position, TONES[day.status], _day_title(view, day))
        for position, day in enumerate(days)
        if day.status is not ComponentStatus.OPERATIONAL
    ]
    return ComponentView(
        id=component.id,
        name=name,
        description=view.words(component.description) if component.description else None,
        state=view.language.word("component status", state),
        tone=TONES[state],
        bars=day_bars(len(days), bars, f"{label}, {figure}" if figure else label),
        figure=figure,
        terms=component.terms,
    )


def _figure(
    view: Viewpoint, component: Component, days: Sequence[Day], down: Sequence[Outage]
) -> str:
    zone = view.content.site.zone
    during = Interval(civil.day(days[0].day, zone).start, civil.day(days[-1].day, zone).end)
    own = [outage for outage in down if outage.component == component.id]
    counted = availability(view.content, own, during, view.now)
    if counted is None or counted.figure is None:
        return ""
    share = view.language.percent(counted.figure.numerator, counted.figure.denominator)
    return view.language.text("{percent} in guaranteed hours", percent=share)


def _day_title(view: Viewpoint, day: Day) -> str:
    return view.language.text(
        "{day}: {status}, {duration}",
        day=view.language.date(day.day, "day"),
        status=view.language.word("component status", day.status),
        duration=view.duration(day.lasted),
    )
