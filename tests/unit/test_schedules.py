from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from statusgen import civil
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import (
    BadRecurrence,
    Change,
    Schedule,
    ever_recurs,
    occurrences,
    recurrence,
)
from statusgen.model.text import Text

AMSTERDAM = civil.zone("Europe/Amsterdam")
LAST = date(2026, 12, 31)
WEEKLY = Schedule(
    id="updates",
    path="schedules/updates.yaml",
    title=Text((("nl", "Updates"),)),
    components=("server",),
    rrule="FREQ=WEEKLY;BYDAY=TH",
    first=datetime.fromisoformat("2026-01-08 22:00"),
    duration=timedelta(hours=1),
    effect=ComponentStatus.OPERATIONAL,
    announced_at=datetime(2025, 12, 20, 9, tzinfo=UTC),
    until=LAST,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def found(schedule: Schedule, start: str, end: str) -> list[Maintenance]:
    return [plan for _, plan in occurrences(schedule, between(start, end), AMSTERDAM)]


def ids(schedule: Schedule, start: str, end: str) -> list[str]:
    return [plan.id for plan in found(schedule, start, end)]


def test_an_occurrence_is_a_maintenance_with_the_date_in_its_id() -> None:
    (plan,) = found(WEEKLY, "2026-11-26 00:00", "2026-11-27 00:00")
    assert plan.id == "updates-2026-11-26"
    assert plan.schedule == "updates"
    assert plan.planned == between("2026-11-26 21:00", "2026-11-26 22:00")
    assert plan.announced_at == WEEKLY.announced_at
    assert (plan.title, plan.components, plan.path) == (WEEKLY.title, ("server",), WEEKLY.path)


def test_the_wall_time_of_the_rule_comes_with_it() -> None:
    walls = [w for w, _ in occurrences(WEEKLY, between("2026-07-01", "2026-07-03"), AMSTERDAM)]
    assert walls == [datetime.fromisoformat("2026-07-02 22:00")]


def test_an_occurrence_keeps_its_wall_time_over_a_clock_change() -> None:
    starts = [plan.planned.start for plan in found(WEEKLY, "2026-03-20", "2026-04-04")]
    assert starts == [utc("2026-03-26 21:00"), utc("2026-04-02 20:00")]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # An occurrence belongs to a stretch that it overlaps, not to one it touches.
        ("2026-11-26 21:59", "2026-11-26 22:30", ["updates-2026-11-26"]),
        ("2026-11-26 22:00", "2026-11-26 22:30", []),
        ("2026-11-26 20:00", "2026-11-26 21:00", []),
        ("2026-11-26 20:00", "2026-11-26 21:01", ["updates-2026-11-26"]),
        ("2025-01-01 00:00", "2026-01-09 00:00", ["updates-2026-01-08"]),
        ("2026-12-20 00:00", "2027-12-20 00:00", ["updates-2026-12-24", "updates-2026-12-31"]),
    ],
)
def test_the_occurrences_of_a_stretch(start: str, end: str, expected: list[str]) -> None:
    assert ids(WEEKLY, start, end) == expected


def test_until_is_the_last_day_itself() -> None:
    schedule = replace(WEEKLY, until=date(2026, 11, 26))
    assert ids(schedule, "2026-11-20", "2027-01-01") == ["updates-2026-11-26"]
    schedule = replace(WEEKLY, until=date(2026, 11, 25))
    assert ids(schedule, "2026-11-20", "2027-01-01") == []


def test_an_open_schedule_goes_on() -> None:
    assert ids(replace(WEEKLY, until=None), "2199-01-01", "2199-01-05") == ["updates-2199-01-03"]


def test_exceptions_do_not_occur() -> None:
    schedule = replace(WEEKLY, skipped=frozenset([date(2026, 12, 24)]))
    assert ids(schedule, "2026-12-16", "2027-01-01") == ["updates-2026-12-17", "updates-2026-12-31"]


def test_a_change_moves_one_occurrence_and_keeps_its_id() -> None:
    change = Change(utc("2026-11-28 07:00"), timedelta(hours=2))
    schedule = replace(WEEKLY, changes={date(2026, 11, 26): change})
    assert [(plan.id, plan.planned) for plan in found(schedule, "2026-11-26", "2026-12-04")] == [
        ("updates-2026-11-26", between("2026-11-28 07:00", "2026-11-28 09:00")),
        ("updates-2026-12-03", between("2026-12-03 21:00", "2026-12-03 22:00")),
    ]


def test_what_a_change_leaves_out_stays() -> None:
    longer = replace(WEEKLY, changes={date(2026, 11, 26): Change(duration=timedelta(hours=3))})
    (plan,) = found(longer, "2026-11-26", "2026-11-27 12:00")
    assert plan.planned == between("2026-11-26 21:00", "2026-11-27 00:00")
    later = replace(WEEKLY, changes={date(2026, 11, 26): Change(utc("2026-11-26 22:00"))})
    (plan,) = found(later, "2026-11-26", "2026-11-27 12:00")
    assert plan.planned == between("2026-11-26 22:00", "2026-11-26 23:00")


@pytest.mark.parametrize("moved_to", ["2026-06-01 10:00", "2026-12-30 10:00"])
def test_an_occurrence_is_where_a_change_moved_it_to(moved_to: str) -> None:
    start = utc(moved_to)
    schedule = replace(WEEKLY, changes={date(2026, 9, 3): Change(start)})
    day = Interval(start - timedelta(hours=1), start + timedelta(hours=1))
    assert [plan.id for _, plan in occurrences(schedule, day, AMSTERDAM)] == ["updates-2026-09-03"]
    assert ids(schedule, "2026-09-03", "2026-09-04") == []


@pytest.mark.parametrize(
    ("day", "start", "length"),
    [
        # Skipped: read with the offset before the gap (+01:00). Doubled: the first (+02:00).
        ("2026-03-29", "2026-03-29 01:30", 1),
        ("2026-10-25", "2026-10-25 00:30", 1),
        ("2026-11-01", "2026-11-01 01:30", 1),
    ],
)
def test_an_occurrence_at_a_clock_change_follows_rfc_5545(
    day: str, start: str, length: int
) -> None:
    sundays = replace(
        WEEKLY, rrule="FREQ=WEEKLY;BYDAY=SU", first=datetime.fromisoformat("2026-01-04 02:30")
    )
    by_id = {plan.id: plan for plan in found(sundays, "2026-01-01", "2026-12-01")}
    planned = by_id[f"updates-{day}"].planned
    assert planned == Interval(utc(start), utc(start) + timedelta(hours=length))


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", ["2026-01-08", "2026-01-09", "2026-01-10"]),
        ("FREQ=DAILY;COUNT=2", ["2026-01-08", "2026-01-09"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", ["2026-01-08", "2026-01-22", "2026-02-05"]),
        ("FREQ=WEEKLY;BYDAY=TH,SU", ["2026-01-08", "2026-01-11", "2026-01-15"]),
        ("FREQ=MONTHLY;BYDAY=2TH", ["2026-01-08", "2026-02-12", "2026-03-12"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-01-30", "2026-02-27"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17"]),
    ],
)
def test_a_recurrence_gives_the_days_of_rfc_5545(rule: str, days: list[str]) -> None:
    found = recurrence(rule, WEEKLY.first)
    assert [day.date().isoformat() for day, _ in zip(found, days, strict=False)] == days
    assert ever_recurs(rule, WEEKLY.first)


@pytest.mark.parametrize(
    "rule",
    [
        *("", "FREQ", "FREQ=", "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=NOW"),
        *("INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=0"),
        *("FREQ=DAILY;BYHOUR=1,2", "FREQ=DAILY;BYMINUTE=5", "FREQ=DAILY;BYSECOND=5"),
        *("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;DTSTART=20260101"),
        *("RRULE:FREQ=DAILY", "FREQ=DAILY\nFREQ=WEEKLY", "FREQ=DAILY;", "FREQ=DAILY;;COUNT=2"),
        *("FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYDAY=DO", "FREQ=WEEKLY;BYDAY="),
        *("FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO", "every thursday", "FREQ=DAILY;INTERVAL=٢"),
        # RFC 5545 section 3.3.10: parts stand once; a number before a day belongs to months
        # and years.
        *("FREQ=DAILY;FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=2TH", "FREQ=DAILY;BYDAY=2TH"),
    ],
)
def test_a_recurrence_is_refused(rule: str) -> None:
    with pytest.raises(BadRecurrence, match=r"."):
        recurrence(rule, WEEKLY.first)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
    ],
)
def test_a_rule_that_no_day_fits_never_recurs(rule: str) -> None:
    assert not ever_recurs(rule, WEEKLY.first)
