"""What all vantage points saw together: when, and how fast it answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from statusgen.intervals import Interval, Intervals, at_least, union, within
from statusgen.model.observations import ResponseTimes


class Sight(Struct, frozen=True):
    """When something was seen to answer well, too late or not at all.

    The three are apart from each other; in none of them it was not seen.
    """

    good: Intervals = ()
    slow: Intervals = ()
    bad: Intervals = ()

    @property
    def seen(self) -> Intervals:
        """When it was seen at all."""
        return union((*self.good, *self.slow, *self.bad))

    def during(self, time: Intervals) -> Sight:
        """The part of it in that time."""
        if not time:
            return Sight()
        whole = Interval(time[0].start, time[-1].end)
        parts = (self.good, self.slow, self.bad)
        return Sight(*(at_least(2, (within(part, whole), time)) for part in parts))


class Measurements(Struct, frozen=True):
    """What was seen of each component that was, and how fast it answered by UTC day."""

    sights: Mapping[str, Sight] = field(default_factory=dict)
    times: Mapping[str, Mapping[date, ResponseTimes]] = field(default_factory=dict)

    def during(self, time: Interval) -> Measurements:
        """The part of it in that time, with all days that it touches."""
        first, last = time.start.date(), time.end.date()
        return Measurements(
            {component: sight.during((time,)) for component, sight in self.sights.items()},
            {
                component: {day: took for day, took in days.items() if first <= day <= last}
                for component, days in self.times.items()
            },
        )
