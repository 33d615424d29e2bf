"""``statusgen check``."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from statusgen.cli.options import (
    FOLDER,
    FORMAT,
    NOW,
    guarded,
    read_folder,
    read_now,
    site_folder,
)


@click.command("check")
@FOLDER
@FORMAT
@NOW
@guarded
def command(folder: Path, style: str, moment: str | None) -> None:
    """Find what is wrong with the content in FOLDER (content), at file, line and column.

    Every finding of every file is told at once, with the way out. Nothing is written.
    Exit status: 0 when there are no errors, 1 when there are, 2 for wrong use.
    """
    # What is read is kept to the end: looking for garbage in it takes time and finds none.
    gc.disable()
    tree = read_folder(folder)
    now = read_now(moment, tree)

    from statusgen import themes
    from statusgen.build import all_findings, check
    from statusgen.cli.progress import shown
    from statusgen.cli.report import report, tell_count
    from statusgen.findings import errors_in

    with shown() as progress:
        checked = check(tree.files, themes.load(site_folder(folder)), now, progress)
    findings = all_findings(tree, checked.findings)
    report(findings, tree.files, folder, style)
    if style == "text":
        tell_count(findings, len(tree.files))
        if checked.content is None:
            click.echo(
                "Plans are judged once site.yaml, sla.yaml and components.yaml are right.", err=True
            )
    raise SystemExit(1 if errors_in(findings) else 0)
