"""``statusgen new incident`` and ``statusgen new calamity``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from statusgen.cli import answers, asking, fields
from statusgen.cli.editing import DRY_RUN, FOLDER, Editing, open_content
from statusgen.cli.options import NOW, guarded
from statusgen.content.writer import Node
from statusgen.model.incidents import (
    IMPACT_OF_KIND,
    STATUS_OF_IMPACT,
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
    ticket = click.option("--ticket", metavar="NUMBER", help="The number of its ticket.")
    for option in reversed((*own, ticket, _IMPACT, FOLDER, DRY_RUN, NOW)):
        command = option(command)
    return command


@click.command("incident")
@click.option(
    "--kind",
    type=click.Choice(["disruption", "bug"]),
    default="disruption",
    show_default=True,
    help="What it is: a service that fails, or software that is wrong.",
)
@click.option("--priority", type=fields.one_of(Priority), help="The priority of a bug.")
@_options
@guarded
def incident(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Tell that something is wrong.

    Needed are a title, a component and a text; what is left out is asked for on a terminal.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    _write(open_content(folder, moment), _Flags(**given), dry_run)


@click.command("calamity")
@fields.FAILOVER
@_options
@guarded
def calamity(folder: Path, moment: str | None, dry_run: bool, **given: Any) -> None:
    """Tell of a calamity, and how far the fail-over is.

    A banner on every page tells it while it lasts. Needed are a title, a component and a text;
    what is left out is asked for on a terminal.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """
    _write(open_content(folder, moment), _Flags("calamity", **given), dry_run)


class _Flags(Struct, frozen=True):
    """What was said on the command line."""

    kind: str
    titles: tuple[str, ...]
    parts: tuple[str, ...]
    texts: tuple[str, ...]
    status: str
    started: str | None
    at: str | None
    ticket: str | None
    impact: str | None
    priority: str | None = None
    failover: str | None = None


def _write(editing: Editing, flags: _Flags, dry_run: bool) -> None:
    from statusgen.content.names import free_path
    from statusgen.policy.words import said_twice

    asking.need({"--title": flags.titles, "--component": flags.parts, "--text": flags.texts})
    told_at = fields.past(editing, "--at", flags.at) or fields.this_minute(editing)
    began = fields.past(editing, "--started", flags.started)
    fields.check(
        editing,
        titles=flags.titles,
        parts=flags.parts,
        texts=flags.texts,
        statuses=list(fields.STATUSES),
    )
    title = fields.title(editing, flags.titles)
    what = _what(editing, flags)
    began = began or _asked_start(editing, told_at)
    update = _first_update(editing, flags, told_at)
    written: dict[str, Node] = {"title": fields.node(editing, title), **what}
    written |= {"started": editing.written(began)}
    written |= {"ticket": flags.ticket} if flags.ticket else {}
    written |= {"updates": [update]}
    words = next(iter(title.values()))
    day = began.astimezone(editing.zone).date()
    path = free_path("incidents", day, words, editing.tree.files)
    told = [f"started {said_twice(began, editing.zone)}"] if began != told_at else []
    told.append(f"{flags.status} at {said_twice(told_at, editing.zone)}")
    subject = "Incident" if flags.kind == "disruption" else flags.kind.capitalize()
    trial = editing.trial({path: editing.new_file(path, written)})
    trial.conclude(told, f"{subject}: {words}", dry_run=dry_run)


def _what(editing: Editing, flags: _Flags) -> dict[str, Node]:
    """What kind it is, and how bad."""
    usual = STATUS_OF_IMPACT[IMPACT_OF_KIND[IncidentKind(flags.kind)]]
    what: dict[str, Node] = {} if flags.kind == "disruption" else {"kind": flags.kind}
    what["components"] = fields.affected(editing, flags.parts, usual)
    if flags.impact:
        what["impact"] = flags.impact
    priority = flags.priority
    if flags.kind == "bug" and not priority and asking.on_terminal():
        priority = asking.choose("Its priority", {str(p): str(p) for p in Priority}, "normal")
    return {**what, "priority": priority} if priority else what


def _asked_start(editing: Editing, told_at: datetime) -> datetime:
    """When it began; without a terminal when it is told."""
    if not asking.on_terminal():
        return told_at
    return asking.ask(
        "Since when",
        lambda said: answers.past_moment(said, editing.zone, editing.now),
        editing.written(told_at),
    )


def _first_update(editing: Editing, flags: _Flags, at: datetime) -> dict[str, Node]:
    update: dict[str, Node] = {"at": editing.written(at), "status": flags.status}
    failover = fields.failover(flags.failover) if flags.kind == "calamity" else None
    if failover:
        update["failover"] = failover
    text = fields.message(editing, flags.texts, "What do customers need to know")
    return {**update, "text": fields.node(editing, text)}
