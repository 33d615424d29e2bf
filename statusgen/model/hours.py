"""Hours of a week, written in wall time and laid out in UTC.

One layout serves the windows that maintenance must keep to, the hours in which
availability is guaranteed and those in which support is open, so that the hours
that forbid a window are by construction the hours that availability is counted in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval, Intervals, union, within

MONDAY, SUNDAY = 0, 6


class WeeklySpan(Struct, frozen=True, order=True):
    """A stretch that returns each week, from a weekday (Monday is 0) and wall time.

    ``closes_after`` counts the days from the opening day to the closing one.
    """

    weekday: int
    opens: time
    closes_after: int
    closes: time

    def on(self, day: date, zone: ZoneInfo) -> Interval | None:
        """The stretch that opens on this day; None when a clock change swallows it."""
        start = civil.opening(datetime.combine(day, self.opens), zone)
        closing_day = day + timedelta(days=self.closes_after)
        end = civil.closing(datetime.combine(closing_day, self.closes), zone)
        return Interval(start, end) if start < end else None


class WeeklyHours(Struct, frozen=True):
    """The same hours on some days of the week, as people write them: mon-fri 08:30-17:30."""

    days: tuple[int, ...]
    start: time
    end: time

    @property
    def spans(self) -> tuple[WeeklySpan, ...]:
        """A span a day; an end not after the start is on the next day."""
        over_midnight = int(self.end <= self.start)
        return tuple(WeeklySpan(day, self.start, over_midnight, self.end) for day in self.days)

    @property
    def never_end(self) -> bool:
        """Whether they are all hours of the week."""
        return len(self.days) == 7 and self.start == self.end


def lay_out(
    spans: Iterable[WeeklySpan],
    during: Interval,
    zone: ZoneInfo,
    *,
    closed: frozenset[date] = frozenset(),
) -> Intervals:
    """The time in the spans, cut to ``during``; none opens on a ``closed`` day."""
    by_weekday: dict[int, list[WeeklySpan]] = {}
    longest = 0
    for span in spans:
        by_weekday.setdefault(span.weekday, []).append(span)
        longest = max(longest, span.closes_after)
    first = civil.day_of(during.start, zone) - timedelta(days=longest)
    found: list[Interval] = []
    for n in range((civil.day_of(during.end, zone) - first).days + 1):
        day = first + timedelta(days=n)
        if day in closed:
            continue
        for span in by_weekday.get(day.weekday(), ()):
            laid_out = span.on(day, zone)
            if laid_out:
                found.append(laid_out)
    return within(union(found), during)
