"""The SLA page: each promise and how it stands, and every month against the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from statusgen.history.facts import Facts
from statusgen.history.report import Report, month_report, reported_months
from statusgen.model.agreement import CLAUSES
from statusgen.views.events import EventView
from statusgen.views.figures import foot, month_bars
from statusgen.views.promises import PromiseRow, promise_rows
from statusgen.views.report import ReportView, figure_words, report_path, report_view, tone_of
from statusgen.views.viewpoint import Link, Prose, Viewpoint, Words

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the table: its report, figure and whether the promise was kept."""

    report: Link
    figure: str
    tone: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """The words of the agreement; ``about`` makes the address of the promise."""

    about: str
    number: str
    text: Prose


@dataclass(frozen=True, slots=True)
class SlaView:
    """The SLA page; ``months`` newest first, ``figure`` oldest first, from the month ``since``.

    ``scale``: the shares at the top of the figure, at the line of the promise, and at its foot.
    """

    path: str
    title: str
    agreement: Words
    source: str | None
    promises: tuple[PromiseRow, ...]
    figure: Markup
    scale: tuple[str, ...]
    since: str
    months: tuple[MonthRow, ...]
    clauses: tuple[ClauseView, ...]


def sla_views(
    view: Viewpoint, known: Facts, events: Mapping[str, EventView]
) -> tuple[SlaView, tuple[ReportView, ...]]:
    """The page and the reports of all its months, oldest first."""
    months = reported_months(view.content, known)
    reports = [month_report(view.content, known, month) for month in months]
    links = [Link(view.language.date(month, "month"), report_path(view, month)) for month in months]
    pages = tuple(
        report_view(
            view,
            report,
            known,
            events,
            older=links[index - 1] if index else None,
            newer=links[index + 1] if index + 1 < len(links) else None,
        )
        for index, report in enumerate(reports)
    )
    return _sla_view(view, known, list(zip(months, reports, links, strict=True))), pages


def _sla_view(
    view: Viewpoint, known: Facts, months: Sequence[tuple[date, Report, Link]]
) -> SlaView:
    agreement = view.content.agreement
    rows = [
        MonthRow(link, figure_words(view, report.service), tone_of(report.service))
        for _, report, link in months
    ]
    reported = [(report, row) for (_, report, _), row in zip(months, rows, strict=True)]
    return SlaView(
        path=f"{view.prefix}sla/",
        title=view.language.text("What we promise, and how it stands"),
        agreement=view.words(agreement.title),
        source=agreement.source,
        promises=promise_rows(view, known),
        figure=_figure(view, reported),
        scale=_scale(view),
        since=next((row.report.label for row in rows[-MONTHS_SHOWN:]), ""),
        months=tuple(reversed(rows)),
        clauses=tuple(_clauses(view)),
    )


def _figure(view: Viewpoint, months: Sequence[tuple[Report, MonthRow]]) -> Markup:
    promise = view.content.agreement.availability
    if promise is None or not months:
        return Markup("")
    bars = [
        (f"{row.report.label}: {row.figure}", report.service.figure if report.service else None)
        for report, row in months[-MONTHS_SHOWN:]
    ]
    label = view.language.text("Availability each month against the promise")
    return month_bars(bars, promise.target, label)


def _scale(view: Viewpoint) -> tuple[str, ...]:
    promise = view.content.agreement.availability
    if promise is None:
        return ()
    shares = (Fraction(1), promise.target, foot(promise.target))
    percent = view.language.exact_percent
    return tuple(percent(share.numerator, share.denominator) for share in shares)


def _clauses(view: Viewpoint) -> list[ClauseView]:
    found = []
    for about in CLAUSES:
        clause = view.content.agreement.clauses.get(about)
        prose = view.prose(clause.text) if clause else None
        if clause and prose:
            found.append(ClauseView(about, clause.number, prose))
    return found
