"""``statusgen schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from statusgen.cli.options import guarded

if TYPE_CHECKING:
    from statusgen.artifact import Artifact


@click.command("schema")
@click.argument("kind", required=False)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write each kind to a file in DIR (content/.schema), and print settings for VS Code.",
)
@guarded
def command(kind: str | None, output: Path | None) -> None:
    """Print what an editor needs to complete, explain and check content: JSON Schema.

    Of the KIND called, or of all kinds in one object: site, sla, components, incident,
    maintenance, schedule, backups, monitoring, notify, page.

    Exit status: 0 when it was printed, 2 for wrong use, 3 when the disk does not let us.
    """
    from statusgen.content.schema import KINDS, schema

    if kind is not None and output is not None:
        raise click.UsageError("Name a kind to print, or a folder for all of them.")
    if kind is not None and kind not in KINDS:
        from statusgen.content.suggestions import nearest

        raise click.UsageError(f"There is no kind '{kind}'. {nearest(kind, list(KINDS))}")
    if output is not None:
        _write(output)
    elif kind is not None:
        click.echo(_as_text(schema(kind)), nl=False)
    else:
        click.echo(_as_text({name: schema(name) for name in KINDS}), nl=False)


def files() -> list[Artifact]:
    """The schema of each kind as a file for a folder of schemas."""
    from statusgen.artifact import Artifact
    from statusgen.content.schema import KINDS, schema

    return [Artifact(f"{name}.json", _as_text(schema(name)).encode()) for name in KINDS]


def _as_text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write(output: Path) -> None:
    from statusgen.publish import publish
    from statusgen.publishing.plan import PublishRefused

    schemas = files()
    try:
        publish(schemas, output)
    except PublishRefused as refusal:
        raise click.UsageError(str(refusal)) from None
    click.echo(
        f"{output}: {len(schemas)} schemas. For VS Code, in .vscode/settings.json:", err=True
    )
    click.echo(_as_text({"yaml.schemas": _settings(output)}), nl=False)


def _settings(output: Path) -> dict[str, str]:
    """Schema to the files it is for, both from the folder that the editor has open."""
    from statusgen.content.schema import FOLDER, KINDS

    content = output.parent if output.name == FOLDER else Path("content")
    return {
        f"./{(output / name).as_posix()}.json": f"{content.as_posix()}/{kind.files}"
        for name, kind in KINDS.items()
        if kind.files.endswith(".yaml")
    }
