"""Clause 9: maintenance keeps to the agreed windows and is announced in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.intervals import Interval, Intervals, around, difference, total, union, within
from statusgen.model.agreement import allowed_time, support_time
from statusgen.model.content import Content
from statusgen.model.maintenance import Maintenance, MaintenanceKind
from statusgen.policy.case import Booking, Case
from statusgen.policy.plans import Plan
from statusgen.policy.slots import NearestSlots, nearest_slots
from statusgen.policy.words import said, said_length, said_span

OUTSIDE_WINDOW = Rule(
    "maintenance-outside-window",
    "Maintenance lies wholly inside the agreed windows.",
    "Outside them the service is promised to be available. The finding names each part that "
    "lies outside and the nearest slots of the same length. Where it really must be then, say so "
    "with `override: {reason: ..., approved_by: ...}`: it is shown to customers, and its "
    "minutes inside guaranteed hours count as downtime.",
    "start: 2026-11-26 16:30     # a Thursday afternoon\nduration: 2h",
    clause="9a",
)
SHORT_NOTICE = Rule(
    "short-notice",
    "Maintenance is announced long enough before it starts.",
    "Customers need time to prepare. Move the start, or approve it with an `override`.",
    "announced: 2026-11-25 20:00\nstart: 2026-11-25 21:00",
    clause="9a",
)
NOTICE_UNKNOWN = Rule(
    "notice-unknown",
    "It is known when maintenance was announced.",
    "Without `announced` or an update nobody can tell whether it was in time. For a restore, "
    "which the agreement wants announced beforehand, this is an error.",
    "start: 2026-11-25 21:00     # and neither `announced` nor `updates`",
    Severity.WARNING,
    clause="7a, 9a",
)
RESTORE_IN_OFFICE_HOURS = Rule(
    "restore-in-office-hours",
    "A restore is outside office hours as far as possible.",
    "The agreement asks for it; what is done in office hours keeps customers from their work.",
    "kind: restore\nstart: 2026-11-25 10:00",
    Severity.WARNING,
    clause="7a",
)
NEEDLESS_OVERRIDE = Rule(
    "needless-override",
    "An exception is asked for only where one is needed.",
    "The plan keeps to the windows and the notice; with an `override` customers are told of an "
    "exception that is none.",
    "start: 2026-11-25 21:00\nduration: 2h\noverride: {reason: ..., approved_by: ...}",
    Severity.WARNING,
)
OCCURRENCE_TIME = Rule(
    "occurrence-at-clock-change",
    "A schedule keeps clear of the hours of the clock changes.",
    "A wall time that is skipped runs as if the clock had not changed, one that comes twice "
    "runs the first time (RFC 5545). Give that occurrence another moment under `changes`.",
    "first: 2026-01-04 02:30\nrrule: FREQ=WEEKLY;BYDAY=SU",
    Severity.WARNING,
)
RULES = (
    OUTSIDE_WINDOW,
    SHORT_NOTICE,
    NOTICE_UNKNOWN,
    NEEDLESS_OVERRIDE,
    RESTORE_IN_OFFICE_HOURS,
    OCCURRENCE_TIME,
)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on every plan since the agreement is valid."""
    content = case.content
    judged = [plan for plan in case.plans if content.agreement.judges(plan.planned.start)]
    if not judged:
        return
    allowed = _allowed(content, judged)
    # Occurrences that keep to their schedule share its places: they are told of together.
    by_place: dict[Place, list[Plan]] = {}
    for plan in judged:
        by_place.setdefault(plan.start, []).append(plan)
    for alike in by_place.values():
        yield from _outside_window(case, alike, allowed)
        yield from _at_clock_change(alike, content.site.zone)
    for plan in judged:
        yield from _notice(plan, content)
        if plan.maintenance.override and _fits(plan, allowed) and not _is_late(plan, content):
            yield NEEDLESS_OVERRIDE.found(
                Place(plan.maintenance.path).key("override"),
                "The plan keeps to the windows and the notice.",
                "Leave `override` out.",
            )
        yield from _restore_in_office_hours(plan, content)


def _allowed(content: Content, judged: Sequence[Plan]) -> Intervals:
    first = min(plan.planned.start for plan in judged)
    last = max(plan.planned.end for plan in judged)
    return allowed_time(content.agreement, Interval(first, last), content.site.zone)


def _outside_window(case: Case, alike: Sequence[Plan], allowed: Intervals) -> Iterator[Finding]:
    content = case.content
    refused = [
        plan
        for plan in alike
        if plan.maintenance.kind is MaintenanceKind.MAINTENANCE and not _fits(plan, allowed)
    ]
    if not refused:
        return
    first = refused[0]
    offending = difference((first.planned,), within(allowed, first.planned))
    judged = (b for b in case.bookings if content.agreement.judges(b.planned.start))
    taken = union(booking.planned for booking in judged if _in_the_way(booking, first.maintenance))
    nearest = nearest_slots(content.agreement, first.planned, content.site.zone, taken)
    others = f" ({len(refused)} occurrences of the schedule, this is the first)"
    yield OUTSIDE_WINDOW.found(
        first.start,
        f"Outside the agreed windows: {_parts(offending, content.site.zone)}"
        f"{others if len(refused) > 1 else ''}.",
        goes_ahead(first, _PRICE) or _way_out(nearest, first.planned, content.site.zone),
        severity=severity_of(first),
        data=_facts(nearest, refused, offending),
    )


def _in_the_way(one: Booking, two: Maintenance) -> bool:
    """Whether it touches a component of the plan, and is not of the same schedule."""
    is_same = one.id == two.id or (one.schedule is not None and one.schedule == two.schedule)
    return not is_same and not set(one.components).isdisjoint(two.components)


def _fits(plan: Plan, allowed: Intervals) -> bool:
    container = around(allowed, plan.planned.start)
    return container is not None and container.covers(plan.planned)


def _parts(offending: Intervals, zone: ZoneInfo) -> str:
    named = [f"{said_span(part, zone)} ({said_length(part.length)})" for part in offending[:3]]
    if len(offending) > 3:
        rest = offending[3:]
        named.append(f"and {len(rest)} more parts ({said_length(total(rest))})")
    return ", ".join(named)


def goes_ahead(plan: Plan, price: str = "") -> str:
    """What is said of a plan with an override; nothing of another."""
    if not plan.maintenance.override:
        return ""
    approved_by = plan.maintenance.override.approved_by.translations[0][1]
    return f"Approved by {approved_by}: it goes ahead and customers see why{price}."


_PRICE = ", and what lies in guaranteed hours counts as downtime"


def _way_out(nearest: NearestSlots, wish: Interval, zone: ZoneInfo) -> str:
    slots = [said_span(slot, zone) for slot in (nearest.before, nearest.after) if slot]
    if not slots:
        return (
            f"No window is {said_length(wish.length)} long: plan it in shorter parts, or approve "
            "it with `override: {reason: ..., approved_by: ...}`."
        )
    return f"Nearest slots of {said_length(wish.length)}: {' or '.join(slots)}."


def _facts(nearest: NearestSlots, refused: Sequence[Plan], offending: Intervals) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "offending": [
            {
                "start": civil.iso(part.start),
                "end": civil.iso(part.end),
                "minutes": int(part.length.total_seconds()) // 60,
            }
            for part in offending
        ],
        "nearest_before": civil.iso(nearest.before.start) if nearest.before else None,
        "nearest_after": civil.iso(nearest.after.start) if nearest.after else None,
    }
    if refused[0].maintenance.schedule:
        facts["occurrences"] = [plan.maintenance.id for plan in refused]
    return facts


def severity_of(plan: Plan) -> Severity:
    """How bad it is that a plan breaks the agreement: with an override it is only told."""
    return Severity.WARNING if plan.maintenance.override else Severity.ERROR


def _notice(plan: Plan, content: Content) -> Iterator[Finding]:
    needed, zone = notice_needed(plan, content), content.site.zone
    if needed is None:
        return
    announced_at = plan.maintenance.first_word_at
    if announced_at is None:
        restore = plan.maintenance.kind is MaintenanceKind.RESTORE
        yield NOTICE_UNKNOWN.found(
            plan.start,
            "It is not known when this was announced.",
            "Add `announced:` with the moment it was first told to customers.",
            severity=Severity.ERROR if restore else Severity.WARNING,
        )
    elif _is_short(plan, needed):
        notice, earliest = plan.planned.start - announced_at, announced_at + needed
        yield SHORT_NOTICE.found(
            plan.announced if plan.maintenance.announced_at else plan.start,
            too_short(notice, needed),
            goes_ahead(plan) or f"It may start from {said(earliest, zone)} on.",
            severity=severity_of(plan),
            data={
                "notice_minutes": int(notice.total_seconds()) // 60,
                "promised_minutes": int(needed.total_seconds()) // 60,
            },
        )


def _is_late(plan: Plan, content: Content) -> bool:
    needed = notice_needed(plan, content)
    return needed is not None and _is_short(plan, needed)


def notice_needed(plan: Plan, content: Content) -> timedelta | None:
    """How long before its start a plan is announced; a restore at least before it (7a)."""
    promise = content.agreement.maintenance
    if promise and promise.notice:
        return promise.notice
    return timedelta() if plan.maintenance.kind is MaintenanceKind.RESTORE else None


def _is_short(plan: Plan, needed: timedelta) -> bool:
    told = plan.maintenance.first_word_at
    if told is None:
        return False
    notice = plan.planned.start - told
    return notice < needed or notice <= timedelta()


def too_short(notice: timedelta, promised: timedelta) -> str:
    """What is said of a notice that falls short."""
    if notice <= timedelta():
        early = f"{said_length(promised)} before" if promised else "beforehand"
        return f"Announced when it had started, not {early}."
    return f"Announced {said_length(notice)} before it starts, not {said_length(promised)}."


def _restore_in_office_hours(plan: Plan, content: Content) -> Iterator[Finding]:
    if plan.maintenance.kind is not MaintenanceKind.RESTORE:
        return
    site = content.site
    inside = support_time(site.support, content.agreement, plan.planned, site.zone)
    if inside:
        yield RESTORE_IN_OFFICE_HOURS.found(
            plan.start,
            f"In office hours: {_parts(inside, site.zone)}.",
            "Plan it outside office hours where that is possible.",
        )


def _at_clock_change(alike: Sequence[Plan], zone: ZoneInfo) -> Iterator[Finding]:
    for plan in alike:
        readings = len(civil.instants(plan.wall, zone)) if plan.wall else 1
        if plan.wall and readings != 1:
            what = "is skipped" if readings == 0 else "comes twice"
            yield OCCURRENCE_TIME.found(
                plan.start,
                f"On {plan.wall:%Y-%m-%d} the wall time {plan.wall:%H:%M} {what}: "
                f"that occurrence starts at {said(plan.planned.start, zone)}.",
                f"Give it another moment: `changes: {{{plan.wall:%Y-%m-%d}: {{start: ...}}}}`.",
            )
