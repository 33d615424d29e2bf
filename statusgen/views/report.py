"""The report of a month: each figure with the minutes it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from statusgen.history.availability import Availability, LedgerLine, seconds
from statusgen.history.facts import Facts
from statusgen.history.reaction import ReactionFigures
from statusgen.history.report import Report, why
from statusgen.intervals import Interval, difference, total, union, within
from statusgen.model.agreement import guaranteed_time
from statusgen.model.incidents import Incident
from statusgen.views.events import EventView
from statusgen.views.viewpoint import Link, Viewpoint, Words


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The availability of the service or a component, in words; lengths in minutes.

    ``in_service``: its downtime is that of the service.
    """

    name: Words
    figure: str
    tone: str
    verdict: str
    guaranteed: str
    downtime: str
    excused: str
    allowance: str
    in_service: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """An event behind some minutes, and whether it counts."""

    event: Link
    lang: str | None
    components: str
    why: str


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """A stretch of guaranteed time in which something was wrong."""

    when: str
    length: str
    counted: str
    tone: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """How fast incidents of a kind were taken up."""

    kind: str
    count: str
    registered: str
    to_start: str
    to_resolve: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """The report of a month. ``outside`` is what went wrong when nothing was promised."""

    path: str
    title: str
    scope: str
    promise: str
    service: FigureRow | None
    components: tuple[FigureRow, ...]
    minutes: tuple[MinutesRow, ...]
    total: str
    outside: tuple[Cause, ...]
    reactions: tuple[ReactionRow, ...]
    older: Link | None
    newer: Link | None


def report_path(view: Viewpoint, month: date) -> str:
    """The page of a month's report."""
    return f"{view.prefix}sla/{month:%Y-%m}/"


def report_view(
    view: Viewpoint,
    report: Report,
    known: Facts,
    events: Mapping[str, EventView],
    older: Link | None,
    newer: Link | None,
) -> ReportView:
    """The report of a month in words."""
    language, month = view.language, view.local(report.during.start).date()
    service = report.service
    ledger = service.ledger if service else ()
    whole = Words(language.text("The service"))
    return ReportView(
        path=report_path(view, month),
        title=language.text("SLA in {month}", month=language.date(month, "month")),
        scope=_scope(view, report),
        promise=promise_words(view),
        service=_figure_row(view, whole, service) if service else None,
        components=tuple(
            _figure_row(view, view.words(component.name), counted, component.sla)
            for component, counted in report.components
            if counted
        ),
        minutes=tuple(_minutes_row(view, line, events) for line in ledger),
        total=_minutes(view, service.downtime) if service else "",
        outside=tuple(_outside(view, report, known, events)),
        reactions=tuple(
            _reaction_row(view, language.word("kind", kind), reacted)
            for kind, reacted in report.reactions
            if reacted.count
        ),
        older=older,
        newer=newer,
    )


def promise_words(view: Viewpoint) -> str:
    """The promise of availability in words; nothing where none is made."""
    promise = view.content.agreement.availability
    if promise is None:
        return ""
    target = view.language.exact_percent(promise.target.numerator, promise.target.denominator)
    hours = view.hours(promise.hours)
    return view.language.text(
        "Promised: {target} on working days, {hours}.", target=target, hours=hours
    )


def figure_words(view: Viewpoint, counted: Availability | None) -> str:
    """The figure, rounded down; "not applicable" without guaranteed time."""
    if counted is None or counted.figure is None:
        return view.language.text("not applicable")
    return view.language.percent(counted.figure.numerator, counted.figure.denominator)


def tone_of(counted: Availability | None) -> str:
    """The tone of a figure: ok, major, or note where there is none."""
    if counted is None or counted.meets_target is None:
        return "note"
    return "ok" if counted.meets_target else "major"


def _scope(view: Viewpoint, report: Report) -> str:
    language = view.language
    if report.during.end <= view.now:
        return language.text("The whole month")
    moment = language.moment_full(view.local(view.now))
    return language.text("Up to {moment}", moment=moment)


def _figure_row(
    view: Viewpoint, name: Words, counted: Availability, in_service: bool = True
) -> FigureRow:
    language = view.language
    verdicts = {
        "ok": language.text("As promised"),
        "major": language.text("Less than promised"),
        "note": language.text("No guaranteed hours"),
    }
    tone = tone_of(counted)
    return FigureRow(
        name=name,
        figure=figure_words(view, counted),
        tone=tone,
        verdict=verdicts[tone],
        guaranteed=_minutes(view, counted.guaranteed),
        downtime=_minutes(view, counted.downtime),
        excused=_minutes(view, counted.excused),
        allowance=_minutes(view, counted.allowance),
        in_service=in_service,
    )


def _minutes(view: Viewpoint, length: Fraction) -> str:
    """Seconds as minutes: exact where they are whole, else with two decimals."""
    return view.language.number(length / 60)


def _minutes_row(view: Viewpoint, line: LedgerLine, events: Mapping[str, EventView]) -> MinutesRow:
    language, interval = view.language, line.interval
    causes: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for outage in line.outages:
        name = next(c.name for c in view.content.components if c.id == outage.component)
        causes.setdefault(outage.event.id, []).append(str(view.words(name)))
        reasons[outage.event.id] = language.word("counted", why(outage))
    tone = "major" if line.share else "note"
    return MinutesRow(
        when=language.span(view.local(interval.start), view.local(interval.end)),
        length=_minutes(view, seconds(interval.length)),
        counted=_minutes(view, line.downtime),
        tone=tone,
        causes=tuple(
            _cause(events[id], ", ".join(dict.fromkeys(parts)), reasons[id])
            for id, parts in causes.items()
        ),
    )


def _cause(event: EventView, components: str, why: str) -> Cause:
    return Cause(Link(event.title.text, event.path), event.title.lang, components, why)


def _outside(
    view: Viewpoint, report: Report, known: Facts, events: Mapping[str, EventView]
) -> Iterable[Cause]:
    """What would have counted inside guaranteed hours, an entry an incident."""
    promise = view.content.agreement.availability
    if promise is None:
        return
    guaranteed = guaranteed_time(view.content.agreement, report.during, view.content.site.zone)
    by_event: dict[str, list[Interval]] = {}
    for spell in known.spells:
        counts = isinstance(spell.event, Incident) and promise.counts.get(spell.status)
        if counts and spell.interval.overlaps(report.during):
            by_event.setdefault(spell.event.id, []).append(spell.interval)
    for id, intervals in by_event.items():
        outside = difference(within(union(intervals), report.during), guaranteed)
        if outside:
            parts = ", ".join(str(tag.name) for tag in events[id].tags)
            yield _cause(events[id], parts, view.duration(total(outside)))


def _reaction_row(view: Viewpoint, kind: str, reacted: ReactionFigures) -> ReactionRow:
    language = view.language
    registered = language.text(
        "{in_time} of {count}", in_time=reacted.in_time, count=reacted.registered
    )
    return ReactionRow(
        kind=kind,
        count=language.number(reacted.count),
        registered=registered if reacted.registered else "–",
        to_start=_length(view, reacted.to_start),
        to_resolve=_length(view, reacted.to_resolve),
    )


def _length(view: Viewpoint, length: timedelta | None) -> str:
    return "–" if length is None else view.duration(length)
