"""Incidents and maintenance as readers see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from statusgen.history.reaction import unreachable_time
from statusgen.intervals import Interval
from statusgen.markup import shortened
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import Incident, IncidentKind, current_statuses, silences
from statusgen.model.maintenance import (
    Maintenance,
    MaintenanceStatus,
    Stage,
    stages,
)
from statusgen.views.viewpoint import TONES, Moment, Prose, Viewpoint, Words

# Nobody can write these ids: an underscore is in none that content may give.
ANNOUNCED = "plan_announced"


@dataclass(frozen=True, slots=True)
class UpdateView:
    """An entry of the timeline; ``id`` is unique in its event and never changes.

    ``by_clock``: nobody wrote it, the planned moment had come.
    """

    id: str
    label: str
    tone: str
    at: datetime
    moment: Moment
    text: Prose | None = None
    notes: tuple[str, ...] = ()
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact about an event; ``prose`` instead of ``value`` where it is formatted."""

    label: str
    value: str = ""
    prose: Prose | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A component that an event touches."""

    name: Words
    component: str


@dataclass(frozen=True, slots=True)
class EventView:
    """An incident or a maintenance, whole.

    ``path`` is the page relative to the site's root; ``tone`` its colour; ``kicker`` the
    line above the title; ``lead`` what it says before its updates; ``updates`` newest first.
    """

    id: str
    family: str
    kind: str
    path: str
    title: Words
    state: str
    tone: str
    is_open: bool
    kicker: str
    started_at: datetime
    ended_at: datetime | None
    started: Moment
    tags: tuple[Tag, ...]
    facts: tuple[Fact, ...]
    lead: Prose | None
    updates: tuple[UpdateView, ...]
    outcome: str = ""
    window: str = ""
    ticket: str | None = None
    ticket_page: str | None = None
    postmortem: Prose | None = None
    source: str | None = None

    @property
    def timeline(self) -> tuple[UpdateView, ...]:
        """The updates as a page shows them: what the clock said is left out where somebody
        soon said the same. Feeds keep it, since it may have been read there."""
        later = (None, *self.updates)
        return tuple(
            update
            for after, update in zip(later, self.updates, strict=False)
            if not (update.by_clock and after and after.label == update.label)
        )

    @property
    def description(self) -> str:
        """A line of plain text about it: the newest word, short enough for a search result."""
        prose = next((update.text for update in self.updates if update.text), self.lead)
        return shortened(prose.plain, 200) if prose else self.kicker


@dataclass(frozen=True, slots=True)
class PlanView:
    """A coming maintenance in a list: when, how long, what; ``note`` when it was called off."""

    event: EventView
    day: str
    time: str
    length: str
    note: str


def tags(view: Viewpoint, components: Iterable[str]) -> tuple[Tag, ...]:
    """The components by name, in the order of the site."""
    wanted = set(components)
    return tuple(
        Tag(view.words(component.name), component.id)
        for component in view.content.components
        if component.id in wanted
    )


def incident_view(view: Viewpoint, incident: Incident) -> EventView:
    """The incident as of the moment; it must have started."""
    language, now = view.language, view.now
    is_open = incident.is_open(now)
    started = view.moment(incident.started_at)
    kind = language.word("kind", incident.kind)
    return EventView(
        id=incident.id,
        family="incident",
        kind=kind,
        path=f"{view.prefix}incidents/{incident.id}/",
        title=view.words(incident.title),
        state=language.word("incident status", incident.status(now)),
        tone=_incident_tone(incident, now),
        is_open=is_open,
        kicker=_incident_kicker(view, incident, kind, started),
        started_at=incident.started_at,
        ended_at=None if is_open else incident.ended_at,
        started=started,
        tags=tags(view, touched(incident)),
        facts=tuple(_incident_facts(view, incident)),
        lead=None,
        updates=_incident_updates(view, incident),
        outcome=_incident_outcome(view, incident),
        ticket=incident.ticket,
        ticket_page=ticket_path(view, incident.ticket) if incident.ticket else None,
        postmortem=None if is_open else view.prose(incident.postmortem),
        source=source_link(view, incident.path),
    )


def ticket_path(view: Viewpoint, number: str) -> str:
    """The page of a ticket."""
    return f"{view.prefix}tickets/{number}/"


def touched(incident: Incident) -> set[str]:
    """The components that it names at any time."""
    named = set(incident.components)
    return named.union(*(update.components or () for update in incident.updates))


def _incident_tone(incident: Incident, now: datetime) -> str:
    if not incident.is_open(now):
        return "ok"
    said = current_statuses(incident, now).values()
    worst = max(said, key=lambda s: s.rank, default=ComponentStatus.OPERATIONAL)
    if worst is ComponentStatus.OPERATIONAL:
        return "note"
    return TONES[worst]


def _incident_kicker(view: Viewpoint, incident: Incident, kind: str, started: Moment) -> str:
    since = view.language.text("since {moment}", moment=started.text)
    parts = [kind, since if incident.is_open(view.now) else started.text]
    return " · ".join(parts)


def _incident_outcome(view: Viewpoint, incident: Incident) -> str:
    if incident.ended_at is None or incident.is_open(view.now):
        return ""
    lasted = view.duration(incident.ended_at - incident.started_at)
    return view.language.text("after {duration}", duration=lasted)


def _incident_facts(view: Viewpoint, incident: Incident) -> Iterable[Fact]:
    language = view.language
    yield Fact(language.text("Impact"), language.word("impact", incident.impact))
    yield from _moments(view, incident)
    if incident.ended_at and incident.ended_at <= view.now:
        lasted = view.duration(incident.ended_at - incident.started_at)
        yield Fact(language.text("Lasted"), lasted)
    away = unreachable_time(incident, view.now)
    if away:
        yield Fact(language.text("Customer not reachable"), view.duration(away))
    if incident.requested_priority:
        asked = language.word("priority", incident.requested_priority)
        yield Fact(language.text("Priority asked for"), asked)
    if incident.priority:
        yield Fact(language.text("Priority"), language.word("priority", incident.priority))
    if incident.line:
        yield Fact(language.text("Support"), language.word("line", incident.line))
    if incident.kind is IncidentKind.CALAMITY:
        yield from _informed(view, incident)
    if incident.exclusion:
        ground = language.word("exclusion", incident.exclusion.ground)
        yield Fact(language.text("Does not count towards availability"), ground)
        yield Fact(language.text("Reason"), prose=view.prose(incident.exclusion.reason))


def _moments(view: Viewpoint, incident: Incident) -> Iterable[Fact]:
    """The moments of an incident that have come, in their usual order."""
    language = view.language
    moments = (
        (language.text("Known since"), incident.known_since),
        (language.text("Started"), incident.started_at),
        (language.text("Reported"), incident.reported_at),
        (language.text("Registered"), incident.registered_at),
        (language.text("Repair started"), incident.repair_started_at),
        (language.text("Ended"), incident.ended_at),
    )
    for label, at in moments:
        if at and at <= view.now:
            yield Fact(label, view.moment(at).text)


def _informed(view: Viewpoint, incident: Incident) -> Iterable[Fact]:
    """Clause 8: whether word came as often as was promised."""
    every = view.content.agreement.update_calamity_every
    if every is None:
        return
    promised = view.language.text(
        "Promised: at most {duration} between two updates", duration=view.duration(every)
    )
    late = len(silences(incident, every, view.now))
    yield Fact(
        promised,
        view.language.plural("{count} time later than that", "{count} times later than that", late)
        if late
        else view.language.text("Kept"),
    )


def _incident_updates(view: Viewpoint, incident: Incident) -> tuple[UpdateView, ...]:
    language = view.language
    views: list[UpdateView] = []
    for update in incident.published(view.now):
        notes = [
            language.text(
                "{component}: {status}",
                component=tag.name,
                status=language.word("component status", (update.components or {})[tag.component]),
            )
            for tag in tags(view, update.components or ())
        ]
        if update.failover:
            notes.insert(0, language.word("failover", update.failover))
        label = language.word("incident status", update.status)
        tone = "ok" if update.status == "resolved" else "note"
        text, moment = view.prose(update.text), view.moment(update.at)
        views.append(UpdateView(update.id, label, tone, update.at, moment, text, tuple(notes)))
    return tuple(reversed(views))


def maintenance_view(view: Viewpoint, maintenance: Maintenance) -> EventView:
    """The maintenance as of the moment; it must have been announced."""
    language, now = view.language, view.now
    status = maintenance.status(now)
    start, end = view.local(maintenance.planned.start), view.local(maintenance.planned.end)
    kind = language.word("kind", maintenance.kind)
    return EventView(
        id=maintenance.id,
        family="maintenance",
        kind=kind,
        path=f"{view.prefix}maintenance/{maintenance.id}/",
        title=view.words(maintenance.title),
        state=language.word("maintenance status", status),
        tone=_maintenance_tone(status),
        is_open=maintenance.is_running(now),
        kicker=f"{kind} · {view.short_span(maintenance.planned)}",
        started_at=maintenance.planned.start,
        ended_at=_maintenance_end(maintenance, now),
        started=view.moment(maintenance.planned.start),
        tags=tags(view, maintenance.components),
        facts=tuple(_maintenance_facts(view, maintenance)),
        lead=view.prose(maintenance.text),
        updates=_maintenance_updates(view, maintenance),
        outcome=_times(view, start, end),
        window=view.span(maintenance.planned),
        source=source_link(view, maintenance.path),
    )


def _maintenance_end(maintenance: Maintenance, now: datetime) -> datetime | None:
    """When it was done with: run to its end, or called off."""
    ended = [stage.at for stage in stages(maintenance, now) if stage.status.is_final]
    return ended[0] if ended else None


def _maintenance_tone(status: MaintenanceStatus) -> str:
    return {"completed": "ok", "cancelled": "note"}.get(status, "maint")


def _maintenance_facts(view: Viewpoint, maintenance: Maintenance) -> Iterable[Fact]:
    language, planned = view.language, maintenance.planned
    yield Fact(language.text("Planned"), view.span(planned))
    yield Fact(language.text("Length"), view.duration(planned.length))
    if maintenance.actual_start or maintenance.actual_end:
        yield from _actual(view, maintenance)
    yield Fact(language.text("What you notice"), language.word("effect", maintenance.effect))
    if maintenance.recovery_point_at:
        point = view.moment(maintenance.recovery_point_at).text
        yield Fact(language.text("Restored to"), point)
    announced_at = maintenance.first_word_at
    if announced_at and announced_at <= view.now:
        yield Fact(language.text("Announced"), view.moment(announced_at).text)
    if maintenance.override:
        label = language.text("Exception approved by")
        yield Fact(label, str(view.words(maintenance.override.approved_by)))
        yield Fact(language.text("Reason"), prose=view.prose(maintenance.override.reason))


def _actual(view: Viewpoint, maintenance: Maintenance) -> Iterable[Fact]:
    language = view.language
    start, end = maintenance.actual_start, maintenance.actual_end
    if start and start <= view.now:
        yield Fact(language.text("Really started"), view.moment(start).text)
    if end and end <= view.now:
        yield Fact(language.text("Really ended"), view.moment(end).text)


def _maintenance_updates(view: Viewpoint, maintenance: Maintenance) -> tuple[UpdateView, ...]:
    views = [_stage_view(view, stage) for stage in stages(maintenance, view.now)]
    announced_at = maintenance.announced_at
    told_at = [update.at for update in maintenance.updates]
    if announced_at and announced_at <= view.now and announced_at not in told_at:
        label = view.language.text("Announced")
        first = UpdateView(ANNOUNCED, label, "note", announced_at, view.moment(announced_at))
        views.insert(0, first)
    return tuple(reversed(views))


def _stage_view(view: Viewpoint, stage: Stage) -> UpdateView:
    label = view.language.word("maintenance status", stage.status)
    tone = _maintenance_tone(stage.status)
    if stage.update is None:
        moment = view.moment(stage.at)
        return UpdateView(f"plan_{stage.status}", label, tone, stage.at, moment, by_clock=True)
    text = view.prose(stage.update.text)
    return UpdateView(stage.update.id, label, tone, stage.at, view.moment(stage.at), text)


def plan_view(view: Viewpoint, event: EventView, planned: Interval) -> PlanView:
    """The event as a line of a list of plans."""
    start, end = view.local(planned.start), view.local(planned.end)
    note = event.state if event.tone == "note" else ""
    return PlanView(
        event, view.day(start.date()), _times(view, start, end), view.duration(planned.length), note
    )


def _times(view: Viewpoint, start: datetime, end: datetime) -> str:
    """From when to when, for beside the day on which it starts."""
    if start.date() == end.date():
        return view.language.times(start, end)
    return f"{view.language.time(start)} – {view.language.moment(end)}"


def source_link(view: Viewpoint, path: str) -> str | None:
    """Where the history of the file can be read, when the site names its repository."""
    repository = view.content.site.repository
    return f"{repository}/commits/HEAD/content/{path}" if repository else None
