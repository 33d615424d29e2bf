"""``statusgen build``."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from statusgen.build import Built
    from statusgen.content.tree import Tree
    from statusgen.findings import Finding
    from statusgen.publish import Published


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

    The new site takes the place of the old in one step; with errors the old one stays. Ends by
    saying what it did, and when the site would next change by the clock alone: build it then.
    Exit status: 0 when it was built, 1 for errors in the content, 2 for wrong use, 3 when
    the disk does not let us.
    """
    tree = read_folder(folder)
    now = read_now(moment, tree)
    _keep_apart(folder, output)
    if _build(Task(folder, output, style, force), tree, now) is None:
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class Task:
    """What is built, where it goes, and how that is told."""

    folder: Path
    output: Path
    style: str
    force: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What a build did. ``seconds`` is how long it took; the site next changes by itself
    at ``next_change_at``."""

    pages: int
    published: Published
    seconds: float
    made_at: datetime
    next_change_at: datetime
    zone: ZoneInfo


def _build(task: Task, tree: Tree, now: datetime) -> Done | None:
    """Build and publish, and tell of it; None where errors in the content are in the way."""
    began = perf_counter()

    from statusgen import themes
    from statusgen.build import all_findings, build
    from statusgen.cli.progress import shown

    with shown() as progress:
        built = build(tree.files, themes.load(site_folder(task.folder)), now, progress)
    findings = all_findings(tree, built.findings)
    done = None if _hindered(findings) else _publish(task, built, now, began)
    _report(task, tree, findings, done)
    return done


def _hindered(findings: Sequence[Finding]) -> bool:
    from statusgen.findings import errors_in

    return errors_in(findings) > 0


def _publish(task: Task, built: Built, now: datetime, began: float) -> Done:
    from statusgen.history.changes import next_change
    from statusgen.publish import PublishRefused, publish

    assert built.content
    try:
        published = publish(built.artifacts, task.output, force=task.force)
    except PublishRefused as refusal:
        raise click.UsageError(str(refusal)) from None
    pages = sum(artifact.path.endswith(".html") for artifact in built.artifacts)
    changes_at = next_change(built.content, now)
    seconds = perf_counter() - began
    return Done(pages, published, seconds, now, changes_at, built.content.site.zone)


def _report(task: Task, tree: Tree, findings: Sequence[Finding], done: Done | None) -> None:
    from statusgen.cli.report import as_json, report, tell_count

    if task.style == "json":
        said = {**as_json(findings, task.folder), "build": _as_data(task, done) if done else None}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    report(findings, tree.files, task.folder, task.style)
    if done:
        _tell(task, done)
    elif task.style == "text":
        tell_count(findings, len(tree.files))
        click.echo(f"Nothing was built; {task.output} is as it was.", err=True)


def _as_data(task: Task, done: Done) -> dict[str, Any]:
    from statusgen import civil

    return {
        "output": task.output.as_posix(),
        "pages": done.pages,
        "written": done.published.written,
        "removed": done.published.removed,
        "unchanged": done.published.unchanged,
        "seconds": round(done.seconds, 3),
        "made_at": civil.iso(done.made_at),
        "next_change_at": civil.iso(done.next_change_at),
    }


def _tell(task: Task, done: Done) -> None:
    from statusgen import civil
    from statusgen.policy.words import said

    counts = done.published
    click.echo(
        f"{task.output}: {done.pages} pages; {counts.written} written, {counts.removed} removed, "
        f"{counts.unchanged} unchanged; {done.seconds:.1f} s"
    )
    at = done.next_change_at
    click.echo(f"Changes by itself: {said(at, done.zone)} ({civil.iso(at)})")


def _keep_apart(folder: Path, output: Path) -> None:
    content, site = (Path(os.path.realpath(path)) for path in (folder, output))
    if content == site or content.is_relative_to(site) or site.is_relative_to(content):
        raise click.UsageError(
            f"The site cannot go into {output}: it would mix with the content in {folder}."
        )
