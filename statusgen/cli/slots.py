"""``statusgen slots``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from statusgen.model.content import Content


@click.command("slots")
@FOLDER
@click.option("--duration", required=True, metavar="LENGTH", help="How long: 2h, 90m, 1d 4h.")
@click.option(
    "--from",
    "start",
    metavar="INSTANT",
    help="Not before this moment; else once the notice is over.",
)
@click.option("--count", type=click.IntRange(1, 100), default=5, help="How many (5).")
@click.option(
    "--component",
    "components",
    multiple=True,
    metavar="ID",
    help="Keep clear of what is planned for it; can be repeated.",
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
    is. Each begins as early as it can, and no two overlap.

    Exit status: 0 when it was printed, 1 for errors in the content, 2 for wrong use.
    """
    tree = read_folder(folder)
    now = read_now(moment, tree)
    content = read_content(tree, folder, now)

    from statusgen import civil
    from statusgen.policy.slots import next_slots
    from statusgen.policy.words import said_span

    first = read_moment(start, tree, "--from") if start else now + _notice(content)
    parts = _known(components, content)
    slots = next_slots(content, _length(duration), first, count, parts, now)
    if style == "json":
        found = [{"start": civil.iso(slot.start), "end": civil.iso(slot.end)} for slot in slots]
        click.echo(json.dumps({"slots": found}, indent=2))
        return
    for slot in slots:
        click.echo(said_span(slot, content.site.zone))
    if not slots:
        click.echo("There is none within 400 days.")


def _notice(content: Content) -> timedelta:
    """How long before its start a maintenance is to be announced: no slot is sooner."""
    promise = content.agreement.maintenance
    return promise.notice if promise and promise.notice else timedelta()


def _known(components: Sequence[str], content: Content) -> Sequence[str]:
    """The components named, or all when none is; ends with status 2 for an unknown one."""
    from statusgen.content.suggestions import nearest

    known = [component.id for component in content.components]
    for name in components:
        if name not in known:
            raise click.UsageError(f"There is no component '{name}'. {nearest(name, known)}")
    return components or known


def _length(duration: str) -> timedelta:
    from statusgen.content import values

    try:
        return values.duration(duration)
    except values.BadValue as error:
        raise click.BadParameter(f"{error.message} {error.help}", param_hint="--duration") from None
