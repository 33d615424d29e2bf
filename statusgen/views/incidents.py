"""Incidents as readers see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from statusgen.history.reaction import unreachable_time
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import Incident, IncidentKind, current_statuses, silences
from statusgen.views.events import (
    EventView,
    Fact,
    UpdateView,
    event_path,
    source_link,
    tags,
    ticket_path,
)
from statusgen.views.phases import Phase
from statusgen.views.viewpoint import TONES, Moment, State, Viewpoint


def incident_view(view: Viewpoint, incident: Incident) -> EventView:
    """The incident as of the moment; it must have started."""
    language, now = view.language, view.now
    is_open = incident.is_open(now)
    started = view.moment(incident.started_at)
    kind = language.word("kind", incident.kind)
    state = language.word("incident status", incident.status(now))
    tone = _incident_tone(incident, now)
    return EventView(
        id=incident.id,
        family="incident",
        kind=kind,
        path=f"{view.prefix}{event_path(incident)}",
        title=view.words(incident.title),
        state=state,
        tone=tone,
        standing=(Phase(State(state, tone)),),
        is_open=is_open,
        kicker=_incident_kicker(view, incident, kind, started),
        started_at=incident.started_at,
        ended_at=None if is_open else incident.ended_at,
        started=started,
        tags=tags(view, incident.touched),
        facts=tuple(_incident_facts(view, incident)),
        lead=None,
        updates=_incident_updates(view, incident),
        outcome=_incident_outcome(view, incident),
        ticket=incident.ticket,
        ticket_page=ticket_path(view, incident.ticket) if incident.ticket else None,
        postmortem=None if is_open else view.prose(incident.postmortem),
        source=source_link(view, incident.path),
    )


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
        views.append(
            UpdateView(update.id, update.status, label, tone, update.at, moment, text, tuple(notes))
        )
    return tuple(reversed(views))
