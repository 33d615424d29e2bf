"""A file being read: where it is, and what was found in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, field

from statusgen.content import rules
from statusgen.findings import Finding, Key, Place
from statusgen.intervals import Interval

LONGEST_PLAN = timedelta(days=366)


class Source(Struct, frozen=True):
    """A file being read, and where its findings go; ``id`` is the event's."""

    path: str
    id: str = ""
    found: list[Finding] = field(default_factory=list)

    def at(self, *keys: Key) -> Place:
        """A place in the file."""
        return Place(self.path, keys)

    def check_length(self, length: timedelta, *keys: Key) -> None:
        """Find a plan that lasts longer than any can."""
        if length > LONGEST_PLAN:
            message = f"This is {length.days} days."
            help = rules.TOO_LONG.explanation
            self.found.append(rules.TOO_LONG.found(self.at(*keys), message, help))

    def interval(self, start: datetime, end: datetime, *keys: Key) -> Interval | None:
        """The time between the two; None, with a finding at the keys, when it ends too soon."""
        if start < end:
            return Interval(start, end)
        help = rules.END_NOT_AFTER_START.explanation
        message = (
            "This ends at the moment it starts." if start == end else "This ends before it starts."
        )
        self.found.append(rules.END_NOT_AFTER_START.found(self.at(*keys), message, help))
        return None
