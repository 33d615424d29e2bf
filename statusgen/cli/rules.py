"""``statusgen rules``."""

from __future__ import annotations

import json

import click

from statusgen.cli.options import TEXT_OR_JSON
from statusgen.findings import Rule


@click.command("rules")
@click.argument("code", required=False)
@TEXT_OR_JSON
def command(code: str | None, style: str) -> None:
    """List every rule that `check` holds content to, or explain the one called CODE.

    Exit status: 0 when it was printed, 2 for wrong use.
    """
    from msgspec.structs import asdict

    from statusgen.build import all_rules
    from statusgen.content.suggestions import nearest

    known = {rule.code: rule for rule in all_rules()}
    if code is not None and code not in known:
        raise click.UsageError(f"There is no rule '{code}'. {nearest(code, sorted(known))}")
    chosen = [known[code]] if code else list(known.values())
    if style == "json":
        said = [asdict(rule) for rule in chosen]
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_explained(rule) for rule in chosen))


def _explained(rule: Rule) -> str:
    clause = f", clause {rule.clause}" if rule.clause else ""
    head = f"{click.style(rule.code, bold=True)} ({rule.severity}{clause})"
    example = "\n".join(f"    {line}" for line in rule.example.splitlines())
    said = click.wrap_text(f"{rule.summary} {rule.explanation}", 92, "  ", "  ")
    return f"{head}\n{said}\n\n{example}\n"
