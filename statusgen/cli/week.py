"""A week of plans as text, for summaries that take neither pictures nor colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from statusgen import civil
from statusgen.intervals import Interval, Intervals, union, within
from statusgen.model.agreement import allowed_time, guaranteed_time
from statusgen.model.content import Content
from statusgen.model.maintenance import Maintenance

CELL = timedelta(minutes=30)
PLANNED, OPEN, GUARANTEED, OTHER = "█", "░", "·", " "
KEY = f"{PLANNED} planned, {OPEN} open for maintenance, {GUARANTEED} guaranteed hours"


def week_rows(content: Content, plans: Sequence[Maintenance], start: datetime) -> Iterator[str]:
    """A head of hours and a row for each of seven days, two characters an hour on the wall."""
    zone = content.site.zone
    first = civil.day_of(start, zone)
    days = [first + timedelta(days=number) for number in range(7)]
    week = Interval(civil.midnight(days[0], zone), civil.midnight(days[-1] + CELL * 48, zone))
    kinds = (
        (PLANNED, union(plan.planned for plan in plans)),
        (GUARANTEED, guaranteed_time(content.agreement, week, zone)),
        (OPEN, allowed_time(content.agreement, week, zone)),
    )
    yield " " * 15 + "".join(f"{hour:02}    " for hour in range(0, 24, 3)).rstrip()
    for day in days:
        midnight = datetime.combine(day, time())
        cells = (civil.instants(midnight + number * CELL, zone) for number in range(48))
        row = "".join(_cell(instants, kinds) for instants in cells)
        yield f"{day:%a %Y-%m-%d} {row}".rstrip()


def _cell(instants: Sequence[datetime], kinds: Sequence[tuple[str, Intervals]]) -> str:
    """The first kind that is there in that half hour, in either when the clock shows it twice."""
    for character, intervals in kinds:
        if any(within(intervals, Interval(at, at + CELL)) for at in instants):
            return character
    return OTHER
