"""``statusgen agenda``."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statusgen.cli.options import (
    FOLDER,
    NOW,
    TEXT_OR_JSON,
    guarded,
    read_bound,
    read_content,
    read_folder,
    read_now,
)

if TYPE_CHECKING:
    from statusgen.model.content import Content
    from statusgen.model.maintenance import Maintenance


@click.command("agenda")
@FOLDER
@click.option("--from", "start", metavar="INSTANT", help="From this moment on (now).")
@click.option("--until", "end", metavar="INSTANT", help="Up to this moment (60 days on).")
@TEXT_OR_JSON
@NOW
@guarded
def command(
    folder: Path, start: str | None, end: str | None, style: str, moment: str | None
) -> None:
    """List every maintenance and every occurrence of a schedule in a stretch of time.

    Plans that were called off are listed as such. Exit status: 0, 1 for errors in the
    content, 2 for wrong use.
    """
    tree = read_folder(folder)
    now = read_now(moment, tree)
    content = read_content(tree, folder, now)

    from statusgen.intervals import Interval

    first = read_bound(start, tree, "--from") if start else now
    last = read_bound(end, tree, "--until") if end else first + timedelta(days=60)
    if last <= first:
        raise click.UsageError("--until must be after --from.")
    plans = content.planned(Interval(first, last))
    if style == "json":
        language = content.site.languages[0]
        said = {"maintenance": [_as_data(plan, language, now) for plan in plans]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(plans, content, now)


def _as_data(plan: Maintenance, language: str, now: datetime) -> dict[str, object]:
    from statusgen import civil

    return {
        "id": plan.id,
        "schedule": plan.schedule,
        "title": plan.title.pick(language)[0],
        "components": list(plan.components),
        "start": civil.iso(plan.planned.start),
        "end": civil.iso(plan.planned.end),
        "state": plan.status(now),
    }


def _print(plans: list[Maintenance], content: Content, now: datetime) -> None:
    from statusgen.policy.words import said_length, said_span

    if not plans:
        click.echo("Nothing is planned.")
    for plan in plans:
        title, _ = plan.title.pick(content.site.languages[0])
        when = said_span(plan.planned, content.site.zone)
        length = said_length(plan.planned.length)
        parts = ", ".join(plan.components)
        click.echo(f"{when} ({length})  {plan.status(now):11}  {title}  [{parts}]  {plan.id}")
