"""From documents to the model: events with their defaults, and the log of backups.

Each function takes a document and its ``Source``, adds what it finds to ``found``
and gives a part of the model, or None where the document cannot become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from statusgen.content import event_documents as docs
from statusgen.content import rules
from statusgen.content.source import LONGEST_PLAN, Source
from statusgen.intervals import Interval
from statusgen.model import schedules
from statusgen.model.backups import Backup
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import (
    IMPACT_OF_KIND,
    IMPACT_OF_STATUS,
    STATUS_OF_IMPACT,
    Exclusion,
    Impact,
    Incident,
    IncidentUpdate,
    resolved_at,
)
from statusgen.model.maintenance import Maintenance, MaintenanceUpdate, Override
from statusgen.model.schedules import BadRecurrence, Change, OccurrenceUpdate, Schedule


def incident(document: docs.IncidentDocument, source: Source) -> Incident | None:
    """An incident with its defaults; None when it does not say when it was."""
    started = document.started or (document.updates[0].at if document.updates else None)
    if started is None:
        source.found.append(
            rules.MISSING_KEY.found(
                source.at(),
                "It does not say when it started.",
                "Add `started:`, or a first update.",
            )
        )
        return None
    ended, excluded = _ended(document, started, source), document.excluded
    components, impact = _affected(document)
    return Incident(
        id=source.id,
        path=source.path,
        title=document.title,
        kind=document.kind,
        components=components,
        impact=impact,
        started_at=started,
        ended_at=ended,
        updates=_incident_updates(document.updates, source),
        ticket=document.ticket,
        known_since=document.known_since,
        reported_at=document.reported,
        registered_at=document.registered,
        repair_started_at=document.repair_started,
        priority=document.priority,
        requested_priority=document.requested_priority,
        line=document.line,
        exclusion=Exclusion(excluded.ground, excluded.reason) if excluded else None,
        unreachable=_unreachable(document.unreachable, source),
        postmortem=document.postmortem,
    )


def _ended(document: docs.IncidentDocument, started: datetime, source: Source) -> datetime | None:
    if document.ended:
        source.interval(started, document.ended, "ended")
        return document.ended
    ended = resolved_at((update.at, update.status) for update in document.updates)
    if ended is not None and ended <= started:
        place = [update.at for update in document.updates].index(ended)
        source.found.append(
            rules.END_NOT_AFTER_START.found(
                source.at("updates", place, "at"),
                "It is resolved at the moment it starts, or before.",
                "Say when it began: add `started:`.",
            )
        )
    return ended


def _affected(document: docs.IncidentDocument) -> tuple[dict[str, ComponentStatus], Impact]:
    """The statuses and the impact, each from the other where it is left out."""
    if isinstance(document.components, list):
        impact = document.impact or IMPACT_OF_KIND[document.kind]
        return dict.fromkeys(document.components, STATUS_OF_IMPACT[impact]), impact
    changes = [update.components or {} for update in document.updates]
    worst = max(
        (status for statuses in [document.components, *changes] for status in statuses.values()),
        key=lambda status: status.rank,
    )
    return document.components, document.impact or IMPACT_OF_STATUS.get(worst, Impact.NONE)


def _incident_updates(
    updates: Sequence[docs.IncidentUpdateDocument], source: Source
) -> tuple[IncidentUpdate, ...]:
    ids = _update_ids(updates, source)
    return tuple(
        IncidentUpdate(id, u.at, u.status, u.text, u.components, u.failover)
        for id, u in zip(ids, updates, strict=True)
    )


def _update_ids(
    updates: Sequence[docs.IncidentUpdateDocument | docs.MaintenanceUpdateDocument],
    source: Source,
) -> list[str]:
    """As written, else from the moment; a new update never changes the ids of the old."""
    ids: list[str] = []
    taken: set[tuple[object, str]] = set()
    for index, update in enumerate(updates):
        id = update.id or _moment_id(update.at)
        # Occurrences are events of their own, though their updates stand in one list.
        of = update.occurrence if isinstance(update, docs.OccurrenceUpdateDocument) else None
        key = (of, id)
        if key in taken:
            source.found.append(
                rules.DUPLICATE_ID.found(
                    source.at("updates", index, "id" if update.id else "at"),
                    "Another update has this id or moment.",
                    "Subscribers tell updates apart by it: give one another `id:` or `at:`.",
                )
            )
        taken.add(key)
        ids.append(id)
    return ids


def _moment_id(at: datetime) -> str:
    """20261123t140300z; put together by hand, since every update of the content has one."""
    return f"{at.year}{at.month:02}{at.day:02}t{at.hour:02}{at.minute:02}{at.second:02}z"


def _unreachable(
    documents: Sequence[docs.UnreachableDocument], source: Source
) -> tuple[Interval, ...]:
    found = [
        source.interval(document.start, document.end, "unreachable", index, "to")
        for index, document in enumerate(documents)
    ]
    return tuple(interval for interval in found if interval)


def maintenance(document: docs.MaintenanceDocument, source: Source) -> Maintenance | None:
    """A planned event; None when its plan is no stretch of time."""
    planned = _planned(document, source)
    actual, override = document.actual, document.override
    if actual.end:
        source.interval(actual.start or document.start, actual.end, "actual", "end")
    updates = _maintenance_updates(document.updates, source)
    if planned is None:
        return None
    return Maintenance(
        id=source.id,
        path=source.path,
        title=document.title,
        kind=document.kind,
        components=tuple(dict.fromkeys(document.components)),
        planned=planned,
        effect=_effect(document.effect),
        announced_at=document.announced,
        text=document.text,
        actual_start=actual.start,
        actual_end=actual.end,
        updates=updates,
        override=Override(override.reason, override.approved_by) if override else None,
        recovery_point_at=document.recovery_point,
    )


def _planned(document: docs.MaintenanceDocument, source: Source) -> Interval | None:
    if (document.end is None) == (document.duration is None):
        both = document.end is not None
        source.found.append(
            rules.END_OR_DURATION.found(
                source.at("duration") if both else source.at("start"),
                "Both `end` and `duration` are given." if both else "There is no end.",
                "Leave one out." if both else "Add `end:` or `duration:`.",
            )
        )
        return None
    end = document.end or document.start + (document.duration or timedelta())
    key = "end" if document.end else "duration"
    source.check_length(end - document.start, key)
    planned = source.interval(document.start, end, key)
    return planned if planned and planned.length <= LONGEST_PLAN else None


def _effect(effect: docs.Effect) -> ComponentStatus:
    return ComponentStatus.OPERATIONAL if effect == "none" else ComponentStatus(effect)


def _maintenance_updates(
    updates: Sequence[docs.MaintenanceUpdateDocument], source: Source
) -> tuple[MaintenanceUpdate, ...]:
    ids = _update_ids(updates, source)
    return tuple(
        MaintenanceUpdate(id, u.at, u.status, u.text) for id, u in zip(ids, updates, strict=True)
    )


def schedule(document: docs.ScheduleDocument, source: Source) -> Schedule | None:
    """A schedule; None when its rule cannot be used, or its occurrences last too long."""
    before = len(source.found)
    source.check_length(document.duration, "duration")
    for day, change in document.changes.items():
        if change.duration:
            source.check_length(change.duration, "changes", day.isoformat(), "duration")
    if len(source.found) > before or not _recurs(document, source):
        return None
    first = next(iter(schedules.recurrence(document.rrule, document.first)))
    if first != document.first:
        message = f"The rule does not recur on {document.first:%a %Y-%m-%d}."
        help = f"Its first day after that is {first:%a %Y-%m-%d}: write that, or change the rule."
        source.found.append(rules.FIRST_NOT_ON_RULE.found(source.at("first"), message, help))
    _check_exceptions(document, source)
    return Schedule(
        id=source.id,
        path=source.path,
        title=document.title,
        components=tuple(dict.fromkeys(document.components)),
        rrule=document.rrule,
        first=document.first,
        duration=document.duration,
        effect=_effect(document.effect),
        announced_at=document.announced,
        until=document.until,
        skipped=frozenset(document.skipped),
        changes={
            day: Change(c.start, c.duration, c.announced) for day, c in document.changes.items()
        },
        text=document.text,
        updates=tuple(
            OccurrenceUpdate(said.occurrence, update)
            for said, update in zip(
                document.updates, _maintenance_updates(document.updates, source), strict=True
            )
        ),
    )


def _recurs(document: docs.ScheduleDocument, source: Source) -> bool:
    try:
        if not schedules.ever_recurs(document.rrule, document.first):
            raise BadRecurrence("no day ever fits it")
    except BadRecurrence as error:
        source.found.append(
            rules.BAD_RECURRENCE.found(
                source.at("rrule"),
                f"The rule cannot be used: {error}.",
                rules.BAD_RECURRENCE.explanation,
            )
        )
        return False
    return True


def _check_exceptions(document: docs.ScheduleDocument, source: Source) -> None:
    named = [(day, source.at("except", i)) for i, day in enumerate(document.skipped)]
    named += [(day, source.at("changes").key(day.isoformat())) for day in document.changes]
    named += [
        (update.occurrence, source.at("updates", i, "occurrence"))
        for i, update in enumerate(document.updates)
    ]
    if not named:
        return
    last = max(day for day, _ in named)
    recurs_on = set()
    for wall in schedules.recurrence(document.rrule, document.first):
        if wall.date() > last:
            break
        recurs_on.add(wall.date())
    for day, place in named:
        if day not in recurs_on:
            source.found.append(
                rules.NO_OCCURRENCE.found(
                    place,
                    f"The schedule does not recur on {day:%Y-%m-%d}.",
                    "Name the original date of an occurrence.",
                )
            )
    for index, update in enumerate(document.updates):
        if update.occurrence in document.skipped:
            source.found.append(
                rules.NO_OCCURRENCE.found(
                    source.at("updates", index, "occurrence"),
                    "`except` leaves this occurrence out, so that nobody reads of it.",
                    "Take it out of `except`, and say `status: cancelled` here.",
                )
            )


def backups(document: docs.BackupsDocument, source: Source) -> list[Backup]:
    """The runs in one file of the log."""
    return [
        Backup(run.at, run.ok, source.path, number, tuple(run.locations), run.note, run.oldest)
        for number, run in enumerate(document.root)
    ]
