"""Windows and guaranteed hours against a count of minutes, one by one.

The count knows nothing of the package: it walks the minutes of some weeks, reads the wall clock
of each, and follows the words of the agreement with what it sees on that clock. Only the rules of
the zones are shared, for those of the machine may be older.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from statusgen import civil
from statusgen.content.values import weekly_span
from statusgen.findings import Finding, Severity
from statusgen.intervals import Interval
from statusgen.model.agreement import (
    Agreement,
    AvailabilityPromise,
    MaintenancePromise,
    allowed_time,
    guaranteed_time,
)
from statusgen.model.components import Component, ComponentGroup, ComponentStatus
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours
from statusgen.model.maintenance import Maintenance, MaintenanceKind, Override
from statusgen.model.site import Site
from statusgen.model.text import Text
from statusgen.policy import windows
from statusgen.policy.case import Case
from statusgen.policy.slots import nearest_slots

ZONES = (
    "Europe/Amsterdam",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "UTC",
)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The Dutch public holidays of the year that the examples lie in, from a calendar.
HOLIDAYS = {
    *(date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 5)),
    *(date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 14), date(2026, 5, 24)),
    *(date(2026, 5, 25), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)),
}


# The count


@dataclass(frozen=True)
class Window:
    """From a moment of the week to the next such: weekdays with Monday 0, and wall times."""

    weekday: int
    opens: time
    closing_weekday: int
    closes: time

    def days_open(self) -> int:
        """From the opening day to the closing one; the same moment is a week later."""
        days = (self.closing_weekday - self.weekday) % 7
        return 7 if days == 0 and self.closes <= self.opens else days


class Clock:
    """The clock on the wall for every minute of some weeks."""

    def __init__(self, start: datetime, minutes: int, zone: ZoneInfo) -> None:
        self.start = start
        moments = (start + n * MINUTE for n in range(minutes))
        self.wall = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
        self.shown: dict[datetime, list[int]] = {}
        for index, wall in enumerate(self.wall):
            self.shown.setdefault(wall, []).append(index)

    def jump_over(self, wall: datetime) -> int:
        """The first minute after the clock jumped over a wall time that it never showed."""
        for index in range(1, len(self.wall)):
            if self.wall[index - 1] < wall < self.wall[index]:
                return index
        return 0 if wall < self.wall[0] else len(self.wall)

    def opens(self, wall: datetime) -> int:
        """A doubled time opens at the second, a skipped one after the gap."""
        return self.shown[wall][-1] if wall in self.shown else self.jump_over(wall)

    def closes(self, wall: datetime) -> int:
        """A doubled time closes at the first, a skipped one after the gap."""
        return self.shown[wall][0] if wall in self.shown else self.jump_over(wall)

    def dates(self) -> Iterable[date]:
        first, last = self.wall[0].date() - 8 * DAY, self.wall[-1].date()
        return (first + n * DAY for n in range((last - first).days + 1))

    def inside(self, window_days: Iterable[tuple[datetime, datetime]]) -> bytearray:
        """For each minute, 1 inside any of the wall-clock stretches."""
        marks = bytearray(len(self.wall))
        for opens, closes in window_days:
            start, end = self.opens(opens), self.closes(closes)
            if start < end:
                marks[start:end] = b"\1" * (end - start)
        return marks

    def minute(self, moment: datetime) -> int:
        return (moment - self.start) // MINUTE

    def marks(self, intervals: Iterable[Interval]) -> bytearray:
        """What the package says, minute by minute."""
        marks = bytearray(len(self.wall))
        for i in intervals:
            start, end = self.minute(i.start), self.minute(i.end)
            marks[start:end] = b"\1" * (end - start)
        return marks


def windows_by_date(clock: Clock, policy: Iterable[Window]) -> list[tuple[datetime, datetime]]:
    return [
        (
            datetime.combine(day, window.opens),
            datetime.combine(day + window.days_open() * DAY, window.closes),
        )
        for day in clock.dates()
        for window in policy
        if day.weekday() == window.weekday
    ]


# What the examples are made of


@cache
def changes(name: str) -> tuple[date, ...]:
    """The days of 2026 on which the clock of the zone changes."""
    zone = civil.zone(name)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(365)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return tuple(noons[n].date() for n in range(1, len(noons)) if offsets[n - 1] != offsets[n]) or (
        date(2026, 3, 29),
    )


@lru_cache(maxsize=64)
def clock_around(name: str, day: date, before: int, after: int) -> Clock:
    start = datetime.combine(day - before * DAY, time(), UTC)
    return Clock(start, (before + after) * 1440, civil.zone(name))


zones = st.sampled_from(ZONES)
any_day = st.dates(date(2026, 1, 1), date(2026, 12, 31))
wall_times = st.one_of(
    st.sampled_from(
        [
            *(time(0), time(1, 30), time(1, 45), time(2), time(2, 15), time(2, 30), time(3)),
            *(time(8, 30), time(17, 30), time(23, 59)),
        ]
    ),
    st.times().map(lambda t: time(t.hour, t.minute)),
)
policies = st.lists(
    st.builds(Window, st.integers(0, 6), wall_times, st.integers(0, 6), wall_times),
    min_size=1,
    max_size=5,
)


@st.composite
def places(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day, more often than not one near a clock change."""
    name = draw(zones)
    near = st.sampled_from(changes(name))
    return name, draw(st.one_of(near, near, any_day)) - draw(st.integers(-3, 3)) * DAY


AGREED = (
    *(Window(day, time(17, 30), day + 1, time(8, 30)) for day in range(4)),
    Window(4, time(17, 30), 0, time(8, 30)),
)


def promise(policy: Sequence[Window], *, holidays_open: bool = False) -> MaintenancePromise:
    spans = [
        weekly_span(
            f"{NAMES[window.weekday]} {window.opens:%H:%M}",
            f"{NAMES[window.closing_weekday]} {window.closes:%H:%M}",
        )
        for window in policy
    ]
    return MaintenancePromise(tuple(spans), holidays_open)


def agreement(
    policy: Sequence[Window], *, holidays_open: bool = False, hours: WeeklyHours | None = None
) -> Agreement:
    return Agreement(
        title=Text((("nl", "SLA"),)),
        availability=AvailabilityPromise(
            Fraction(9, 10), hours or WeeklyHours((0,), time(8), time(9)), "NL"
        ),
        maintenance=promise(policy, holidays_open=holidays_open),
    )


def minutes_of(clock: Clock, start: int, length: int) -> Interval:
    moment = clock.start + start * MINUTE
    return Interval(moment, moment + length * MINUTE)


def cut(marks: bytearray, start: int, length: int) -> bytearray:
    return bytearray(start) + marks[start : start + length] + bytearray(len(marks) - start - length)


# Allowed and guaranteed time


@given(places(), policies, st.integers(0, 2 * 1440), st.integers(1, 9 * 1440))
@example(("Europe/Amsterdam", date(2026, 3, 29)), list(AGREED), 0, 9 * 1440)
@example(("Europe/Amsterdam", date(2026, 10, 25)), list(AGREED), 0, 9 * 1440)
@settings(max_examples=40)
def test_allowed_time_is_the_union_of_the_windows(
    place: tuple[str, date], policy: list[Window], start: int, length: int
) -> None:
    clock = clock_around(*place, 6, 6)
    during = minutes_of(clock, start, length)
    found = allowed_time(agreement(policy), during, civil.zone(place[0]))
    expected = clock.inside(windows_by_date(clock, policy))
    assert clock.marks(found) == cut(expected, start, length)
    assert all(one.end < other.start for one, other in pairwise(found))


@given(
    zones,
    st.one_of(st.sampled_from(sorted(HOLIDAYS)[2:]), any_day),
    policies,
    st.integers(0, 2 * 1440),
    st.integers(1, 4 * 1440),
)
@settings(max_examples=40)
def test_an_open_holiday_is_a_whole_local_day(
    name: str, day: date, policy: list[Window], start: int, length: int
) -> None:
    clock = clock_around(name, day, 3, 3)
    during = minutes_of(clock, start, length)
    found = allowed_time(agreement(policy, holidays_open=True), during, civil.zone(name))
    expected = clock.inside(windows_by_date(clock, policy))
    for index, wall in enumerate(clock.wall):
        if wall.date() in HOLIDAYS:
            expected[index] = 1
    assert clock.marks(found) == cut(expected, start, length)


@given(
    places(),
    st.sets(st.integers(0, 6), min_size=1),
    wall_times,
    wall_times,
    st.integers(0, 2 * 1440),
    st.integers(1, 9 * 1440),
)
@settings(max_examples=40)
def test_guaranteed_time_is_the_hours_of_working_days(
    place: tuple[str, date], days: set[int], opens: time, closes: time, start: int, length: int
) -> None:
    clock = clock_around(*place, 6, 6)
    during = minutes_of(clock, start, length)
    hours = WeeklyHours(tuple(sorted(days)), opens, closes)
    found = guaranteed_time(agreement((), hours=hours), during, civil.zone(place[0]))
    over_midnight = DAY if closes <= opens else timedelta()
    expected = clock.inside(
        (datetime.combine(day, opens), datetime.combine(day, closes) + over_midnight)
        for day in clock.dates()
        if day.weekday() in days and day not in HOLIDAYS
    )
    assert clock.marks(found) == cut(expected, start, length)


# Plans


def content(policy: Sequence[Window], name: str, plan: Maintenance) -> Content:
    title = Text((("nl", "Een"),))
    return Content(
        site=Site(title, "https://status.voorbeeld.example/", civil.zone(name), ("nl",)),
        agreement=agreement(policy),
        groups=(ComponentGroup("platform", title, (Component("server", title),)),),
        maintenance=(plan,),
    )


def planned(interval: Interval, override: Override | None = None) -> Maintenance:
    return Maintenance(
        id="upgrade",
        path="maintenance/2026/upgrade.yaml",
        title=Text((("nl", "Upgrade"),)),
        kind=MaintenanceKind.MAINTENANCE,
        components=("server",),
        planned=interval,
        effect=ComponentStatus.OPERATIONAL,
        announced_at=interval.start - 30 * DAY,
        override=override,
    )


def outside(policy: Sequence[Window], name: str, plan: Maintenance) -> list[Finding]:
    found = windows.judge(Case.of(content(policy, name, plan), datetime(2026, 1, 1, tzinfo=UTC)))
    return [finding for finding in found if finding.code == windows.OUTSIDE_WINDOW.code]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


@given(places(), policies, st.integers(1440, 8 * 1440), st.integers(1, 4 * 1440))
@settings(max_examples=40)
def test_the_offending_parts_are_the_plan_less_what_is_allowed(
    place: tuple[str, date], policy: list[Window], start: int, length: int
) -> None:
    clock = clock_around(*place, 6, 9)
    plan = minutes_of(clock, start, length)
    allowed = clock.inside(windows_by_date(clock, policy))
    expected = bytearray(a & (1 - b) for a, b in zip(clock.marks([plan]), allowed, strict=True))
    found = outside(policy, place[0], planned(plan))
    parts = [part for finding in found for part in finding.data["offending"]]
    intervals = [Interval(utc(part["start"]), utc(part["end"])) for part in parts]
    assert clock.marks(intervals) == expected
    assert [part["minutes"] for part in parts] == [i.length // MINUTE for i in intervals]
    assert len(found) == any(expected)
    assert all(one.end < other.start for one, other in pairwise(intervals))


def runs(marks: bytearray) -> list[int]:
    """For each minute, how many in a row from it on are marked."""
    found = [0] * (len(marks) + 1)
    for index in range(len(marks) - 1, -1, -1):
        found[index] = found[index + 1] + 1 if marks[index] else 0
    return found


@given(
    places(),
    st.one_of(policies, st.just(list(AGREED))),
    st.integers(0, 1440),
    st.integers(1, 4 * 1440),
)
@settings(max_examples=30)
def test_the_nearest_slots_are_the_nearest_that_fit(
    place: tuple[str, date], policy: list[Window], offset: int, length: int
) -> None:
    """Sought minute by minute, ten days back and as many on."""
    clock = clock_around(*place, 15, 19)
    first, wish, last = 5 * 1440, 15 * 1440 + offset, 25 * 1440
    fits = runs(clock.inside(windows_by_date(clock, policy)))
    before = [start for start in range(first, wish + 1) if fits[start] >= length]
    after = [start for start in range(wish, last) if fits[start] >= length]
    interval = minutes_of(clock, wish, length)
    found = nearest_slots(agreement(policy), interval, civil.zone(place[0]))
    for slot in (found.before, found.after):
        assert slot is None or slot.length == interval.length
    if before:
        assert found.before is not None
        assert clock.minute(found.before.start) == max(before)
    else:
        assert found.before is None or clock.minute(found.before.start) < first
    if after:
        assert found.after is not None
        assert clock.minute(found.after.start) == min(after)
    else:
        assert found.after is None or clock.minute(found.after.start) >= last


@given(places(), policies, st.integers(0, 1440), st.integers(1, 3 * 1440))
@settings(max_examples=40)
def test_a_slot_that_is_offered_is_taken(
    place: tuple[str, date], policy: list[Window], offset: int, length: int
) -> None:
    clock = clock_around(*place, 6, 6)
    wish = minutes_of(clock, 5 * 1440 + offset, length)
    found = nearest_slots(agreement(policy), wish, civil.zone(place[0]))
    slots = [slot for slot in (found.before, found.after) if slot]
    assume(slots)
    assert [outside(policy, place[0], planned(slot)) for slot in slots] == [[]] * len(slots)


# By hand


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=civil.zone("Europe/Amsterdam"))


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        # On the edges of a night.
        ("2026-11-25 17:30", "2026-11-26 08:30", True),
        ("2026-11-25 17:29", "2026-11-26 08:30", False),
        ("2026-11-25 17:30", "2026-11-26 08:31", False),
        ("2026-11-26 08:30", "2026-11-26 08:31", False),
        ("2026-11-26 17:29", "2026-11-26 17:30", False),
        ("2026-11-26 08:29", "2026-11-26 08:30", True),
        ("2026-11-26 17:30", "2026-11-26 17:31", True),
        # From one night into the next: the windows do not touch.
        ("2026-11-25 21:00", "2026-11-26 21:00", False),
        # Whole weekends, the long and the short one among them.
        ("2026-11-27 17:30", "2026-11-30 08:30", True),
        ("2026-03-27 17:30", "2026-03-30 08:30", True),
        ("2026-10-23 17:30", "2026-10-26 08:30", True),
        ("2026-03-27 17:30", "2026-03-30 08:31", False),
        ("2026-10-23 17:29", "2026-10-26 08:30", False),
        ("2026-12-31 17:30", "2027-01-01 08:30", True),
        # New Year's Day is a Friday: a holiday gives no room.
        ("2026-12-31 21:00", "2027-01-01 12:00", False),
    ],
)
def test_a_plan_is_allowed_wholly_inside_a_window(start: str, end: str, allowed: bool) -> None:
    plan = planned(Interval(wall(start).astimezone(UTC), wall(end).astimezone(UTC)))
    assert (outside(AGREED, "Europe/Amsterdam", plan) == []) is allowed


def slot(text: str | None, hours: int) -> Interval | None:
    if text is None:
        return None
    start = wall(text).astimezone(UTC)
    return Interval(start, start + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("wish", "hours", "before", "after"),
    [
        ("2026-11-26 16:30", 2, "2026-11-26 06:30", "2026-11-26 17:30"),
        # One that is allowed is its own nearest.
        ("2026-11-25 21:00", 2, "2026-11-25 21:00", "2026-11-25 21:00"),
        ("2026-11-26 12:00", 15, "2026-11-25 17:30", "2026-11-26 17:30"),
        # Too long for a night: the weekends.
        ("2026-11-26 12:00", 16, "2026-11-22 16:30", "2026-11-27 17:30"),
        ("2026-11-26 12:00", 63, "2026-11-20 17:30", "2026-11-27 17:30"),
        # Not in the short weekend of March, and only in the long one of October.
        ("2026-03-27 17:30", 63, "2026-03-20 17:30", "2026-04-03 17:30"),
        ("2026-05-01 12:00", 64, "2025-10-24 17:30", "2026-10-23 17:30"),
        ("2026-10-23 17:30", 64, "2026-10-23 17:30", "2026-10-23 17:30"),
        ("2026-11-26 12:00", 65, None, None),
    ],
)
def test_the_nearest_slots_by_hand(
    wish: str, hours: int, before: str | None, after: str | None
) -> None:
    interval = slot(wish, hours)
    assert interval is not None
    found = nearest_slots(agreement(AGREED), interval, civil.zone("Europe/Amsterdam"))
    assert (found.before, found.after) == (slot(before, hours), slot(after, hours))


def test_an_override_turns_the_error_into_a_warning() -> None:
    plan = slot("2026-11-26 16:30", 2)
    assert plan is not None
    reason = Override(Text((("nl", "Lek"),)), Text((("nl", "Directie"),)))
    (refused,) = outside(AGREED, "Europe/Amsterdam", planned(plan))
    (let_through,) = outside(AGREED, "Europe/Amsterdam", planned(plan, reason))
    assert (refused.severity, let_through.severity) == (Severity.ERROR, Severity.WARNING)
    assert refused.data == let_through.data


def test_the_count_itself_knows_a_weekend() -> None:
    """The slow count is right where a pencil is, before it is trusted elsewhere."""
    for day, hours in ((date(2026, 3, 28), 62), (date(2026, 10, 24), 64), (date(2026, 11, 28), 63)):
        clock = clock_around("Europe/Amsterdam", day, 3, 4)
        assert sum(clock.inside(windows_by_date(clock, AGREED[4:]))) == hours * 60
