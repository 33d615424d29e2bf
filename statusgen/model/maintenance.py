"""What is planned, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.text import Text

KEPT = timedelta(days=60)
KEPT_CANCELLED = timedelta(days=30)
"""How long calendars hold what is over, or would have been."""


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


class MaintenanceUpdate(Struct, frozen=True):
    """One dated entry."""

    id: str
    at: datetime
    status: MaintenanceStatus
    text: Text | None = None


class Override(Struct, frozen=True):
    """Why a window that the agreement refuses goes ahead, and who said so."""

    reason: Text
    approved_by: Text


class Stage(Struct, frozen=True):
    """A status from an instant on; ``update`` is None where the clock alone brought it."""

    at: datetime
    status: MaintenanceStatus
    update: MaintenanceUpdate | None = None


class Maintenance(Struct, frozen=True):
    """A planned event, single or one occurrence of a schedule.

    ``planned`` is when it is meant to run; ``actual_start`` and ``actual_end`` when it
    ran, where that differs. ``effect`` is what users notice (operational: nothing).
    ``schedule`` is the id of the schedule it is an occurrence of; it ``is_changed`` when that
    gives it a moment or a length of its own.
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
    is_changed: bool = False

    @property
    def first_word_at(self) -> datetime | None:
        """When it was announced: as written, else by the first update."""
        if self.announced_at is not None:
            return self.announced_at
        return self.updates[0].at if self.updates else None

    def is_cancelled(self, now: datetime) -> bool:
        """Whether it has been called off by ``now``."""
        return self.status(now) is MaintenanceStatus.CANCELLED

    def published(self, now: datetime) -> tuple[MaintenanceUpdate, ...]:
        """The updates of up to ``now``, oldest first."""
        return tuple(update for update in self.updates if update.at <= now)

    def as_known(self, now: datetime) -> Maintenance:
        """The plan as far as readers know of it: what is dated later has not been said."""
        if all(update.at <= now for update in self.updates):
            return self
        return replace(self, updates=self.published(now))

    def status(self, now: datetime) -> MaintenanceStatus:
        """How far it is at ``now``: by the clock, unless an update says otherwise."""
        past = stages(self, now)
        return past[-1].status if past else MaintenanceStatus.SCHEDULED

    def is_running(self, now: datetime) -> bool:
        """Whether the work goes on at ``now``."""
        return self.status(now) in _RUNNING


def stages(maintenance: Maintenance, now: datetime) -> list[Stage]:
    """All that has befallen a plan by ``now``, oldest first.

    Updates come as written. The clock adds the start and the end, where no update has
    said so by then and none has said since that the work goes on.
    """
    told = maintenance.published(now)
    if not told:
        return [stage for stage in _by_clock(maintenance, told) if stage.at <= now]
    written = [Stage(update.at, update.status, update) for update in told]
    found: list[Stage] = []
    # At the same instant the update is told and the clock keeps silent.
    by_clock = _by_clock(maintenance, told)
    for stage in sorted([*by_clock, *written], key=lambda s: (s.at, s.update is None)):
        current = found[-1].status if found else MaintenanceStatus.SCHEDULED
        by_itself = stage.update is None
        if stage.at > now or (by_itself and not _is_news(stage.status, current)):
            continue
        found.append(stage)
    return found


def _by_clock(maintenance: Maintenance, told: Sequence[MaintenanceUpdate]) -> list[Stage]:
    start = maintenance.actual_start or maintenance.planned.start
    end = maintenance.actual_end or maintenance.planned.end
    begun = Stage(start, MaintenanceStatus.IN_PROGRESS)
    went_on = maintenance.actual_end is None and any(
        update.at > end and update.status in _RUNNING for update in told
    )
    # Work that began or went on after its planned end is done when somebody says so.
    if start >= end or went_on:
        return [begun]
    return [begun, Stage(end, MaintenanceStatus.COMPLETED)]


def _is_news(status: MaintenanceStatus, current: MaintenanceStatus) -> bool:
    if status is MaintenanceStatus.IN_PROGRESS:
        return current is MaintenanceStatus.SCHEDULED
    return not current.is_final


def ended_at(maintenance: Maintenance, now: datetime) -> datetime | None:
    """When it was done with by ``now``: run to its end, or called off."""
    ended = [stage.at for stage in stages(maintenance, now) if stage.status.is_final]
    return ended[0] if ended else None


def is_current(maintenance: Maintenance, now: datetime) -> bool:
    """Whether calendars hold it: to come, going on, or over not long ago."""
    ended = ended_at(maintenance, now)
    if ended is None:
        return True
    since = now - max(maintenance.planned.end, ended)
    return since < KEPT_CANCELLED or (since < KEPT and not maintenance.is_cancelled(now))


def running(maintenance: Maintenance, until: datetime) -> Interval | None:
    """The time it ran, up to ``until``; None when it has not begun or was called off before."""
    past = stages(maintenance, until)
    begun = [stage.at for stage in past if stage.status in _RUNNING]
    if not begun:
        return None
    ended = [stage.at for stage in past if stage.status.is_final and stage.at >= begun[0]]
    end = maintenance.actual_end or (ended[0] if ended else until)
    return Interval(begun[0], min(end, until)) if begun[0] < min(end, until) else None


_RUNNING = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)
