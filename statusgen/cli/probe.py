"""``statusgen probe``."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statusgen.cli.options import FOLDER, TEXT_OR_JSON, guarded, read_folder, read_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from statusgen.content.tree import Tree
    from statusgen.model.content import Content
    from statusgen.model.observations import Observation

VANTAGE = click.option(
    "--vantage",
    metavar="NAME",
    default="main",
    show_default=True,
    help="The place that is measured from; each has a folder of its own.",
)


@click.command("probe")
@FOLDER
@VANTAGE
@TEXT_OR_JSON
@guarded
def command(folder: Path, vantage: str, style: str) -> None:
    """Ask every component in FOLDER (content) that has a probe, once, whether it works.

    What they answer is added to measurements/ in FOLDER; days that are over are added up by
    month.

    Exit status: 0 when all is well, be it slow, 1 when something is bad, 2 for wrong use or
    content that cannot be probed, 3 when nothing could be asked or kept.
    """
    check_vantage(vantage)
    tree = read_folder(folder)
    content = watched(tree, folder)

    from statusgen.model.observations import Outcome
    from statusgen.monitor import log
    from statusgen.monitor.asking import observe

    now = read_now(None, tree)
    seen = observe(content.components, content.monitoring, vantage, now)
    (_print_json if style == "json" else _print_text)(seen)
    log.append(folder / log.FOLDER, seen)
    log.roll_up(folder / log.FOLDER, vantage, now, content.monitoring.stale_after)
    raise SystemExit(1 if any(each.outcome is Outcome.BAD for each in seen) else 0)


def check_vantage(name: str) -> None:
    """End with status 2 for what cannot be the name of a folder."""
    from statusgen.content.values import is_id

    if not is_id(name):
        raise click.BadParameter(
            "a name is lower-case letters, digits and single hyphens.", param_hint="--vantage"
        )


def watched(tree: Tree, folder: Path) -> Content:
    """What is watched and how; ends with status 2 when that is not in order or nothing is."""
    content = set_up(tree, folder)
    if not any(component.probe for component in content.components):
        raise click.UsageError(
            f"No component in {folder / 'components.yaml'} has a probe. Add one: "
            "`probe: {url: https://www.voorbeeld.example/health}`."
        )
    return content


def set_up(tree: Tree, folder: Path) -> Content:
    """The components and how they are watched; ends with status 2 when that is not in order.

    Mistakes in announcements are of no matter: watching goes on.
    """
    from statusgen.cli.report import report
    from statusgen.content.names import OPTIONAL_FILES, SINGLE_FILES
    from statusgen.content.reading import read
    from statusgen.findings import errors_in

    needed = (*SINGLE_FILES, *OPTIONAL_FILES)
    reading = read({path: data for path, data in tree.files.items() if path in needed})
    if errors_in(reading.findings) or reading.content is None:
        report(reading.findings, tree.files, folder, "text", err=True)
        raise SystemExit(2)
    return reading.content


def _print_text(seen: Sequence[Observation]) -> None:
    width = max(len(each.component) for each in seen)
    colors = {"good": "green", "slow": "yellow", "bad": "red"}
    for each in seen:
        outcome = click.style(f"{each.outcome:4}", fg=colors[each.outcome])
        took = f"{_milliseconds(each):>6} ms" if each.took is not None else " " * 9
        click.echo(f"{each.component:{width}}  {outcome}  {took}  {each.why}".rstrip())


def _print_json(seen: Sequence[Observation]) -> None:
    said: dict[str, Any] = {
        "at": f"{seen[0].at:%Y-%m-%dT%H:%M:%SZ}",
        "vantage": seen[0].vantage,
        "components": [
            {
                "id": each.component,
                "outcome": each.outcome,
                "took_ms": _milliseconds(each),
                "why": each.why or None,
            }
            for each in seen
        ],
    }
    click.echo(json.dumps(said, indent=2))


def _milliseconds(each: Observation) -> int | None:
    return None if each.took is None else round(each.took / timedelta(milliseconds=1))
