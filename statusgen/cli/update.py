"""``statusgen update``."""

from __future__ import annotations

from pathlib import Path

import click

from statusgen.cli import asking, choosing, fields, updates
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content
from statusgen.cli.options import NOW, guarded
from statusgen.content.writer import Node
from statusgen.model.incidents import (
    Incident,
    IncidentKind,
    IncidentStatus,
    current_statuses,
)
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.model.schedules import Schedule


@click.command("update")
@click.argument("id", required=False)
@click.option("--status", metavar="STATUS", help="How far it is now (as it was).")
@fields.TEXT
@click.option(
    "--component",
    "parts",
    multiple=True,
    metavar="ID=STATUS",
    help="A status from now on, of an incident's component; can be repeated.",
)
@fields.FAILOVER
@fields.AT
@FOLDER
@DRY_RUN
@NOW
@guarded
def command(
    id: str | None,
    status: str | None,
    texts: tuple[str, ...],
    parts: tuple[str, ...],
    failover: str | None,
    at: str | None,
    folder: Path,
    dry_run: bool,
    moment: str | None,
) -> None:
    """Add an update to the incident, maintenance or occurrence called ID.

    Statuses of an incident are investigating, identified, monitoring and resolved; of a
    maintenance scheduled, in_progress, verifying, completed and cancelled. An occurrence is
    called <schedule>-<date>. Every line that is there stays as it is.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    editing = open_content(folder, moment)
    offered: list[Incident | Maintenance] = [
        *choosing.open_incidents(editing),
        *choosing.plans(editing),
    ]
    event = _updatable(editing, choosing.chosen(editing, id, offered))
    _check(event, parts, failover)
    asking.need(
        {"--text, --status, --component or --failover": texts or status or parts or failover}
    )
    fields.check(editing, texts=texts)
    told_at = updates.moment(editing, event, at)
    status = _status(editing, event, status)
    update: dict[str, Node] = {"status": status}
    if isinstance(event, Incident):
        update |= _course(editing, event, status, parts, failover)
    text = fields.message(editing, texts, "What is new", needed=isinstance(event, Incident))
    if text:
        update["text"] = fields.node(editing, text)
    updates.add(editing, event, told_at, update, dry_run=dry_run)


def _updatable(editing: Editing, event: choosing.Event) -> Incident | Maintenance:
    if isinstance(event, Schedule):
        choosing.refuse_whole(editing, event)
    return event


def _check(event: Incident | Maintenance, parts: tuple[str, ...], failover: str | None) -> None:
    if parts and not isinstance(event, Incident):
        raise click.UsageError("--component goes with incidents; a maintenance has one `effect`.")
    is_calamity = isinstance(event, Incident) and event.kind is IncidentKind.CALAMITY
    if failover and not is_calamity:
        raise click.UsageError(f"--failover goes with calamities, and `{event.id}` is none.")


def _course(
    editing: Editing, incident: Incident, status: str, parts: tuple[str, ...], failover: str | None
) -> dict[str, Node]:
    """What becomes of the components and of the fail-over."""
    course: dict[str, Node] = {}
    ends = status == IncidentStatus.RESOLVED
    if parts or not ends:
        statuses = current_statuses(incident, editing.now)
        changed = fields.changed(editing, parts, statuses)
        course |= {"components": changed} if changed else {}
    if incident.kind is IncidentKind.CALAMITY:
        failover = fields.failover(failover)
        course |= {"failover": failover} if failover else {}
    return course


def _status(editing: Editing, event: Incident | Maintenance, given: str | None) -> str:
    """The status as given, else asked for; without a terminal it stays as it is."""
    kind = IncidentStatus if isinstance(event, Incident) else MaintenanceStatus
    known = [str(status) for status in kind]
    now = str(event.status(editing.now))
    if given is None:
        return (
            asking.choose("How far is it", {s: s for s in known}, now)
            if asking.on_terminal()
            else now
        )
    if given not in known:
        from statusgen.content.suggestions import nearest

        message = f"`{given}` is no status of it. {nearest(given, known)}"
        raise click.BadParameter(message, param_hint="--status")
    return given
