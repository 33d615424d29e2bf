"""The SLA page: each promise and how it stands, and every month against the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from statusgen.history.facts import Facts
from statusgen.history.report import Report, Reports
from statusgen.model.agreement import CLAUSES
from statusgen.views.availability import figure_words, months_figure, tone_of
from statusgen.views.events import EventView
from statusgen.views.figures import FigureView
from statusgen.views.promises import PromiseRow, promise_rows
from statusgen.views.report import (
    ReportView,
    YearParts,
    report_link,
    report_view,
    year_parts,
)
from statusgen.views.viewpoint import Link, Prose, Viewpoint, Words

_Told = tuple[Report, YearParts]
"""A report, and the months of a year."""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A month or a year in a list: its report, figure and whether the promise was kept."""

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
    """The SLA page; ``months`` and ``years`` come newest first, the figure oldest first."""

    path: str
    title: str
    agreement: Words
    source: str | None
    promises: tuple[PromiseRow, ...]
    figure: FigureView | None
    months: tuple[PeriodRow, ...]
    years: tuple[PeriodRow, ...]
    clauses: tuple[ClauseView, ...]


def sla_views(
    view: Viewpoint, known: Facts, reports: Reports, events: Mapping[str, EventView]
) -> tuple[SlaView, tuple[ReportView, ...]]:
    """The page, and the reports of all its months and then its years, oldest first."""
    with_page = {report.name for report in reports.months}
    months: list[_Told] = [(report, YearParts()) for report in reports.months]
    years: list[_Told] = [
        (year.whole, year_parts(view, year.months, with_page)) for year in reports.years
    ]
    pages = [
        *_report_views(view, months, events),
        *_report_views(view, years, events),
    ]
    return _sla_view(view, known, reports), tuple(pages)


def _report_views(
    view: Viewpoint, told: Sequence[_Told], events: Mapping[str, EventView]
) -> Iterator[ReportView]:
    links = [report_link(view, report) for report, _ in told]
    for index, (report, parts) in enumerate(told):
        older = links[index - 1] if index else None
        newer = links[index + 1] if index + 1 < len(links) else None
        yield report_view(view, report, events, parts, older, newer)


def _sla_view(view: Viewpoint, known: Facts, reports: Reports) -> SlaView:
    agreement = view.content.agreement
    months = [_period_row(view, report) for report in reports.months]
    years = [_period_row(view, year.whole) for year in reports.years]
    return SlaView(
        path=f"{view.prefix}sla/",
        title=view.language.text("What we promise, and how it stands"),
        agreement=view.words(agreement.title),
        source=agreement.source,
        promises=promise_rows(view, known, reports),
        figure=months_figure(
            view, [(report_link(view, month).label, month.service) for month in reports.months]
        ),
        months=tuple(reversed(months)),
        years=tuple(reversed(years)),
        clauses=tuple(_clauses(view)),
    )


def _period_row(view: Viewpoint, report: Report) -> PeriodRow:
    figure, tone = figure_words(view, report.service), tone_of(report.service)
    return PeriodRow(report_link(view, report), figure, tone)


def _clauses(view: Viewpoint) -> list[ClauseView]:
    found = []
    for about in CLAUSES:
        clause = view.content.agreement.clauses.get(about)
        prose = view.prose(clause.text) if clause else None
        if clause and prose:
            found.append(ClauseView(about, clause.number, prose))
    return found
