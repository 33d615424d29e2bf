"""When the site would say something else by the clock alone, without anybody writing a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from statusgen import civil
from statusgen.history.reaction import reported_at
from statusgen.intervals import Interval, union
from statusgen.model.agreement import guaranteed_time, support_time
from statusgen.model.content import Content
from statusgen.model.events import Events
from statusgen.model.incidents import Impact, Incident, IncidentKind
from statusgen.model.maintenance import Maintenance, stages

_DAY = timedelta(days=1)
_TICK = timedelta(seconds=1)
"""The clock counts in seconds: what holds once an instant has passed holds a second later."""
_LATELY = timedelta(hours=1)
"""What is told a second apart may go on for a while."""


def next_change(content: Content, now: datetime, ahead: timedelta) -> datetime:
    """The first instant after ``now`` at which the site says something else by the clock alone.

    ``ahead`` is how long before its time pages tell what the clock will change.
    Midnight on the site's clock at the latest: days are counted and listed. Figures that grow
    with time (guaranteed time so far, how long something lasts that goes on) are as of the
    moment that their page was made, and no change; where they begin or cease to grow is one.
    """
    zone = content.site.zone
    today = civil.day(civil.day_of(now, zone), zone)
    # A tick before now: what began this instant shows a tick later.
    span = Interval(now.astimezone(UTC) - _TICK, today.end)
    content = _near(content, span.start - _LATELY)
    moments = [*_moments(content, span), *_told_ahead(content, span, ahead)]
    if span.holds(today.start) and _goes_on(content, today.start):
        moments.append(today.start + _TICK)  # A new day on which something lasted.
    return min((at for at in moments if now < at < today.end), default=today.end)


def _near(content: Content, since: datetime) -> Content:
    """The content without what was over and told of before that: most of a history."""
    return replace(
        content,
        incidents=Events.of(content.incidents).where(lambda card: not card.is_settled(since)),
        maintenance=Events.of(content.maintenance).where(lambda card: not card.is_settled(since)),
    )


def _moments(content: Content, span: Interval) -> Iterator[datetime]:
    """What changes in that time, and a little beside it."""
    site, agreement = content.site, content.agreement
    plans = _plans(content, span)
    for incident in content.incidents:
        yield from _of_incident(content, incident, span)
    for plan in plans:
        yield from _of_plan(content, plan, span)
    yield from _apart(_told(content, plans, span))
    for opened in support_time(site.support, agreement, span, site.zone):
        yield from (opened.start, opened.end)
    for counting in guaranteed_time(agreement, span, site.zone):
        yield from (counting.start + _TICK, counting.end)
    yield from _of_backups(content, span)


def _goes_on(content: Content, at: datetime) -> bool:
    recurring = content.planned(Interval(at - _TICK, at + _TICK))
    runs = any(plan.is_running(at) for plan in (*content.maintenance, *recurring))
    return runs or any(i.started_at < at and i.is_open(at) for i in content.incidents)


def _told_ahead(content: Content, span: Interval, ahead: timedelta) -> Iterator[datetime]:
    """When what the clock will change comes near enough to be told."""
    later = Interval(span.start + ahead, span.end + ahead)
    site, agreement = content.site, content.agreement
    for opened in support_time(site.support, agreement, later, site.zone):
        yield from (opened.start - ahead, opened.end - ahead)
    for plan in _plans(content, span):
        for at in _by_clock(plan):
            if later.holds(at) and not plan.status(at - ahead).is_final:
                yield max(at - ahead, _shown_at(content, plan))


def _plans(content: Content, span: Interval) -> list[Maintenance]:
    """Single plans, and the occurrences that run or come into sight in that time or just before."""
    in_sight = Interval(span.start - _LATELY, span.end + content.site.horizon)
    recurring = [plan for plan in content.planned(in_sight) if plan.schedule]
    return [*content.maintenance, *recurring]


def _of_incident(content: Content, incident: Incident, span: Interval) -> Iterator[datetime]:
    """The moments that its page tells, from when there is one."""
    shown_at = max([incident.started_at, *(update.at for update in incident.updates[:1])])
    moments = [
        shown_at,
        incident.started_at + _TICK,
        incident.ended_at,
        incident.ended_at + _TICK if incident.ended_at else None,
        incident.known_since,
        incident.reported_at,
        incident.registered_at,
        incident.repair_started_at,
        *(update.at for update in incident.updates),
        *(edge for away in incident.unreachable for edge in (away.start, away.end)),
        _overdue_at(content, incident),
        _silent_at(content, incident, span.start + _TICK),
    ]
    yield from (max(at, shown_at) for at in moments if at)


def _overdue_at(content: Content, incident: Incident) -> datetime | None:
    """When a report that is not registered becomes too late (clause 3d)."""
    promised, cursor = content.agreement.register_within, incident.reported_at
    if promised is None or cursor is None or not content.agreement.judges(reported_at(incident)):
        return None
    for away in union(incident.unreachable):
        if away.start - cursor > promised:
            break
        if away.end > cursor:
            promised -= max(away.start - cursor, timedelta())
            cursor = away.end
    due = cursor + promised + _TICK
    return due if incident.registered_at is None or due < incident.registered_at else None


def _silent_at(content: Content, incident: Incident, now: datetime) -> datetime | None:
    """When word is overdue in a calamity that goes on (clause 8)."""
    every = content.agreement.update_calamity_every
    waits = incident.kind is IncidentKind.CALAMITY and incident.impact is not Impact.NONE
    if every is None or not waits or not incident.is_open(now):
        return None
    told = (incident.started_at, *(update.at for update in incident.published(now)))
    return max(told) + every + _TICK


def _of_plan(content: Content, plan: Maintenance, span: Interval) -> Iterator[datetime]:
    """The moments that its page tells, from when there is one."""
    shown_at = _shown_at(content, plan)
    for at in _turns(plan, span):
        yield from (max(at, shown_at), max(at + _TICK, shown_at))
    if plan.is_cancelled(plan.planned.start):
        yield plan.planned.start  # It is listed as called off until then.


def _shown_at(content: Content, plan: Maintenance) -> datetime:
    announced_at = plan.first_word_at or civil.EARLIEST
    if plan.schedule is None:
        return announced_at
    return max(announced_at, plan.planned.start - content.site.horizon + _TICK)


def _turns(plan: Maintenance, span: Interval) -> list[datetime]:
    """When its course changes: by an update, or by the clock where no update stands in its way."""
    told = (update.at for update in plan.updates)
    near = [at for at in (*_by_clock(plan), *told) if span.holds(at)]
    return [at for at in near if stages(plan, at) != stages(plan, at - _TICK)]


def _by_clock(plan: Maintenance) -> tuple[datetime, datetime]:
    return plan.actual_start or plan.planned.start, plan.actual_end or plan.planned.end


def _told(content: Content, plans: Iterable[Maintenance], span: Interval) -> Iterator[datetime]:
    """When subscribers are told something: lately, or in that time."""
    lately = Interval(span.start - _LATELY, span.end)
    for incident in content.incidents:
        yield from (update.at for update in incident.updates if lately.holds(update.at))
    for plan in plans:
        told = {_shown_at(content, plan), *_turns(plan, lately)}
        yield from (at for at in told if lately.holds(at))


def _apart(moments: Iterable[datetime]) -> Iterator[datetime]:
    """Feeds tell what came at one moment a second apart, as readers need it."""
    last = civil.EARLIEST
    for at in sorted(moments):
        last = max(at, last + _TICK)
        yield last


def _of_backups(content: Content, span: Interval) -> Iterator[datetime]:
    """Runs to come, and when the next is overdue: by the calendar, or half a turn late."""
    promise = content.agreement.backups
    if promise is None:
        return
    yield from (run.at for run in content.backups if run.ok)
    good = [run.at for run in content.backups if run.ok and run.at <= span.start + _TICK]
    if good and promise.every % _DAY:
        yield good[-1] + promise.every * 3 / 2 + _TICK
