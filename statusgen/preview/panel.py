"""What the preview lays over a page: its findings, and the moment that it is shown at.

The pages allow scripts and styles of their own site only, so that these come as files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from statusgen import civil
from statusgen.findings import Finding, Severity, Span, errors_in
from statusgen.preview.showing import Shown

if TYPE_CHECKING:
    from jinja2 import Template

RESERVED = "/.preview/"
"""No page of a site has an address that starts so."""
_LONGEST = 200
_NOTHING_YET = "<!doctype html><html><head><title>Preview</title></head><body></body></html>"
_HEAD = re.compile(rb"<head\b[^>]*>", re.IGNORECASE)


class FoundView(Struct, frozen=True):
    """A finding in words; ``line`` says whether there is a line of the file to show."""

    severity: str
    code: str
    place: str
    message: str
    help: str
    line: bool
    number: int
    before: str
    marked: str
    after: str


class Panel(Struct, frozen=True):
    """Lays the panel over pages of the content in ``folder``, whose moment is in ``cookie``."""

    folder: Path
    cookie: str

    def over(
        self, page: bytes | None, shown: Shown, turn: str, *, is_now: bool, is_live: bool
    ) -> bytes:
        """The page with script, style and panel; an empty one where there is none.

        Unless it ``is_live``, the clock that the page sees is set to the moment shown.
        """
        page = _NOTHING_YET.encode() if page is None else page
        moment = "" if is_live else f' data-moment="{civil.iso(shown.at)}"'
        head = (
            f'<script src="{RESERVED}preview.js" data-turn="{turn}" data-cookie="{self.cookie}"'
            f'{moment}></script><link rel="stylesheet" href="{RESERVED}preview.css">'
        )
        found = _HEAD.search(page)
        start = found.end() if found else len(page)
        page = page[:start] + head.encode() + page[start:]
        end = page.rfind(b"</body>")
        end = end if end >= 0 else len(page)
        return page[:end] + self._filled(shown, is_now).encode() + page[end:]

    def _filled(self, shown: Shown, is_now: bool) -> str:
        worst_first = sorted(shown.findings, key=lambda f: f.severity is not Severity.ERROR)
        return _template().render(
            findings=[self._view(finding, shown.texts) for finding in worst_first],
            errors=errors_in(shown.findings),
            heading=_heading(shown),
            wall=f"{civil.to_wall(shown.at, shown.zone):%Y-%m-%dT%H:%M}",
            zone=shown.zone.key,
            is_now=is_now,
        )

    def _view(self, finding: Finding, texts: Mapping[str, bytes]) -> FoundView:
        span = finding.place
        assert isinstance(span, Span)
        path = os.path.normpath(self.folder / span.path)
        before, marked, after = _excerpt(span, texts)
        return FoundView(
            severity=finding.severity,
            code=finding.code,
            place=f"{path}:{span.line}:{span.column}",
            message=finding.message,
            help=finding.help,
            line=bool((before + marked + after).strip()),
            number=span.line,
            before=before,
            marked=marked,
            after=after,
        )


def _heading(shown: Shown) -> str:
    errors = errors_in(shown.findings)
    counts = ((errors, "error"), (len(shown.findings) - errors, "warning"))
    said = ", ".join(f"{n} {what}{'s' if n > 1 else ''}" for n, what in counts if n)
    if not errors:
        return said
    return f"{said}: this is the last good page" if shown.pages else f"{said}: no page to show yet"


def _excerpt(span: Span, texts: Mapping[str, bytes]) -> tuple[str, str, str]:
    """The line of the file before, in and after the place; nothing where it has no such line."""
    lines = texts.get(span.path, b"").decode("utf-8-sig", "replace").splitlines()
    if span.line > len(lines):
        return "", "", ""
    line, start = lines[span.line - 1], span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(start - _LONGEST // 2, 0)
    return line[first:start], line[start:end], line[end : first + _LONGEST]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(asset("panel.html").decode())


@cache
def asset(name: str) -> bytes:
    """A file that comes with the preview."""
    return (files("statusgen.preview") / name).read_bytes()
