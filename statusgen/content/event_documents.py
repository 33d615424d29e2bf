"""The documents of events, and of the log of backups, just as they are written.

They say which keys there are and what each takes; what keys mean together is
decided where a document becomes a part of the model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, RootModel, Tag

from statusgen.content import forms
from statusgen.content.fields import (
    ComponentId,
    Country,
    Day,
    Document,
    Duration,
    Flag,
    Identifier,
    Instant,
    Line,
    Name,
    Ticket,
    WallTime,
    Words,
)
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import (
    ExclusionGround,
    FailoverPhase,
    Impact,
    IncidentKind,
    IncidentStatus,
    Priority,
    SupportLine,
)
from statusgen.model.maintenance import MaintenanceKind, MaintenanceStatus


def _form(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<mapping>"


AffectedComponents = Annotated[
    Annotated[list[ComponentId], Field(min_length=1), Tag("<list>")]
    | Annotated[dict[ComponentId, ComponentStatus], Field(min_length=1), Tag("<mapping>")],
    Discriminator(_form),
    forms.AFFECTED,
]


class IncidentUpdateDocument(Document):
    """A dated entry on an incident."""

    at: Instant
    status: IncidentStatus
    text: Words | None = None
    id: Identifier | None = None
    components: dict[ComponentId, ComponentStatus] | None = None
    failover: FailoverPhase | None = None


class ExclusionDocument(Document):
    """Clauses 2b and 2c."""

    ground: ExclusionGround
    reason: Words


class UnreachableDocument(Document):
    """Clause 4c: when the customer could not be reached."""

    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")


class IncidentDocument(Document):
    """incidents/<year>/<id>.yaml."""

    title: Words
    kind: IncidentKind = IncidentKind.DISRUPTION
    components: AffectedComponents
    impact: Impact | None = None
    started: Instant | None = None
    ended: Instant | None = None
    ticket: Ticket | None = None
    known_since: Instant | None = None
    reported: Instant | None = None
    registered: Instant | None = None
    repair_started: Instant | None = None
    priority: Priority | None = None
    requested_priority: Priority | None = None
    line: SupportLine | None = None
    excluded: ExclusionDocument | None = None
    unreachable: list[UnreachableDocument] = []
    updates: list[IncidentUpdateDocument] = []
    postmortem: Words | None = None


Effect = Literal["none", "degraded_performance", "partial_outage", "major_outage"]


class MaintenanceUpdateDocument(Document):
    """A dated entry on a maintenance."""

    at: Instant
    status: MaintenanceStatus
    text: Words | None = None
    id: Identifier | None = None


class ActualDocument(Document):
    """When it ran, where that differed from the plan."""

    start: Instant | None = None
    end: Instant | None = None


class OverrideDocument(Document):
    """Why a refused window goes ahead, and who approved it."""

    reason: Words
    approved_by: Name


class MaintenanceDocument(Document):
    """maintenance/<year>/<id>.yaml."""

    title: Words
    kind: MaintenanceKind = MaintenanceKind.MAINTENANCE
    components: list[ComponentId] = Field(min_length=1)
    start: Instant
    end: Instant | None = None
    duration: Duration | None = None
    announced: Instant | None = None
    effect: Effect = "none"
    text: Words | None = None
    recovery_point: Instant | None = None
    actual: ActualDocument = ActualDocument()
    updates: list[MaintenanceUpdateDocument] = []
    override: OverrideDocument | None = None


class ChangeDocument(Document):
    """Another moment for one occurrence of a schedule."""

    start: Instant | None = None
    duration: Duration | None = None
    announced: Instant | None = None


class OccurrenceUpdateDocument(MaintenanceUpdateDocument):
    """A dated entry on one occurrence of a schedule."""

    occurrence: Day


class ScheduleDocument(Document):
    """schedules/<id>.yaml."""

    title: Words
    components: list[ComponentId] = Field(min_length=1)
    rrule: Line
    first: WallTime
    duration: Duration
    announced: Instant | None = None
    until: Day | None = None
    skipped: list[Day] = Field([], alias="except")
    changes: dict[Day, ChangeDocument] = {}
    updates: list[OccurrenceUpdateDocument] = []
    effect: Effect = "none"
    text: Words | None = None


class BackupDocument(Document):
    """One run in the log of backups."""

    at: Instant
    ok: Flag
    locations: list[Country] = []
    note: Words | None = None
    oldest: Instant | None = None


class BackupsDocument(RootModel[list[BackupDocument]]):
    """backups/<year>-<month>.yaml."""
