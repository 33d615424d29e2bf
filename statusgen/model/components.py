"""The parts of the service that are watched and promised."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from statusgen.model.probes import Probe
from statusgen.model.text import Text


class ComponentStatus(StrEnum):
    """The state of a component, in the words of the Statuspage API."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def rank(self) -> int:
        """How bad it is, 0 for operational."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(ComponentStatus)}


class Component(Struct, frozen=True):
    """One part of the service; ``sla`` parts count towards its availability."""

    id: str
    name: Text
    description: Text | None = None
    sla: bool = True
    terms: str | None = None
    probe: Probe | None = None


class ComponentGroup(Struct, frozen=True):
    """Components that are shown together."""

    id: str
    name: Text
    components: tuple[Component, ...]
