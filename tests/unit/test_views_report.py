from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from statusgen.content.reading import read
from statusgen.history.record import record
from statusgen.i18n import Language
from statusgen.model.events import Events
from statusgen.views.report import FigureRow, ReportView, YearParts
from statusgen.views.site import SiteView

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [en]
"""
SLA = """\
title: Terms
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  holidays: NL
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
"""
COMPONENTS = """\
groups:
  - id: platform
    name: Platform
    components:
      - {id: server, name: Server}
      - {id: chat, name: Chat, sla: false}
      - {id: mail, name: Mail}
"""
NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def incident(start: str, end: str, components: str, more: str = "") -> str:
    return (
        f"title: Gone\ncomponents: {components}\n{more}updates:\n"
        f"  - {{at: {start}, status: investigating, text: Gone.}}\n"
        f"  - {{at: {end}, status: resolved, text: Back.}}\n"
    )


EVENTS = {
    "incidents/2026/gone.yaml": incident(
        "2026-11-23 10:00", "2026-11-23 10:45", "{server: major_outage, chat: major_outage}"
    ),
    "incidents/2026/plug.yaml": incident(
        "2026-11-20 10:00",
        "2026-11-20 10:30",
        "{server: major_outage}",
        "excluded: {ground: unapproved-change, reason: New system.}\n",
    ),
    "incidents/2026/chat.yaml": incident(
        "2026-11-19 10:00", "2026-11-19 10:20", "{chat: major_outage}"
    ),
    "incidents/2026/june.yaml": incident(
        "2026-06-10 10:00", "2026-06-10 11:00", "{server: major_outage}"
    ),
    "incidents/2025/earlier.yaml": incident(
        "2025-12-10 10:00", "2025-12-10 11:00", "{server: major_outage}"
    ),
}


FROM_TO = "From Tue 10 Nov 2026 00:00 CET up to Tue 24 Nov 2026 21:30 CET"


def site(sla: str = SLA, now: datetime = NOW, events: Mapping[str, str] = EVENTS) -> SiteView:
    files = {"site.yaml": SITE, "sla.yaml": sla, "components.yaml": COMPONENTS, **events}
    content = read({path: text.encode() for path, text in files.items()}).content
    assert content
    english = Language.load("en")
    return SiteView(
        record(content, now),
        english,
        [english],
        Events.of(content.incidents).cards,
        lambda id: None,
    )


def reports(of: SiteView) -> list[ReportView]:
    """Every page of a month and of a year."""
    known = of.past.record
    years = sorted({month.name[:4] for month in known.months})
    pages = [of.past.report(month) for month in known.months]
    return [page for page in (*pages, *(of.past.year(year).report for year in years)) if page]


def page(path: str, of: SiteView) -> ReportView:
    (found,) = [report for report in reports(of) if report.path == path]
    return found


def rows(report: ReportView) -> dict[str, FigureRow]:
    assert report.service
    return {str(row.name): row for row in (report.service, *report.components)}


def test_the_figure_of_each_component_has_its_minutes() -> None:
    found = rows(page("sla/2026-11/", site()))
    told = {
        name: [(line.length, line.counted, line.excused) for line in row.minutes]
        for name, row in found.items()
    }
    assert told == {
        "The service": [("30", "0", "30"), ("45", "45", "0")],
        "Server": [("30", "0", "30"), ("45", "45", "0")],
        "Chat": [("20", "20", "0"), ("45", "45", "0")],
        "Mail": [],
    }
    assert not found["Chat"].in_service
    assert len({row.anchor for row in found.values()}) == len(found)


def test_the_minutes_add_up_to_the_figures() -> None:
    for report in reports(site()):
        for row in rows(report).values() if not report.is_year else ():
            assert sum(int(line.counted) for line in row.minutes) == int(row.downtime)
            assert sum(int(line.excused) for line in row.minutes) == int(row.excused)


@pytest.mark.parametrize(
    ("now", "figure", "verdict"),
    [
        (
            datetime(2026, 12, 1, 6, tzinfo=UTC),
            "no figure yet",
            "Guaranteed hours: none passed yet",
        ),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), "100%", "As promised"),
    ],
)
def test_on_the_first_of_the_month_before_office_hours(
    now: datetime, figure: str, verdict: str
) -> None:
    for row in rows(page("sla/2026-12/", site(now=now))).values():
        assert (row.figure, row.verdict) == (figure, verdict)


def test_where_no_hour_of_the_month_is_guaranteed() -> None:
    """It is valid from the last day of October, a Saturday."""
    of = site(SLA + "valid_from: 2026-10-31\n")
    for row in rows(page("sla/2026-10/", of)).values():
        assert (row.figure, row.verdict) == ("not applicable", "No guaranteed hours")


@pytest.mark.parametrize(
    ("valid_from", "path", "scope"),
    [
        ("2026-07-15", "sla/2026-07/", "From Wed 15 Jul 2026 00:00 CEST"),
        ("2026-07-15", "sla/2026-08/", "The whole month"),
        ("2026-07-01", "sla/2026-07/", "The whole month"),
        ("2026-11-10", "sla/2026-11/", FROM_TO),
        ("2026-11-10", "sla/2026/", FROM_TO),
        ("2026-11-01", "sla/2026-11/", "Up to Tue 24 Nov 2026 21:30 CET"),
        ("2025-03-01", "sla/2025/", "From Sat 1 Mar 2025 00:00 CET"),
        ("2025-01-01", "sla/2025/", "The whole year"),
    ],
)
def test_a_report_says_which_part_of_its_time_it_is_of(
    valid_from: str, path: str, scope: str
) -> None:
    of = site(SLA + f"valid_from: {valid_from}\n")
    assert page(path, of).scope == scope


def test_a_year_is_told_by_its_months() -> None:
    of = site()
    year, before = page("sla/2026/", of), page("sla/2025/", of)
    assert (year.title, year.is_year) == ("SLA in 2026", True)
    assert year.older
    assert (year.older.path, year.newer, before.older) == ("sla/2025/", None, None)
    assert before.newer
    assert before.newer.path == "sla/2026/"
    # The first event was in December: the months before it have no page.
    assert [part.report.path for part in before.parts.rows] == [""] * 11 + ["sla/2025-12/"]
    assert [part.report.label for part in before.parts.rows][:2] == [
        "January 2025",
        "February 2025",
    ]
    assert [part.report.path for part in year.parts.rows] == [
        f"sla/2026-{month:02}/" for month in range(1, 12)
    ]
    service = rows(year)["The service"]
    assert service.minutes == ()
    assert (service.downtime, service.excused) == ("105", "30")


@pytest.mark.parametrize("path", ["sla/2025/", "sla/2026/"])
@pytest.mark.parametrize("key", ["guaranteed", "downtime", "excused"])
def test_the_months_add_up_to_the_year(path: str, key: str) -> None:
    year = page(path, site())
    parts = [getattr(part, key).replace(",", "") for part in year.parts.rows]
    whole = getattr(rows(year)["The service"], key).replace(",", "")
    assert sum(map(Fraction, parts)) == Fraction(whole)


def test_a_month_has_no_months_and_leads_to_months() -> None:
    november = page("sla/2026-11/", site())
    assert (november.is_year, november.parts, november.newer) == (False, YearParts(), None)
    assert november.older
    assert november.older.path == "sla/2026-10/"


def test_the_page_of_the_agreement_leads_to_each_report() -> None:
    of = site()
    assert [row.report.label for row in of.sla.years] == ["2026", "2025"]
    linked = [row.report.path for row in (*of.sla.months, *of.sla.years)]
    assert sorted(linked) == sorted(report.path for report in reports(of))
    assert len(linked) == 14


def test_without_a_promise_of_availability_reports_have_no_figures() -> None:
    found = reports(site("title: Terms\n"))
    assert len(found) == 14
    for report in found:
        assert (report.service, report.components, report.parts) == (None, (), YearParts())
