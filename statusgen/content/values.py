"""How instants, times of day, durations and weekdays are written.

Each function takes text and raises ``BadValue`` with the rule that it breaks.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.artifact import is_device
from statusgen.content import rules
from statusgen.findings import Rule
from statusgen.model.hours import WeeklySpan

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DATE = r"(\d{4,6})-(\d\d)-(\d\d)"
_TIME = r"(\d\d?):(\d\d)(?::(\d\d))?"
_INSTANT = re.compile(rf"{_DATE}(?:[T ]{_TIME} ?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_WEEKDAY_TIME = re.compile(rf"({'|'.join(WEEKDAYS)}) +(\d\d?:\d\d)", re.ASCII)
_DURATION = re.compile(
    r"(?:(\d{1,6})d)? ?(?:(\d{1,6})h)? ?(?:(\d{1,6})m)? ?(?:(\d{1,6})s)?", re.ASCII
)
_ISO_DURATION = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?", re.ASCII
)
_MAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_MAILBOX = re.compile(rf"{_MAIL}|[^<>\"\\,;:@\x00-\x1f\x7f]{{1,80}} <{_MAIL}>", re.ASCII)


MAX_TEXT = 20_000
"""Characters in one text: what Markdown converts in an instant, and more than anyone reads."""
MAX_LINE = 500
MAX_ADDRESS = 2000
MAX_HOST = 253
MAX_ID = 80


class BadValue(Exception):
    """Text that is not what its key takes: the broken rule, what is wrong, the way out."""

    def __init__(self, rule: Rule, message: str, help: str = "") -> None:
        super().__init__(rule, message, help)
        self.rule, self.message, self.help = rule, message, help


def is_id(text: str) -> bool:
    """Whether the text can be an id: it becomes an address and the name of a folder."""
    return bool(_ID.fullmatch(text)) and len(text) <= MAX_ID and not is_device(text)


def is_mailbox(text: str) -> bool:
    """Whether it is ``address`` or ``Name <address>``, and fits in a header of mail as it is."""
    return bool(_MAILBOX.fullmatch(text)) and len(text) <= MAX_HOST


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant in UTC from wall time of the zone (``2026-11-23 15:03``) or with an offset.

    The form is that of RFC 3339 with a space allowed for the T and seconds optional.
    """
    match = _INSTANT.fullmatch(text.strip())
    if not match:
        raise BadValue(rules.BAD_VALUE, f"`{_cut(text)}` is no moment.", _moment_help(text))
    year, month, day, hour, minute, second, offset = match.groups()
    if hour is None:
        raise BadValue(
            rules.DATE_WITHOUT_TIME, f"`{text}` has no time of day.", f"Write `{text} 21:00`."
        )
    wall = _datetime(text, year, month, day, hour, minute, second)
    found = _with_offset(text, wall, offset) if offset else _in_zone(text, wall, zone)
    if not civil.EARLIEST <= found < civil.LATEST:
        raise _out_of_range(text)
    return found


def has_offset(text: str) -> bool:
    """Whether a moment is one in every zone."""
    match = _INSTANT.fullmatch(text.strip())
    return bool(match and match.groups()[-1])


def _moment_help(text: str) -> str:
    if re.fullmatch(_TIME, text.strip(), re.ASCII):
        return f"The date is missing: write `2026-11-25 {text.strip()}`."
    return _INSTANT_HELP


_INSTANT_HELP = (
    "Write it as `2026-11-23 15:03` (wall time of the site's zone) or with an offset: "
    "`2026-11-23T15:03+01:00`, `2026-11-23T14:03Z`."
)


def written(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as ``instant`` reads it: wall time, with its offset where that comes twice."""
    wall = civil.to_wall(instant, zone).replace(tzinfo=None)
    if len(civil.instants(wall, zone)) > 1:
        return _with_its_offset(instant, zone)
    return wall.isoformat(" ", "seconds" if wall.second else "minutes")


def wall_time(text: str) -> datetime:
    """A wall time (naive) that recurs: ``2026-01-08 22:00``, without an offset."""
    match = _INSTANT.fullmatch(text.strip())
    if not match or match[7]:
        raise BadValue(
            rules.BAD_VALUE,
            f"`{_cut(text)}` is no wall time.",
            "Write it as `2026-01-08 22:00`, without an offset: it recurs on the site's clock.",
        )
    if match[4] is None:
        raise BadValue(
            rules.DATE_WITHOUT_TIME, f"`{text}` has no time of day.", f"Write `{text} 21:00`."
        )
    return _datetime(text, *match.groups()[:6])


def calendar_day(text: str) -> date:
    """A date: ``2026-12-24``."""
    match = re.fullmatch(_DATE, text.strip(), re.ASCII)
    if not match:
        raise BadValue(rules.BAD_VALUE, f"`{_cut(text)}` is no date.", "Write it as `2026-12-24`.")
    return _datetime(text, *match.groups(), "0", "0", None).date()


def time_of_day(text: str) -> time:
    """A time of day: ``08:30``; ``24:00`` is midnight."""
    match = re.fullmatch(r"(\d\d?):(\d\d)", text.strip(), re.ASCII)
    if match and (int(match[1]), int(match[2])) == (24, 0):
        return time()
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise BadValue(
            rules.BAD_VALUE, f"`{_cut(text)}` is no time of day.", "Write it as `08:30`."
        )
    return time(int(match[1]), int(match[2]))


def duration(text: str) -> timedelta:
    """A positive length of time: ``2h``, ``90m``, ``1d 4h``, ``5s`` or ISO 8601 ``PT2H``."""
    stripped = text.strip()
    match = _DURATION.fullmatch(stripped) or _ISO_DURATION.fullmatch(stripped)
    parts = match.groups() if match else ("",) * 4
    days, hours, minutes, seconds = (int(part or 0) for part in parts)
    found = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta() < found <= _LONGEST:
        raise BadValue(
            rules.BAD_VALUE,
            f"`{_cut(text)}` is no length of time.",
            "Write it as `2h`, `90m`, `1d 4h` or `PT2H`; more than nothing and at most ten years.",
        )
    return found


def written_length(length: timedelta) -> str:
    """A length of time as ``duration`` reads it: 1d 4h, 90m is 1h 30m."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24) if hours > 48 else (0, hours)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number)


_LONGEST = timedelta(days=3660)


def share(text: str) -> Fraction:
    """A share from 0 to 1: ``90%``, ``99.95 %`` or ``0.9``, exact."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,9})?) ?(%?)", text.strip(), re.ASCII)
    found = Fraction(match[1]) / (100 if match[2] else 1) if match else Fraction(2)
    if found > 1:
        raise BadValue(
            rules.BAD_VALUE,
            f"`{_cut(text)}` is no share of a whole.",
            "Write it as `90%`, or as a number from 0 to 1.",
        )
    return found


def weekdays(text: str) -> tuple[int, ...]:
    """Days of the week, Monday 0: ``mon-fri``, ``sat``, ``mon, wed, fri-sun``."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, hyphen, last = (word.strip() for word in part.partition("-"))
        last = last if hyphen else first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            raise BadValue(
                rules.BAD_VALUE,
                f"`{_cut(text)}` are no days of the week.",
                f"Write them as `mon-fri` or `sat, sun`: {', '.join(WEEKDAYS)}.",
            )
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
        found.update(day % 7 for day in range(start, end + 1 + 7 * (end < start)))
    return tuple(sorted(found))


def weekday_time(text: str) -> tuple[int, time]:
    """A moment of the week: ``fri 17:30``; ``fri 24:00`` is the start of Saturday."""
    match = _WEEKDAY_TIME.fullmatch(text.strip().lower())
    if not match:
        raise BadValue(
            rules.BAD_VALUE,
            f"`{_cut(text)}` is no moment of the week.",
            "Write it as `fri 17:30`; for the same hours on several days write `days: mon-thu` "
            "beside `from: 17:30` and `to: 08:30`.",
        )
    next_day = match[2] == "24:00"
    return (WEEKDAYS.index(match[1]) + next_day) % 7, time_of_day(match[2])


def weekly_span(start: str, end: str) -> WeeklySpan:
    """A stretch from one moment of the week to the next such: fri 17:30 to mon 08:30."""
    opening_day, opens = weekday_time(start)
    closing_day, closes = weekday_time(end)
    days = (closing_day - opening_day) % 7
    return WeeklySpan(opening_day, opens, days or 7 * (closes <= opens), closes)


def _datetime(text: str, *parts: str | None) -> datetime:
    year, month, day, hour, minute, second = [int(part or 0) for part in parts]
    if not civil.EARLIEST.year <= year < civil.LATEST.year:
        raise _out_of_range(text)
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise BadValue(
            rules.BAD_VALUE, f"`{text}` is not in the calendar or on the clock."
        ) from None


def _out_of_range(text: str) -> BadValue:
    message = f"`{text}` lies outside 1970 to 2199."
    return BadValue(rules.TIME_OUT_OF_RANGE, message, rules.TIME_OUT_OF_RANGE.explanation)


def _with_offset(text: str, wall: datetime, offset: str) -> datetime:
    if offset == "Z":
        return wall.replace(tzinfo=UTC)
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 14 or minutes > 59:
        raise BadValue(rules.BAD_VALUE, f"`{text}` has no such offset.", _INSTANT_HELP)
    shift = timedelta(hours=hours, minutes=minutes)
    return (wall - shift if offset[0] == "+" else wall + shift).replace(tzinfo=UTC)


def _in_zone(text: str, wall: datetime, zone: ZoneInfo) -> datetime:
    found = civil.instants(wall, zone)
    if len(found) == 1:
        return found[0]
    if found:
        first, second = (_with_its_offset(instant, zone) for instant in found)
        raise BadValue(
            rules.TIME_DOUBLED,
            f"`{text}` comes twice: the clock goes back that night.",
            f"Write `{first}` for the first time or `{second}` for the second.",
        )
    change = civil.after_gap(wall, zone)
    before = _with_its_offset(change - timedelta(minutes=1), zone)
    after = _with_its_offset(change, zone)
    raise BadValue(
        rules.TIME_SKIPPED,
        f"`{text}` does not exist: the clock goes forward over it.",
        f"The last minute before is `{before}`, the first after `{after}`.",
    )


def _with_its_offset(instant: datetime, zone: ZoneInfo) -> str:
    spec = "seconds" if instant.second else "minutes"
    return civil.to_wall(instant, zone).isoformat(timespec=spec)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
