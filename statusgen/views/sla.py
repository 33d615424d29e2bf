"""The SLA page: each promise and how it stands, and every month against the target."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from statusgen.history.months import Month
from statusgen.history.record import Record
from statusgen.history.report import Report
from statusgen.model.agreement import CLAUSES
from statusgen.views.availability import SHOWN, figure_words, months_figure, tone_of
from statusgen.views.figures import FigureView
from statusgen.views.measured import MeasuredRow, measured_months
from statusgen.views.promises import PromiseRow, promise_rows
from statusgen.views.report import (
    ReportView,
    YearParts,
    report_link,
    report_view,
    year_parts,
)
from statusgen.views.told import Told
from statusgen.views.viewpoint import Link, Prose, Viewpoint, Words


class PeriodRow(Struct, frozen=True):
    """A month or a year in a list: its report, figure and whether the promise was kept."""

    report: Link
    figure: str
    tone: str


class ClauseView(Struct, frozen=True):
    """The words of the agreement; ``about`` makes the address of the promise."""

    about: str
    number: str
    text: Prose


class SlaView(Struct, frozen=True):
    """The SLA page; ``months``, ``years`` and ``measured`` (empty where nothing
    was) come newest first, the figure oldest first.
    """

    path: str
    title: str
    agreement: Words
    source: str | None
    promises: tuple[PromiseRow, ...]
    figure: FigureView | None
    months: tuple[PeriodRow, ...]
    years: tuple[PeriodRow, ...]
    measured: tuple[MeasuredRow, ...]
    clauses: tuple[ClauseView, ...]


def sla_view(view: Viewpoint, record: Record) -> SlaView:
    """The page."""
    agreement, reports = view.content.agreement, record.reports
    months = [_period_row(view, report) for report in reports.months]
    years = [_period_row(view, year.whole) for year in reports.years]
    return SlaView(
        path=f"{view.prefix}sla/",
        title=view.language.text("What we promise, and how it stands"),
        agreement=view.words(agreement.title),
        source=agreement.source,
        promises=promise_rows(view, record),
        figure=months_figure(
            view,
            [(report_link(view, month).label, month.service) for month in reports.months[-SHOWN:]],
        ),
        months=tuple(reversed(months)),
        years=tuple(reversed(years)),
        measured=tuple(reversed(measured_months(view, reports.months))),
        clauses=tuple(_clauses(view)),
    )


def month_page(view: Viewpoint, told: Told, record: Record, month: Month) -> ReportView | None:
    """The report of a month, where it has one, with the minutes behind its figures."""
    older, newer = _neighbours(view, record.reports.months, month.name)
    if not any(report.name == month.name for report in record.reports.months):
        return None
    return report_view(view, month.report, told, YearParts(), older, newer)


def year_page(view: Viewpoint, told: Told, record: Record, name: str) -> ReportView | None:
    """The report of a year, where it has one."""
    years = {year.whole.name: year for year in record.reports.years}
    if name not in years:
        return None
    older, newer = _neighbours(view, [year.whole for year in years.values()], name)
    with_page = {report.name for report in record.reports.months}
    parts = year_parts(view, years[name].months, with_page)
    return report_view(view, years[name].whole, told, parts, older, newer)


def _neighbours(
    view: Viewpoint, reports: Sequence[Report], name: str
) -> tuple[Link | None, Link | None]:
    """The reports before and after that of the name."""
    older = max((r for r in reports if r.name < name), key=lambda r: r.name, default=None)
    newer = min((r for r in reports if r.name > name), key=lambda r: r.name, default=None)
    return report_link(view, older) if older else None, report_link(view, newer) if newer else None


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
