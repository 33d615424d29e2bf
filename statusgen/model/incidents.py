"""What went wrong, and what was said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from statusgen.intervals import Interval, total, union, within
from statusgen.model.components import ComponentStatus
from statusgen.model.text import Text


class IncidentKind(StrEnum):
    """Clause 4a: a bug or a disruption; clause 8: a calamity."""

    DISRUPTION = "disruption"
    BUG = "bug"
    CALAMITY = "calamity"


class IncidentStatus(StrEnum):
    """How far the work is, in the words of the Statuspage API."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Impact(StrEnum):
    """How much users feel."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Priority(StrEnum):
    """The priority of a bug (clause 4a), lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class SupportLine(StrEnum):
    """Which line of support has the ticket (clause 3d)."""

    FIRST = "first"
    SECOND = "second"


class ExclusionGround(StrEnum):
    """Why an incident is left out of the figure (clauses 2b and 2c)."""

    CUSTOMER_FAULT = "customer-fault"
    UNAPPROVED_CHANGE = "unapproved-change"


class FailoverPhase(StrEnum):
    """How far the fail-over of a calamity is (clause 8)."""

    DECLARED = "declared"
    STARTED = "started"
    COMPLETED = "completed"
    RETURNED = "returned"


STATUS_OF_IMPACT = {
    Impact.NONE: ComponentStatus.OPERATIONAL,
    Impact.MINOR: ComponentStatus.DEGRADED_PERFORMANCE,
    Impact.MAJOR: ComponentStatus.PARTIAL_OUTAGE,
    Impact.CRITICAL: ComponentStatus.MAJOR_OUTAGE,
}
IMPACT_OF_STATUS = {status: impact for impact, status in STATUS_OF_IMPACT.items()}
IMPACT_OF_KIND = {
    IncidentKind.BUG: Impact.MINOR,
    IncidentKind.DISRUPTION: Impact.MAJOR,
    IncidentKind.CALAMITY: Impact.CRITICAL,
}


class IncidentUpdate(Struct, frozen=True):
    """One dated entry; ``components`` changes statuses from its instant on."""

    id: str
    at: datetime
    status: IncidentStatus
    text: Text | None = None
    components: Mapping[str, ComponentStatus] | None = None
    failover: FailoverPhase | None = None


class Exclusion(Struct, frozen=True):
    """Why an incident does not count."""

    ground: ExclusionGround
    reason: Text


class Incident(Struct, frozen=True):
    """An unplanned event. ``path`` is its file, relative to the content folder.

    ``components`` are the statuses at ``started_at``; ``ended_at`` is None while open.
    """

    id: str
    path: str
    title: Text
    kind: IncidentKind
    components: Mapping[str, ComponentStatus]
    impact: Impact
    started_at: datetime
    ended_at: datetime | None
    updates: tuple[IncidentUpdate, ...]
    ticket: str | None = None
    known_since: datetime | None = None
    reported_at: datetime | None = None
    registered_at: datetime | None = None
    repair_started_at: datetime | None = None
    priority: Priority | None = None
    requested_priority: Priority | None = None
    line: SupportLine | None = None
    exclusion: Exclusion | None = None
    unreachable: tuple[Interval, ...] = ()
    postmortem: Text | None = None

    @property
    def touched(self) -> set[str]:
        """The components that it names at any time."""
        return set(self.components).union(*(update.components or () for update in self.updates))

    def published(self, now: datetime) -> tuple[IncidentUpdate, ...]:
        """The updates of up to ``now``, oldest first."""
        return tuple(update for update in self.updates if update.at <= now)

    def as_known(self, now: datetime) -> Incident:
        """The incident as far as readers know of it: what is dated later has not been said.

        One that was said to be resolved is over, whatever end is written for later.
        """
        moments = (self.ended_at, self.known_since, self.reported_at, self.registered_at)
        if self.ended_at and all(
            at is None or at <= now
            for at in (*moments, self.repair_started_at, *(u.at for u in self.updates))
        ):
            return self
        told = self.published(now)
        return replace(
            self,
            updates=told,
            ended_at=_past(self.ended_at, now) or resolved_at((u.at, u.status) for u in told),
            known_since=_past(self.known_since, now),
            reported_at=_past(self.reported_at, now),
            registered_at=_past(self.registered_at, now),
            repair_started_at=_past(self.repair_started_at, now),
        )

    def is_open(self, now: datetime) -> bool:
        """Whether it goes on at ``now``."""
        return self.started_at <= now and (self.ended_at is None or now < self.ended_at)

    def status(self, now: datetime) -> IncidentStatus:
        """How far the work is at ``now``."""
        if self.ended_at is not None and self.ended_at <= now:
            return IncidentStatus.RESOLVED
        published = self.published(now)
        return published[-1].status if published else IncidentStatus.INVESTIGATING


def _past(at: datetime | None, now: datetime) -> datetime | None:
    return at if at and at <= now else None


def resolved_at(told: Iterable[tuple[datetime, IncidentStatus]]) -> datetime | None:
    """When it was over by what was told, oldest first; None when the last says otherwise."""
    found = None
    for at, status in told:
        if status is not IncidentStatus.RESOLVED:
            found = None
        elif found is None:
            found = at
    return found


def current_statuses(incident: Incident, now: datetime) -> dict[str, ComponentStatus]:
    """The status of each component at ``now``, as this incident has it; none when it is over."""
    if not incident.is_open(now):
        return {}
    found = dict(incident.components)
    for update in incident.published(now):
        found.update(update.components or {})
    return found


def statuses(incident: Incident, until: datetime) -> list[tuple[str, Interval, ComponentStatus]]:
    """(component, interval, status) for as long as each status lasted, up to ``until``."""
    end = min(until, incident.ended_at) if incident.ended_at else until
    changes: dict[str, list[tuple[datetime, ComponentStatus]]] = {
        component: [(incident.started_at, status)]
        for component, status in incident.components.items()
    }
    for update in incident.updates:
        for component, status in (update.components or {}).items():
            # What an early update says holds from the start of the incident.
            at = max(update.at, incident.started_at)
            changes.setdefault(component, []).append((at, status))
    spells: list[tuple[str, Interval, ComponentStatus]] = []
    for component, history in changes.items():
        ends = [at for at, _ in history[1:]] + [end]
        for (start, status), stop in zip(history, ends, strict=True):
            if start < min(stop, end):
                spells.append((component, Interval(start, min(stop, end)), status))
    return spells


def unreachable(incident: Incident, during: Interval) -> timedelta:
    """How much of that time the customer could not be reached (clause 4c)."""
    return total(within(union(incident.unreachable), during))


def silences(incident: Incident, promised: timedelta, now: datetime) -> list[Interval]:
    """The stretches without an update longer than promised (clause 8), up to ``now``."""
    if incident.impact is Impact.NONE:
        return []  # An exercise, which nobody notices, keeps nobody waiting.
    end = min(incident.ended_at or now, now)
    told = [incident.started_at, *(u.at for u in incident.published(now)), end]
    spaced = sorted(at for at in told if incident.started_at <= at <= end)
    return [
        Interval(earlier, later)
        for earlier, later in pairwise(spaced)
        if later - earlier > promised
    ]
