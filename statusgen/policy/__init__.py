"""The rules that plans and reports are judged by, one family a module.

A family has its ``RULES`` and ``judge(case)``, which yields findings. To add a rule is to add it
there; to add a family is a line in ``FAMILIES``, and in ``COMPARING`` where it holds events against
each other. ``changes`` stands apart: it judges what changed since an earlier revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from statusgen.findings import Finding
from statusgen.model.content import Content
from statusgen.policy import (
    backups,
    calamities,
    changes,
    kinds,
    lifecycle,
    overlaps,
    reports,
    tickets,
    translations,
    windows,
)
from statusgen.policy.case import Case

FAMILIES = (
    *(windows, overlaps, lifecycle, kinds, reports, tickets, calamities, backups, translations),
)
COMPARING = (overlaps, tickets)
"""They look at cards: what they find of an event may be otherwise by another that is written."""

RULES = tuple(rule for family in (*FAMILIES, changes) for rule in family.RULES)

Settled = Mapping[str, Sequence[Finding]]
"""What there is to find of events that are settled, each by itself: by the path of its file."""


class Judged(Struct, frozen=True):
    """All findings, and of those the ones that neither the clock nor another event changes."""

    findings: list[Finding]
    settled: Settled


def judge(content: Content, now: datetime, known: Settled | None = None) -> Judged:
    """What the agreement and good order have against the content, as of ``now``.

    ``known`` is what was found before in files that are still the same, under the same agreement:
    where their events are settled they are not judged again, and not even loaded.
    """
    known = known or {}
    case = Case.of(content, now, known)
    anew = {card.path for card in case.cards}
    before = [f for path, found in known.items() if path not in anew for f in found]
    alone = [f for family in FAMILIES if family not in COMPARING for f in family.judge(case)]
    compared = [finding for family in COMPARING for finding in family.judge(case)]
    return Judged([*before, *alone, *compared], {**known, **_settled(case, alone)})


def _settled(case: Case, alone: Sequence[Finding]) -> Settled:
    cards = (card for card in case.cards if card.is_settled(case.now))
    found: dict[str, list[Finding]] = {card.path: [] for card in cards}
    for finding in alone:
        if finding.code == windows.OUTSIDE_WINDOW.code:
            # It names the nearest slots that no other plan takes.
            found.pop(finding.place.path, None)
        elif finding.place.path in found:
            found[finding.place.path].append(finding)
    return found
