"""``statusgen cancel``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from statusgen.cli import asking, choosing, fields, updates
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content, said_span_twice
from statusgen.cli.options import NOW, guarded
from statusgen.content import values
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

    An occurrence is called <schedule>-<date>. It leaves the schedule; with a text it stays
    visible as a maintenance of its own that is cancelled, so that subscribers are told.
    Every line that is there stays as it is.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    editing = open_content(folder, moment)
    offered = sorted(
        [*choosing.unfinished(editing), *choosing.occurrences(editing)[:SHOWN]],
        key=lambda plan: plan.planned,
    )
    plan = _cancellable(editing, choosing.chosen(editing, id, offered))
    asking.need({} if plan.schedule else {"--text": texts})
    told_at = updates.moment(editing, plan, at)
    text = fields.message(editing, texts, "Why, and what now", needed=not plan.schedule)
    update: dict[str, Node] = {"status": "cancelled"}
    if text:
        update["text"] = fields.node(editing, text)
    if plan.schedule:
        _leave_out(editing, plan, told_at, update, dry_run)
    else:
        updates.add(editing, plan, told_at, update, dry_run=dry_run)


SHOWN = 8
"""How many occurrences are offered to choose from."""


def _cancellable(editing: Editing, event: choosing.Event) -> Maintenance:
    if isinstance(event, Incident):
        raise click.UsageError(f"`{event.id}` is an incident: it is not cancelled but resolved.")
    if isinstance(event, Schedule):
        coming = [plan.id for plan in choosing.occurrences(editing) if plan.schedule == event.id]
        raise click.UsageError(
            f"`{event.id}` is a schedule: name one occurrence ({', '.join(coming[:3])}), or end "
            "it by hand with `until:`."
        )
    status = event.status(editing.now)
    if status.is_final:
        raise click.UsageError(f"`{event.id}` is {status} already.")
    return event


def _leave_out(
    editing: Editing,
    occurrence: Maintenance,
    told_at: datetime,
    update: dict[str, Node],
    dry_run: bool,
) -> None:
    """The day of the occurrence among the exceptions, and its last word in a file of its own."""
    day = occurrence.id[-len("2026-12-24") :]
    changes = {occurrence.path: updates.put(editing, occurrence.path, "except", day)}
    if "text" in update:
        path, data = _last_word(editing, occurrence, told_at, update)
        changes = {path: data, **changes}
    title, _ = occurrence.title.pick(editing.languages[0])
    told = [f"left out {said_span_twice(occurrence.planned, editing.zone)}"]
    editing.trial(changes).conclude(told, f"Cancelled: {title}, {day}", dry_run=dry_run)


def _last_word(
    editing: Editing, occurrence: Maintenance, told_at: datetime, update: dict[str, Node]
) -> tuple[str, bytes]:
    from statusgen.content.names import free_path
    from statusgen.model.components import ComponentStatus

    title = dict(occurrence.title.translations)
    words = next(iter(title.values()))
    day = occurrence.planned.start.astimezone(editing.zone).date()
    effect = occurrence.effect
    written: dict[str, Node] = {
        "title": fields.node(editing, title),
        "components": list(occurrence.components),
        "start": editing.written(occurrence.planned.start),
        "duration": values.written_length(occurrence.planned.length),
        "effect": "none" if effect is ComponentStatus.OPERATIONAL else str(effect),
    }
    if occurrence.announced_at:
        written["announced"] = editing.written(occurrence.announced_at)
    if occurrence.text:
        written["text"] = fields.node(editing, dict(occurrence.text.translations))
    written["updates"] = [{"at": editing.written(told_at), **update}]
    path = free_path("maintenance", day, words, editing.tree.files)
    return path, editing.new_file(path, written)
