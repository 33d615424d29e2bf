"""Clause 6: backups are made each day, kept in several places and in the region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from statusgen import civil
from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.model.agreement import BackupPromise
from statusgen.model.backups import (
    Backup,
    has_few_places,
    is_kept_short,
    missed_days,
    outside_region,
)
from statusgen.model.content import Content
from statusgen.policy.case import Case
from statusgen.policy.words import said, said_length

MISSED = Rule(
    "backup-missed",
    "A backup is made as often as is promised.",
    "A day without a good one is shown on the SLA page. If it was made, add it to the log.",
    "- {at: 2026-11-22 02:00, ok: true, locations: [NL, DE]}\n"
    "- {at: 2026-11-24 02:00, ok: true, locations: [NL, DE]}",
    Severity.WARNING,
    clause="6a",
)
TOO_FEW_PLACES = Rule(
    "backup-places",
    "A backup is kept in as many places as is promised.",
    "List the country of each place where a copy is.",
    "- {at: 2026-11-22 02:00, ok: true, locations: [NL]}",
    Severity.WARNING,
    clause="6a",
)
OUTSIDE_REGION = Rule(
    "backup-outside-region",
    "Backups stay in the promised region.",
    "The European Economic Area is the European Union with Iceland, Liechtenstein and Norway.",
    "- {at: 2026-11-22 02:00, ok: true, locations: [NL, US]}",
    clause="6a",
)
KEPT_TOO_SHORT = Rule(
    "backup-kept-too-short",
    "Backups are kept as long as is promised.",
    "`oldest` is the moment of the oldest backup that is still there.",
    "- {at: 2026-11-22 02:00, ok: true, locations: [NL, DE], oldest: 2026-11-01 02:00}",
    Severity.WARNING,
    clause="6a",
)
IN_FUTURE = Rule(
    "backup-in-future",
    "The log tells of backups that were made.",
    "Check the date.",
    "- {at: 2036-11-22 02:00, ok: true, locations: [NL, DE]}",
    Severity.WARNING,
)
RULES = (MISSED, TOO_FEW_PLACES, OUTSIDE_REGION, KEPT_TOO_SHORT, IN_FUTURE)


def judge(case: Case) -> Iterator[Finding]:
    """The findings on the log of backups."""
    content, now = case.content, case.now
    promise = content.agreement.backups
    for run in content.backups:
        if run.at > now:
            message = f"This moment is still to come: now is {said(now, content.site.zone)}."
            yield IN_FUTURE.found(_place(run, "at"), message, "Check the date.")
        if promise and run.ok and content.agreement.judges(run.at):
            yield from _places(run, promise)
            yield from _kept(run, promise, content.backups[0])
    if promise:
        yield from _missed(content, promise, now)


def _places(run: Backup, promise: BackupPromise) -> Iterator[Finding]:
    if has_few_places(run, promise):
        yield TOO_FEW_PLACES.found(
            _place(run, "locations"),
            f"Kept in {len(set(run.locations))} of {promise.locations} places.",
            TOO_FEW_PLACES.explanation,
        )
    outside = outside_region(run, promise)
    if outside:
        yield OUTSIDE_REGION.found(
            _place(run, "locations"),
            f"{', '.join(outside)} is outside the {promise.region}.",
            OUTSIDE_REGION.explanation,
        )


def _kept(run: Backup, promise: BackupPromise, first: Backup) -> Iterator[Finding]:
    if promise.keep and run.oldest_at and is_kept_short(run, promise, first):
        kept = run.at - run.oldest_at
        yield KEPT_TOO_SHORT.found(
            _place(run, "oldest"),
            f"Kept for {said_length(kept)}, not {said_length(promise.keep)}.",
            KEPT_TOO_SHORT.explanation,
        )


def _missed(content: Content, promise: BackupPromise, now: datetime) -> Iterator[Finding]:
    judged = [run for run in content.backups if content.agreement.judges(run.at)]
    missed = missed_days(judged, promise, content.site.zone, now)
    for days in _runs(missed):
        before = [
            run for run in content.backups if civil.day_of(run.at, content.site.zone) <= days[0]
        ]
        several = f"{len(days)} days up to {days[-1]:%Y-%m-%d}"
        yield MISSED.found(
            _place(before[-1], "at"),
            f"A backup is lacking on {days[0]:%Y-%m-%d}."
            if len(days) == 1
            else f"Backups are lacking from {days[0]:%Y-%m-%d} on, {several}.",
            "If one was made, add it to the log.",
        )


def _runs(days: Sequence[date]) -> list[list[date]]:
    """The days, those that follow each other together."""
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] == day - timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _place(run: Backup, key: str) -> Place:
    return Place(run.path).at(run.number, key)
