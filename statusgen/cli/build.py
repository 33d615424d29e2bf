"""``statusgen build``."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from statusgen.cli.building import Done, Task, Told, build
from statusgen.cli.options import FOLDER, FORMAT, NOW, guarded, read_present, site_folder

_SOON = timedelta(minutes=1)
"""How long a disk that failed is left alone."""


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
@click.option(
    "--watch", is_flag=True, help="Build again on each change, of files and by the clock."
)
@guarded
def command(
    folder: Path, output: Path, style: str, moment: str | None, force: bool, watch: bool
) -> None:
    """Build the site of the content in FOLDER (content), unless something is wrong with it.

    The new site takes the place of the old in one step; with errors the old one stays. Ends by
    saying what it did, and when the site would next change by the clock alone: build it then,
    or let --watch do so until a signal stops it.

    Exit status: 0 when it was built or stopped, 1 for errors in the content, 2 for wrong
    use, 3 when the disk does not let us.
    """
    _keep_apart(folder, output)
    task = Task(folder, output, style, force, watch)
    if watch and moment:
        raise click.UsageError("--watch goes by the clock: leave out --now.")
    if watch:
        _watch(task)
    elif _build(task, moment) is None:
        raise SystemExit(1)


def _watch(task: Task) -> None:
    """Build now, on every change and whenever the clock changes the site, until a signal."""
    from statusgen.watch import Watch, Woken, stopped_by_signals

    themes = site_folder(task.folder) / "themes"
    with Watch([task.folder, themes]) as watch, stopped_by_signals(watch):
        due = _build_in_turn(task)
        while watch.wait(due) is not Woken.STOPPED:
            due = _build_in_turn(task)


def _build_in_turn(task: Task) -> datetime | None:
    """Build once, and say when to do so again if nothing is written before.

    What is wrong outside does not end the watch: a folder may come back, a disk gets room.
    """
    try:
        done = _build(task, None)
    except OSError as error:
        click.echo(f"statusgen: {error.filename}: {error.strerror}; tried again soon", err=True)
        return read_present() + _SOON
    return min(done.next_change_at, done.stale_at) if done else None


def _build(task: Task, moment: str | None) -> Done | None:
    """Build and publish, and tell of it; None where errors in the content are in the way."""
    told = build(task, moment)
    _report(task, told)
    return told.done


def _report(task: Task, told: Told) -> None:
    from statusgen.cli.report import as_json, report, tell_count

    findings, done = told.findings, told.done
    if task.style == "json":
        said = {**as_json(findings, task.folder), "build": _as_data(task, done) if done else None}
        # Of builds that follow each other each has a line.
        click.echo(json.dumps(said, ensure_ascii=False, indent=None if task.watch else 2))
        return
    report(findings, told.files, task.folder, task.style)
    if done:
        _tell(task, done)
    elif task.style == "text":
        tell_count(findings, len(told.files))
        click.echo(f"Nothing was built; {task.output} is as it was.", err=True)


def _as_data(task: Task, done: Done) -> dict[str, Any]:
    from statusgen import civil

    return {
        "output": task.output.as_posix(),
        "pages": done.pages,
        "written": done.written,
        "removed": done.removed,
        "unchanged": done.unchanged,
        "seconds": round(done.seconds, 3),
        "made_at": civil.iso(done.made_at),
        "next_change_at": civil.iso(done.next_change_at),
    }


def _tell(task: Task, done: Done) -> None:
    click.echo(
        f"{task.output}: {done.pages} pages; {done.written} written, {done.removed} removed, "
        f"{done.unchanged} unchanged; {done.seconds:.1f} s"
    )
    click.echo(f"Changes by itself: {done.changes}")


def _keep_apart(folder: Path, output: Path) -> None:
    site = Path(os.path.realpath(output))
    for what, source in (("content", folder), ("themes", site_folder(folder) / "themes")):
        read = Path(os.path.realpath(source))
        if read == site or read.is_relative_to(site) or site.is_relative_to(read):
            raise click.UsageError(
                f"The site cannot go into {output}: it would mix with the {what} in {source}."
            )
