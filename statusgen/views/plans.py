"""Maintenance as readers see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from statusgen.intervals import Interval
from statusgen.model.maintenance import (
    Maintenance,
    MaintenanceStatus,
    Stage,
    ended_at,
    stages,
)
from statusgen.views.events import EventView, Fact, UpdateView, event_path, source_link, tags
from statusgen.views.linked_data import maintenance_data
from statusgen.views.phases import Phase, from_then_on, phases
from statusgen.views.viewpoint import Link, State, Viewpoint

# Nobody can write these ids: an underscore is in none that content may give.
ANNOUNCED = "plan_announced"


class PlanView(Struct, frozen=True):
    """A coming maintenance in a list: when, how long, what.

    ``standing`` is how far it is, as soon as that is not simply "planned".
    """

    event: EventView
    day: str
    time: str
    length: str
    standing: tuple[Phase[State], ...]


def clock_changes(maintenance: Maintenance) -> tuple[datetime, datetime]:
    """The instants at which the clock alone may change how far it is."""
    start, end = maintenance.planned.start, maintenance.planned.end
    return maintenance.actual_start or start, maintenance.actual_end or end


def maintenance_view(view: Viewpoint, maintenance: Maintenance) -> EventView:
    """The maintenance as of the moment; it must have been announced."""
    language, now = view.language, view.now
    status = maintenance.status(now)
    start, end = view.local(maintenance.planned.start), view.local(maintenance.planned.end)
    kind = language.word("kind", maintenance.kind)
    path = f"{view.prefix}{event_path(maintenance)}"
    return EventView(
        id=maintenance.id,
        family="maintenance",
        kind=kind,
        path=path,
        title=view.words(maintenance.title),
        state=language.word("maintenance status", status),
        tone=_maintenance_tone(status),
        standing=_standing(view, maintenance, status),
        is_open=maintenance.is_running(now),
        kicker=f"{kind} · {view.short_span(maintenance.planned)}",
        started_at=maintenance.planned.start,
        ended_at=ended_at(maintenance, now),
        started=view.moment(maintenance.planned.start),
        tags=tags(view, maintenance.components),
        facts=tuple(_maintenance_facts(view, maintenance)),
        lead=view.prose(maintenance.text),
        updates=_maintenance_updates(view, maintenance),
        outcome=_times(view, start, end),
        window=view.span(maintenance.planned),
        source=source_link(view, maintenance.path),
        ahead=() if status.is_final else _ahead(view, maintenance),
        series=_series(view, maintenance),
        calendar=_calendar_file(view, maintenance, status),
        linked_data=maintenance_data(view, maintenance, path),
    )


def _standing(
    view: Viewpoint, maintenance: Maintenance, status: MaintenanceStatus
) -> tuple[Phase[State], ...]:
    if status.is_final:  # Nothing comes after it: most of all plans, so the clock is not asked.
        return (Phase(_state(view, status)),)
    return phases(view, clock_changes(maintenance), lambda at: _state(view, maintenance.status(at)))


def _state(view: Viewpoint, status: MaintenanceStatus) -> State:
    return State(view.language.word("maintenance status", status), _maintenance_tone(status))


def _ahead(view: Viewpoint, maintenance: Maintenance) -> tuple[Phase[UpdateView], ...]:
    """What the clock will add to the timeline, newest first."""
    last = max(*clock_changes(maintenance), view.now)
    coming = [stage for stage in stages(maintenance, last) if stage.at > view.now]
    return tuple(
        from_then_on(view, s.at, _stage_view(view, maintenance, s)) for s in reversed(coming)
    )


def _series(view: Viewpoint, maintenance: Maintenance) -> Link | None:
    if maintenance.schedule is None:
        return None
    label = view.language.text("Recurring maintenance")
    return view.link(label, f"maintenance/{maintenance.schedule}/")


def _calendar_file(
    view: Viewpoint, maintenance: Maintenance, status: MaintenanceStatus
) -> str | None:
    if status.is_final or not view.content.site.outputs.get("ics", True):
        return None
    return f"{view.prefix}maintenance/{maintenance.id}.ics"


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
    views = [_stage_view(view, maintenance, stage) for stage in stages(maintenance, view.now)]
    announced_at = maintenance.announced_at
    told_at = [update.at for update in maintenance.updates]
    if announced_at and announced_at <= view.now and announced_at not in told_at:
        label = view.language.text("Announced")
        scheduled, moment = MaintenanceStatus.SCHEDULED, view.moment(announced_at)
        views.insert(0, UpdateView(ANNOUNCED, scheduled, label, "note", announced_at, moment))
        # Somebody may have spoken of it before.
        views.sort(key=lambda update: update.at)
    return tuple(reversed(views))


def _stage_view(view: Viewpoint, maintenance: Maintenance, stage: Stage) -> UpdateView:
    status = stage.status
    label = view.language.word("maintenance status", status)
    tone, moment = _maintenance_tone(status), view.moment(stage.at)
    if stage.update is None:
        id = _clock_id(maintenance.planned, status)
        return UpdateView(id, status, label, tone, stage.at, moment, by_clock=True)
    text = view.prose(stage.update.text)
    return UpdateView(stage.update.id, status, label, tone, stage.at, moment, text)


def _clock_id(planned: Interval, status: MaintenanceStatus) -> str:
    """By the planned moment: what was told of a plan that has been moved since is told anew
    at its new time, and the time that it really took, filled in later, announces nothing."""
    is_end = status is MaintenanceStatus.COMPLETED
    return f"plan_{status}_{planned.end if is_end else planned.start:%Y%m%dt%H%M%Sz}"


def plan_view(view: Viewpoint, event: EventView, planned: Interval) -> PlanView:
    """The event as a line of a list of plans."""
    start, end = view.local(planned.start), view.local(planned.end)
    simply_planned = _state(view, MaintenanceStatus.SCHEDULED)
    return PlanView(
        event,
        view.day(start.date()),
        _times(view, start, end),
        view.duration(planned.length),
        tuple(phase for phase in event.standing if phase.value != simply_planned),
    )


def _times(view: Viewpoint, start: datetime, end: datetime) -> str:
    """From when to when, for beside the day on which it starts."""
    if start.date() == end.date():
        return view.language.times(start, end)
    return f"{view.language.time(start)} – {view.language.moment(end)}"
