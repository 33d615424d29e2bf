"""Clauses 3d and 4: what is reported is registered in time, and its moments agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.intervals import Interval
from statusgen.model.agreement import is_overdue
from statusgen.model.content import Content
from statusgen.model.incidents import Incident, Priority, unreachable
from statusgen.policy.case import Case
from statusgen.policy.words import said_length

REGISTERED_LATE = Rule(
    "registered-late",
    "A report is registered as a ticket within the promised time.",
    "It counts on the SLA page as registered too late; check the moments.",
    "reported: 2026-11-23 15:00\nregistered: 2026-11-24 16:00",
    Severity.WARNING,
    clause="3d",
)
MOMENTS_OUT_OF_ORDER = Rule(
    "moments-out-of-order",
    "Known, reported and registered follow each other, and repair starts before the end.",
    "Reaction times are counted from these moments.",
    "reported: 2026-11-23 15:00\nregistered: 2026-11-23 14:00",
)
RAISED_LATE = Rule(
    "late-report-raised",
    "A report that comes late does not raise the priority.",
    "The customer knew of it longer than the agreement gives before it was reported: then a "
    "higher priority that was asked for is not given.",
    "kind: bug\nknown_since: 2026-11-20 09:00\nreported: 2026-11-23 15:00\n"
    "priority: urgent\nrequested_priority: urgent",
    clause="4b",
)
UNREACHABLE_OUTSIDE = Rule(
    "unreachable-outside",
    "Time in which the customer was unreachable lies after the report and before the end.",
    "It is taken out of the reaction times, so outside them it does nothing.",
    "ended: 2026-11-23 16:10\nunreachable: [{from: 2026-11-23 17:00, to: 2026-11-23 18:00}]",
    Severity.WARNING,
    clause="4c",
)
RULES = (REGISTERED_LATE, MOMENTS_OUT_OF_ORDER, RAISED_LATE, UNREACHABLE_OUTSIDE)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on the moments of every incident."""
    content, now = case.content, case.now
    for incident in case.incidents:
        yield from _order(incident)
        yield from _reachability(incident)
        if content.agreement.judges(incident.reported_at or incident.started_at):
            yield from _registration(incident, content, now)
            yield from _priority(incident, content)


def _order(incident: Incident) -> Iterator[Finding]:
    file = Place(incident.path)
    course = [
        ("known_since", incident.known_since),
        ("reported", incident.reported_at),
        ("registered", incident.registered_at),
    ]
    known = [(key, at) for key, at in course if at]
    for (before, earlier), (key, later) in pairwise(known):
        if later < earlier:
            yield MOMENTS_OUT_OF_ORDER.found(
                file.at(key), f"This is before `{before}`.", "Check both moments."
            )
    repair, ended = incident.repair_started_at, incident.ended_at
    if repair and repair < min(incident.started_at, incident.known_since or incident.started_at):
        yield MOMENTS_OUT_OF_ORDER.found(
            file.at("repair_started"),
            "Repair starts before anything is wrong.",
            "Check both moments.",
        )
    if repair and ended and repair > ended:
        yield MOMENTS_OUT_OF_ORDER.found(
            file.at("repair_started"), "Repair starts after the end.", "Check both moments."
        )


def _registration(incident: Incident, content: Content, now: datetime) -> Iterator[Finding]:
    promised = content.agreement.register_within
    if promised and is_overdue(incident, content.agreement, now):
        yield REGISTERED_LATE.found(
            Place(incident.path).at("reported"),
            f"Reported more than {said_length(promised)} ago and not registered.",
            "Register it and write `registered:`; until then it counts as too late.",
        )
    reported, registered = incident.reported_at, incident.registered_at
    if promised and reported and registered and registered > reported:
        took = registered - reported - unreachable(incident, Interval(reported, registered))
        if took > promised:
            yield REGISTERED_LATE.found(
                Place(incident.path).at("registered"),
                f"Registered {said_length(took)} after the report, not within "
                f"{said_length(promised)}.",
                "It counts as too late; check both moments.",
            )


def _priority(incident: Incident, content: Content) -> Iterator[Finding]:
    late_after = content.agreement.late_after
    known, reported = incident.known_since, incident.reported_at
    if not (late_after and known and reported and reported - known > late_after):
        return
    asked, given = incident.requested_priority, incident.priority
    order = list(Priority)
    if asked and given and order.index(given) >= order.index(asked) > order.index(Priority.LOW):
        yield RAISED_LATE.found(
            Place(incident.path).at("priority"),
            f"Reported {said_length(reported - known)} after it was known, which is more than "
            f"{said_length(late_after)}: by clause 4b it gets no higher priority.",
            f"Give it less than `{asked}`, the priority that was asked for.",
        )


def _reachability(incident: Incident) -> Iterator[Finding]:
    start = incident.reported_at or incident.started_at
    for index, interval in enumerate(incident.unreachable):
        ended = incident.ended_at
        if interval.end <= start or (ended and interval.start >= ended):
            yield UNREACHABLE_OUTSIDE.found(
                Place(incident.path).at("unreachable", index),
                "This lies outside the time from the report to the end.",
                "Check the moments, or leave it out.",
            )
