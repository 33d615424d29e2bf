"""A change to the content: tried in memory, told, and saved only when nothing is wrong with it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from statusgen.cli import asking
from statusgen.cli.options import (
    read_folder,
    read_now,
    reading_at_ease,
    shelf_for,
    site_folder,
)
from statusgen.content.tree import Tree
from statusgen.findings import Finding, Severity, errors_in

if TYPE_CHECKING:
    from statusgen.content.writer import Node
    from statusgen.intervals import Interval
    from statusgen.model.content import Content

FOLDER = click.option(
    "--content",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("content"),
    show_default=True,
    metavar="DIR",
    help="The folder that holds site.yaml.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")


class Editing(Struct, frozen=True):
    """The content as it was read at ``now``, with what was wrong before any change."""

    folder: Path
    tree: Tree
    content: Content
    findings: list[Finding]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone, in which wall times are read and written."""
        return self.content.site.zone

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that texts are asked for in."""
        return self.content.site.languages

    @property
    def components(self) -> list[str]:
        """The ids of the components."""
        return [component.id for component in self.content.components]

    def written(self, instant: datetime) -> str:
        """An instant as a file has it."""
        from statusgen.content import values

        return values.written(instant, self.zone)

    def new_file(self, path: str, fields: Mapping[str, Node]) -> bytes:
        """A file that holds these fields; where schemas lie, it leads editors to its own."""
        from statusgen.content import schema
        from statusgen.content.writer import document

        has_schemas = (self.folder / schema.FOLDER).is_dir()
        return document(fields, [schema.modeline(path)] if has_schemas else [])

    def trial(self, changes: Mapping[str, bytes]) -> Trial:
        """The change laid over the content, with what would be wrong because of it."""
        files = {**self.tree.files, **changes}
        _, found = _checked(Tree(files, self.tree.findings), self.folder, self.now)
        known = Counter(_regardless_of_line(finding) for finding in self.findings)
        fresh = []
        for finding in found:
            known[_regardless_of_line(finding)] -= 1
            if known[_regardless_of_line(finding)] < 0:
                fresh.append(finding)
        return Trial(self, changes, fresh)


class Trial(Struct, frozen=True):
    """A change (path -> the file's new bytes) and the findings that it would bring."""

    editing: Editing
    changes: Mapping[str, bytes]
    findings: list[Finding]

    def refused_by(self, *codes: str) -> bool:
        """Whether it is refused, and by these rules only."""
        errors = _errors(self.findings)
        return bool(errors) and all(error.code in codes for error in errors)

    def tell(self, *, errors_only: bool = False) -> None:
        """Print the findings as ``check`` does, on standard error."""
        from statusgen.cli.report import report

        files = {**self.editing.tree.files, **self.changes}
        told = _errors(self.findings) if errors_only else self.findings
        report(told, files, self.editing.folder, "text", err=True)

    def conclude(self, told: list[str], subject: str, *, dry_run: bool, hint: str = "") -> None:
        """Save the change, or with errors say what is wrong and end with status 1.

        ``told`` are lines for the person who makes it, ``subject`` is what to call the commit.
        """
        self.tell()
        if errors_in(self.findings):
            click.echo("\n".join(filter(None, ["Nothing was written.", hint])), err=True)
            self._keep_answers()
            raise SystemExit(1)
        if dry_run:
            click.echo(self._shown(), nl=False)
            return
        self._save()
        for path in self.changes:
            click.echo(f"Wrote {(self.editing.folder / path).as_posix()}")
        for line in told:
            click.echo(f"  {line}")
        click.echo("\n".join(["", "Next:", *(f"  {step}" for step in self._next_steps(subject))]))
        self._tell_what_else_is_wrong()

    def _keep_answers(self) -> None:
        """Show what somebody has typed with care, for the next try."""
        if asking.on_terminal():
            click.echo(f"This is what it would have been:\n\n{self._shown()}", err=True)

    def _shown(self) -> str:
        return "\n".join(self._shown_file(path) for path in self.changes)

    def _shown_file(self, path: str) -> str:
        """A new file whole, and what changes in another."""
        from difflib import unified_diff

        name, new = (self.editing.folder / path).as_posix(), _lines(self.changes[path])
        old = self.editing.tree.files.get(path)
        if old is None:
            return f"# {name}\n{''.join(new)}"
        return "".join(unified_diff(_lines(old), new, name, name))

    def _save(self) -> None:
        from statusgen.content.saving import Changed, save

        try:
            save(self.editing.folder, self.changes, self.editing.tree.files)
        except Changed as changed:
            click.echo(f"statusgen: {changed}. Nothing was written; try again.", err=True)
            self._keep_answers()
            raise SystemExit(3) from None

    def _next_steps(self, subject: str) -> list[str]:
        folder = self.editing.folder
        outside = folder.is_absolute() or ".." in folder.parts
        git = f"git -C {shlex.quote(folder.as_posix())}" if outside else "git"
        named = self.changes if outside else [(folder / path).as_posix() for path in self.changes]
        paths = " ".join(shlex.quote(path) for path in named)
        commit = f"{git} commit -m {shlex.quote(subject)} -- {paths}"
        return [f"{git} add {paths}", commit, f"{git} push"]

    def _tell_what_else_is_wrong(self) -> None:
        errors = errors_in(self.editing.findings)
        if errors:
            are = f"{errors} errors" if errors > 1 else "an error"
            click.echo(
                f"\nThere {'are' if errors > 1 else 'is'} {are} elsewhere in the content, and "
                "until they are mended no site is built: `statusgen check` tells.",
                err=True,
            )


def open_content(folder: Path, moment: str | None) -> Editing:
    """The content to change; ends with status 1 where site, agreement or components are wrong."""
    from statusgen.cli.report import report

    with reading_at_ease():
        tree = read_folder(folder)
        now = read_now(moment, tree)
        content, found = _checked(tree, folder, now)
    if content is None:
        report(_errors(found), tree.files, folder, "text", err=True)
        raise SystemExit(1)
    return Editing(folder, tree, content, found, now)


def _errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _checked(tree: Tree, folder: Path, now: datetime) -> tuple[Content | None, list[Finding]]:
    from statusgen import themes
    from statusgen.build import all_findings, check

    checked = check(tree.files, themes.load(site_folder(folder)), now, shelf=shelf_for(folder))
    return checked.content, all_findings(tree, checked.findings)


def _regardless_of_line(finding: Finding) -> tuple[str, str, str, str]:
    """What stays of a finding when lines above it are added."""
    return finding.code, finding.severity, finding.place.path, finding.message


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]


def said_span_twice(span: Interval, zone: ZoneInfo) -> str:
    """A stretch of time on the site's clock and in UTC."""
    from datetime import UTC

    from statusgen.policy.words import said_span

    start, end = span.start.astimezone(UTC), span.end.astimezone(UTC)
    form = "%H:%M" if start.date() == end.date() else "%a %H:%M"
    return f"{said_span(span, zone)} ({start:{form}} - {end:{form}} UTC)"
