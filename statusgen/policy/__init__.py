"""The rules that plans and reports are judged by, one family a module.

A family has its ``RULES`` and ``judge(content, now)``, which yields findings. To add
a rule is to add it there; to add a family is a line in ``FAMILIES``.
``changes`` stands apart: it judges what changed since an earlier revision.
"""

from __future__ import annotations

from datetime import datetime

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
    translations,
    windows,
)

FAMILIES = (windows, overlaps, lifecycle, kinds, reports, calamities, backups, translations)

RULES = tuple(rule for family in (*FAMILIES, changes) for rule in family.RULES)


def judge(content: Content, now: datetime) -> list[Finding]:
    """What the agreement and good order have against the content, as of ``now``."""
    return [finding for family in FAMILIES for finding in family.judge(content, now)]
