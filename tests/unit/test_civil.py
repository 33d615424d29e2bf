from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from statusgen import civil
from statusgen.intervals import Interval

AMSTERDAM = civil.zone("Europe/Amsterdam")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Zone, wall time, the instants that show it, the opening, the closing and the recurring one.
# The clocks of Amsterdam go forward on 29 March 2026 at 01:00 UTC and back on 25 October.
WALLS = [
    ("Europe/Amsterdam", "2026-03-29 01:59", ["2026-03-29 00:59"], None, None, None),
    ("Europe/Amsterdam", "2026-03-29 03:00", ["2026-03-29 01:00"], None, None, None),
    (
        "Europe/Amsterdam",
        "2026-03-29 02:00",
        [],
        "2026-03-29 01:00",
        "2026-03-29 01:00",
        "2026-03-29 01:00",
    ),
    (
        "Europe/Amsterdam",
        "2026-03-29 02:45",
        [],
        "2026-03-29 01:00",
        "2026-03-29 01:00",
        "2026-03-29 01:45",
    ),
    (
        "Europe/Amsterdam",
        "2026-10-25 02:00",
        ["2026-10-25 00:00", "2026-10-25 01:00"],
        "2026-10-25 01:00",
        "2026-10-25 00:00",
        "2026-10-25 00:00",
    ),
    (
        "Europe/Amsterdam",
        "2026-10-25 02:59",
        ["2026-10-25 00:59", "2026-10-25 01:59"],
        "2026-10-25 01:59",
        "2026-10-25 00:59",
        "2026-10-25 00:59",
    ),
    ("Europe/Amsterdam", "2026-10-25 01:59", ["2026-10-24 23:59"], None, None, None),
    ("Europe/Amsterdam", "2026-10-25 03:00", ["2026-10-25 02:00"], None, None, None),
    # New York: 8 March 2026, 07:00 UTC.
    (
        "America/New_York",
        "2026-03-08 02:30",
        [],
        "2026-03-08 07:00",
        "2026-03-08 07:00",
        "2026-03-08 07:30",
    ),
    # Lord Howe: half an hour, on 4 October 2026 forward and on 5 April back.
    (
        "Australia/Lord_Howe",
        "2026-10-04 02:15",
        [],
        "2026-10-03 15:30",
        "2026-10-03 15:30",
        "2026-10-03 15:45",
    ),
    (
        "Australia/Lord_Howe",
        "2026-04-05 01:45",
        ["2026-04-04 14:45", "2026-04-04 15:15"],
        "2026-04-04 15:15",
        "2026-04-04 14:45",
        "2026-04-04 14:45",
    ),
    ("Asia/Kolkata", "2026-03-29 02:30", ["2026-03-28 21:00"], None, None, None),
]


@pytest.mark.parametrize(("zone", "written", "shown", "opens", "closes", "recurs"), WALLS)
def test_a_wall_time_names_these_instants(
    zone: str,
    written: str,
    shown: list[str],
    opens: str | None,
    closes: str | None,
    recurs: str | None,
) -> None:
    where, at = civil.zone(zone), wall(written)
    assert civil.instants(at, where) == tuple(utc(text) for text in shown)
    assert civil.opening(at, where) == utc(opens or shown[0])
    assert civil.closing(at, where) == utc(closes or shown[0])
    assert civil.recurring(at, where) == utc(recurs or shown[0])


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_the_end_of_a_gap_is_one_instant(minute: int) -> None:
    skipped = wall(f"2026-03-29 02:{minute:02}:13")
    assert civil.after_gap(skipped, AMSTERDAM) == utc("2026-03-29 01:00")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Amsterdam", date(2026, 3, 28), 24),
        ("Europe/Amsterdam", date(2026, 3, 29), 23),
        ("Europe/Amsterdam", date(2026, 10, 25), 25),
        ("Europe/Amsterdam", date(2026, 12, 31), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        # Midnight is skipped here, and comes twice there.
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Atlantic/Azores", date(2026, 10, 25), 25),
        ("UTC", date(2026, 3, 29), 24),
    ],
)
def test_a_day_has_all_its_hours(zone: str, day: date, hours: float) -> None:
    where = civil.zone(zone)
    found = civil.day(day, where)
    assert found.length == timedelta(hours=hours)
    assert civil.day_of(found.start, where) == day
    assert civil.day_of(found.end - timedelta(seconds=1), where) == day
    assert civil.day_of(found.start - timedelta(seconds=1), where) == day - timedelta(days=1)
    assert civil.day_of(found.end, where) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "month", "start", "end"),
    [
        (2026, 3, "2026-02-28 23:00", "2026-03-31 22:00"),
        (2026, 10, "2026-09-30 22:00", "2026-10-31 23:00"),
        (2026, 12, "2026-11-30 23:00", "2026-12-31 23:00"),
    ],
)
def test_a_month_goes_from_midnight_to_midnight(
    year: int, month: int, start: str, end: str
) -> None:
    assert civil.month(year, month, AMSTERDAM) == Interval(utc(start), utc(end))


def test_the_days_of_an_interval_leave_out_one_that_it_only_touches() -> None:
    evening = utc("2026-12-31 22:59")
    assert civil.days(Interval(evening, utc("2026-12-31 23:00")), AMSTERDAM) == [date(2026, 12, 31)]
    assert civil.days(Interval(evening, utc("2027-01-01 23:01")), AMSTERDAM) == [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
    ]


def test_an_instant_is_shown_in_wall_time() -> None:
    assert civil.to_wall(utc("2026-07-01 12:00"), AMSTERDAM).isoformat() == (
        "2026-07-01T14:00:00+02:00"
    )


@pytest.mark.parametrize(
    "name", ["", "Europe", "Europe/Amsterdm", "../zones", "/etc/localtime", "europe/amsterdam"]
)
def test_only_names_of_the_database_are_zones(name: str) -> None:
    with pytest.raises(KeyError):
        civil.zone(name)


def test_zones_do_not_come_from_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONTZPATH", "")
    assert civil.zone("Europe/Amsterdam").key == "Europe/Amsterdam"
    assert {"UTC", "Africa/Casablanca", "Australia/Lord_Howe"} <= civil.zone_names()


def test_an_instant_for_programs_is_in_utc() -> None:
    moment = datetime(2026, 11, 26, 15, 30, 5, tzinfo=UTC)
    assert civil.iso(moment) == "2026-11-26T15:30:05Z"
