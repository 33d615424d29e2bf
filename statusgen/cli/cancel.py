"""``statusgen cancel``."""

from __future__ import annotations

from pathlib import Path

import click

from statusgen.cli import asking, choosing, fields, updates
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content, said_span_twice
from statusgen.cli.options import NOW, guarded
from statusgen.content.writer import Node
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule


@click.command("cancel")
@click.argument("id", required=False)
@fields.TEXT
@fields.AT
@FOLDER
@DRY_RUN
@NOW
@guarded
def command(
    id: str | None,
    texts: tuple[str, ...],
    at: str | None,
    folder: Path,
    dry_run: bool,
    moment: str | None,
) -> None:
    """Call off the maintenance called ID, or one occurrence of a schedule.

    An occurrence is called <schedule>-<date>. One that is not on the site yet needs no text:
    it is left out of the schedule. Every line that is there stays as it is.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    editing = open_content(folder, moment)
    plan = _cancellable(editing, choosing.chosen(editing, id, choosing.plans(editing)))
    is_known = not plan.schedule or _is_in_sight(editing, plan)
    asking.need({"--text": texts} if is_known else {})
    told_at = updates.moment(editing, plan, at)
    text = fields.message(editing, texts, "Why, and what now", needed=is_known)
    if text:
        update: dict[str, Node] = {"status": "cancelled", "text": fields.node(editing, text)}
        updates.add(editing, plan, told_at, update, dry_run=dry_run)
    else:
        _leave_out(editing, plan, dry_run)


def _is_in_sight(editing: Editing, occurrence: Maintenance) -> bool:
    """Whether customers read of it: then they are told."""
    horizon = editing.content.site.horizon
    return occurrence.planned.start < editing.now + horizon or bool(occurrence.updates)


def _cancellable(editing: Editing, event: choosing.Event) -> Maintenance:
    if isinstance(event, Incident):
        raise click.UsageError(f"`{event.id}` is an incident: it is not cancelled but resolved.")
    if isinstance(event, Schedule):
        choosing.refuse_whole(editing, event)
    status = event.status(editing.now)
    if status.is_final:
        raise click.UsageError(f"`{event.id}` is {status} already.")
    return event


def _leave_out(editing: Editing, occurrence: Maintenance, dry_run: bool) -> None:
    """The day of an occurrence that nobody has read of, among the exceptions."""
    day = occurrence.id.removeprefix(f"{occurrence.schedule}-")
    data = updates.put(editing, occurrence.path, "except", day)
    title, _ = occurrence.title.pick(editing.languages[0])
    told = [f"left out {said_span_twice(occurrence.planned, editing.zone)}"]
    subject = f"Left out: {title}, {day}"
    editing.trial({occurrence.path: data}).conclude(told, subject, dry_run=dry_run)
