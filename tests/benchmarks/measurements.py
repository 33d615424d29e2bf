"""A month of measurements, made in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from statusgen.content.measurements import line
from statusgen.model.observations import Observation, Outcome

START = datetime(2026, 11, 1, tzinfo=UTC)
MINUTES = 30 * 24 * 60


def a_month(components: int) -> dict[str, bytes]:
    """The files of a month at a round a minute: mostly well, and every 1,000 minutes one is not."""
    days: dict[str, list[bytes]] = {}
    for minute in range(MINUTES):
        at = START + timedelta(minutes=minute)
        seen = [_one(f"component-{number}", at, minute, number) for number in range(components)]
        days.setdefault(f"main/{at.date()}.jsonl", []).append(line(seen))
    return {path: b"".join(lines) for path, lines in days.items()}


def _one(name: str, at: datetime, minute: int, number: int) -> Observation:
    if (minute // 10 + number * 7) % 100 == 0:
        return Observation(name, at, "main", Outcome.BAD, None, "timeout")
    took = timedelta(milliseconds=50 + (minute * 31 + number * 17) % 400)
    return Observation(name, at, "main", Outcome.GOOD, took)
