"""What is said of an event follows its course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, IncidentStatus, IncidentUpdate
from statusgen.model.maintenance import Maintenance, MaintenanceStatus, MaintenanceUpdate
from statusgen.policy.case import Case
from statusgen.policy.words import said

OUT_OF_ORDER = Rule(
    "updates-out-of-order",
    "Updates are in order of time, oldest first.",
    "Readers and feeds take them as they stand.",
    "updates:\n  - {at: 2026-11-23 15:42, ...}\n  - {at: 2026-11-23 15:03, ...}",
)
STATUS_GOES_BACK = Rule(
    "status-goes-back",
    "Nothing comes after the end.",
    "What is resolved, completed or cancelled stays so, and what has begun is not planned again: "
    "subscribers were told. When it returns, announce it anew.",
    "updates:\n  - {at: ..., status: resolved, ...}\n  - {at: ..., status: investigating, ...}",
)
UPDATE_IN_FUTURE = Rule(
    "update-in-future",
    "Updates tell what has happened.",
    "An update of a later moment is not shown before that moment has come.",
    "updates:\n  - {at: 2036-11-23 15:03, ...}",
    Severity.WARNING,
)
ENDED_UNTOLD = Rule(
    "ended-without-resolved",
    "An end is told.",
    "Subscribers only hear of it through an update that says resolved.",
    "ended: 2026-11-23 16:10     # and the last update says monitoring",
    Severity.WARNING,
)
NOTHING_SAID = Rule(
    "incident-without-updates",
    "An incident says something.",
    "Feeds carry updates: one without any reaches no subscriber.",
    "started: 2026-11-23 14:58   # and no `updates`",
    Severity.WARNING,
)
MOMENT_IN_FUTURE = Rule(
    "moment-in-future",
    "What is said to have happened has happened.",
    "An incident that starts later is not shown, one that ends later stays open, and work that "
    "really starts later stays planned: check the year.",
    "started: 2027-11-23 14:58   # of an incident in 2026",
    Severity.WARNING,
)
STARTED_AFTER_UPDATE = Rule(
    "started-after-update",
    "An incident starts before the first word about it.",
    "Leave `started` out, or write when it began.",
    "started: 2026-11-23 16:00\nupdates:\n  - {at: 2026-11-23 15:03, ...}",
    Severity.WARNING,
)
RULES = (
    OUT_OF_ORDER,
    STATUS_GOES_BACK,
    UPDATE_IN_FUTURE,
    MOMENT_IN_FUTURE,
    STARTED_AFTER_UPDATE,
    ENDED_UNTOLD,
    NOTHING_SAID,
)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on the updates of every event."""
    content, now = case.content, case.now
    for incident in case.incidents:
        yield from _in_order(incident.path, incident.updates, now, content)
        yield from _incident_course(incident)
        ended = ("ended",), incident.ended_at
        yield from _to_come(incident, now, content, (("started",), incident.started_at), ended)
    for maintenance in case.maintenance:
        yield from _in_order(maintenance.path, maintenance.updates, now, content)
        yield from _maintenance_course(maintenance.path, list(enumerate(maintenance.updates)))
        start = ("actual", "start"), maintenance.actual_start
        end = ("actual", "end"), maintenance.actual_end
        yield from _to_come(maintenance, now, content, start, end)
    for schedule in content.schedules:
        updates = [told.update for told in schedule.updates]
        yield from _in_order(schedule.path, updates, now, content)
        for numbered in schedule.updates_by_day().values():
            yield from _maintenance_course(schedule.path, numbered)


def _to_come(
    event: Incident | Maintenance,
    now: datetime,
    content: Content,
    *moments: tuple[tuple[str, ...], datetime | None],
) -> Iterator[Finding]:
    told = {update.at for update in event.updates}
    for keys, at in moments:
        # A moment that was taken from an update is told of there.
        if at and at > now and at not in told:
            yield MOMENT_IN_FUTURE.found(
                Place(event.path).at(*keys),
                f"This moment is still to come: now is {said(now, content.site.zone)}.",
                "Check the date; until then it counts as not having happened.",
            )


def _in_order(
    path: str,
    updates: Sequence[IncidentUpdate | MaintenanceUpdate],
    now: datetime,
    content: Content,
) -> Iterator[Finding]:
    for index, (earlier, later) in enumerate(pairwise(updates), start=1):
        if later.at < earlier.at:
            yield OUT_OF_ORDER.found(
                _update(path, index, "at"),
                "This is earlier than the update before it.",
                "Put the updates in order of time, oldest first.",
            )
    for index, update in enumerate(updates):
        if update.at > now:
            yield UPDATE_IN_FUTURE.found(
                _update(path, index, "at"),
                f"This moment is still to come: now is {said(now, content.site.zone)}.",
                "Check the date; until then the update is not shown.",
            )


def _incident_course(incident: Incident) -> Iterator[Finding]:
    ends = IncidentStatus.RESOLVED
    for index, (earlier, later) in enumerate(pairwise(incident.updates), start=1):
        if earlier.status is ends and later.status is not ends:
            yield _goes_back(incident.path, index, earlier.status, later.status)
    if incident.updates and incident.updates[0].at < incident.started_at:
        yield STARTED_AFTER_UPDATE.found(
            Place(incident.path).at("started"),
            "It starts after its first update.",
            STARTED_AFTER_UPDATE.explanation,
        )
    if not incident.updates:
        yield NOTHING_SAID.found(
            Place(incident.path), "There is no update.", "Add `updates:` with a first one."
        )
    elif incident.ended_at and incident.updates[-1].status is not ends:
        yield ENDED_UNTOLD.found(
            Place(incident.path).at("ended"),
            f"It ends here, but the last update says {incident.updates[-1].status}.",
            "Add an update with `status: resolved`.",
        )


def _maintenance_course(
    path: str, numbered: Sequence[tuple[int, MaintenanceUpdate]]
) -> Iterator[Finding]:
    planned = MaintenanceStatus.SCHEDULED
    for (_, earlier), (index, later) in pairwise(numbered):
        ended = earlier.status.is_final and later.status is not earlier.status
        unbegun = later.status is planned and earlier.status is not planned
        if ended or unbegun:
            yield _goes_back(path, index, earlier.status, later.status)


def _goes_back(path: str, index: int, earlier: object, later: object) -> Finding:
    return STATUS_GOES_BACK.found(
        _update(path, index, "status"),
        f"It was {earlier} and is said to be {later} again.",
        "Announce it anew in a file of its own.",
    )


def _update(path: str, index: int, key: str) -> Place:
    return Place(path).at("updates", index, key)
