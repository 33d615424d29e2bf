"""Clause 8: whether customers were kept informed during a calamity."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from statusgen.intervals import Interval
from statusgen.model.incidents import Incident


def silences(incident: Incident, promised: timedelta, now: datetime) -> list[Interval]:
    """The stretches without an update that are longer than promised, up to the end or ``now``."""
    end = min(incident.ended_at or now, now)
    told = [incident.started_at, *(u.at for u in incident.published(now)), end]
    spaced = sorted(at for at in told if incident.started_at <= at <= end)
    return [
        Interval(earlier, later)
        for earlier, later in pairwise(spaced)
        if later - earlier > promised
    ]
