"""The home page: is it working, what is going on, what is coming, is the promise kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup
from msgspec import Struct

from statusgen import civil
from statusgen.history.availability import Availability, Outage, guaranteed
from statusgen.intervals import Interval, within
from statusgen.model.agreement import allowed_time, guaranteed_time
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import Maintenance
from statusgen.views.availability import figure_words, promise_words
from statusgen.views.components import GroupView, States
from statusgen.views.events import EventView
from statusgen.views.figures import FigureView, Strip, meter, week_strip
from statusgen.views.phases import AHEAD, Phase
from statusgen.views.plans import PlanView, clock_changes, plan_view
from statusgen.views.support import SupportView, support_view
from statusgen.views.viewpoint import TONES, Moment, Viewpoint

_GRAVITY = ("major", "partial", "degraded", "maint", "note", "ok")
RECENT_DAYS = 14
COMING = 5


class Standing(Struct, frozen=True):
    """The state of the service in a sentence."""

    headline: str
    detail: str
    tone: str


class PromiseView(Struct, frozen=True):
    """This month against the agreement, ``as_of`` when."""

    title: str
    as_of: str
    figure: str
    meter: Markup
    promise: str
    allowance: str
    meets: bool


class PastDay(Struct, frozen=True):
    """One or more days of the recent past with what happened; none: nothing did."""

    label: str
    events: tuple[EventView, ...]


class HomeView(Struct, frozen=True):
    """All of the home page.

    ``cards`` are the events that go on, or that the clock will begin; each in its time.
    """

    headline: str
    standing: tuple[Phase[Standing], ...]
    updated: Moment | None
    cards: tuple[Phase[EventView], ...]
    week: FigureView | None
    coming: tuple[PlanView, ...]
    groups: tuple[GroupView, ...]
    legend: tuple[tuple[str, str], ...]
    promise: PromiseView | None
    support: SupportView | None
    past: tuple[PastDay, ...]


class Present(Struct, frozen=True):
    """What the home page is made from: the facts at its moment.

    ``events`` are those of the last days, ``updated`` is when the last word was said.
    """

    states: Sequence[Phase[States]]
    groups: tuple[GroupView, ...]
    down: Sequence[Outage]
    events: Sequence[EventView]
    coming: Sequence[tuple[EventView, Maintenance]]
    plans: Sequence[Maintenance]
    updated: Moment | None


def home_view(view: Viewpoint, present: Present) -> HomeView:
    """The home page; ``present.events`` newest first, ``present.coming`` soonest first."""
    told = standing(view, present.states)
    return HomeView(
        headline=told[0].value.headline,
        standing=told,
        updated=present.updated,
        cards=_cards(view, present),
        week=_week(view, present.plans),
        coming=tuple(plan_view(view, e, m.planned) for e, m in present.coming[:COMING]),
        groups=present.groups,
        legend=tuple((TONES[s], view.language.word("legend", s)) for s in ComponentStatus),
        promise=_promise(view, present.down),
        support=support_view(view),
        past=_past(view, present.events),
    )


def standing(view: Viewpoint, states: Sequence[Phase[States]]) -> tuple[Phase[Standing], ...]:
    """The state of the service in words, now and as the clock will change it."""
    return tuple(
        Phase(_standing(view, phase.value), phase.start, phase.end, phase.holds) for phase in states
    )


def _cards(view: Viewpoint, present: Present) -> tuple[Phase[EventView], ...]:
    """What goes on: the worst first, of those alike the newest; then what the clock begins."""
    going_on = [event for event in present.events if event.is_open]
    ends = {m.id: clock_changes(m)[1] for m in present.plans}
    cards = [
        Phase(event, None, civil.iso(ends[event.id]) if event.ahead else None)
        for event in sorted(going_on, key=lambda event: _GRAVITY.index(event.tone))
    ]
    for event, maintenance in present.coming[:COMING]:
        start, end = clock_changes(maintenance)
        if event.ahead and start <= view.now + AHEAD:
            cards.append(Phase(event, civil.iso(start), civil.iso(end), holds=False))
    return tuple(cards)


def _standing(view: Viewpoint, states: States) -> Standing:
    worst = max(states.values(), key=lambda status: status.rank)
    return Standing(_headline(view, states, worst), _detail(view, states), TONES[worst])


def _headline(view: Viewpoint, states: States, worst: ComponentStatus) -> str:
    language = view.language
    names = [str(view.words(c.name)) for c in view.content.components if states[c.id] is worst]
    if worst is ComponentStatus.OPERATIONAL:
        return language.text("Everything works normally")
    if worst is ComponentStatus.UNDER_MAINTENANCE:
        return language.text("Maintenance in progress")
    what = language.join(names if len(names) <= 2 else [_count(view, len(names))])
    if worst is ComponentStatus.DEGRADED_PERFORMANCE:
        return language.text("{what} slower than normal", what=what)
    if worst is ComponentStatus.PARTIAL_OUTAGE:
        return language.text("{what} partly unavailable", what=what)
    return language.text("{what} unavailable", what=what)


def _count(view: Viewpoint, count: int) -> str:
    return view.language.plural("{count} component", "{count} components", count)


def _detail(view: Viewpoint, states: States) -> str:
    if len(states) == 1:  # Nothing to count.
        only = next(view.content.components)
        word = view.language.word("component status", states[only.id])
        name = view.words(only.name)
        return view.language.text("{component}: {status}", component=name, status=word)
    good = sum(status is ComponentStatus.OPERATIONAL for status in states.values())
    return view.language.plural(
        "{count} of {components} works normally",
        "{count} of {components} work normally",
        good,
        components=_count(view, len(states)),
    )


def _week(view: Viewpoint, plans: Sequence[Maintenance]) -> FigureView | None:
    """This week; None where no windows are agreed, since then there is nothing to hold it to."""
    if view.content.agreement.maintenance is None:
        return None
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
        Strip(part, "win", f"{_short_span(view, m.planned)} {view.words(m.title)}")
        for m in plans
        if not m.is_cancelled(view.now)
        for part in within((m.planned,), week)
    )
    label = language.text("Maintenance windows of this week")
    return FigureView(
        "weekfig",
        week_strip(week, strips, view.now, label),
        labels=tuple(language.date(day, "weekday") for day in days),
        key=tuple(words.items()),
        words=tuple(_in_words(word, kind, strips) for kind, word in words.items()),
    )


def _in_words(word: str, kind: str, strips: Sequence[Strip]) -> tuple[str, tuple[str, ...]]:
    titles = (strip.title.removesuffix(f": {word}") for strip in strips if strip.kind == kind)
    return word, tuple(dict.fromkeys(titles))


def _week_words(view: Viewpoint) -> dict[str, str]:
    return {
        "allowed": view.language.text("maintenance allowed"),
        "closed": view.language.text("guaranteed available"),
        "win": view.language.text("planned"),
    }


def _short_span(view: Viewpoint, interval: Interval) -> str:
    return view.language.span(view.local(interval.start), view.local(interval.end))


def _promise(view: Viewpoint, down: Sequence[Outage]) -> PromiseView | None:
    language, today = view.language, view.today()
    month = civil.month(today.year, today.month, view.content.site.zone)
    sla = {component.id for component in view.content.components if component.sla}
    hours = guaranteed(view.content, month, view.now)
    if hours is None:
        return None
    counted = hours.availability(outage for outage in down if outage.component in sla)
    figure = figure_words(view, counted)
    target = language.exact_percent(counted.target.numerator, counted.target.denominator)
    label = language.text("{figure} available; promised {target}", figure=figure, target=target)
    bar = Markup("") if counted.figure is None else meter(counted.figure, counted.target, label)
    name = language.date(today.replace(day=1), "month")
    return PromiseView(
        title=language.text("SLA in {month}", month=name),
        as_of=language.text("Up to {moment}", moment=view.moment(view.now).text),
        figure=figure,
        meter=bar,
        promise=promise_words(view),
        allowance=_allowance(view, counted),
        meets=counted.meets_target is not False,
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
    """The last days, newest first: what ended on each; quiet days in a row are told together.

    A day on which something went on that ended later, or still goes on, is not quiet.
    """
    ended: dict[date, list[EventView]] = {}
    busy: set[date] = set()
    for event in events:
        last = event.ended_at or view.now
        first_day, last_day = view.day_of(event.started_at), view.day_of(last)
        first_day = max(first_day, view.today() - timedelta(days=RECENT_DAYS))
        busy.update(first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1))
        if event.ended_at:
            ended.setdefault(last_day, []).append(event)
    rows: list[PastDay] = []
    quiet: list[date] = []
    for n in range(RECENT_DAYS):
        day = view.today() - timedelta(days=n)
        if day not in busy:
            quiet.append(day)
            continue
        rows += [_quiet(view, quiet)] if quiet else []
        quiet = []
        if day in ended:
            rows.append(PastDay(view.language.date(day, "day"), tuple(ended[day])))
    return (*rows, _quiet(view, quiet)) if quiet else tuple(rows)


def _quiet(view: Viewpoint, days: Sequence[date]) -> PastDay:
    last, first = (view.language.date(day, "day") for day in (days[0], days[-1]))
    return PastDay(last if first == last else f"{first} – {last}", ())
