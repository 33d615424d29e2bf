"""Half-open stretches of time, [start, end), in UTC.

Where a function takes or gives ``Intervals`` they are sorted, apart from each
other and not touching; ``union`` makes them so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct


class Interval(Struct, frozen=True, order=True):
    """The time from ``start`` up to, not including, ``end``; both aware, in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"an interval ends after it starts: {self.start} {self.end}")

    @property
    def length(self) -> timedelta:
        """Elapsed time."""
        return self.end - self.start

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies inside."""
        return self.start <= instant < self.end

    def covers(self, other: Interval) -> bool:
        """Whether the other lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share any time."""
        return self.start < other.end and other.start < self.end


Intervals = tuple[Interval, ...]


def union(intervals: Iterable[Interval]) -> Intervals:
    """All the time in any of them, merged where they touch or overlap."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return tuple(merged)


def difference(some: Sequence[Interval], others: Sequence[Interval]) -> Intervals:
    """The time in the first but not in the second."""
    left: list[Interval] = []
    j = 0
    for interval in some:
        start = interval.start
        while j < len(others) and others[j].end <= start:
            j += 1
        k = j
        while k < len(others) and others[k].start < interval.end:
            if start < others[k].start:
                left.append(Interval(start, others[k].start))
            start = others[k].end
            k += 1
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return tuple(left)


def at_least(count: int, sets: Sequence[Sequence[Interval]]) -> Intervals:
    """The time in at least ``count`` (from 1) of the sets, each as ``union`` makes them."""
    if count == 1:
        return union(interval for intervals in sets for interval in intervals)
    edges = sorted(
        edge
        for intervals in sets
        for interval in intervals
        # Where one ends and another begins, the end comes first: they share no time.
        for edge in ((interval.start, 1), (interval.end, -1))
    )
    found: list[Interval] = []
    holding = 0
    start: datetime | None = None
    for at, change in edges:
        holding += change
        if start is None and holding >= count:
            start = at
        elif start is not None and holding < count:
            if start < at:
                found.append(Interval(start, at))
            start = None
    return union(found)


def within(intervals: Sequence[Interval], bounds: Interval) -> Intervals:
    """The part of the intervals inside the bounds."""
    first = max(bisect_right(intervals, bounds.start, key=_start) - 1, 0)
    inside: list[Interval] = []
    for interval in intervals[first:]:
        if interval.start >= bounds.end:
            break
        if bounds.covers(interval):
            inside.append(interval)
        elif interval.overlaps(bounds):
            inside.append(
                Interval(max(interval.start, bounds.start), min(interval.end, bounds.end))
            )
    return tuple(inside)


def around(intervals: Sequence[Interval], instant: datetime) -> Interval | None:
    """The interval that holds the instant, if one does."""
    index = bisect_right(intervals, instant, key=_start) - 1
    if index >= 0 and intervals[index].holds(instant):
        return intervals[index]
    return None


def total(intervals: Iterable[Interval]) -> timedelta:
    """How long they last together."""
    return sum((interval.length for interval in intervals), timedelta())


def _start(interval: Interval) -> datetime:
    return interval.start
