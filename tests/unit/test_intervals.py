from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from statusgen.intervals import (
    Interval,
    around,
    difference,
    total,
    union,
    within,
)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 24, hour, tzinfo=UTC)


def span(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


@pytest.mark.parametrize("end", [7, 8])
def test_an_interval_ends_after_it_starts(end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span(8, end)


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    assert [span(8, 10).holds(at(hour)) for hour in (7, 8, 9, 10)] == [False, True, True, False]


def test_an_interval_covers_what_has_its_edges() -> None:
    assert span(8, 10).covers(span(8, 10))
    assert not span(8, 10).covers(span(8, 11))
    assert not span(8, 10).covers(span(7, 10))


def test_intervals_that_touch_share_no_time() -> None:
    assert not span(8, 10).overlaps(span(10, 12))
    assert not span(10, 12).overlaps(span(8, 10))
    assert span(8, 10).overlaps(span(9, 12))


def test_the_length_is_elapsed_time() -> None:
    assert span(8, 10).length == timedelta(hours=2)


def test_a_union_merges_what_touches_and_keeps_apart_what_does_not() -> None:
    assert union([span(10, 12), span(8, 10), span(13, 14)]) == (span(8, 12), span(13, 14))
    assert union([span(8, 14), span(9, 10)]) == (span(8, 14),)
    assert union([]) == ()


def test_a_difference_leaves_what_the_second_has_not() -> None:
    assert difference([span(8, 16)], [span(7, 9), span(10, 12), span(15, 18)]) == (
        span(9, 10),
        span(12, 15),
    )
    assert difference([span(8, 10), span(12, 14)], [span(9, 13)]) == (span(8, 9), span(13, 14))
    assert difference([span(8, 10)], [span(8, 10)]) == ()


def test_within_cuts_at_the_bounds() -> None:
    intervals = [span(6, 7), span(8, 10), span(12, 14), span(16, 18)]
    assert within(intervals, span(9, 13)) == (span(9, 10), span(12, 13))
    assert within(intervals, span(10, 12)) == ()


def test_around_finds_the_interval_that_holds_an_instant() -> None:
    intervals = [span(8, 10), span(12, 14)]
    assert around(intervals, at(8)) == span(8, 10)
    assert around(intervals, at(13)) == span(12, 14)
    assert [around(intervals, at(hour)) for hour in (7, 10, 11, 14)] == [None] * 4


def test_the_total_adds_lengths() -> None:
    assert total([span(8, 10), span(12, 15)]) == timedelta(hours=5)
    assert total([]) == timedelta()
