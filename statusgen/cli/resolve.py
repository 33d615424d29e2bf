"""``statusgen resolve``."""

from __future__ import annotations

from pathlib import Path

import click

from statusgen.cli import asking, choosing, fields, updates
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content
from statusgen.cli.options import NOW, guarded
from statusgen.content.writer import Node
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.model.schedules import Schedule


@click.command("resolve")
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
    """Add the last update to ID: an incident is resolved, a maintenance completed.

    Every line that is there stays as it is.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    editing = open_content(folder, moment)
    running = [plan for plan in choosing.plans(editing) if plan.is_running(editing.now)]
    event = choosing.chosen(editing, id, [*choosing.open_incidents(editing), *running])
    if isinstance(event, Schedule):
        choosing.refuse_whole(editing, event)
    _refuse_what_is_over(editing, event)
    told_at = updates.moment(editing, event, at)
    is_incident = isinstance(event, Incident)
    if is_incident:
        asking.need({"--text": texts})
    question = "What was it, and how does it work now" if is_incident else "How did it go"
    text = fields.message(editing, texts, question, needed=is_incident)
    update: dict[str, Node] = {"status": "resolved" if is_incident else "completed"}
    if text:
        update["text"] = fields.node(editing, text)
    updates.add(editing, event, told_at, update, dry_run=dry_run)


def _refuse_what_is_over(editing: Editing, event: Incident | Maintenance) -> None:
    told = event.updates[-1].status if event.updates else None
    if told in ("resolved", "completed", "cancelled"):
        raise click.UsageError(f"`{event.id}` is {told} already.")
    unbegun = isinstance(event, Maintenance) and event.status(editing.now) is (
        MaintenanceStatus.SCHEDULED
    )
    if unbegun:
        raise click.UsageError(
            f"`{event.id}` has not begun. Call it off with `statusgen cancel {event.id}`."
        )
