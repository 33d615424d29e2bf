"""Clause 8: during a calamity customers are kept informed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.content import Content
from statusgen.model.incidents import FailoverPhase, Incident, IncidentKind, silences
from statusgen.policy.case import Case
from statusgen.policy.words import said_length, said_span

SILENT = Rule(
    "calamity-silent",
    "A calamity has an update as often as is promised.",
    "Customers wait for word, even when there is nothing new: say so.",
    "kind: calamity\nupdates:\n  - {at: 2026-11-23 10:00, ...}\n  - {at: 2026-11-23 13:00, ...}",
    Severity.WARNING,
    clause="8a",
)
FAILOVER_GOES_BACK = Rule(
    "failover-goes-back",
    "A fail-over is declared, started, completed, and returned from, in that order.",
    "Check which phase was meant.",
    "updates:\n  - {..., failover: completed}\n  - {..., failover: started}",
    clause="8a",
)
RULES = (SILENT, FAILOVER_GOES_BACK)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on every calamity."""
    content, now = case.content, case.now
    for incident in case.incidents:
        if incident.kind is IncidentKind.CALAMITY:
            yield from _phases(incident)
            if content.agreement.judges(incident.started_at):
                yield from _silences(incident, content, now)


def _silences(incident: Incident, content: Content, now: datetime) -> Iterator[Finding]:
    promised = content.agreement.update_calamity_every
    if promised is None:
        return
    found = silences(incident, promised, now)
    if found:
        times = "Once" if len(found) == 1 else f"{len(found)} times"
        longest = max(found, key=lambda interval: interval.length)
        yield SILENT.found(
            Place(incident.path).at("updates"),
            f"{times} without a word for longer than {said_length(promised)}; "
            f"the longest {said_span(longest, content.site.zone)} ({said_length(longest.length)}).",
            "Publish an update, if only to say that the work goes on.",
        )


def _phases(incident: Incident) -> Iterator[Finding]:
    order = list(FailoverPhase)
    told = [(i, update.failover) for i, update in enumerate(incident.updates) if update.failover]
    for (_, earlier), (index, later) in pairwise(told):
        if order.index(later) < order.index(earlier):
            yield FAILOVER_GOES_BACK.found(
                Place(incident.path).at("updates", index, "failover"),
                f"It was {earlier} and is said to be {later} again.",
                FAILOVER_GOES_BACK.explanation,
            )
