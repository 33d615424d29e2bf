"""``statusgen check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from statusgen.cli.options import (
    FOLDER,
    FORMAT,
    NOW,
    guarded,
    read_folder,
    read_now,
    reading_at_ease,
    site_folder,
)
from statusgen.findings import Finding, Span
from statusgen.forked import processes

if TYPE_CHECKING:
    from statusgen.revisions import Revision


@click.command("check")
@FOLDER
@FORMAT
@click.option(
    "--since",
    "revision",
    metavar="REV",
    help="Refuse also what changed since this revision in Git and would mislead subscribers.",
)
@NOW
@guarded
def command(folder: Path, style: str, revision: str | None, moment: str | None) -> None:
    """Find what is wrong with the content in FOLDER (content), at file, line and column.

    Every finding of every file is told at once, with the way out. The content stays as it is.

    Exit status: 0 when there are no errors, 1 when there are, 2 for wrong use.
    """
    with reading_at_ease():
        _check(folder, style, revision, moment)


def _check(folder: Path, style: str, revision: str | None, moment: str | None) -> None:
    from statusgen.cache import shelf_of

    shelf = shelf_of(folder, jobs=processes())
    tree = read_folder(folder, shelf)
    now = read_now(moment, tree)

    from statusgen import themes
    from statusgen.build import all_findings, check
    from statusgen.cli.progress import shown
    from statusgen.cli.report import report, tell_count
    from statusgen.findings import errors_in

    since, cut_off = _revision(folder, revision)
    with shown() as progress:
        found = themes.load(site_folder(folder))
        checked = check(tree.files, found, now, progress, since, shelf)
    if shelf:
        shelf.keep_known(tree.files)
    findings = all_findings(tree, [*checked.findings, *cut_off])
    report(findings, tree.files, folder, style)
    if style == "text":
        tell_count(findings, len(tree.files))
        if checked.content is None:
            click.echo(
                "Plans are judged once site.yaml, sla.yaml and components.yaml are right.", err=True
            )
    raise SystemExit(1 if errors_in(findings) else 0)


def _revision(folder: Path, name: str | None) -> tuple[Revision | None, list[Finding]]:
    """The revision to compare with, or that it is not known; ends with status 2 without one."""
    if name is None:
        return None, []
    from statusgen.policy.changes import HISTORY_UNKNOWN
    from statusgen.revisions import HistoryCutOff, NoRevision, read_revision

    try:
        return read_revision(folder, name), []
    except NoRevision as error:
        raise click.UsageError(str(error)) from None
    except HistoryCutOff:
        message = f"The history of this clone is cut off before the revision '{name}'."
        top = Span.top("site.yaml")
        return None, [HISTORY_UNKNOWN.found(top, message, HISTORY_UNKNOWN.explanation)]
