"""Guaranteed time and downtime by hand, with a calendar and a pencil beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from statusgen import civil
from statusgen.content.reading import read
from statusgen.history.availability import Availability
from statusgen.history.facts import facts
from statusgen.history.report import month_report, year_report
from statusgen.history.report_data import percentage
from statusgen.intervals import total
from statusgen.model.agreement import guaranteed_time
from statusgen.model.content import Content

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
SLA = """\
title: Afspraken
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
      - {id: dashboard, name: Dashboard}
      - {id: chat, name: Chat, sla: false}
"""
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def content(events: Mapping[str, str] | None = None, sla: str = SLA) -> Content:
    files = {"site.yaml": SITE, "sla.yaml": sla, "components.yaml": COMPONENTS, **(events or {})}
    reading = read({path: text.encode() for path, text in files.items()})
    assert reading.findings == []
    assert reading.content
    return reading.content


def incident(start: str, end: str | None, components: str = "{server: major_outage}") -> str:
    """An incident in one update, resolved by another when it has an end."""
    resolved = f"  - {{at: {end}, status: resolved, text: Over.}}\n" if end else ""
    return (
        f"title: Storing\ncomponents: {components}\nupdates:\n"
        f"  - {{at: {start}, status: investigating, text: Uit.}}\n{resolved}"
    )


def incidents(*texts: str) -> dict[str, str]:
    return {f"incidents/2026/storing-{n}.yaml": text for n, text in enumerate(texts)}


def month(
    of: Content, name: str, component: str | None = None, now: datetime = LATER
) -> Availability:
    """The figures of a month, of the service when no component is named."""
    report = month_report(of, facts(of, now), date.fromisoformat(f"{name}-01"))
    figures = dict([(None, report.service), *((c.id, f) for c, f in report.components)])
    found = figures[component]
    assert found
    return found


def down(of: Content, name: str, component: str | None = None, now: datetime = LATER) -> Fraction:
    return month(of, name, component, now).downtime / 60


def excused(of: Content, name: str, component: str | None = None) -> Fraction:
    return month(of, name, component).excused / 60


def wall(text: str) -> datetime:
    zone = civil.zone("Europe/Amsterdam")
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


# Guaranteed time


@pytest.mark.parametrize(
    ("name", "working_days"),
    [
        ("2026-01", 21),  # 22 weekdays, less New Year's Day, a Thursday
        ("2026-02", 20),
        ("2026-03", 22),  # the clock goes forward on a Sunday
        ("2026-04", 20),  # 22, less Easter Monday and King's Day, a Monday; not Good Friday
        ("2026-05", 19),  # 21, less Ascension and Whit Monday; the 5th is a day as any other
        ("2026-06", 22),
        ("2026-07", 23),
        ("2026-08", 21),
        ("2026-09", 22),
        ("2026-10", 22),  # the clock goes back on a Sunday
        ("2026-11", 21),
        ("2026-12", 22),  # 23, less Friday the 25th; the 26th is a Saturday
        ("2027-01", 20),  # 21, less Friday the 1st
        ("2027-03", 22),  # 23, less Easter Monday, the day after the clock changed
        ("2027-04", 21),  # 22, less King's Day, a Tuesday
        ("2027-05", 19),  # 21, less Ascension, the 6th, and Whit Monday
        ("2027-12", 23),  # both days of Christmas in a weekend
        ("2025-04", 21),  # 22, less Easter Monday; King's Day in the weekend either way
        ("2025-05", 20),  # 22, less Monday the 5th, a lustrum, and Ascension
        ("2025-06", 20),  # 21, less Whit Monday
        ("2020-05", 19),  # 21, less Tuesday the 5th, a lustrum, and Ascension
        ("2030-05", 22),  # 23, less Ascension; the 5th, a lustrum, is a Sunday
        ("2028-02", 21),  # a leap year
    ],
)
def test_guaranteed_minutes_of_a_month(name: str, working_days: int) -> None:
    found = month(content(), name)
    assert found.guaranteed == found.guaranteed_in_full == working_days * 540 * 60


@pytest.mark.parametrize(
    ("name", "hours", "minutes"),
    [
        # Around the clock: a day of 23 hours, and one of 25.
        ("2026-03", "{days: mon-sun, from: 00:00, to: 24:00}", 31 * 1440 - 60),
        ("2026-10", "{days: mon-sun, from: 00:00, to: 24:00}", 31 * 1440 + 60),
        # Over the hour that is skipped, and the one that comes twice: five and four Sundays.
        ("2026-03", "{days: sun, from: 01:00, to: 05:00}", 5 * 240 - 60),
        ("2026-10", "{days: sun, from: 01:00, to: 05:00}", 4 * 240 + 60),
        # From or up to a wall time that is skipped: the instant after the gap.
        ("2026-03", "{days: sun, from: 02:30, to: 05:00}", 4 * 150 + 120),
        ("2026-03", "{days: sun, from: 01:00, to: 02:30}", 4 * 90 + 60),
        # One that comes twice opens at the second and closes at the first.
        ("2026-10", "{days: sun, from: 02:30, to: 05:00}", 4 * 150),
        ("2026-10", "{days: sun, from: 01:00, to: 02:30}", 4 * 90),
        # Over midnight: the night of Friday 31 July is in two months, and two hours in each.
        ("2026-07", "{days: fri, from: 22:00, to: 02:00}", 4 * 240 + 120),
        ("2026-08", "{days: fri, from: 22:00, to: 02:00}", 4 * 240 + 120),
    ],
)
def test_guaranteed_minutes_of_other_hours(name: str, hours: str, minutes: int) -> None:
    sla = SLA.replace("{days: mon-fri, from: 08:30, to: 17:30}", hours)
    found = month(content(sla=sla.replace("holidays: NL", "holidays: none")), name)
    assert found.guaranteed == minutes * 60


@pytest.mark.parametrize(
    ("name", "day", "days"),
    [
        ("2025-04", "sat", 3),  # King's Day is on Saturday the 26th
        ("2025-04", "sun", 3),  # for the 27th is a Sunday; Easter is the 20th
        ("2026-04", "mon", 2),  # Easter Monday and King's Day
        ("2026-04", "fri", 4),  # Good Friday is not one
        ("2030-05", "sun", 3),  # Sunday the 5th, in a lustrum
        ("2031-05", "mon", 4),  # Monday the 5th, out of one
        ("2026-05", "sun", 4),  # Whit Sunday, the 24th
        ("2026-12", "sat", 3),  # the 26th
    ],
)
def test_holidays_are_no_working_days_whatever_their_weekday(
    name: str, day: str, days: int
) -> None:
    """Of the Saturdays of April 2025, three of four, and so on."""
    of = content(sla=SLA.replace("mon-fri", day))
    assert month(of, name).guaranteed == days * 540 * 60


def test_holidays_are_working_days_where_none_are_agreed() -> None:
    assert month(content(sla=SLA.replace("NL", "none")), "2026-04").guaranteed == 22 * 540 * 60


def test_a_year_is_its_months() -> None:
    of = content(incidents(incident("2026-03-27 17:00", "2026-04-07 09:00")))
    known = facts(of, LATER)
    year = year_report(of, known, 2026).service
    months = [month(of, f"2026-{n:02}") for n in range(1, 13)]
    assert year
    assert year.guaranteed == 255 * 540 * 60 == sum(found.guaranteed for found in months)
    assert year.downtime == sum(found.downtime for found in months)


def test_nothing_is_guaranteed_before_the_agreement_is_valid() -> None:
    of = content(
        incidents(incident("2026-11-01 00:00", "2026-12-01 00:00")),
        SLA + "valid_from: 2026-11-16\n",
    )
    assert month(of, "2026-10").guaranteed == 0
    assert month(of, "2026-10").figure is None
    # From Monday the 16th: eleven working days.
    assert month(of, "2026-11").guaranteed == 11 * 540 * 60
    assert down(of, "2026-11") == 11 * 540


def test_guaranteed_time_is_laid_out_day_by_day() -> None:
    of = content()
    during = civil.month(2026, 11, of.site.zone)
    found = guaranteed_time(of.agreement, during, of.site.zone)
    assert len(found) == 21
    assert found[0].start == wall("2026-11-02 08:30")
    assert found[-1].end == wall("2026-11-30 17:30")
    assert total(found).total_seconds() == 21 * 540 * 60


# Downtime


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23 14:58", "2026-11-23 16:10", {"2026-11": 72}),
        # On the edges of the hours.
        ("2026-11-23 06:00", "2026-11-23 08:30", {"2026-11": 0}),
        ("2026-11-23 06:00", "2026-11-23 08:31", {"2026-11": 1}),
        ("2026-11-23 17:29", "2026-11-23 23:00", {"2026-11": 1}),
        ("2026-11-23 17:30", "2026-11-24 08:30", {"2026-11": 0}),
        ("2026-11-23 08:30", "2026-11-23 17:30", {"2026-11": 540}),
        # From Friday to Monday, in a common week and in those of the clock changes.
        ("2026-11-27 17:30", "2026-11-30 08:30", {"2026-11": 0}),
        ("2026-11-27 17:00", "2026-11-30 09:00", {"2026-11": 60}),
        ("2026-03-27 17:29", "2026-03-30 08:31", {"2026-03": 2}),
        ("2026-10-23 17:29", "2026-10-26 08:31", {"2026-10": 2}),
        # Over the ends of months and years.
        ("2026-10-30 17:00", "2026-11-02 09:00", {"2026-10": 30, "2026-11": 30}),
        ("2026-12-31 17:00", "2027-01-04 09:00", {"2026-12": 30, "2027-01": 30}),
        ("2025-12-31 17:00", "2026-01-02 09:00", {"2025-12": 30, "2026-01": 30}),
        # Over Easter: Good Friday counts, Monday does not.
        ("2026-04-02 17:00", "2026-04-07 09:00", {"2026-04": 30 + 540 + 30}),
        # King's Day, a Monday; and in 2025 the Friday before it and the Monday after.
        ("2026-04-27 00:00", "2026-04-28 09:00", {"2026-04": 30}),
        ("2025-04-25 17:00", "2025-04-28 09:00", {"2025-04": 60}),
        # 5 May in a lustrum and out of it.
        ("2025-05-05 10:00", "2025-05-05 11:00", {"2025-05": 0}),
        ("2026-05-05 10:00", "2026-05-05 11:00", {"2026-05": 60}),
        # Ascension and Whit Monday.
        ("2026-05-13 17:00", "2026-05-15 09:00", {"2026-05": 60}),
        ("2026-05-22 17:00", "2026-05-26 09:00", {"2026-05": 60}),
        # Christmas on Friday and Saturday.
        ("2026-12-24 17:00", "2026-12-28 09:00", {"2026-12": 60}),
    ],
)
def test_downtime_is_what_lies_in_guaranteed_hours(
    start: str, end: str, minutes: Mapping[str, int]
) -> None:
    of = content(incidents(incident(start, end)))
    assert {name: down(of, name) for name in minutes} == minutes
    assert {name: down(of, name, "server") for name in minutes} == minutes
    assert {name: down(of, name, "dashboard") for name in minutes} == dict.fromkeys(minutes, 0)


def test_an_overlap_counts_once() -> None:
    of = content(
        incidents(
            incident("2026-06-10 10:05", "2026-06-10 11:20", "{server: major_outage}"),
            incident("2026-06-10 10:40", "2026-06-10 11:55", "{server: partial_outage}"),
            incident("2026-06-10 11:00", "2026-06-10 12:00", "{dashboard: major_outage}"),
        )
    )
    assert down(of, "2026-06", "server") == 110
    assert down(of, "2026-06", "dashboard") == 60
    assert down(of, "2026-06") == 115


def test_a_status_counts_by_its_share_and_the_worse_wins() -> None:
    shares = "  counts: {partial_outage: 0.5, degraded_performance: 10%}\nmaintenance:"
    of = content(
        incidents(
            incident("2026-06-10 10:00", "2026-06-10 11:00", "{server: degraded_performance}"),
            incident("2026-06-10 10:30", "2026-06-10 11:30", "{server: partial_outage}"),
            incident("2026-06-10 11:20", "2026-06-10 11:30", "{dashboard: major_outage}"),
        ),
        SLA.replace("maintenance:", shares),
    )
    assert down(of, "2026-06", "server") == Fraction(30, 10) + Fraction(60, 2)
    assert down(of, "2026-06", "dashboard") == 10
    assert down(of, "2026-06") == Fraction(30, 10) + Fraction(50, 2) + 10


def test_slow_is_not_down_unless_it_is_agreed() -> None:
    slow = incidents(
        incident("2026-06-10 10:00", "2026-06-10 11:00", "{server: degraded_performance}")
    )
    assert down(content(slow), "2026-06") == 0
    assert [line.share for line in month(content(slow), "2026-06").ledger] == [0]
    agreed = SLA.replace("maintenance:", "  counts: {degraded_performance: 1}\nmaintenance:")
    assert down(content(slow, agreed), "2026-06") == 60


def test_a_component_that_does_not_count_is_down_on_its_own() -> None:
    of = content(
        incidents(incident("2026-06-10 10:00", "2026-06-10 11:00", "{chat: major_outage}"))
    )
    assert down(of, "2026-06", "chat") == 60
    assert down(of, "2026-06") == 0
    assert month(of, "2026-06").ledger == ()


EXCLUDED = "excluded: {ground: customer-fault, reason: Stekker eruit.}\n"


def test_what_is_excluded_is_left_out_and_kept_in_sight() -> None:
    of = content(incidents(EXCLUDED + incident("2026-06-10 10:00", "2026-06-10 11:00")))
    assert down(of, "2026-06") == 0
    assert excused(of, "2026-06") == 60
    found = month(of, "2026-06")
    # The denominator does not shrink for exclusions.
    assert found.guaranteed == 22 * 540 * 60
    assert found.figure == 1
    (line,) = found.ledger
    assert line.downtime == 0
    assert line.excused_downtime == 3600
    assert [outage.excluded for outage in line.outages] == [True]


def test_an_exclusion_excuses_nothing_that_another_incident_covers() -> None:
    of = content(
        incidents(
            EXCLUDED + incident("2026-06-10 10:00", "2026-06-10 11:00"),
            incident("2026-06-10 10:30", "2026-06-10 11:30"),
            EXCLUDED
            + incident("2026-06-10 11:15", "2026-06-10 12:00", "{dashboard: major_outage}"),
        )
    )
    assert down(of, "2026-06", "server") == 60
    assert excused(of, "2026-06", "server") == 30
    assert down(of, "2026-06", "dashboard") == 0
    assert excused(of, "2026-06", "dashboard") == 45
    assert down(of, "2026-06") == 60
    assert excused(of, "2026-06") == 30 + 30


def test_an_open_incident_counts_up_to_now() -> None:
    of = content(incidents(incident("2026-11-23 14:58", None)))
    now = wall("2026-11-24 10:00")
    # The rest of Monday, and an hour and a half of Tuesday.
    assert down(of, "2026-11", now=now) == 152 + 90
    found = month(of, "2026-11", now=now)
    assert found.guaranteed == (16 * 540 + 90) * 60
    assert found.guaranteed_in_full == 21 * 540 * 60
    # Remaining allowance is over the month as planned to its end.
    assert found.allowance == (21 * 540 // 10 - 242) * 60
    assert down(of, "2026-11", now=wall("2026-11-23 14:58")) == 0
    assert down(of, "2026-11", now=wall("2026-11-23 14:59")) == 1


def test_an_end_that_is_still_to_come_does_not_count() -> None:
    of = content(
        incidents(
            "ended: 2026-11-23 17:00\n" + incident("2026-11-23 14:00", "2026-11-23 17:00"),
        )
    )
    assert down(of, "2026-11", now=wall("2026-11-23 15:00")) == 60
    assert down(of, "2026-11", now=wall("2026-11-23 17:00")) == 180
    assert down(of, "2026-11") == 180


def test_an_update_changes_a_status_from_its_moment_on_and_no_earlier() -> None:
    better = (
        "title: Storing\ncomponents: {server: major_outage}\nupdates:\n"
        "  - {at: 2026-11-23 14:00, status: investigating, text: Uit.}\n"
        "  - {at: 2026-11-23 15:00, status: identified, text: Half,"
        " components: {server: operational, dashboard: major_outage}}\n"
        "  - {at: 2026-11-23 16:00, status: resolved, text: Over.}\n"
    )
    of = content(incidents(better))
    assert down(of, "2026-11", "server") == down(of, "2026-11", "dashboard") == 60
    assert down(of, "2026-11") == 120
    assert down(of, "2026-11", "dashboard", wall("2026-11-23 14:59")) == 0
    assert down(of, "2026-11", "server", wall("2026-11-23 14:59")) == 59


# Maintenance


def plan(start: str, end: str, more: str = "") -> dict[str, str]:
    text = f"title: Werk\ncomponents: [server]\nstart: {start}\nend: {end}\n{more}"
    return {"maintenance/2026/werk.yaml": text + "announced: 2026-01-01 10:00\n"}


OVERRIDE = "override: {reason: Lek., approved_by: Directie}\n"


def test_maintenance_in_a_window_never_counts() -> None:
    lawful = plan("2026-11-26 17:30", "2026-11-27 08:30", "effect: major_outage\n")
    assert down(content(lawful), "2026-11") == 0
    assert month(content(lawful), "2026-11").ledger == ()
    overridden = plan("2026-11-26 17:30", "2026-11-27 08:30", OVERRIDE)
    assert down(content(overridden), "2026-11") == 0


def test_a_window_in_guaranteed_hours_is_allowed_all_the_same() -> None:
    """Open on Thursdays at noon for an hour: what runs longer counts for what is too much."""
    noon = SLA + "    - {days: thu, from: 12:00, to: 13:00}\n"
    lawful = plan("2026-11-26 12:00", "2026-11-26 13:00", "effect: major_outage\n")
    assert down(content(lawful, noon), "2026-11") == 0
    longer = plan("2026-11-26 11:50", "2026-11-26 13:20", OVERRIDE)
    assert down(content(longer, noon), "2026-11") == 10 + 20


def test_an_override_counts_in_guaranteed_hours_whatever_its_effect() -> None:
    of = content(plan("2026-11-26 16:30", "2026-11-26 18:30", "effect: none\n" + OVERRIDE))
    assert down(of, "2026-11") == 60
    assert down(of, "2026-11", now=wall("2026-11-26 16:45")) == 15
    assert down(of, "2026-11", now=wall("2026-11-26 16:30")) == 0


def test_an_override_counts_as_long_as_it_ran() -> None:
    ran = "actual: {start: 2026-11-26 16:45, end: 2026-11-26 17:10}\n"
    of = content(plan("2026-11-26 16:30", "2026-11-26 18:30", OVERRIDE + ran))
    assert down(of, "2026-11") == 25
    off = "updates: [{at: 2026-11-26 12:00, status: cancelled, text: Afgelast.}]\n"
    assert (
        down(content(plan("2026-11-26 16:30", "2026-11-26 18:30", OVERRIDE + off)), "2026-11") == 0
    )


def test_work_that_runs_out_of_its_window_counts_by_its_effect() -> None:
    late = "actual: {end: 2026-11-27 09:00}\n"
    window = ("2026-11-27 06:00", "2026-11-27 08:30")
    assert down(content(plan(*window, "effect: major_outage\n" + late)), "2026-11") == 30
    assert down(content(plan(*window, "effect: none\n" + late)), "2026-11") == 0


@pytest.mark.parametrize(
    ("effect", "minutes"), [("none", 0), ("degraded_performance", 0), ("major_outage", 60)]
)
def test_a_restore_in_guaranteed_hours_counts_by_its_effect(effect: str, minutes: int) -> None:
    restore = f"kind: restore\nrecovery_point: 2026-11-25 02:00\neffect: {effect}\n"
    of = content(plan("2026-11-26 16:30", "2026-11-26 18:30", restore))
    assert down(of, "2026-11") == minutes


# Against the target


@pytest.mark.parametrize(
    ("end", "meets", "said"),
    [
        # The year has 255 working days of 540 minutes, of which a tenth may be down: 13,770.
        # 1 June to 3 July are 25 of those days; on Monday the 6th 270 minutes are left.
        ("2026-07-06 13:00", True, "90.000000"),
        ("2026-07-06 13:01", False, "89.999273"),
        ("2026-07-06 12:59", True, "90.000726"),
    ],
)
def test_a_minute_more_than_the_allowance_breaks_the_promise(
    end: str, meets: bool, said: str
) -> None:
    of = content(incidents(incident("2026-06-01 00:00", end)))
    found = year_report(of, facts(of, LATER), 2026).service
    assert found
    assert found.figure is not None
    assert found.meets_target is meets
    assert percentage(found.figure) == said
    assert (found.allowance >= 0) is meets


def test_without_guaranteed_minutes_there_is_no_figure() -> None:
    of = content(sla=SLA.replace("mon-fri", "sat"))
    found = month(of, "2026-11", now=wall("2026-11-06 12:00"))
    assert found.guaranteed == 0
    assert (found.figure, found.meets_target) == (None, None)
    assert found.guaranteed_in_full == 4 * 540 * 60
