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
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="For people, for programs, or with the week ahead for the summary of a pull request.",
)
@NOW
@guarded
def command(
    folder: Path, start: str | None, end: str | None, style: str, moment: str | None
) -> None:
    """List every maintenance and every occurrence of a schedule in a stretch of time.

    Plans that were called off are listed as such.

    Exit status: 0 when it was printed, 1 for errors in the content, 2 for wrong use.
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
    elif style == "markdown":
        _print_markdown(plans, content, first, now)
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


def _print_markdown(
    plans: list[Maintenance], content: Content, start: datetime, now: datetime
) -> None:
    from statusgen.cli.report import cell
    from statusgen.cli.week import KEY, week_rows
    from statusgen.policy.words import said_length, said_span

    on = [plan for plan in plans if not plan.is_cancelled(now)]
    week = "\n".join(week_rows(content, on, start))
    click.echo(f"### Maintenance\n\n```text\n{week}\n\n{KEY}\n```\n")
    if not plans:
        click.echo("Nothing is planned.")
        return
    click.echo("| when | how long | state | what | components |\n| --- | --- | --- | --- | --- |")
    for plan in plans:
        title, _ = plan.title.pick(content.site.languages[0])
        when, length = said_span(plan.planned, content.site.zone), said_length(plan.planned.length)
        parts = ", ".join(plan.components)
        click.echo(f"| {when} | {length} | {plan.status(now)} | {cell(title)} | {parts} |")
