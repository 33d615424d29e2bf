"""One more update in the file of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from statusgen.cli import fields
from statusgen.cli.editing import Editing
from statusgen.content.writer import Node
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance


def moment(editing: Editing, event: Incident | Maintenance, at: str | None) -> datetime:
    """When the update is told: as given, else now, later than the update before it."""
    given = fields.past(editing, "--at", at)
    if given:
        return given
    minute = fields.this_minute(editing)
    told = [update.at for update in event.updates]
    # Two in one minute: the seconds tell them apart.
    return minute if not told or told[-1] < minute else editing.now


def add(
    editing: Editing,
    event: Incident | Maintenance,
    at: datetime,
    update: Mapping[str, Node],
    *,
    dry_run: bool,
) -> None:
    """Write the update at the end of the event's list, and say what to do next."""
    from statusgen.policy.words import said_twice

    written: dict[str, Node] = {"at": editing.written(at), **_occurrence(event), **update}
    data = put(editing, event.path, "updates", written)
    title, _ = event.title.pick(editing.languages[0])
    title = ", ".join([title, *_occurrence(event).values()])
    told = [f"{update['status']} at {said_twice(at, editing.zone)}"]
    subject = f"{str(update['status']).replace('_', ' ').capitalize()}: {title}"
    editing.trial({event.path: data}).conclude(told, subject, dry_run=dry_run)


def _occurrence(event: Incident | Maintenance) -> dict[str, str]:
    """Which one it is about, in the file of a schedule."""
    if isinstance(event, Maintenance) and event.schedule:
        return {"occurrence": event.id.removeprefix(f"{event.schedule}-")}
    return {}


def put(editing: Editing, path: str, key: str, item: Node) -> bytes:
    """The file with the item in its list; ends with status 1 where it cannot be put there."""
    from statusgen.content import writer

    try:
        return writer.appended(editing.tree.files[path], path, key, item)
    except writer.CannotInsert as reason:
        click.echo(
            f"{(editing.folder / path).as_posix()}: this cannot be added to `{key}` without "
            f"changing lines that are there: {reason}. Nothing was written; add it by hand:\n\n"
            f"{key}:\n{writer.item(item)}",
            err=True,
        )
        raise SystemExit(1) from None
