"""The home page: is it working, what is going on, what is coming, is the promise kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from statusgen import civil
from statusgen.history.availability import Availability, Outage, availability
from statusgen.history.status import Day
from statusgen.intervals import Interval
from statusgen.model.agreement import allowed_time, guaranteed_time
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import Maintenance
from statusgen.views.components import DAYS, GroupView, group_views
from statusgen.views.events import EventView, PlanView, plan_view
from statusgen.views.figures import Strip, meter, week_strip
from statusgen.views.support import SupportView, support_view
from statusgen.views.viewpoint import TONES, Moment, Viewpoint

_GRAVITY = ("major", "partial", "degraded", "maint", "note", "ok")
RECENT_DAYS = 14
COMING = 5


@dataclass(frozen=True, slots=True)
class WeekView:
    """The week strip with its days and its key: (kind, word)."""

    figure: Markup
    days: tuple[str, ...]
    key: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PromiseView:
    """This month against the agreement."""

    title: str
    figure: str
    meter: Markup
    promise: str
    allowance: str
    meets: bool


@dataclass(frozen=True, slots=True)
class PastDay:
    """One or more days of the recent past with what happened; none: nothing did."""

    label: str
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """All of the home page."""

    headline: str
    tone: str
    detail: str
    updated: Moment | None
    going_on: tuple[EventView, ...]
    week: WeekView
    coming: tuple[PlanView, ...]
    coming_in_all: int
    groups: tuple[GroupView, ...]
    since: str
    legend: tuple[tuple[str, str], ...]
    promise: PromiseView | None
    support: SupportView | None
    past: tuple[PastDay, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """What the home page is made from: the facts at its moment."""

    states: Mapping[str, ComponentStatus]
    days: Mapping[str, Sequence[Day]]
    down: Sequence[Outage]
    events: Sequence[EventView]
    coming: Sequence[tuple[EventView, Maintenance]]
    plans: Sequence[Maintenance]


def home_view(view: Viewpoint, present: Present) -> HomeView:
    """The home page; ``present.events`` newest first, ``present.coming`` soonest first."""
    worst = max(present.states.values(), key=lambda s: s.rank)
    # The worst first; of those alike, the newest.
    open_events = [event for event in present.events if event.is_open]
    going_on = tuple(sorted(open_events, key=lambda event: _GRAVITY.index(event.tone)))
    updates = [u for event in present.events for u in event.updates[:1]]
    newest = max(updates, key=lambda u: u.at, default=None)
    return HomeView(
        headline=_headline(view, present.states, worst),
        tone=TONES[worst],
        detail=_detail(view, present.states),
        updated=newest.moment if newest else None,
        going_on=going_on,
        week=_week(view, present.plans),
        coming=tuple(plan_view(view, e, m.planned) for e, m in present.coming[:COMING]),
        coming_in_all=len(present.coming),
        groups=group_views(view, present.states, present.days, present.down),
        since=view.language.plural("{count} day ago", "{count} days ago", DAYS),
        legend=tuple((TONES[s], view.language.word("legend", s)) for s in ComponentStatus),
        promise=_promise(view, present.down),
        support=support_view(view),
        past=_past(view, [event for event in present.events if not event.is_open]),
    )


def _headline(
    view: Viewpoint, states: Mapping[str, ComponentStatus], worst: ComponentStatus
) -> str:
    language = view.language
    names = [str(view.words(c.name)) for c in view.content.components if states[c.id] is worst]
    if worst is ComponentStatus.OPERATIONAL:
        return language.text("Everything works normally")
    if worst is ComponentStatus.UNDER_MAINTENANCE:
        return language.text("Maintenance in progress")
    said = names if len(names) <= 2 else [_count(view, len(names))]
    return {
        ComponentStatus.DEGRADED_PERFORMANCE: language.text("{what} slower than normal", what="{}"),
        ComponentStatus.PARTIAL_OUTAGE: language.text("{what} partly unavailable", what="{}"),
        ComponentStatus.MAJOR_OUTAGE: language.text("{what} unavailable", what="{}"),
    }[worst].replace("{}", language.join(said))


def _count(view: Viewpoint, count: int) -> str:
    return view.language.plural("{count} component", "{count} components", count)


def _detail(view: Viewpoint, states: Mapping[str, ComponentStatus]) -> str:
    good = sum(status is ComponentStatus.OPERATIONAL for status in states.values())
    return view.language.text(
        "{good} of {components} work normally", good=good, components=_count(view, len(states))
    )


def _week(view: Viewpoint, plans: Sequence[Maintenance]) -> WeekView:
    zone, language = view.content.site.zone, view.language
    monday = view.today() - timedelta(days=view.today().weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    week = Interval(civil.midnight(days[0], zone), civil.day(days[-1], zone).end)
    agreement, words = view.content.agreement, _week_words(view)
    times = {
        "allowed": allowed_time(agreement, week, zone),
        "closed": guaranteed_time(agreement, week, zone),
    }
    strips = [
        Strip(interval, kind, f"{_short_span(view, interval)}: {words[kind]}")
        for kind, intervals in times.items()
        for interval in intervals
    ]
    strips += (
        Strip(_cut(m.planned, week), "win", f"{_short_span(view, m.planned)} {view.words(m.title)}")
        for m in plans
        if m.planned.overlaps(week) and not m.is_cancelled
    )
    label = language.text("Maintenance windows of this week")
    return WeekView(
        week_strip(week, strips, view.now, label),
        tuple(language.date(day, "weekday") for day in days),
        tuple(words.items()),
    )


def _week_words(view: Viewpoint) -> dict[str, str]:
    return {
        "allowed": view.language.text("maintenance allowed"),
        "closed": view.language.text("guaranteed available"),
        "win": view.language.text("planned"),
    }


def _cut(interval: Interval, bounds: Interval) -> Interval:
    return Interval(max(interval.start, bounds.start), min(interval.end, bounds.end))


def _short_span(view: Viewpoint, interval: Interval) -> str:
    return view.language.span(view.local(interval.start), view.local(interval.end))


def _promise(view: Viewpoint, down: Sequence[Outage]) -> PromiseView | None:
    language, today = view.language, view.today()
    month = civil.month(today.year, today.month, view.content.site.zone)
    sla = {component.id for component in view.content.components if component.sla}
    counted = availability(view.content, [o for o in down if o.component in sla], month, view.now)
    if counted is None or counted.figure is None or view.content.agreement.availability is None:
        return None
    figure = language.percent(counted.figure.numerator, counted.figure.denominator)
    target = language.exact_percent(counted.target.numerator, counted.target.denominator)
    hours = view.hours(view.content.agreement.availability.hours)
    return PromiseView(
        title=language.text(
            "Agreement in {month}", month=language.date(date(today.year, today.month, 1), "month")
        ),
        figure=figure,
        meter=meter(
            counted.figure,
            counted.target,
            language.text("{figure} available; promised {target}", figure=figure, target=target),
        ),
        promise=language.text(
            "Promised: {target} on working days, {hours}.", target=target, hours=hours
        ),
        allowance=_allowance(view, counted),
        meets=bool(counted.meets_target),
    )


def _allowance(view: Viewpoint, counted: Availability) -> str:
    allowed = view.duration(timedelta(seconds=int(counted.allowed_downtime)))
    if counted.allowance < 0:
        over = view.duration(timedelta(seconds=int(-counted.allowance)))
        return view.language.text(
            "{over} more downtime than the {allowed} allowed.", over=over, allowed=allowed
        )
    left = view.duration(timedelta(seconds=int(counted.allowance)))
    return view.language.text(
        "{left} left of {allowed} allowed downtime.", left=left, allowed=allowed
    )


def _past(view: Viewpoint, events: Sequence[EventView]) -> tuple[PastDay, ...]:
    """The last days, newest first; quiet days in a row are told together."""
    by_day: dict[date, list[EventView]] = {}
    for event in events:
        by_day.setdefault(_day_of(view, event.started_at), []).append(event)
    rows: list[PastDay] = []
    quiet: list[date] = []
    for n in range(RECENT_DAYS):
        day = view.today() - timedelta(days=n)
        if day in by_day:
            rows += [_quiet(view, quiet)] if quiet else []
            quiet = []
            rows.append(PastDay(view.language.date(day, "day"), tuple(by_day[day])))
        else:
            quiet.append(day)
    return (*rows, _quiet(view, quiet)) if quiet else tuple(rows)


def _quiet(view: Viewpoint, days: Sequence[date]) -> PastDay:
    last, first = (view.language.date(day, "day") for day in (days[0], days[-1]))
    return PastDay(last if first == last else f"{first} – {last}", ())


def _day_of(view: Viewpoint, instant: datetime) -> date:
    return civil.day_of(instant, view.content.site.zone)
