"""What holds at a moment, in every language: the events known by then, and what followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from statusgen import civil
from statusgen.history import status
from statusgen.history.availability import Outage, outages
from statusgen.history.status import Spell
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import told_until


class Facts(Struct, frozen=True):
    """Incidents by id, plans by their start, with what is said of them by ``now`` and no more.

    ``down`` is cut to guaranteed time.
    """

    incidents: Sequence[Incident]
    plans: Sequence[Maintenance]
    spells: Sequence[Spell]
    down: Sequence[Outage]
    now: datetime

    @property
    def events(self) -> tuple[Incident | Maintenance, ...]:
        """Incidents, then plans."""
        return (*self.incidents, *self.plans)


def facts(content: Content, now: datetime) -> Facts:
    """The events that readers may know of at ``now``, and what followed from them."""
    return facts_of(content, *known_events(content, now), now)


def facts_of(
    content: Content, incidents: Sequence[Incident], plans: Sequence[Maintenance], now: datetime
) -> Facts:
    """What followed from events that are known."""
    spells = status.spells(incidents, plans, now)
    return Facts(incidents, plans, spells, outages(content, spells, plans, now), now)


def known_events(content: Content, now: datetime) -> tuple[list[Incident], list[Maintenance]]:
    """The incidents by id and the plans by start that readers may know of at ``now``."""
    incidents = [i.as_known(now) for i in content.incidents if _is_published(i, now)]
    # The horizon is for what recurs; what was spoken of by itself is shown as soon as it was.
    single = [m.planned.end for m in content.maintenance]
    told = [told_until(schedule, content.site.zone) for schedule in content.schedules]
    until = max([*single, *told, now + content.site.horizon]) + timedelta(seconds=1)
    plans = [
        m.as_known(now)
        for m in content.planned(Interval(civil.EARLIEST, until))
        if _is_announced(m, now)
        and (not m.schedule or m.planned.start < now + content.site.horizon or m.published(now))
    ]
    return incidents, plans


def _is_published(incident: Incident, now: datetime) -> bool:
    return incident.started_at <= now and (not incident.updates or incident.updates[0].at <= now)


def _is_announced(maintenance: Maintenance, now: datetime) -> bool:
    first_word_at = maintenance.first_word_at
    return first_word_at is None or first_word_at <= now
