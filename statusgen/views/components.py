"""The components with their state and their last ninety days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from statusgen import civil
from statusgen.history import status
from statusgen.history.availability import Availability, Outage, guaranteed
from statusgen.history.facts import Facts
from statusgen.history.status import Day
from statusgen.intervals import Interval
from statusgen.model.components import Component, ComponentStatus
from statusgen.views.events import component_path
from statusgen.views.figures import Bar, FigureView, day_bars
from statusgen.views.phases import Phase, phases
from statusgen.views.plans import clock_changes
from statusgen.views.viewpoint import TONES, State, Viewpoint, Words

DAYS = 90

States = Mapping[str, ComponentStatus]
"""The status of each component."""


class ComponentView(Struct, frozen=True):
    """A component: its state, now and as the clock will change it, and a bar a day.

    ``bars`` are labelled with the first day, the availability over those days, and the last.
    """

    id: str
    path: str
    name: Words
    description: Words | None
    standing: tuple[Phase[State], ...]
    bars: FigureView
    terms: str | None


class GroupView(Struct, frozen=True):
    """Components under one heading."""

    name: Words
    components: tuple[ComponentView, ...]


def coming_states(view: Viewpoint, known: Facts) -> tuple[Phase[States], ...]:
    """The status of each component now, and as the clock alone will change it."""
    components = [component.id for component in view.content.components]
    # What is over stays so: the clock is asked for the rest only.
    plans = [m for m in known.plans if not m.status(view.now).is_final]
    incidents = [i for i in known.incidents if i.is_open(view.now)]
    changes = [change for plan in plans for change in clock_changes(plan)]

    def told(at: datetime) -> States:
        return status.current(components, incidents, plans, at)

    return phases(view, changes, told)


def group_views(
    view: Viewpoint,
    states: Sequence[Phase[States]],
    days: Mapping[str, Sequence[Day]],
    down: Sequence[Outage],
) -> tuple[GroupView, ...]:
    """All groups, with what happened to each component in ``days``."""
    hours = guaranteed(view.content, _span(view, next(iter(days.values()))), view.now)

    def seen(component: Component) -> ComponentView:
        own = [outage for outage in down if outage.component == component.id]
        share = _figure(view, hours.availability(own)) if hours else ""
        bars = _bars(view, component, days[component.id], share)
        return _component_view(view, component, _standing(view, component, states), bars)

    return tuple(
        GroupView(view.words(group.name), tuple(seen(component) for component in group.components))
        for group in view.content.groups
    )


def _span(view: Viewpoint, days: Sequence[Day]) -> Interval:
    zone = view.content.site.zone
    return Interval(civil.day(days[0].day, zone).start, civil.day(days[-1].day, zone).end)


def _standing(
    view: Viewpoint, component: Component, states: Sequence[Phase[States]]
) -> tuple[Phase[State], ...]:
    """The phases of one component: fewer than of all of them."""
    found: list[Phase[State]] = []
    for phase in states:
        reported = phase.value[component.id]
        state = State(view.language.word("component status", reported), TONES[reported])
        if found and found[-1].value == state:
            found[-1] = Phase(state, found[-1].start, phase.end, found[-1].holds)
        else:
            found.append(Phase(state, phase.start, phase.end, phase.holds))
    return tuple(found)


def _component_view(
    view: Viewpoint,
    component: Component,
    standing: tuple[Phase[State], ...],
    bars: FigureView,
) -> ComponentView:
    return ComponentView(
        id=component.id,
        path=component_path(view, component.id),
        name=view.words(component.name),
        description=view.words(component.description) if component.description else None,
        standing=standing,
        bars=bars,
        terms=component.terms,
    )


def _bars(view: Viewpoint, component: Component, days: Sequence[Day], share: str) -> FigureView:
    language = view.language
    bars = [
        Bar(position, TONES[day.status], _day_title(view, day))
        for position, day in enumerate(days)
        if day.status is not ComponentStatus.OPERATIONAL
    ]
    label = language.text(
        "{component}: the last {count} days", component=view.words(component.name), count=DAYS
    )
    unlike = language.plural(
        "{count} day not quite normal", "{count} days not quite normal", len(bars)
    )
    first, last = (language.date(day.day, "day") for day in (days[0], days[-1]))
    titles = tuple(bar.title for bar in reversed(bars))
    return FigureView(
        "daysfig",
        day_bars(len(days), bars, ", ".join(part for part in (label, share, unlike) if part)),
        labels=(first, share, last),
        words=((language.text("Days that were not quite normal"), titles),) if titles else (),
    )


def _figure(view: Viewpoint, counted: Availability) -> str:
    if counted.figure is None:
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
