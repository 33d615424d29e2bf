"""``statusgen slots``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from statusgen.cli.options import (
    FOLDER,
    NOW,
    TEXT_OR_JSON,
    guarded,
    read_content,
    read_folder,
    read_moment,
    read_now,
)


@click.command("slots")
@FOLDER
@click.option("--duration", required=True, metavar="LENGTH", help="How long: 2h, 90m, 1d 4h.")
@click.option("--from", "start", metavar="INSTANT", help="Not before this moment (now).")
@click.option("--count", type=click.IntRange(1, 100), default=5, help="How many (5).")
@click.option(
    "--component", "components", multiple=True, help="Keep clear of what is planned for it."
)
@TEXT_OR_JSON
@NOW
@guarded
def command(
    folder: Path,
    duration: str,
    start: str | None,
    count: int,
    components: tuple[str, ...],
    style: str,
    moment: str | None,
) -> None:
    """Find the next slots of a length that the agreement allows for maintenance.

    Slots leave out what is already planned: for the components named, or for any when none
    is. Each begins as early as it can, and no two overlap. Exit status: 0, 1 for errors in
    the content, 2 for wrong use.
    """
    tree = read_folder(folder)
    now = read_now(moment, tree)
    content = read_content(tree, folder, now)

    from statusgen import civil
    from statusgen.content.suggestions import nearest
    from statusgen.content.values import BadValue
    from statusgen.content.values import duration as read_duration
    from statusgen.policy.slots import next_slots
    from statusgen.policy.words import said_span

    known = [component.id for component in content.components]
    for name in components:
        if name not in known:
            raise click.UsageError(f"There is no component '{name}'. {nearest(name, known)}")
    try:
        length = read_duration(duration)
    except BadValue as error:
        raise click.BadParameter(f"{error.message} {error.help}", param_hint="--duration") from None
    first = read_moment(start, tree, "--from") if start else now
    slots = next_slots(content, length, first, count, components or known, now)
    if style == "json":
        said = {
            "slots": [
                {"start": civil.iso(slot.start), "end": civil.iso(slot.end)} for slot in slots
            ]
        }
        click.echo(json.dumps(said, indent=2))
    else:
        for slot in slots:
            click.echo(said_span(slot, content.site.zone))
        if not slots:
            click.echo("There is none within 400 days: no window is that long.")
