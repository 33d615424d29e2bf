"""Plans do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.content import Content
from statusgen.policy.plans import Plan, plans, said_span

OVERLAP = Rule(
    "maintenance-overlap",
    "Two plans for a component do not overlap.",
    "Perhaps it is meant; perhaps one of them was forgotten.",
    "(two files for `server`, one 21:00-23:00, the other 22:00-23:30 the same night)",
    Severity.WARNING,
)
RULES = (OVERLAP,)


def judge(content: Content, now: datetime) -> Iterator[Finding]:
    """A finding for each pair that overlaps, at the one that starts later."""
    active: list[Plan] = []
    told: set[tuple[Place, str]] = set()
    for plan in sorted(plans(content, now), key=lambda p: (p.planned, p.maintenance.id)):
        active = [other for other in active if other.planned.end > plan.planned.start]
        for other in active:
            shared = [c for c in plan.maintenance.components if c in other.maintenance.components]
            # Two schedules may meet every week: that is told once.
            pair = (plan.start, other.maintenance.schedule or other.maintenance.id)
            if shared and pair not in told:
                told.add(pair)
                yield OVERLAP.found(
                    plan.start,
                    f"`{plan.maintenance.id}` overlaps `{other.maintenance.id}` "
                    f"({said_span(other.planned, content.site.zone)}) on {', '.join(shared)}.",
                    "Move one of them, or join them in one announcement.",
                )
        active.append(plan)
