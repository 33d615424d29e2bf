"""What is planned again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import Maintenance, MaintenanceKind, MaintenanceUpdate
from statusgen.model.text import Text

if TYPE_CHECKING:
    from dateutil.rrule import rrule

# The Gregorian calendar repeats after 400 years, weekdays included.
_CYCLE_YEARS = 400


class BadRecurrence(ValueError):
    """A recurrence rule that cannot be used; the text says why."""


class Change(Struct, frozen=True):
    """Another moment for one occurrence; what is None stays as the schedule has it."""

    start: datetime | None = None
    duration: timedelta | None = None
    announced_at: datetime | None = None


class OccurrenceUpdate(Struct, frozen=True):
    """A dated entry on the occurrence of that original date."""

    occurrence: date
    update: MaintenanceUpdate


class Schedule(Struct, frozen=True):
    """A rule for maintenance (RFC 5545), in wall time from ``first`` (a naive datetime).

    ``until`` is the last day that it may run on; ``changes`` go by original date, ``updates``
    are in the order of the file.
    """

    id: str
    path: str
    title: Text
    components: tuple[str, ...]
    rrule: str
    first: datetime
    duration: timedelta
    effect: ComponentStatus
    announced_at: datetime | None = None
    until: date | None = None
    skipped: frozenset[date] = frozenset()
    changes: Mapping[date, Change] | None = None
    text: Text | None = None
    updates: tuple[OccurrenceUpdate, ...] = ()

    def updates_by_day(self) -> dict[date, list[tuple[int, MaintenanceUpdate]]]:
        """The updates of each occurrence by its original date, numbered as in the file."""
        found: dict[date, list[tuple[int, MaintenanceUpdate]]] = {}
        for number, told in enumerate(self.updates):
            found.setdefault(told.occurrence, []).append((number, told.update))
        return found


def recurrence(rule: str, first: datetime) -> rrule:
    """The rule, ready to be asked for wall times; raises BadRecurrence.

    Parts that make it run by the hour or that belong elsewhere in the file are refused.
    """
    from dateutil.rrule import rrule, rrulestr

    _check_parts([part.partition("=")[::2] for part in rule.split(";")])
    try:
        parsed = rrulestr(rule, dtstart=first)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise BadRecurrence(str(error)) from None
    if not isinstance(parsed, rrule):
        raise BadRecurrence("one rule is taken, not a set of rules")
    return parsed


def _check_parts(parts: Sequence[tuple[str, str]]) -> None:
    named = dict(parts)
    if len(named) < len(parts):
        raise BadRecurrence("it says something twice")
    for name, value in parts:
        if name not in _PARTS:
            raise BadRecurrence(f"{name or 'an empty part'} is not taken; {_OTHERWISE}")
        form, most = _PARTS[name]
        numbers = [abs(int(number)) for number in re.findall(r"\d+", value)]
        fits = all(1 <= number <= most for number in numbers)
        if not re.fullmatch(form, value, re.ASCII) or not fits:
            raise BadRecurrence(f"{name}={value} is not taken; {_OTHERWISE}")
    if "FREQ" not in named:
        raise BadRecurrence("it has no FREQ")
    if re.search(r"\d", named.get("BYDAY", "")):
        _check_numbered_days(named)


def _check_numbered_days(parts: Mapping[str, str]) -> None:
    if parts["FREQ"] in ("DAILY", "WEEKLY"):
        raise BadRecurrence("BYDAY has numbers only with FREQ=MONTHLY or YEARLY")
    in_a_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    numbers = [int(number) for number in re.findall(r"\d+", parts["BYDAY"])]
    if in_a_month and max(numbers) > 5:
        raise BadRecurrence(f"no month has {max(numbers)} of one weekday")


_DAY = r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)"
_LIST = r"[+-]?\d{1,3}(,[+-]?\d{1,3})*"
_PARTS = {
    "FREQ": ("DAILY|WEEKLY|MONTHLY|YEARLY", 0),
    "INTERVAL": (r"\d{1,3}", 999),
    "COUNT": (r"\d{1,5}", 99_999),
    "BYDAY": (rf"{_DAY}(,{_DAY})*", 53),
    "BYMONTHDAY": (_LIST, 31),
    "BYYEARDAY": (_LIST, 366),
    "BYWEEKNO": (_LIST, 53),
    "BYMONTH": (r"\d{1,2}(,\d{1,2})*", 12),
    "BYSETPOS": (_LIST, 366),
    "WKST": ("MO|TU|WE|TH|FR|SA|SU", 0),
}
"""The parts of a rule that are taken: their form, and the largest number in them."""
_OTHERWISE = (
    "the time of day comes from `first`, the last day from `until`, "
    "and a rule recurs daily at the most"
)


def ever_recurs(rule: str, first: datetime) -> bool:
    """Whether the rule has any occurrence at all.

    Asked in the last full cycle of the calendar: a rule without one is searched to the
    year 9999, so that starting near it keeps the search short.
    """
    shift = (9999 - first.year) // _CYCLE_YEARS * _CYCLE_YEARS
    moved = first.replace(year=first.year + shift)
    return next(iter(recurrence(rule, moved)), None) is not None


def occurrences(
    schedule: Schedule, during: Interval, zone: ZoneInfo
) -> Iterator[tuple[datetime, Maintenance]]:
    """(wall time by the rule, occurrence) for each that overlaps ``during``, in order of the rule.

    An occurrence has the id ``<schedule>-<original date>``.
    """
    lead = max((schedule.duration, *(_durations(schedule)))) + timedelta(days=2)
    last = civil.to_wall(during.end, zone).replace(tzinfo=None)
    if schedule.until is not None:
        last = min(last, datetime.combine(schedule.until, time.max))
    moved_in = _moved_into(schedule, during)
    for wall in recurrence(schedule.rrule, schedule.first):
        if wall > last and not (moved_in and wall.date() <= max(moved_in)):
            return
        if wall.date() in schedule.skipped or _beyond_until(schedule, wall):
            continue
        start = civil.recurring(wall, zone)
        if start < during.start - lead and wall.date() not in (schedule.changes or {}):
            continue
        occurrence = _occurrence(schedule, wall.date(), start)
        if occurrence.planned.overlaps(during):
            yield wall, occurrence


def told_until(schedule: Schedule, zone: ZoneInfo) -> datetime:
    """After the start of the last occurrence that has an update of its own."""
    told = {told.occurrence for told in schedule.updates}
    changes = schedule.changes or {}
    starts = [changes.get(day, Change()).start for day in told]
    day_after = [civil.midnight(day + timedelta(days=2), zone) for day in told]
    return max([*filter(None, starts), *day_after], default=civil.EARLIEST)


def _durations(schedule: Schedule) -> list[timedelta]:
    changes = (schedule.changes or {}).values()
    return [change.duration for change in changes if change.duration is not None]


def _moved_into(schedule: Schedule, during: Interval) -> list[date]:
    """Original dates of occurrences that a change moves to before the end of ``during``."""
    changes = schedule.changes or {}
    return [day for day, change in changes.items() if change.start and change.start < during.end]


def _beyond_until(schedule: Schedule, wall: datetime) -> bool:
    return schedule.until is not None and wall.date() > schedule.until


def _occurrence(schedule: Schedule, original: date, start: datetime) -> Maintenance:
    change = (schedule.changes or {}).get(original, Change())
    start = change.start or start
    return Maintenance(
        id=f"{schedule.id}-{original.isoformat()}",
        path=schedule.path,
        title=schedule.title,
        kind=MaintenanceKind.MAINTENANCE,
        components=schedule.components,
        planned=Interval(start, start + (change.duration or schedule.duration)),
        effect=schedule.effect,
        announced_at=change.announced_at or schedule.announced_at,
        text=schedule.text,
        updates=tuple(told.update for told in schedule.updates if told.occurrence == original),
        schedule=schedule.id,
        is_changed=change != Change(),
    )
