"""The report of a month or a year: each figure with the minutes or months it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from statusgen.history.availability import Availability, LedgerLine, seconds
from statusgen.history.reaction import ReactionFigures
from statusgen.history.report import Report
from statusgen.history.report_data import why
from statusgen.intervals import Interval
from statusgen.model.components import Component
from statusgen.views.availability import (
    figure_words,
    months_figure,
    promise_words,
    tone_of,
)
from statusgen.views.events import EventView
from statusgen.views.figures import FigureView
from statusgen.views.measured import MeasuredView, measured_view
from statusgen.views.viewpoint import Link, Viewpoint, Words


class Cause(Struct, frozen=True):
    """An event behind some minutes, and whether it counts."""

    event: Link
    lang: str | None
    components: str
    why: str


class MinutesRow(Struct, frozen=True):
    """A stretch of guaranteed time in which something was wrong; lengths in minutes."""

    when: str
    length: str
    counted: str
    excused: str
    tone: str
    causes: tuple[Cause, ...]


class FigureRow(Struct, frozen=True):
    """The availability of the service or a component, in words; lengths in minutes.

    ``in_service``: its downtime is that of the service. ``minutes`` add up to ``downtime``
    and ``excused``; their place on the page is called ``anchor``.
    """

    anchor: str
    name: Words
    figure: str
    tone: str
    verdict: str
    guaranteed: str
    downtime: str
    excused: str
    allowance: str
    in_service: bool
    minutes: tuple[MinutesRow, ...]


class PartRow(Struct, frozen=True):
    """A month of a year, with the figure of the service; lengths in minutes.

    ``report`` has no path where the month has no page: nothing had happened yet.
    """

    report: Link
    figure: str
    tone: str
    guaranteed: str
    downtime: str
    excused: str


class YearParts(Struct, frozen=True):
    """The months of a year, one by one and as a figure; a month has none."""

    rows: tuple[PartRow, ...] = ()
    figure: FigureView | None = None


class ReactionRow(Struct, frozen=True):
    """How fast incidents of a kind were taken up."""

    kind: str
    count: str
    registered: str
    to_start: str
    to_resolve: str


class ReportView(Struct, frozen=True):
    """The report of a month or a year.

    That of a month has the minutes behind its figures, that of a year its months in
    ``parts``. ``outside`` is what went wrong when nothing was promised.
    """

    path: str
    title: str
    is_year: bool
    scope: str
    promise: str
    service: FigureRow | None
    components: tuple[FigureRow, ...]
    parts: YearParts
    measured: MeasuredView | None
    outside: tuple[Cause, ...]
    reactions: tuple[ReactionRow, ...]
    older: Link | None
    newer: Link | None


def report_path(view: Viewpoint, month: date) -> str:
    """The page of a month's report."""
    return f"{view.prefix}sla/{month:%Y-%m}/"


def report_link(view: Viewpoint, report: Report) -> Link:
    """The page of a report, called by its month or year."""
    month = view.local(report.during.start).date()
    label = report.name if report.is_year else view.language.date(month, "month")
    return Link(label, f"{view.prefix}sla/{report.name}/")


def report_view(
    view: Viewpoint,
    report: Report,
    events: Mapping[str, EventView],
    parts: YearParts,
    older: Link | None,
    newer: Link | None,
) -> ReportView:
    """The report of a month, or of a year that has those parts, in words."""
    language, link = view.language, report_link(view, report)
    # A year would say again what its months say: it leads to them.
    shown = None if report.is_year else _Minutes(view, events)
    return ReportView(
        path=link.path,
        title=language.text("SLA in {month}", month=link.label),
        is_year=report.is_year,
        scope=_scope(view, report),
        promise=promise_words(view),
        service=_service_row(view, report.service, shown) if report.service else None,
        components=tuple(
            _component_row(view, component, counted, shown)
            for component, counted in report.components
            if counted
        ),
        parts=parts,
        measured=measured_view(view, report, events),
        outside=tuple(_outside(view, report, events)),
        reactions=tuple(
            _reaction_row(view, language.word("kind", kind), reacted)
            for kind, reacted in report.reactions
            if reacted.count
        ),
        older=older,
        newer=newer,
    )


def _scope(view: Viewpoint, report: Report) -> str:
    """From when and until when it counts, as far as that is not all of it."""
    language, valid_from = view.language, view.content.agreement.valid_from
    start = language.moment_full(view.local(valid_from)) if valid_from else ""
    until = language.moment_full(view.local(view.now))
    begins_within = valid_from is not None and report.during.start < valid_from
    if report.during.end > view.now:
        if begins_within:
            return language.text("From {start} up to {end}", start=start, end=until)
        return language.text("Up to {moment}", moment=until)
    if begins_within:
        return language.text("From {moment}", moment=start)
    return language.text("The whole year") if report.is_year else language.text("The whole month")


def _service_row(view: Viewpoint, counted: Availability, shown: _Minutes | None) -> FigureRow:
    name = Words(view.language.text("The service"))
    return _figure_row(view, "minutes", name, counted, True, shown)


def _component_row(
    view: Viewpoint, component: Component, counted: Availability, shown: _Minutes | None
) -> FigureRow:
    anchor, name = f"minutes-{component.id}", view.words(component.name)
    return _figure_row(view, anchor, name, counted, component.sla, shown)


def _figure_row(
    view: Viewpoint,
    anchor: str,
    name: Words,
    counted: Availability,
    in_service: bool,
    shown: _Minutes | None,
) -> FigureRow:
    """``shown`` makes the minutes; None where they are not shown."""
    return FigureRow(
        anchor=anchor,
        name=name,
        figure=figure_words(view, counted),
        tone=tone_of(counted),
        verdict=_verdict(view, counted),
        guaranteed=_minutes(view, counted.guaranteed),
        downtime=_minutes(view, counted.downtime),
        excused=_minutes(view, counted.excused),
        allowance=_minutes(view, counted.allowance),
        in_service=in_service,
        minutes=tuple(map(shown.row, counted.ledger)) if shown else (),
    )


def _verdict(view: Viewpoint, counted: Availability) -> str:
    language = view.language
    if counted.meets_target is not None:
        kept, broken = language.text("As promised"), language.text("Less than promised")
        return kept if counted.meets_target else broken
    if counted.guaranteed_in_full:
        return language.text("Guaranteed hours: none passed yet")
    return language.text("No guaranteed hours")


def year_parts(view: Viewpoint, months: Sequence[Report], with_page: Collection[str]) -> YearParts:
    """The months of a year; none where no availability is promised."""
    links = [report_link(view, month) for month in months]
    figure = months_figure(
        view, [(link.label, month.service) for link, month in zip(links, months, strict=True)]
    )
    rows = [
        _part_row(view, link if month.name in with_page else Link(link.label, ""), month.service)
        for link, month in zip(links, months, strict=True)
        if month.service
    ]
    return YearParts(tuple(rows), figure)


def _part_row(view: Viewpoint, report: Link, counted: Availability) -> PartRow:
    return PartRow(
        report=report,
        figure=figure_words(view, counted),
        tone=tone_of(counted),
        guaranteed=_minutes(view, counted.guaranteed),
        downtime=_minutes(view, counted.downtime),
        excused=_minutes(view, counted.excused),
    )


def _minutes(view: Viewpoint, length: Fraction) -> str:
    """Seconds as minutes: exact where they are whole, else with two decimals."""
    whole, rest = divmod(length.numerator, 60 * length.denominator)
    return view.language.number(length / 60 if rest else whole)


class _Minutes:
    """The minutes behind the figures of a report in words; ``events`` by id."""

    def __init__(self, view: Viewpoint, events: Mapping[str, EventView]) -> None:
        self.view, self.events = view, events
        self.names = {c.id: str(view.words(c.name)) for c in view.content.components}
        self.made: dict[Interval, tuple[LedgerLine, MinutesRow]] = {}

    def row(self, line: LedgerLine) -> MinutesRow:
        """A stretch in words, made once: most are those of a component and of the service."""
        known, row = self.made.get(line.interval, (None, None))
        if row is None or known != line:
            row = self._row(line)
            self.made[line.interval] = line, row
        return row

    def _row(self, line: LedgerLine) -> MinutesRow:
        view, interval = self.view, line.interval
        return MinutesRow(
            when=view.language.span(view.local(interval.start), view.local(interval.end)),
            length=_minutes(view, seconds(interval.length)),
            counted=_minutes(view, line.downtime),
            excused=_minutes(view, line.excused_downtime),
            tone="major" if line.share else "note",
            causes=tuple(self._causes(line)),
        )

    def _causes(self, line: LedgerLine) -> Iterator[Cause]:
        parts: dict[str, list[str]] = {}
        reasons: dict[str, str] = {}
        for outage in line.outages:
            parts.setdefault(outage.event.id, []).append(self.names[outage.component])
            reasons[outage.event.id] = self.view.language.word("counted", why(outage))
        for id, names in parts.items():
            yield _cause(self.events[id], ", ".join(dict.fromkeys(names)), reasons[id])


def _cause(event: EventView, components: str, why: str) -> Cause:
    return Cause(Link(event.title.text, event.path), event.title.lang, components, why)


def _outside(view: Viewpoint, report: Report, events: Mapping[str, EventView]) -> Iterable[Cause]:
    for found in report.outside:
        event = events[found.event.id]
        parts = ", ".join(str(tag.name) for tag in event.tags)
        yield _cause(event, parts, view.duration(found.length))


def _reaction_row(view: Viewpoint, kind: str, reacted: ReactionFigures) -> ReactionRow:
    language = view.language
    registered = language.text("{in_time} of {count}", in_time=reacted.in_time, count=reacted.due)
    return ReactionRow(
        kind=kind,
        count=language.number(reacted.count),
        registered=registered if reacted.due else "–",
        to_start=_length(view, reacted.to_start),
        to_resolve=_length(view, reacted.to_resolve),
    )


def _length(view: Viewpoint, length: timedelta | None) -> str:
    return "–" if length is None else view.duration(length)
