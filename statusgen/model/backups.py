"""The log of backups (clause 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from statusgen.model.text import Text


@dataclass(frozen=True, slots=True)
class Backup:
    """One run; ``locations`` are the countries (ISO 3166) where a copy is kept.

    ``oldest_at`` is the moment of the oldest backup that was still kept after it.
    """

    at: datetime
    ok: bool
    locations: tuple[str, ...] = ()
    note: Text | None = None
    oldest_at: datetime | None = None
