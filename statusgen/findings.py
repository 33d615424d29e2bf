"""What the checker says about the content: a value, printed elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field

Key = str | int


class Severity(StrEnum):
    """How bad a finding is: an error stops a build, a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


class Place(Struct, frozen=True):
    """A spot named by the keys that lead to it, before anyone needs its line.

    ``path`` is relative to the content folder. ``part`` says whether the value
    at those keys is meant or the last key itself.
    """

    path: str
    keys: tuple[Key, ...] = ()
    part: Literal["value", "key"] = "value"

    def at(self, *keys: Key) -> Place:
        """The place of a value inside this one."""
        return Place(self.path, (*self.keys, *keys))

    def key(self, name: Key) -> Place:
        """The place of a key (not its value) inside this one."""
        return Place(self.path, (*self.keys, name), "key")


class Span(Struct, frozen=True, order=True):
    """A stretch of a file; lines and columns count characters from 1, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @staticmethod
    def top(path: str) -> Span:
        """The start of a file, for what concerns it as a whole."""
        return Span(path, 1, 1, 1, 1)


class Finding(Struct, frozen=True):
    """One thing to mend: where, what is wrong, and the way out.

    ``data`` holds the facts behind the message for programs (JSON values only).
    """

    code: str
    severity: Severity
    place: Place | Span
    message: str
    help: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Rule(Struct, frozen=True):
    """A kind of finding: its code, what it guards and an example that it refuses.

    ``clause`` names the clause of the agreement behind the rule, where there is one.
    """

    code: str
    summary: str
    explanation: str
    example: str
    severity: Severity = Severity.ERROR
    clause: str = ""

    def found(
        self,
        place: Place | Span,
        message: str,
        help: str = "",
        *,
        severity: Severity | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Finding:
        """A finding of this rule at ``place``."""
        return Finding(self.code, severity or self.severity, place, message, help, data or {})


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by file, line and column, each once."""
    unique = {_sort_key(finding): finding for finding in findings}
    return [unique[key] for key in sorted(unique)]


def _sort_key(finding: Finding) -> tuple[str, int, int, int, int, str, str]:
    place = finding.place
    if not isinstance(place, Span):
        raise TypeError(f"a finding of {place.path} was never located")
    return (
        place.path,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        finding.code,
        finding.message,
    )


def errors_in(findings: Iterable[Finding]) -> int:
    """How many of the findings are errors."""
    return sum(finding.severity is Severity.ERROR for finding in findings)
