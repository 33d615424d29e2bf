"""Where a maintenance fits: the nearest slots that the agreement allows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen.intervals import Interval, Intervals, difference, union
from statusgen.model.agreement import Agreement, allowed_time
from statusgen.model.content import Content

REACH = timedelta(days=400)
"""How far around the wish slots are searched."""


class NearestSlots(Struct, frozen=True):
    """Allowed slots as long as the wish; None where there is none within ``REACH``.

    ``before`` has the latest start not after the one wished for, ``after`` the earliest
    not before it.
    """

    before: Interval | None
    after: Interval | None


def nearest_slots(
    agreement: Agreement, wish: Interval, zone: ZoneInfo, taken: Intervals = ()
) -> NearestSlots:
    """The slots nearest to ``wish``, each wholly inside one stretch of allowed time that is not
    ``taken``."""
    reach = Interval(wish.start - REACH, wish.end + REACH)
    free = difference(allowed_time(agreement, reach, zone), taken)
    allowed = [stretch for stretch in free if stretch.length >= wish.length]
    before = [min(wish.start, i.end - wish.length) for i in allowed if i.start <= wish.start]
    after = [max(wish.start, i.start) for i in allowed if wish.start <= i.end - wish.length]
    return NearestSlots(
        Interval(max(before), max(before) + wish.length) if before else None,
        Interval(min(after), min(after) + wish.length) if after else None,
    )


def next_slots(
    content: Content,
    length: timedelta,
    start: datetime,
    count: int,
    components: Collection[str],
    now: datetime,
) -> list[Interval]:
    """Up to ``count`` allowed slots from ``start`` on, clear of what is planned for the components.

    What was called off by ``now`` is in nobody's way. Each begins as early as it can and after
    the one before it; fewer where ``REACH`` ends.
    """
    start = start.replace(second=0, microsecond=0) + timedelta(minutes=bool(start.second))
    reach = Interval(start, start + REACH)
    taken = union(
        plan.planned
        for plan in content.planned(reach)
        if not plan.is_cancelled(now) and any(part in components for part in plan.components)
    )
    free = difference(allowed_time(content.agreement, reach, content.site.zone), taken)
    found: list[Interval] = []
    for stretch in free:
        at = stretch.start
        while at + length <= stretch.end and len(found) < count:
            found.append(Interval(at, at + length))
            at += length
    return found
