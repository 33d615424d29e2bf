"""From documents to the model: defaults filled in, names linked, what contradicts itself found.

Each function takes a document and its ``Source``, adds what it finds to ``found``
and gives a part of the model, or None where the document cannot become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.content import documents as docs
from statusgen.content import rules, values
from statusgen.findings import Finding, Key, Place
from statusgen.intervals import Interval
from statusgen.model import holidays, schedules
from statusgen.model.agreement import (
    DEFAULT_COUNTS,
    Agreement,
    AvailabilityPromise,
    BackupPromise,
    MaintenancePromise,
)
from statusgen.model.backups import Backup
from statusgen.model.components import Component, ComponentGroup, ComponentStatus, Probe
from statusgen.model.hours import WeeklyHours, WeeklySpan
from statusgen.model.incidents import (
    IMPACT_OF_KIND,
    IMPACT_OF_STATUS,
    STATUS_OF_IMPACT,
    Exclusion,
    Impact,
    Incident,
    IncidentStatus,
    IncidentUpdate,
)
from statusgen.model.maintenance import Maintenance, MaintenanceUpdate, Override
from statusgen.model.schedules import BadRecurrence, Change, Schedule
from statusgen.model.site import Organization, Site, Support, SupportChannel


@dataclass(frozen=True, slots=True)
class Source:
    """A file being read, and where its findings go; ``id`` is the event's."""

    path: str
    id: str = ""
    found: list[Finding] = field(default_factory=list)

    def at(self, *keys: Key) -> Place:
        """A place in the file."""
        return Place(self.path, keys)

    def interval(self, start: datetime, end: datetime, *keys: Key) -> Interval | None:
        """The time between the two; None, with a finding at the keys, when it ends too soon."""
        if start < end:
            return Interval(start, end)
        help = rules.END_NOT_AFTER_START.explanation
        message = (
            "This ends at the moment it starts." if start == end else "This ends before it starts."
        )
        self.found.append(rules.END_NOT_AFTER_START.found(self.at(*keys), message, help))
        return None


def site(document: docs.SiteDocument, source: Source) -> Site:
    """The site."""
    for index, language in enumerate(document.languages):
        if language in document.languages[:index]:
            place = source.at("languages", index)
            source.found.append(
                rules.BAD_VALUE.found(place, f"`{language}` stands here twice.", "Leave one out.")
            )
    organization = document.organization
    return Site(
        name=document.name,
        url=document.url.rstrip("/") + "/",
        zone=document.timezone,
        languages=tuple(document.languages),
        organization=Organization(organization.name, organization.url) if organization else None,
        theme=document.theme,
        notice=document.notice,
        support=_support(document.support, source),
        repository=document.repository.rstrip("/") if document.repository else None,
        horizon=document.horizon,
    )


def _support(document: docs.SupportDocument, source: Source) -> Support:
    for index, channel in enumerate(document.channels):
        if not _is_reachable(channel.kind, channel.value):
            source.found.append(
                rules.BAD_VALUE.found(
                    source.at("support", "channels", index, "value"),
                    f"`{channel.value[:60]}` is no {_CHANNEL_FORMS[channel.kind]}.",
                )
            )
    return Support(
        hours=_hours(document.hours) if document.hours else None,
        channels=tuple(SupportChannel(c.kind, c.value, c.purpose) for c in document.channels),
        excluded=tuple(document.excluded),
    )


_CHANNEL_FORMS = {
    "email": "e-mail address",
    "phone": "telephone number",
    "chat": "web address (https://...)",
    "web": "web address (https://...)",
}


def _is_reachable(kind: str, value: str) -> bool:
    if any(character in value for character in "<>\"'\\`") or not value.isprintable():
        return False
    if kind == "email":
        name, _, host = value.rpartition("@")
        return bool(name) and "." in host and " " not in value
    if kind == "phone":
        return set(value) <= set("+0123456789 ()-") and any(c.isdigit() for c in value)
    return value.startswith(("https://", "http://")) and " " not in value


def _hours(document: docs.HoursDocument) -> WeeklyHours:
    return WeeklyHours(document.days, document.start, document.end)


def agreement(document: docs.AgreementDocument, source: Source, zone: ZoneInfo) -> Agreement:
    """The agreement."""
    valid_from = document.valid_from
    return Agreement(
        title=document.title,
        valid_from=civil.midnight(valid_from, zone) if valid_from else None,
        source=document.source,
        availability=_availability(document.availability, source),
        maintenance=_maintenance_promise(document.maintenance, source),
        register_within=document.tickets.register_within if document.tickets else None,
        late_after=document.reports.late_after if document.reports else None,
        update_calamity_every=document.calamities.update_every if document.calamities else None,
        backups=_backup_promise(document.backups),
    )


def _availability(
    document: docs.AvailabilityDocument | None, source: Source
) -> AvailabilityPromise | None:
    if document is None:
        return None
    country = None if document.holidays == "none" else document.holidays
    try:
        holidays.between(country, civil.EARLIEST.date(), civil.EARLIEST.date())
    except holidays.UnknownCountry:
        country = None
        source.found.append(
            rules.UNKNOWN_HOLIDAYS.found(
                source.at("availability", "holidays"),
                f"The public holidays of {document.holidays} are not known here.",
                rules.UNKNOWN_HOLIDAYS.explanation,
            )
        )
    return AvailabilityPromise(
        target=document.target,
        hours=_hours(document.hours),
        holidays=country,
        counts={**DEFAULT_COUNTS, **document.counts},
    )


def _maintenance_promise(
    document: docs.MaintenancePolicyDocument | None, source: Source
) -> MaintenancePromise | None:
    if document is None:
        return None
    spans: list[WeeklySpan] = []
    for index, window in enumerate(document.windows):
        spans += _window(window, source, index)
    return MaintenancePromise(tuple(sorted(set(spans))), document.holidays_open, document.notice)


def _window(window: docs.WindowDocument, source: Source, index: int) -> Sequence[WeeklySpan]:
    place = source.at("maintenance", "windows", index)
    try:
        if window.days is None:
            return (values.weekly_span(window.start, window.end),)
        start, end = values.time_of_day(window.start), values.time_of_day(window.end)
        return WeeklyHours(window.days, start, end).spans
    except values.BadValue as error:
        source.found.append(error.rule.found(place, error.message, error.help))
        return ()


def _backup_promise(document: docs.BackupPolicyDocument | None) -> BackupPromise | None:
    if document is None:
        return None
    return BackupPromise(document.every, document.keep, document.locations, document.region)


def groups(document: docs.ComponentsDocument, source: Source) -> tuple[ComponentGroup, ...]:
    """The groups with their components."""
    seen: set[str] = set()
    for number, group in enumerate(document.groups):
        named = [(group.id, source.at("groups", number, "id"))]
        named += [
            (component.id, source.at("groups", number, "components", index, "id"))
            for index, component in enumerate(group.components)
        ]
        for name, place in named:
            if name in seen:
                source.found.append(
                    rules.DUPLICATE_ID.found(place, f"`{name}` is the id of another one too.")
                )
            seen.add(name)
    return tuple(
        ComponentGroup(group.id, group.name, tuple(_component(c) for c in group.components))
        for group in document.groups
    )


def _component(document: docs.ComponentDocument) -> Component:
    return Component(
        id=document.id,
        name=document.name,
        description=document.description,
        sla=document.sla,
        terms=document.terms,
        probe=_probe(document.probe) if document.probe else None,
    )


def _probe(document: docs.ProbeDocument) -> Probe:
    expect = document.expect
    return Probe(document.url, expect.status, expect.within, expect.contains)


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
    ended, place = None, 0
    for index, update in enumerate(document.updates):
        if update.status is not IncidentStatus.RESOLVED:
            ended = None
        elif ended is None:
            ended, place = update.at, index
    if ended is not None and ended <= started:
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
    for index, update in enumerate(updates):
        id = update.id or f"{update.at:%Y%m%dt%H%M%Sz}"
        if id in ids:
            source.found.append(
                rules.DUPLICATE_ID.found(
                    source.at("updates", index, "id" if update.id else "at"),
                    "Another update has this id or moment.",
                    "Subscribers tell updates apart by it: give one another `id:` or `at:`.",
                )
            )
        ids.append(id)
    return ids


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
        components=tuple(document.components),
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
    return source.interval(document.start, end, "end" if document.end else "duration")


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
    """A schedule; None when its rule cannot be used."""
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
        return None
    _check_exceptions(document, source)
    return Schedule(
        id=source.id,
        path=source.path,
        title=document.title,
        components=tuple(document.components),
        rrule=document.rrule,
        first=document.first,
        duration=document.duration,
        effect=_effect(document.effect),
        announced_at=document.announced,
        until=document.until,
        skipped=frozenset(document.skipped),
        changes={day: Change(c.start, c.duration) for day, c in document.changes.items()},
        text=document.text,
    )


def _check_exceptions(document: docs.ScheduleDocument, source: Source) -> None:
    named = [(day, source.at("except", i)) for i, day in enumerate(document.skipped)]
    named += [(day, source.at("changes").key(day.isoformat())) for day in document.changes]
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


def backups(document: docs.BackupsDocument) -> list[Backup]:
    """The runs in one file of the log."""
    return [Backup(run.at, run.ok, tuple(run.locations), run.note) for run in document.root]
