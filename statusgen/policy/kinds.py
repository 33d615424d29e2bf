"""Each kind of event says what belongs to it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.incidents import Incident, IncidentKind
from statusgen.model.maintenance import Maintenance, MaintenanceKind
from statusgen.policy.case import Case

WRONG_KIND = Rule(
    "wrong-kind",
    "A key belongs to the kind of event that it is written on.",
    "Priorities are given to bugs, fail-over phases to calamities, a recovery point to restores.",
    "kind: disruption\npriority: high",
    clause="4a, 7a, 8a",
)
NO_RECOVERY_POINT = Rule(
    "recovery-point-missing",
    "A restore says to which moment.",
    "Customers must know from when on their work is to be done again.",
    "kind: restore      # and no `recovery_point`",
    clause="7a",
)
LATE_RECOVERY_POINT = Rule(
    "recovery-point-after-start",
    "A restore goes back in time.",
    "The recovery point is the moment of a backup, so before the restore starts.",
    "kind: restore\nstart: 2026-11-28 10:00\nrecovery_point: 2026-11-29 02:00",
    clause="7a",
)
NO_PRIORITY = Rule(
    "bug-without-priority",
    "A bug has a priority.",
    "Each bug is given one; a higher one that was asked for is decided on.",
    "kind: bug          # and no `priority`",
    Severity.WARNING,
    clause="4a",
)
RULES = (WRONG_KIND, NO_PRIORITY, NO_RECOVERY_POINT, LATE_RECOVERY_POINT)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on keys that do not belong, or that are lacking."""
    for incident in case.incidents:
        yield from _incident(incident)
    for maintenance in case.maintenance:
        yield from _maintenance(maintenance)


def _incident(incident: Incident) -> Iterator[Finding]:
    file = Place(incident.path)
    if incident.kind is IncidentKind.BUG and incident.priority is None:
        yield NO_PRIORITY.found(
            file.at("kind"),
            "This bug has no priority.",
            "Add `priority:` low, normal, high or urgent.",
        )
    if incident.kind is not IncidentKind.BUG:
        if incident.priority:
            yield _wrong(file.key("priority"), "bug")
        if incident.requested_priority:
            yield _wrong(file.key("requested_priority"), "bug")
    if incident.kind is not IncidentKind.CALAMITY:
        for index, update in enumerate(incident.updates):
            if update.failover:
                yield _wrong(file.at("updates", index).key("failover"), "calamity")


def _maintenance(maintenance: Maintenance) -> Iterator[Finding]:
    file = Place(maintenance.path)
    is_restore = maintenance.kind is MaintenanceKind.RESTORE
    if maintenance.recovery_point_at and not is_restore:
        yield _wrong(file.key("recovery_point"), "restore")
    point = maintenance.recovery_point_at
    if is_restore and point is None:
        yield NO_RECOVERY_POINT.found(
            file.at("kind"),
            "The restore does not say to which moment.",
            "Add `recovery_point:` with the moment of the backup.",
        )
    elif is_restore and point and point >= maintenance.planned.start:
        yield LATE_RECOVERY_POINT.found(
            file.at("recovery_point"),
            "The restore goes to a moment after it starts.",
            "Write the moment of the backup.",
        )


def _wrong(place: Place, kind: str) -> Finding:
    key = place.keys[-1]
    return WRONG_KIND.found(
        place, f"`{key}` belongs to a {kind}.", f"Leave it out, or write `kind: {kind}`."
    )
