"""What is planned, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.text import Text


class MaintenanceKind(StrEnum):
    """Clause 9: maintenance; clause 7: a restore."""

    MAINTENANCE = "maintenance"
    RESTORE = "restore"


class MaintenanceStatus(StrEnum):
    """How far a plan is, in the words of the Statuspage API and "cancelled"."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self in (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class MaintenanceUpdate:
    """One dated entry."""

    id: str
    at: datetime
    status: MaintenanceStatus
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Why a window that the agreement refuses goes ahead, and who said so."""

    reason: Text
    approved_by: Text


@dataclass(frozen=True, slots=True)
class Stage:
    """A status from an instant on; ``update`` is None where the clock alone brought it."""

    at: datetime
    status: MaintenanceStatus
    update: MaintenanceUpdate | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A planned event, single or one occurrence of a schedule.

    ``planned`` is when it is meant to run; ``actual_start`` and ``actual_end`` when it
    ran, where that differs. ``effect`` is what users notice (operational: nothing).
    ``schedule`` is the id of the schedule it is an occurrence of.
    """

    id: str
    path: str
    title: Text
    kind: MaintenanceKind
    components: tuple[str, ...]
    planned: Interval
    effect: ComponentStatus
    announced_at: datetime | None = None
    text: Text | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    updates: tuple[MaintenanceUpdate, ...] = ()
    override: Override | None = None
    recovery_point_at: datetime | None = None
    schedule: str | None = None

    @property
    def first_word_at(self) -> datetime | None:
        """When it was announced: as written, else by the first update."""
        if self.announced_at is not None:
            return self.announced_at
        return self.updates[0].at if self.updates else None

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return any(update.status is MaintenanceStatus.CANCELLED for update in self.updates)

    def published(self, now: datetime) -> tuple[MaintenanceUpdate, ...]:
        """The updates of up to ``now``, oldest first."""
        return tuple(update for update in self.updates if update.at <= now)

    def status(self, now: datetime) -> MaintenanceStatus:
        """How far it is at ``now``: by the clock, unless an update says otherwise."""
        past = [stage.status for stage in stages(self) if stage.at <= now]
        return past[-1] if past else MaintenanceStatus.SCHEDULED

    def is_running(self, now: datetime) -> bool:
        """Whether the work goes on at ``now``."""
        return self.status(now) in _RUNNING


def stages(maintenance: Maintenance) -> list[Stage]:
    """All that befalls a plan, oldest first, up to and with its final status.

    Updates come as written. The clock adds the start and the end where no update has
    said so by then; updates of the same status do not end up twice.
    """
    start = maintenance.actual_start or maintenance.planned.start
    end = maintenance.actual_end or maintenance.planned.end
    by_clock = [Stage(start, MaintenanceStatus.IN_PROGRESS)]
    # Work that began after its planned end goes on until somebody says it is done.
    if start < end:
        by_clock.append(Stage(end, MaintenanceStatus.COMPLETED))
    written = [Stage(update.at, update.status, update) for update in maintenance.updates]
    found: list[Stage] = []
    # At the same instant the update is told and the clock keeps silent.
    for stage in sorted([*by_clock, *written], key=lambda s: (s.at, s.update is None)):
        current = found[-1].status if found else MaintenanceStatus.SCHEDULED
        if stage.update is None and (current.is_final or not _is_news(stage.status, current)):
            continue
        found.append(stage)
    return found


def _is_news(status: MaintenanceStatus, current: MaintenanceStatus) -> bool:
    if status is MaintenanceStatus.IN_PROGRESS:
        return current is MaintenanceStatus.SCHEDULED
    return current is not status


def running(maintenance: Maintenance, until: datetime) -> Interval | None:
    """The time it ran, up to ``until``; None when it has not begun or was called off before."""
    begun = [s.at for s in stages(maintenance) if s.status in _RUNNING and s.at <= until]
    if not begun:
        return None
    ended = [s.at for s in stages(maintenance) if s.status.is_final and s.at <= until]
    start = min(begun)
    end = maintenance.actual_end or (ended[0] if ended else until)
    return Interval(start, min(end, until)) if start < min(end, until) else None


_RUNNING = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)
