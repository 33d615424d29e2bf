"""``statusgen new incident`` and ``statusgen new calamity``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from statusgen.cli import asking, fields
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content, said_twice
from statusgen.cli.options import NOW, guarded
from statusgen.content.writer import Node
from statusgen.model.incidents import (
    IMPACT_OF_KIND,
    STATUS_OF_IMPACT,
    FailoverPhase,
    Impact,
    IncidentKind,
    IncidentStatus,
    Priority,
)

_STATUS = click.option(
    "--status",
    type=fields.one_of(IncidentStatus),
    default="investigating",
    show_default=True,
    help="How far the work is.",
)
_STARTED = click.option(
    "--started", metavar="INSTANT", help="When it began, where that was before it is told."
)
_IMPACT = click.option(
    "--impact", type=fields.one_of(Impact), help="How much users feel, if not as the statuses."
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every incident takes, in the order of its help."""
    own = (fields.TITLE, fields.AFFECTED, fields.TEXT, _STATUS, _STARTED, fields.AT)
    ticket = click.option("--ticket", help="The number of its ticket.")
    for option in reversed((*own, ticket, _IMPACT, FOLDER, DRY_RUN, NOW)):
        command = option(command)
    return command


@click.command("incident")
@click.option(
    "--kind",
    type=click.Choice(["disruption", "bug"]),
    default="disruption",
    show_default=True,
)
@click.option("--priority", type=fields.one_of(Priority), help="The priority of a bug.")
@_options
@guarded
def incident(kind: str, folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Tell that something is wrong."""
    _write(open_content(folder, moment), IncidentKind(kind), dry_run, **given)


@click.command("calamity")
@click.option("--failover", type=fields.one_of(FailoverPhase), help="How far the fail-over is.")
@_options
@guarded
def calamity(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Tell of a calamity, and how far the fail-over is."""
    _write(open_content(folder, moment), IncidentKind.CALAMITY, dry_run, **given)


def _write(
    editing: Editing,
    kind: IncidentKind,
    dry_run: bool,
    *,
    titles: Sequence[str],
    parts: Sequence[str],
    texts: Sequence[str],
    status: str,
    started: str | None,
    at: str | None,
    failover: str | None = None,
    **details: str | None,
) -> None:
    from statusgen.content.names import free_path
    from statusgen.content.writer import document

    asking.need({"--title": titles, "--component": parts, "--text": texts})
    told_at = fields.past(editing, "--at", at) or fields.this_minute(editing)
    began = fields.past(editing, "--started", started)
    title = fields.title(editing, titles)
    affected = fields.affected(editing, parts, STATUS_OF_IMPACT[IMPACT_OF_KIND[kind]])
    text = fields.text(editing, texts, "What do customers need to know")
    if began is None:
        began = _asked_start(editing, told_at)
    update = _update(editing, told_at, status, failover, fields.node(editing, text))
    written: dict[str, Node] = {"title": fields.node(editing, title)}
    if kind is not IncidentKind.DISRUPTION:
        written["kind"] = str(kind)
    written["components"] = affected
    written["started"] = editing.written(began)
    written |= {key: value for key, value in details.items() if value}
    written["updates"] = [update]
    words = next(iter(title.values()))
    day = began.astimezone(editing.zone).date()
    path = free_path("incidents", day, words, editing.tree.files)
    trial = editing.trial({path: document(written)})
    moments = [f"{status} at {said_twice(told_at, editing.zone)}"]
    if began != told_at:
        moments.insert(0, f"started {said_twice(began, editing.zone)}")
    trial.conclude(moments, f"{_SUBJECT[kind]}: {words}", dry_run=dry_run)


_SUBJECT = {
    IncidentKind.DISRUPTION: "Incident",
    IncidentKind.BUG: "Bug",
    IncidentKind.CALAMITY: "Calamity",
}


def _asked_start(editing: Editing, told_at: datetime) -> datetime:
    if not asking.on_terminal():
        return told_at
    from statusgen.cli.answers import past_moment

    return asking.ask(
        "Since when",
        lambda said: past_moment(said, editing.zone, editing.now),
        editing.written(told_at),
    )


def _update(
    editing: Editing, at: datetime, status: str, failover: str | None, text: Node
) -> dict[str, Node]:
    update: dict[str, Node] = {"at": editing.written(at), "status": status}
    if failover:
        update["failover"] = failover
    return {**update, "text": text}
