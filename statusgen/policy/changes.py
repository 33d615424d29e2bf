"""What changed since an earlier revision misleads nobody who was told of it then.

Apart from the other families: judged only where an earlier revision is given to hold the
content against.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from statusgen.findings import Finding, Place, Rule, Severity, Span
from statusgen.intervals import Interval
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, IncidentUpdate
from statusgen.model.maintenance import Maintenance, MaintenanceUpdate
from statusgen.model.schedules import Schedule, occurrences
from statusgen.policy.case import Case
from statusgen.policy.plans import AHEAD, Plan
from statusgen.policy.windows import goes_ahead, notice_needed, severity_of, too_short
from statusgen.policy.words import said, said_span

UPDATE_REMOVED = Rule(
    "update-removed",
    "A published update stays, under its id.",
    "Subscribers have it, and tell updates apart by their ids: under another they get it again, "
    "and one that is gone is never taken back. Correct it in its place, or say what is right in a "
    "new one. Where its moment was wrong, give it the `id` it had.",
    "updates: []                 # and there was one, published",
)
ANNOUNCEMENT_REMOVED = Rule(
    "announcement-removed",
    "A published announcement stays, under its name.",
    "Its address, feed and calendar entry go by the name of its file: readers would find nothing, "
    "and calendars keep what was called off. Put it back; call off a plan with `cancelled`.",
    "(maintenance/2026/database.yaml, published, and deleted or called otherwise)",
)
MOVED_UNTOLD = Rule(
    "moved-without-update",
    "A plan that moves says so.",
    "Feeds carry updates: without one nobody hears of the new time. An update in the file of a "
    "schedule names its `occurrence`.",
    "start: 2026-11-26 22:00     # was 21:00, and no update was added",
)
BACKDATED = Rule(
    "update-backdated",
    "A new update is newer than those that were published.",
    "It appears among what subscribers have read already, where nobody looks.",
    "updates:\n  - {at: 2026-11-23 15:03, ...}\n  - {at: 2026-11-23 15:20, ...}   # new\n"
    "  - {at: 2026-11-23 15:42, ...}   # published",
    Severity.WARNING,
)
COMMITTED_LATE = Rule(
    "committed-late",
    "Notice counts from the commit that first announced it.",
    "What `announced` says was not to be read before it was committed. Move the start, or approve "
    "it with an `override`.",
    "announced: 2026-11-20 10:00  # in a file that was committed on 2026-11-25 20:00\n"
    "start: 2026-11-25 21:00",
    clause="9a",
)
HISTORY_UNKNOWN = Rule(
    "history-unknown",
    "It is known what was published before.",
    "A clone without its history cannot tell what subscribers were told, and when. Fetch the "
    "whole of it: `git fetch --unshallow`, or `fetch-depth: 0` in GitHub Actions.",
    "(statusgen check --since main, in a clone made with --depth 1)",
)
RULES = (
    UPDATE_REMOVED,
    ANNOUNCEMENT_REMOVED,
    MOVED_UNTOLD,
    BACKDATED,
    COMMITTED_LATE,
    HISTORY_UNKNOWN,
)

Event = Incident | Maintenance
Update = IncidentUpdate | MaintenanceUpdate


class Told(Struct, frozen=True):
    """When a file was first committed; not ``certain``: then, or before the history begins."""

    at: datetime
    certain: bool = True


class Earlier(Struct, frozen=True):
    """What there was before: None, or without the documents at ``unread``, where it had errors.

    ``told`` goes by the name of the file, whatever folder it lay in; what is not in it was
    never committed.
    """

    content: Content | None
    unread: Sequence[str] = ()
    told: Mapping[str, Told] = field(default_factory=dict)


def judge(
    content: Content, earlier: Earlier, present: Collection[str], now: datetime
) -> Iterator[Finding]:
    """What would mislead who was told before; ``present`` are the paths that there are now."""
    for path in earlier.unread:
        message = "What this file said before cannot be read: it is not known what was published."
        help = "Compare with a revision that `check` has nothing against."
        yield HISTORY_UNKNOWN.found(Span.top(path), message, help, severity=Severity.WARNING)
    if earlier.content:
        yield from _removed(content, earlier.content, present, now)
        for before, after in _pairs(earlier.content, content):
            numbered: list[tuple[int, Update]] = list(enumerate(after.updates))
            yield from _updates(after.path, before.updates, numbered, content, now)
            if isinstance(before, Maintenance) and isinstance(after, Maintenance):
                place = Place(after.path).at("start")
                yield from _moved(before, after, place, content, now)
        for old, new in _schedules_in_both(earlier.content, content):
            yield from _updates_of_occurrences(old, new, content, now)
            yield from _moved_occurrences(old, new, content, now)
    yield from _committed_late(content, earlier, now)


def _removed(
    content: Content, before: Content, present: Collection[str], now: datetime
) -> Iterator[Finding]:
    kept = {event.id for event in _events(content)} | {s.id for s in content.schedules}
    shown = [e for e in _events(before) if isinstance(e, Maintenance) or e.started_at <= now]
    for event in (*shown, *before.schedules):
        # A file that is there and broken has findings of its own.
        if event.id not in kept and event.path not in present:
            message = f"`{event.id}` was published, and is gone."
            help = ANNOUNCEMENT_REMOVED.explanation
            yield ANNOUNCEMENT_REMOVED.found(Span.top(event.path), message, help)


def _events(content: Content) -> tuple[Event, ...]:
    return (*content.incidents, *content.maintenance)


def _pairs(before: Content, after: Content) -> Iterator[tuple[Event, Event]]:
    now = {event.id: event for event in _events(after)}
    for event in _events(before):
        if event.id in now:
            yield event, now[event.id]


def _schedules_in_both(before: Content, after: Content) -> Iterator[tuple[Schedule, Schedule]]:
    now_there = {schedule.id: schedule for schedule in after.schedules}
    for schedule in before.schedules:
        if schedule.id in now_there:
            yield schedule, now_there[schedule.id]


def _updates_of_occurrences(
    before: Schedule, after: Schedule, content: Content, now: datetime
) -> Iterator[Finding]:
    numbered = after.updates_by_day()
    for day, told in before.updates_by_day().items():
        was = [update for _, update in told]
        yield from _updates(after.path, was, numbered.get(day, []), content, now)


def _updates(
    path: str,
    was: Sequence[Update],
    numbered: Sequence[tuple[int, Update]],
    content: Content,
    now: datetime,
) -> Iterator[Finding]:
    """On the updates of one event; ``numbered`` are those of now, with their places in the file."""
    zone = content.site.zone
    published = [update for update in was if update.at <= now]
    known, kept = {u.id for u in was}, {u.id for _, u in numbered}
    added = [(n, update) for n, update in numbered if update.id not in known]
    renamed: list[int] = []
    for update in published:
        if update.id in kept:
            continue
        again = [n for n, other in added if _is_same(update, other)]
        renamed += again
        what = f"The update of {said(update.at, zone)} was published"
        if again:
            message = f"{what} with the id `{update.id}`, and has another one now."
            help = f"Give it the old one: `id: {update.id}`."
            yield UPDATE_REMOVED.found(_update(path, again[0], "id"), message, help)
        else:
            help = "Put it back, and say what is right in a new one."
            place = Place(path).at("updates")
            yield UPDATE_REMOVED.found(place, f"{what} (`{update.id}`), and is gone.", help)
    newest = max((update.at for update in published), default=None)
    for index, update in added:
        if newest and update.at < newest and index not in renamed:
            yield BACKDATED.found(
                _update(path, index, "at"),
                f"An update of {said(newest, zone)} was published already.",
                "Give it the moment at which it is said.",
            )


def _is_same(before: Update, after: Update) -> bool:
    return before.at == after.at or (before.text is not None and before.text == after.text)


def _update(path: str, index: int, key: str) -> Place:
    return Place(path).at("updates", index, key)


def _moved(
    before: Maintenance, after: Maintenance, place: Place, content: Content, now: datetime
) -> Iterator[Finding]:
    known = {update.id for update in before.updates}
    told = any(update.id not in known for update in after.updates)
    if before.planned == after.planned or told or after.is_cancelled(now):
        return
    begun = before.planned.start <= now
    by_rule = place.keys == ("first",)
    which = f"`{after.id}`" if after.schedule else "It"
    yield MOVED_UNTOLD.found(
        place,
        f"{which} was planned for {said_span(before.planned, content.site.zone)}.",
        "Put the plan back: when it really ran goes into `actual`."
        if begun
        else f"Add an update that tells the new time: `statusgen update {after.id}`.",
        # A rule that changes moves more than anybody would tell of one by one.
        severity=Severity.WARNING if by_rule else Severity.ERROR,
    )


def _moved_occurrences(
    before: Schedule, after: Schedule, content: Content, now: datetime
) -> Iterator[Finding]:
    """Those that were within the horizon, and so on the site and in the feeds."""
    whole = Interval(now - timedelta(days=1), now + AHEAD)
    there = dict(_occurring(after, whole, content))
    gone: list[str] = []
    for id, old in _occurring(before, Interval(now, now + content.site.horizon), content):
        if id in there:
            yield from _moved(old, there[id], _moment_of(after, id), content, now)
        elif not old.is_cancelled(now):
            gone.append(id)
    if gone:
        named = ", ".join(f"`{id}`" for id in gone[:3]) + " and more" * (len(gone) > 3)
        yield ANNOUNCEMENT_REMOVED.found(
            Span.top(after.path),
            f"Published, and gone: {named}.",
            f"Call it off where customers read it: `statusgen cancel {gone[0]}`.",
            severity=Severity.WARNING,
        )


def _moment_of(schedule: Schedule, id: str) -> Place:
    """Where it says when that occurrence is."""
    day = id.removeprefix(f"{schedule.id}-")
    changed = {changed.isoformat() for changed in schedule.changes or {}}
    file = Place(schedule.path)
    return file.at("changes", day) if day in changed else file.at("first")


def _occurring(
    schedule: Schedule, during: Interval, content: Content
) -> Iterator[tuple[str, Maintenance]]:
    for _, occurrence in occurrences(schedule, during, content.site.zone):
        yield occurrence.id, occurrence


def _committed_late(content: Content, earlier: Earlier, now: datetime) -> Iterator[Finding]:
    """On plans that are new or were changed; of the occurrences of a schedule the first."""
    known = _plans_in(earlier.content) if earlier.content else {}
    changed = {id for id, plan in _plans_in(content).items() if plan != known.get(id)}
    found: set[str] = set()
    for plan in Case.of(content, now).plans:
        id, start = plan.maintenance.schedule or plan.maintenance.id, plan.planned.start
        if id in changed and id not in found and content.agreement.judges(start):
            for finding in _late(plan, content, earlier, now):
                found.add(id)
                yield finding


def _plans_in(content: Content) -> dict[str, object]:
    """What the notice of each plan depends on, by id."""
    single = {m.id: (m.planned, m.first_word_at) for m in content.maintenance}
    recurring = {
        s.id: (s.rrule, s.first, s.duration, s.announced_at, s.changes) for s in content.schedules
    }
    return {**single, **recurring}


def _late(plan: Plan, content: Content, earlier: Earlier, now: datetime) -> Iterator[Finding]:
    needed, written = notice_needed(plan, content), plan.maintenance.first_word_at
    committed = earlier.told.get(plan.maintenance.path.rpartition("/")[2])
    told = committed or Told(now)
    if needed is None or written is None or told.at <= written:
        return
    notice, promised = plan.planned.start - told.at, plan.planned.start - written
    if promised < needed or notice >= max(needed, timedelta(microseconds=1)):
        return  # Too short as written is told by the rule on notice.
    if not told.certain:
        message = "The history of this clone is too short to tell when this was announced."
        yield HISTORY_UNKNOWN.found(plan.announced, message, HISTORY_UNKNOWN.explanation)
        return
    when = f"First committed {said(told.at, content.site.zone)}" if committed else _NOT_YET
    yield COMMITTED_LATE.found(
        plan.announced,
        f"{when}. {too_short(notice, needed)}",
        goes_ahead(plan) or f"It may start from {said(told.at + needed, content.site.zone)} on.",
        severity=severity_of(plan),
        data={
            "notice_minutes": int(notice.total_seconds()) // 60,
            "promised_minutes": int(needed.total_seconds()) // 60,
        },
    )


_NOT_YET = "Not committed yet, so told now at the earliest"
