"""Intervals of minutes behave as the sets of those minutes do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from statusgen.intervals import (
    Interval,
    Intervals,
    around,
    difference,
    total,
    union,
    within,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 40


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def minutes(intervals: Iterable[Interval]) -> set[int]:
    return {minute for minute in range(MINUTES + 1) for i in intervals if i.holds(at(minute))}


def assert_tidy(intervals: Intervals) -> None:
    assert all(one.end < other.start for one, other in pairwise(intervals))


interval = st.builds(
    lambda start, length: Interval(at(start), at(min(start + length, MINUTES))),
    st.integers(0, MINUTES - 1),
    st.integers(1, 12),
)
many = st.lists(interval, max_size=8)
tidy = many.map(union)


@given(many)
def test_a_union_has_every_minute_once(intervals: list[Interval]) -> None:
    assert_tidy(union(intervals))
    assert minutes(union(intervals)) == minutes(intervals)
    assert total(union(intervals)) == timedelta(minutes=len(minutes(intervals)))


@given(many)
def test_a_union_does_not_depend_on_order(intervals: list[Interval]) -> None:
    assert union(reversed(intervals)) == union(intervals) == union(union(intervals))


@given(tidy, tidy)
def test_a_difference_has_the_minutes_of_the_first_only(some: Intervals, others: Intervals) -> None:
    assert_tidy(difference(some, others))
    assert minutes(difference(some, others)) == minutes(some) - minutes(others)


@given(tidy, tidy)
def test_what_is_shared_and_what_is_not_make_the_whole(some: Intervals, others: Intervals) -> None:
    # What is left out of what is left out is what both share.
    left = difference(some, others)
    parts = (*difference(some, left), *left)
    assert union(parts) == some
    assert total(parts) == total(some)


@given(tidy, interval)
def test_within_has_the_minutes_inside_the_bounds(intervals: Intervals, bounds: Interval) -> None:
    assert_tidy(within(intervals, bounds))
    assert minutes(within(intervals, bounds)) == minutes(intervals) & minutes([bounds])
    assert all(bounds.covers(inside) for inside in within(intervals, bounds))


@given(tidy, st.integers(0, MINUTES))
def test_around_finds_the_one_that_holds_a_minute(intervals: Intervals, minute: int) -> None:
    holding = (i for i in intervals if i.holds(at(minute)))
    assert around(intervals, at(minute)) == next(holding, None)


@given(interval, interval)
def test_two_intervals_by_their_minutes(one: Interval, other: Interval) -> None:
    assert one.overlaps(other) == bool(minutes([one]) & minutes([other]))
    assert one.covers(other) == (minutes([other]) <= minutes([one]))
    assert one.length == timedelta(minutes=len(minutes([one])))
