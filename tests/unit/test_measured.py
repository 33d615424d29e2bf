from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from msgspec.structs import replace

from statusgen.content.reading import read
from statusgen.history.facts import Facts, facts
from statusgen.history.measured import Disagreement, MeasuredReport, measurements
from statusgen.history.report import month_report, year_report
from statusgen.history.report_data import as_data
from statusgen.making import Making
from statusgen.model.content import Content
from statusgen.model.observations import Outcome, ResponseTimes, Series, Stretch
from statusgen.views.figures import FigureView
from statusgen.views.report import ReportView
from statusgen.views.site import SiteView
from tests.sites import all_themes
from tests.unit.test_views_report import COMPONENTS, SITE, SLA, incident

# A Monday. Guaranteed hours are from 07:30 to 16:30 UTC.
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
GOOD, SLOW, BAD = Outcome.GOOD, Outcome.SLOW, Outcome.BAD
Span = tuple[str, str, Outcome]


def at(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23T{time}Z")


def seen(component: str, *spans: Span, vantage: str = "home", ms: int = 120) -> Series:
    stretches = [Stretch(at(start), at(end), outcome, "", 1) for start, end, outcome in spans]
    return Series(component, vantage, tuple(stretches), {DAY: ResponseTimes({ms: 99, 9000: 1})})


def content(**events: str) -> Content:
    files = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}
    files |= {f"incidents/2026/{name}.yaml": text for name, text in events.items()}
    found = read({path: text.encode() for path, text in files.items()}).content
    assert found
    return found


def with_series(of: Content, *series: Series) -> Content:
    return replace(of, measurements=measurements(series, of.monitoring.quorum))


def known(*series: Series, **events: str) -> tuple[Content, Facts]:
    of = with_series(content(**events), *series)
    return of, facts(of, NOW)


def measured(*series: Series, **events: str) -> MeasuredReport:
    found = month_report(*known(*series, **events), DAY).measured
    assert found
    return found


def site(*series: Series, **events: str) -> SiteView:
    of, _ = known(*series, **events)
    return Making(of, {}, all_themes()["plain"], NOW).edition.sites[0]


WELL = seen("server", ("07:30", "16:30", GOOD))


# Figures


def test_nothing_measured_says_nothing() -> None:
    of, told = known()
    assert month_report(of, told, DAY).measured is None
    assert "measured" not in as_data(month_report(of, told, DAY))
    night = seen("server", ("18:00", "20:00", BAD))
    assert month_report(*known(night), DAY).measured is None


def test_a_gap_is_neither_up_nor_down() -> None:
    found = measured(seen("server", ("07:30", "08:30", GOOD), ("15:30", "16:00", BAD))).service
    assert found
    assert [found.good, found.bad] == [3600, 1800]
    assert found.figure == Fraction(2, 3)
    assert found.gap == found.guaranteed - 5400
    assert found.coverage == 5400 / found.guaranteed


def test_what_is_late_counts_as_the_agreement_counts_degraded_performance() -> None:
    series = seen("server", ("07:30", "09:30", GOOD), ("09:30", "10:30", SLOW))
    ((_, found),) = measured(series).components
    assert [found.slow, found.downtime] == [3600, 0]
    counting = SLA.replace("holidays: NL", "holidays: NL\n  counts: {degraded_performance: 0.5}")
    files = {"site.yaml": SITE, "sla.yaml": counting, "components.yaml": COMPONENTS}
    of = read({path: text.encode() for path, text in files.items()}).content
    assert of
    half = month_report(with_series(of, series), facts(of, NOW), DAY).measured
    assert half
    assert half.service
    assert half.service.downtime == 1800


def test_the_service_is_made_of_what_counts_towards_it_and_was_seen() -> None:
    chat = seen("chat", ("07:30", "16:30", BAD))
    found = measured(WELL, chat)
    assert found.service
    assert [found.service.bad, found.service.good] == [0, 9 * 3600]
    assert [component.id for component, _ in found.components] == ["server", "chat"]
    assert measured(chat).service is None


def test_what_nobody_may_know_yet_does_not_count() -> None:
    of = with_series(content(), WELL)
    found = month_report(of, facts(of, at("08:00")), DAY).measured
    assert found
    assert found.service
    assert found.service.good == 1800


def test_a_year_is_all_of_its_months_and_leaves_the_minutes_to_them() -> None:
    of, told = known(WELL)
    data = as_data(year_report(of, told, 2026))["measured"]
    assert data["service"]["seen_minutes"] == 540
    assert "disagreements" not in data


# Disagreements


def differ(series: Sequence[Series], **events: str) -> list[tuple[str, str, str | None]]:
    found: Sequence[Disagreement] = measured(*series, **events).disagreements
    return [
        (
            f"{d.interval.start:%H:%M:%S}",
            f"{d.interval.end:%H:%M:%S}",
            d.event.id if d.event else None,
        )
        for d in found
    ]


# 10:00 to 10:45 on the wall is 09:00 to 09:45.
GONE = incident("2026-11-23 10:00", "2026-11-23 10:45", "{server: major_outage}")


def test_what_was_down_and_not_reported_and_the_other_way_round() -> None:
    series = seen(
        "server",
        ("07:30", "09:10", GOOD),
        ("09:10", "09:50", BAD),
        ("09:50", "16:30", GOOD),
    )
    assert differ([series], gone=GONE) == [
        ("09:00:00", "09:10:00", "gone"),
        ("09:45:00", "09:50:00", None),
    ]


def test_less_than_a_minute_is_no_difference() -> None:
    series = seen("server", ("07:30", "09:00:59", GOOD), ("09:00:59", "09:45:59", BAD))
    assert differ([series], gone=GONE) == []


def test_what_was_not_seen_or_not_promised_differs_from_nothing() -> None:
    series = seen("server", ("07:30", "08:00", GOOD), ("17:00", "18:00", BAD))
    assert differ([series], gone=GONE) == []


def test_a_report_of_any_kind_is_a_report() -> None:
    slow = incident("2026-11-23 10:00", "2026-11-23 10:45", "{server: degraded_performance}")
    assert differ([seen("server", ("09:00", "09:45", BAD))], slow=slow) == []
    # It says that it was slow, not that it was down: seen well is no contradiction.
    assert differ([seen("server", ("09:00", "09:45", GOOD))], slow=slow) == []


def test_vantage_points_are_heard_together() -> None:
    here = seen("server", ("07:30", "16:30", BAD))
    there = seen("server", ("07:30", "16:30", GOOD), vantage="elsewhere")
    both = content()
    alone = month_report(with_series(both, here, there), facts(both, NOW), DAY).measured
    two = replace(both, monitoring=replace(both.monitoring, quorum=2))
    together = month_report(with_series(two, here, there), facts(two, NOW), DAY).measured
    assert alone
    assert alone.service
    assert together
    assert together.service
    assert [alone.service.bad, together.service.bad] == [9 * 3600, 0]
    assert together.service.good == 9 * 3600


# In words


def page(of: SiteView) -> ReportView:
    months = {month.name: month for month in of.past.record.months}
    found = of.past.report(months["2026-11"])
    assert found
    return found


def test_the_agreement_and_the_month_say_it_beside_what_was_reported() -> None:
    series = seen("server", ("07:30", "16:00", GOOD), ("16:00", "16:30", BAD))
    of = site(series, gone=GONE)
    (month,) = of.sla.measured
    assert (str(month.name), month.report and month.report.path) == (
        "November 2026",
        "sla/2026-11/",
    )
    assert (month.reported, month.measured, month.down) == ("99.47%", "94.44%", "30")
    found = page(of).measured
    assert found
    assert [str(row.name) for row in found.rows] == ["The service", "Server"]
    assert [(row.when, row.length, row.what) for row in found.disagreements] == [
        ("Mon 23 Nov 10:00 – 10:45", "45", "Reported down; measured up."),
        ("Mon 23 Nov 17:00 – 17:30", "30", "Measured down; nothing was reported."),
    ]
    assert [row.event and row.event.path for row in found.disagreements] == [
        "incidents/gone/",
        None,
    ]


def times_figure(of: SiteView, component: str) -> FigureView | None:
    path = f"components/{component}/"
    sections = next(page.sections for page in of.lists if page.path == path)
    found = [section for section in sections if section.anchor == "measured"]
    return found[0].figures[0] if found else None


def test_a_component_shows_how_fast_it_answered_and_others_do_not() -> None:
    of = site(WELL, seen("server", vantage="elsewhere", ms=200))
    figure = times_figure(of, "server")
    assert figure
    assert figure.scale == ("200 ms", "100 ms", "0 ms")
    ((_, said),) = figure.words
    assert said == ("Mon 23 Nov: 200 ms; 95%: 200 ms",)
    assert times_figure(of, "mail") is None


def test_times_of_long_ago_or_of_tomorrow_are_not_shown() -> None:
    days = {DAY - timedelta(days=n): ResponseTimes({100: 1}) for n in (-2, 88, 89, 300)}
    figure = times_figure(site(Series("server", "home", (), days)), "server")
    assert figure
    ((_, said),) = figure.words
    assert len(said) == 1
