"""How messages to editors say moments and lengths of time: plainly, and in English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.intervals import Interval


def said(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as messages to editors say it: Thu 2026-11-26 16:30."""
    return civil.to_wall(instant, zone).strftime("%a %Y-%m-%d %H:%M")


def said_twice(instant: datetime, zone: ZoneInfo) -> str:
    """An instant on the site's clock and in UTC: Thu 2026-11-26 22:00 (21:00 UTC)."""
    local, utc = instant.astimezone(zone), instant.astimezone(UTC)
    form = "%H:%M" if local.date() == utc.date() else "%a %Y-%m-%d %H:%M"
    return f"{said(instant, zone)} ({utc:{form}} UTC)"


def said_span(interval: Interval, zone: ZoneInfo) -> str:
    """An interval as messages say it, the day once when it is one day."""
    start, end = civil.to_wall(interval.start, zone), civil.to_wall(interval.end, zone)
    same_day = start.date() == end.date()
    return (
        f"{said(interval.start, zone)} - {end:%H:%M}"
        if same_day
        else (f"{said(interval.start, zone)} - {said(interval.end, zone)}")
    )


def said_length(length: timedelta) -> str:
    """A length of time as messages say it: 2 h 15 min."""
    minutes = int(length.total_seconds()) // 60
    days = minutes // 1440 if minutes > 2880 else 0
    hours, minutes = divmod(minutes - days * 1440, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "less than a minute"
