"""``statusgen build``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from statusgen.cli.options import (
    FOLDER,
    FORMAT,
    NOW,
    all_findings,
    guarded,
    read_folder,
    read_now,
    site_folder,
)


@click.command("build")
@FOLDER
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("public"),
    show_default=True,
    metavar="DIR",
    help="Where the site goes.",
)
@FORMAT
@NOW
@click.option("--force", is_flag=True, help="Publish beside files that no earlier build wrote.")
@guarded
def command(folder: Path, output: Path, style: str, moment: str | None, force: bool) -> None:
    """Build the site of the content in FOLDER (content), unless something is wrong with it.

    The new site takes the place of the old in one step; with errors the old one stays.
    Exit status: 0 when it was built, 1 for errors in the content, 2 for wrong use, 3 when
    the disk does not let us.
    """
    tree = read_folder(folder)
    now = read_now(moment, tree)
    _keep_apart(folder, output)

    from statusgen import themes
    from statusgen.build import build
    from statusgen.cli.progress import shown
    from statusgen.cli.report import report, tell_count
    from statusgen.findings import errors_in
    from statusgen.outputs import BrokenOutput
    from statusgen.publish import PublishRefused, publish

    try:
        with shown() as progress:
            built = build(tree.files, themes.load(site_folder(folder)), now, progress)
    except BrokenOutput as broken:
        raise click.UsageError(f"{broken} Mend it, or switch it off in site.yaml.") from None
    findings = all_findings(tree, built.findings)
    if errors_in(findings):
        report(findings, tree.files, folder, style)
        if style == "text":
            tell_count(findings, len(tree.files))
            click.echo(f"Nothing was built; {output} is as it was.", err=True)
        raise SystemExit(1)
    try:
        published = publish(built.artifacts, output, force=force)
    except PublishRefused as refusal:
        raise click.UsageError(str(refusal)) from None
    report(findings, tree.files, folder, style)
    if style == "text":
        click.echo(
            f"{output}: {published.written} written, {published.removed} removed, "
            f"{published.unchanged} unchanged"
        )


def _keep_apart(folder: Path, output: Path) -> None:
    content, site = (Path(os.path.realpath(path)) for path in (folder, output))
    if content == site or content.is_relative_to(site) or site.is_relative_to(content):
        raise click.UsageError(
            f"The site cannot go into {output}: it would mix with the content in {folder}."
        )
