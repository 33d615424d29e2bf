"""Hours of a week in the clock changes of 2026: checked by hand, with a calendar and a pencil.

The clocks of Amsterdam go forward on Sunday 29 March at 02:00 (01:00 UTC, from +01:00 to +02:00)
and back on Sunday 25 October at 03:00 (01:00 UTC).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from statusgen import civil
from statusgen.intervals import Interval, Intervals
from statusgen.model.agreement import (
    Agreement,
    AvailabilityPromise,
    MaintenancePromise,
    allowed_time,
    guaranteed_time,
)
from statusgen.model.hours import WeeklyHours, WeeklySpan, lay_out
from statusgen.model.text import Text

AMSTERDAM = civil.zone("Europe/Amsterdam")
NIGHTS = WeeklyHours((0, 1, 2, 3), time(17, 30), time(8, 30))
WEEKEND = WeeklySpan(4, time(17, 30), 3, time(8, 30))
WORKDAYS = WeeklyHours((0, 1, 2, 3, 4), time(8, 30), time(17, 30))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def agreement(*, holidays_open: bool = False, holidays: str | None = "NL") -> Agreement:
    return Agreement(
        title=Text((("nl", "SLA"),)),
        availability=AvailabilityPromise(Fraction(9, 10), WORKDAYS, holidays),
        maintenance=MaintenancePromise((*NIGHTS.spans, WEEKEND), holidays_open),
    )


def allowed(start: str, end: str, *, holidays_open: bool = False) -> Intervals:
    promise = agreement(holidays_open=holidays_open)
    return allowed_time(promise, between(start, end), AMSTERDAM)


def guaranteed(start: str, end: str, holidays: str | None = "NL") -> Intervals:
    return guaranteed_time(agreement(holidays=holidays), between(start, end), AMSTERDAM)


@pytest.mark.parametrize(
    ("friday", "start", "end", "hours"),
    [
        (date(2026, 3, 20), "2026-03-20 16:30", "2026-03-23 07:30", 63),
        (date(2026, 3, 27), "2026-03-27 16:30", "2026-03-30 06:30", 62),
        (date(2026, 4, 3), "2026-04-03 15:30", "2026-04-06 06:30", 63),
        (date(2026, 10, 16), "2026-10-16 15:30", "2026-10-19 06:30", 63),
        (date(2026, 10, 23), "2026-10-23 15:30", "2026-10-26 07:30", 64),
        (date(2026, 10, 30), "2026-10-30 16:30", "2026-11-02 07:30", 63),
        # Over the end of the year.
        (date(2027, 1, 1), "2027-01-01 16:30", "2027-01-04 07:30", 63),
    ],
)
def test_a_weekend_is_as_long_as_the_clock_makes_it(
    friday: date, start: str, end: str, hours: int
) -> None:
    found = WEEKEND.on(friday, AMSTERDAM)
    assert found == between(start, end)
    assert found.length == timedelta(hours=hours)


def test_the_windows_of_a_week() -> None:
    assert allowed("2026-11-23 07:30", "2026-11-30 07:30") == (
        between("2026-11-23 16:30", "2026-11-24 07:30"),
        between("2026-11-24 16:30", "2026-11-25 07:30"),
        between("2026-11-25 16:30", "2026-11-26 07:30"),
        between("2026-11-26 16:30", "2026-11-27 07:30"),
        between("2026-11-27 16:30", "2026-11-30 07:30"),
    )


def test_the_window_that_opened_before_is_there_too() -> None:
    assert allowed("2026-11-29 12:00", "2026-11-29 13:00") == (
        between("2026-11-29 12:00", "2026-11-29 13:00"),
    )
    assert allowed("2026-11-30 07:00", "2026-11-30 08:00") == (
        between("2026-11-30 07:00", "2026-11-30 07:30"),
    )


def test_windows_over_the_end_of_the_year() -> None:
    # 31 December 2026 is a Thursday, 1 January a Friday and no exception here.
    assert allowed("2026-12-31 08:00", "2027-01-01 23:00") == (
        between("2026-12-31 16:30", "2027-01-01 07:30"),
        between("2027-01-01 16:30", "2027-01-01 23:00"),
    )


def test_a_window_that_ends_where_the_next_begins_is_one() -> None:
    spans = (
        *WeeklyHours((0,), time(17, 30), time(0)).spans,
        WeeklySpan(1, time(0), 0, time(8, 30)),
    )
    assert lay_out(spans, between("2026-11-23 00:00", "2026-11-25 00:00"), AMSTERDAM) == (
        between("2026-11-23 16:30", "2026-11-24 07:30"),
    )


def test_a_window_of_a_whole_week_leaves_nothing_out() -> None:
    week = (WeeklySpan(2, time(12), 7, time(12)),)
    during = between("2026-03-20 00:00", "2026-04-20 00:00")
    assert lay_out(week, during, AMSTERDAM) == (during,)


@pytest.mark.parametrize(
    ("opens", "closes", "start", "end"),
    [
        # Skipped, 02:00 to 03:00: the instant after the gap.
        (time(2, 30), time(6), "2026-03-29 01:00", "2026-03-29 04:00"),
        (time(0, 30), time(2, 30), "2026-03-28 23:30", "2026-03-29 01:00"),
        (time(2), time(3), None, None),
        (time(2, 15), time(2, 45), None, None),
    ],
)
def test_boundaries_in_a_skipped_hour(
    opens: time, closes: time, start: str | None, end: str | None
) -> None:
    found = WeeklySpan(6, opens, 0, closes).on(date(2026, 3, 29), AMSTERDAM)
    assert found == (between(start, end) if start and end else None)


@pytest.mark.parametrize(
    ("opens", "closes", "start", "end"),
    [
        # Doubled, 02:00 to 03:00: opens at the second and closes at the first.
        (time(2, 30), time(6), "2026-10-25 01:30", "2026-10-25 05:00"),
        (time(0, 30), time(2, 30), "2026-10-24 22:30", "2026-10-25 00:30"),
        (time(2), time(3), "2026-10-25 01:00", "2026-10-25 02:00"),
        (time(1, 59), time(3), "2026-10-24 23:59", "2026-10-25 02:00"),
        (time(2, 15), time(2, 45), None, None),
    ],
)
def test_boundaries_in_a_doubled_hour(
    opens: time, closes: time, start: str | None, end: str | None
) -> None:
    found = WeeklySpan(6, opens, 0, closes).on(date(2026, 10, 25), AMSTERDAM)
    assert found == (between(start, end) if start and end else None)


def test_hours_to_midnight_end_with_the_day() -> None:
    assert WeeklyHours((0,), time(17), time(0)).spans == (WeeklySpan(0, time(17), 1, time(0)),)


def test_equal_times_are_a_whole_day() -> None:
    spans = WeeklyHours((0,), time(8, 30), time(8, 30)).spans
    assert lay_out(spans, between("2026-11-20 00:00", "2026-11-27 00:00"), AMSTERDAM) == (
        between("2026-11-23 07:30", "2026-11-24 07:30"),
    )


def test_a_holiday_is_open_all_its_local_day_when_the_agreement_says_so() -> None:
    christmas = "2026-12-24 23:00", "2026-12-25 23:00"
    assert allowed(*christmas) == (
        between("2026-12-24 23:00", "2026-12-25 07:30"),
        between("2026-12-25 16:30", "2026-12-25 23:00"),
    )
    assert allowed(*christmas, holidays_open=True) == (between(*christmas),)


def test_the_hours_round_an_open_holiday_stay_closed() -> None:
    # Easter Monday 2026 is 6 April; the weekend before runs into it.
    assert allowed("2026-04-03 08:00", "2026-04-07 12:00", holidays_open=True) == (
        between("2026-04-03 15:30", "2026-04-07 06:30"),
    )
    assert allowed("2026-04-26 21:00", "2026-04-28 12:00", holidays_open=True) == (
        between("2026-04-26 21:00", "2026-04-28 06:30"),
    )


def test_without_a_promise_all_time_is_open_and_none_is_guaranteed() -> None:
    nothing = Agreement(title=Text((("nl", "SLA"),)))
    during = between("2026-11-23 00:00", "2026-11-24 00:00")
    assert allowed_time(nothing, during, AMSTERDAM) == (during,)
    assert guaranteed_time(nothing, during, AMSTERDAM) == ()


def test_guaranteed_hours_leave_out_weekends_and_holidays() -> None:
    # King's Day 2026 is Monday 27 April.
    assert guaranteed("2026-04-24 00:00", "2026-04-29 00:00") == (
        between("2026-04-24 06:30", "2026-04-24 15:30"),
        between("2026-04-28 06:30", "2026-04-28 15:30"),
    )


def test_holidays_are_working_days_where_the_agreement_ignores_them() -> None:
    assert guaranteed("2026-04-27 00:00", "2026-04-28 00:00", holidays=None) == (
        between("2026-04-27 06:30", "2026-04-27 15:30"),
    )


def test_good_friday_is_guaranteed() -> None:
    assert guaranteed("2026-04-03 00:00", "2026-04-04 00:00") == (
        between("2026-04-03 06:30", "2026-04-03 15:30"),
    )


def test_guaranteed_hours_and_windows_share_no_minute_and_leave_none() -> None:
    """But for holidays, the hours that forbid maintenance are those that are guaranteed."""
    year = "2025-12-31 23:00", "2026-12-31 23:00"
    closed = guaranteed(*year, holidays=None)
    opened = allowed(*year)
    edges = sorted([*closed, *opened])
    assert edges[0].start == utc(year[0])
    assert edges[-1].end == utc(year[1])
    assert all(one.end == other.start for one, other in pairwise(edges))


@pytest.mark.parametrize(
    ("year", "month", "hours"),
    [
        # 23 weekdays less Christmas Day, 22, 21 less Ascension and Whit Monday, and 22 less
        # Liberation Day and Ascension.
        (2026, 12, 22 * 9),
        (2026, 10, 22 * 9),
        (2026, 5, 19 * 9),
        (2025, 5, 20 * 9),
    ],
)
def test_the_guaranteed_hours_of_a_month(year: int, month: int, hours: int) -> None:
    found = guaranteed_time(agreement(), civil.month(year, month, AMSTERDAM), AMSTERDAM)
    assert sum((i.length for i in found), timedelta()) == timedelta(hours=hours)


def test_a_night_that_opens_on_a_holiday_is_not_guaranteed_after_midnight() -> None:
    nights = Agreement(
        title=Text((("nl", "SLA"),)),
        availability=AvailabilityPromise(
            Fraction(9, 10), WeeklyHours((0, 1), time(22), time(6)), "NL"
        ),
    )
    # King's Day 2026 is a Monday: its night is left out, also where only the next day is asked.
    tuesday = between("2026-04-27 22:00", "2026-04-28 22:00")
    assert guaranteed_time(nights, tuesday, AMSTERDAM) == (
        between("2026-04-28 20:00", "2026-04-28 22:00"),
    )
