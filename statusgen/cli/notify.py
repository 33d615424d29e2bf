"""``statusgen notify``."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statusgen.cli.options import TEXT_OR_JSON, guarded, read_folder, read_now

if TYPE_CHECKING:
    from statusgen.content.tree import Tree
    from statusgen.delivery.outbox import Undelivered
    from statusgen.model.content import Content
    from statusgen.notify.telling import Round

_FILES = ("site.yaml", "sla.yaml", "components.yaml", "notify.yaml")
"""What says who is told; announcements are read as they were published."""


@click.command("notify")
@click.argument("output", type=click.Path(path_type=Path), default=Path("public"), required=False)
@click.option(
    "--content",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default=Path("content"),
    help="The content folder, with notify.yaml (content).",
)
@click.option("--dry-run", is_flag=True, help="Show what would be told; nothing is changed.")
@TEXT_OR_JSON
@guarded
def command(output: Path, folder: Path, dry_run: bool, style: str) -> None:
    """Tell what is new on the site published in OUTPUT (public), each update once.

    The channels are in notify.yaml, a WebSub hub in site.yaml. The first time everything is
    remembered and nobody is told. What cannot be delivered waits, and is tried again at the
    next run, for a day.

    Exit status: 0 when all is told or nothing is new, 1 for errors in the content, 2 for wrong
    use or set-up, 3 when something could not be delivered.
    """
    tree = read_folder(folder)
    content = _read(tree, folder)
    now = read_now(None, tree)
    if not content.subscriptions and not content.site.hub:
        raise click.UsageError(
            f"There is nobody to tell: {folder} has no notify.yaml, and site.yaml no hub."
        )

    from statusgen.delivery.message import NotSetUp
    from statusgen.notify.feeds import NotPublished
    from statusgen.notify.telling import foresee, tell

    try:
        round = (foresee if dry_run else tell)(output, content, os.environ, now)
    except (NotSetUp, NotPublished) as error:
        raise click.UsageError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
    if style == "json":
        click.echo(json.dumps(_as_json(round), ensure_ascii=False, indent=2))
    else:
        _print_text(round, dry_run=dry_run)
    raise SystemExit(3 if round.report.waiting or round.report.given_up else 0)


def _read(tree: Tree, folder: Path) -> Content:
    """What the content says of who is told; its errors are printed and status 1 ends it."""
    from statusgen.cli.report import report
    from statusgen.content.reading import read
    from statusgen.findings import Severity, Span

    reading = read({path: tree.files[path] for path in _FILES if path in tree.files})
    unread = [
        finding
        for finding in tree.findings
        if isinstance(finding.place, Span) and finding.place.path in _FILES
    ]
    found = [f for f in [*unread, *reading.findings] if f.severity is Severity.ERROR]
    if found or reading.content is None:
        report(found, tree.files, folder, "text", err=True)
        raise SystemExit(1)
    return reading.content


def _as_json(round: Round) -> dict[str, Any]:
    from statusgen.delivery.channels import name_of

    return {
        "first": round.is_first,
        "news": [
            {
                "id": one.message.id,
                "title": one.message.title,
                "url": one.message.url,
                "channel": name_of(one.channel),
            }
            for one in round.news
        ],
        "sent": round.report.sent,
        "waiting": [_undelivered(one) for one in round.report.waiting],
        "given_up": [_undelivered(one) for one in round.report.given_up],
    }


def _undelivered(one: Undelivered) -> dict[str, Any]:
    from statusgen.delivery.channels import name_of

    return {
        "id": one.message.id,
        "title": one.message.title,
        "channel": name_of(one.channel),
        "recipient": _masked(one.recipient),
        "reason": one.reason,
        "again_at": one.again_at.isoformat() if one.again_at else None,
    }


def _masked(address: str) -> str:
    """An address that its owner knows, and who reads a log does not."""
    name, at, host = address.rpartition("@")
    return f"{name.rpartition('<')[2][:1]}…{at}{host.rstrip('>')}" if at else ""


def _print_text(round: Round, *, dry_run: bool) -> None:
    if round.is_first:
        click.echo(
            "The first time here: all that is published "
            f"{'would be' if dry_run else 'is'} remembered, and nobody is told."
        )
    elif not round.news:
        click.echo("Nothing is new.")
    for title, url, to in _by_item(round):
        click.echo(f"{'would tell' if dry_run else 'new'}: {title}")
        click.echo(f"    {url}\n    to {', '.join(to)}")
    if round.report.sent:
        click.echo(f"Sent {round.report.sent}.")
    _print_undelivered(round)


def _by_item(round: Round) -> Iterator[tuple[str, str | None, list[str]]]:
    """(title, address, names of channels) of each thing that is new."""
    from statusgen.delivery.channels import name_of

    channels: dict[str, list[str]] = {}
    for one in round.news:
        channels.setdefault(one.message.id, []).append(name_of(one.channel))
    messages = {one.message.id: one.message for one in round.news}
    for id, message in messages.items():
        yield message.title, message.url, channels[id]


def _print_undelivered(round: Round) -> None:
    from statusgen.delivery.channels import name_of

    for one in round.report.given_up:
        to = " ".join(filter(None, (name_of(one.channel), _masked(one.recipient))))
        given_up = click.style("given up", fg="red", bold=True)
        click.echo(f"{given_up}: {one.message.title}: {to}: {one.reason}", err=True)
    waiting = Counter((name_of(one.channel), one.reason) for one in round.report.waiting)
    for (name, reason), count in waiting.items():
        why = reason or "not tried yet"
        click.echo(f"{count} not delivered yet: {name}: {why}", err=True)
    again = [one.again_at for one in round.report.waiting if one.again_at]
    if again:
        click.echo(f"Tried again when this runs after {min(again):%Y-%m-%d %H:%M} UTC.", err=True)
