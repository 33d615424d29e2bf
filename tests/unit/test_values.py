"""How values are written: what is taken, and what is refused under which rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest

from statusgen import civil
from statusgen.content import rules, values
from statusgen.findings import Rule
from statusgen.model.hours import WeeklySpan

AMSTERDAM = civil.zone("Europe/Amsterdam")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refused(read: Callable[..., Any], *given: Any) -> values.BadValue:
    with pytest.raises(values.BadValue) as caught:
        read(*given)
    assert caught.value.message
    return caught.value


# Instants


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-23 15:03", "2026-11-23 14:03"),
        ("2026-11-23T15:03", "2026-11-23 14:03"),
        ("2026-11-23 15:03:30", "2026-11-23 14:03:30"),
        ("2026-11-23T15:03+01:00", "2026-11-23 14:03"),
        ("2026-11-23 15:03 +01:00", "2026-11-23 14:03"),
        ("2026-11-23T14:03Z", "2026-11-23 14:03"),
        ("2026-11-23T09:33:00-05:30", "2026-11-23 15:03"),
        ("  2026-07-01 12:00 ", "2026-07-01 10:00"),
        ("2024-02-29 12:00", "2024-02-29 11:00"),
        ("2026-12-31 23:59", "2026-12-31 22:59"),
        # On the edges of the skipped and of the doubled hour.
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 03:00", "2026-03-29 01:00"),
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        ("2026-10-25 03:00", "2026-10-25 02:00"),
        # With an offset either reading of the doubled hour is one moment.
        ("2026-10-25T02:30+02:00", "2026-10-25 00:30"),
        ("2026-10-25T02:30+01:00", "2026-10-25 01:30"),
        ("2026-03-29T02:30Z", "2026-03-29 02:30"),
        ("1970-01-01T00:00Z", "1970-01-01 00:00"),
        ("2199-12-31 23:59", "2199-12-31 22:59"),
    ],
)
def test_an_instant_is_taken(written: str, instant: str) -> None:
    assert values.instant(written, AMSTERDAM) == utc(instant)
    assert values.instant(written, AMSTERDAM).tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2026-11-23", rules.DATE_WITHOUT_TIME),
        ("2026-03-29 02:00", rules.TIME_SKIPPED),
        ("2026-03-29 02:30", rules.TIME_SKIPPED),
        ("2026-03-29 02:59:59", rules.TIME_SKIPPED),
        ("2026-10-25 02:00", rules.TIME_DOUBLED),
        ("2026-10-25T02:59:59", rules.TIME_DOUBLED),
        ("1969-12-31 12:00", rules.TIME_OUT_OF_RANGE),
        ("2200-01-01 00:00", rules.TIME_OUT_OF_RANGE),
        ("0001-01-01T00:00+14:00", rules.TIME_OUT_OF_RANGE),
        ("9999-12-31T23:59-14:00", rules.TIME_OUT_OF_RANGE),
        # No wall time of 1969 or 2200, but an instant of it.
        ("1970-01-01T00:00+14:00", rules.TIME_OUT_OF_RANGE),
        ("2199-12-31T23:59-14:00", rules.TIME_OUT_OF_RANGE),
        # The example that the rule itself gives.
        ("20226-11-25 21:00", rules.TIME_OUT_OF_RANGE),
        ("2026-02-29 12:00", rules.BAD_VALUE),
        ("2026-13-01 10:00", rules.BAD_VALUE),
        ("2026-00-10 10:00", rules.BAD_VALUE),
        ("0000-01-01 10:00", rules.TIME_OUT_OF_RANGE),
        ("2026-11-23 24:00", rules.BAD_VALUE),
        ("2026-11-23 15:60", rules.BAD_VALUE),
        ("2026-11-23 15:03:60", rules.BAD_VALUE),
        ("2026-11-23T15:03+15:00", rules.BAD_VALUE),
        ("2026-11-23T15:03+01:60", rules.BAD_VALUE),
        ("2026-11-23T15:03+0100", rules.BAD_VALUE),
        ("2026-11-23 15:03 CET", rules.BAD_VALUE),
        ("2026-11-23 15", rules.BAD_VALUE),
        ("2026-11-23 1503", rules.BAD_VALUE),
        ("2026-11-23x15:03", rules.BAD_VALUE),
        ("2026-W48-1 10:00", rules.BAD_VALUE),
        ("23-11-2026 15:03", rules.BAD_VALUE),
        ("2026-11-23 15:03 tot 16:00", rules.BAD_VALUE),
        ("2026-11-23 15:03\n2026-11-24 15:03", rules.BAD_VALUE),
        ("٢٠٢٦-11-23 15:03", rules.BAD_VALUE),
        ("15:03", rules.BAD_VALUE),
        ("1795446180", rules.BAD_VALUE),
        ("gisteren", rules.BAD_VALUE),
    ],
)
def test_an_instant_is_refused(written: str, rule: Rule) -> None:
    assert refused(values.instant, written, AMSTERDAM).rule is rule


def test_both_readings_of_a_doubled_time_are_offered_and_taken() -> None:
    help = refused(values.instant, "2026-10-25 02:30", AMSTERDAM).help
    offered = [word for word in help.split("`") if word.startswith("2026")]
    assert [values.instant(text, AMSTERDAM) for text in offered] == [
        utc("2026-10-25 00:30"),
        utc("2026-10-25 01:30"),
    ]


def test_the_moments_around_a_skipped_time_are_offered_and_taken() -> None:
    help = refused(values.instant, "2026-03-29 02:30", AMSTERDAM).help
    offered = [word for word in help.split("`") if word.startswith("2026")]
    assert [values.instant(text, AMSTERDAM) for text in offered] == [
        utc("2026-03-29 00:59"),
        utc("2026-03-29 01:00"),
    ]


def test_what_is_skipped_or_doubled_depends_on_the_zone() -> None:
    kolkata = civil.zone("Asia/Kolkata")
    lord_howe = civil.zone("Australia/Lord_Howe")
    assert values.instant("2026-03-29 02:30", kolkata) == utc("2026-03-28 21:00")
    assert refused(values.instant, "2026-10-04 02:15", lord_howe).rule is rules.TIME_SKIPPED
    assert refused(values.instant, "2026-04-05 01:45", lord_howe).rule is rules.TIME_DOUBLED
    assert values.instant("2026-10-04 02:30", lord_howe) == utc("2026-10-03 15:30")


# Wall times and days


def test_a_wall_time_is_taken_as_it_stands() -> None:
    # Even one that is skipped in some year's site: which it is, the occurrence tells.
    assert values.wall_time("2026-03-29 02:30") == datetime.fromisoformat("2026-03-29 02:30")
    assert values.wall_time("2026-01-08T22:00:00") == datetime.fromisoformat("2026-01-08 22:00")


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2026-01-08", rules.DATE_WITHOUT_TIME),
        ("2026-01-08 22:00Z", rules.BAD_VALUE),
        ("2026-01-08T22:00+01:00", rules.BAD_VALUE),
        ("22:00", rules.BAD_VALUE),
        ("2026-02-30 22:00", rules.BAD_VALUE),
        ("2200-01-01 22:00", rules.TIME_OUT_OF_RANGE),
    ],
)
def test_a_wall_time_is_refused(written: str, rule: Rule) -> None:
    assert refused(values.wall_time, written).rule is rule


def test_a_day_is_taken() -> None:
    assert values.calendar_day(" 2026-12-24 ") == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2026-12-24 10:00", rules.BAD_VALUE),
        ("2026-02-29", rules.BAD_VALUE),
        ("0000-01-01", rules.TIME_OUT_OF_RANGE),
        ("24-12-2026", rules.BAD_VALUE),
        ("20261224", rules.BAD_VALUE),
        ("2200-01-01", rules.TIME_OUT_OF_RANGE),
        ("1969-12-31", rules.TIME_OUT_OF_RANGE),
    ],
)
def test_a_day_is_refused(written: str, rule: Rule) -> None:
    assert refused(values.calendar_day, written).rule is rule


# Times of day


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("08:30", time(8, 30)),
        ("8:30", time(8, 30)),
        ("17:30", time(17, 30)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
        ("24:00", time(0)),
    ],
)
def test_a_time_of_day_is_taken(written: str, taken: time) -> None:
    assert values.time_of_day(written) == taken


@pytest.mark.parametrize(
    "written",
    [
        "1050",
        "24:01",
        "25:00",
        "08:60",
        "8:3",
        "17.30",
        "17u30",
        "17:30:00",
        "-1:00",
        "no",
        "٠٨:٣٠",
    ],
)
def test_a_time_of_day_is_refused(written: str) -> None:
    assert refused(values.time_of_day, written).rule is rules.BAD_VALUE


# Durations


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1d 4h", timedelta(days=1, hours=4)),
        ("1d4h", timedelta(days=1, hours=4)),
        ("1h 30m", timedelta(minutes=90)),
        ("5s", timedelta(seconds=5)),
        (" 24h ", timedelta(days=1)),
        ("PT2H", timedelta(hours=2)),
        ("P1DT4H", timedelta(days=1, hours=4)),
        ("PT1H30M15S", timedelta(hours=1, minutes=30, seconds=15)),
        ("P60D", timedelta(days=60)),
    ],
)
def test_a_duration_is_taken(written: str, taken: timedelta) -> None:
    assert values.duration(written) == taken


@pytest.mark.parametrize(
    "written",
    [
        *("0", "0h", "0d 0h", "PT0S", "P", "PT", "-2h", "-PT2H", "2", "2 hours", "two hours"),
        *("1.5h", "1,5h", "2h 1d", "2H", "pt2h", "P1W", "P1M", "1h1h", "4h\n4h", "٢h", "2:00"),
        "9999999d",
    ],
)
def test_a_duration_is_refused(written: str) -> None:
    assert refused(values.duration, written).rule is rules.BAD_VALUE


# Shares


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("90%", Fraction(9, 10)),
        ("99.95 %", Fraction(1999, 2000)),
        ("0.9", Fraction(9, 10)),
        ("0", Fraction(0)),
        ("1", Fraction(1)),
        ("100%", Fraction(1)),
        ("0.333333333", Fraction(333333333, 10**9)),
    ],
)
def test_a_share_is_exact(written: str, taken: Fraction) -> None:
    assert values.share(written) == taken


@pytest.mark.parametrize("written", ["90", "100.1%", "1.01", "-1%", "90 procent", ".9", "1e-1"])
def test_a_share_is_refused(written: str) -> None:
    assert refused(values.share, written).rule is rules.BAD_VALUE


# Days and moments of the week


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("mon-thu", (0, 1, 2, 3)),
        ("sat", (5,)),
        ("sat, sun", (5, 6)),
        ("mon, wed, fri-sun", (0, 2, 4, 5, 6)),
        ("fri-mon", (0, 4, 5, 6)),
        ("Mon - Fri", (0, 1, 2, 3, 4)),
        ("sun-sun", (6,)),
        ("mon,mon", (0,)),
    ],
)
def test_weekdays_are_taken(written: str, taken: tuple[int, ...]) -> None:
    assert values.weekdays(written) == taken


@pytest.mark.parametrize(
    "written", ["ma-vr", "monday", "mon-", "-fri", "mon,", "mon--fri", "mon-wed-fri", "1-5", ","]
)
def test_weekdays_are_refused(written: str) -> None:
    assert refused(values.weekdays, written).rule is rules.BAD_VALUE


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("fri 17:30", "mon 08:30", WeeklySpan(4, time(17, 30), 3, time(8, 30))),
        ("Fri 17:30", "mon  8:30", WeeklySpan(4, time(17, 30), 3, time(8, 30))),
        ("sun 22:00", "mon 02:00", WeeklySpan(6, time(22), 1, time(2))),
        ("fri 17:30", "fri 18:00", WeeklySpan(4, time(17, 30), 0, time(18))),
        # Not after its start on the same day: a week later.
        ("fri 17:30", "fri 17:30", WeeklySpan(4, time(17, 30), 7, time(17, 30))),
        ("fri 17:30", "fri 08:30", WeeklySpan(4, time(17, 30), 7, time(8, 30))),
        # 24:00 is the end of a day, not its start.
        ("sat 00:00", "sun 24:00", WeeklySpan(5, time(0), 2, time(0))),
        ("mon 18:00", "mon 24:00", WeeklySpan(0, time(18), 1, time(0))),
    ],
)
def test_a_stretch_of_the_week_is_taken(start: str, end: str, taken: WeeklySpan) -> None:
    assert values.weekly_span(start, end) == taken


@pytest.mark.parametrize(
    "written",
    ["fri", "17:30", "friday 17:30", "vr 17:30", "fri 24:30", "fri 17:30:15", "fri-sat 17:30"],
)
def test_a_moment_of_the_week_is_refused(written: str) -> None:
    assert refused(values.weekday_time, written).rule is rules.BAD_VALUE


@pytest.mark.parametrize(
    "read", [values.wall_time, values.calendar_day, values.duration, values.weekdays, values.share]
)
def test_a_message_does_not_repeat_a_long_text(read: Callable[[str], Any]) -> None:
    assert len(refused(read, "x" * 100_000).message) < 200


# Written


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        ("2026-11-23 14:03", "2026-11-23 15:03"),
        ("2026-11-23 14:03:09", "2026-11-23 15:03:09"),
        ("2026-07-01 22:30", "2026-07-02 00:30"),
        ("2026-10-25 00:30", "2026-10-25T02:30+02:00"),
        ("2026-10-25 01:30:05", "2026-10-25T02:30:05+01:00"),
    ],
)
def test_an_instant_is_written_as_wall_time_with_an_offset_where_that_comes_twice(
    instant: str, written: str
) -> None:
    assert values.written(utc(instant), AMSTERDAM) == written
    assert values.instant(written, AMSTERDAM) == utc(instant)


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(minutes=90), "1h 30m"),
        (timedelta(hours=2), "2h"),
        (timedelta(hours=48), "48h"),
        (timedelta(days=3, hours=4), "3d 4h"),
        (timedelta(seconds=5), "5s"),
    ],
)
def test_a_length_of_time_is_written_as_it_is_read(length: timedelta, written: str) -> None:
    assert values.written_length(length) == written
    assert values.duration(written) == length
