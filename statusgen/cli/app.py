"""The commands: one file each, loaded only when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

from statusgen import __version__

SECTIONS = {
    "Begin": {
        "init": "Make a new site: small, whole and in order.",
        "serve": "Show the site on this machine while it is written, at any moment.",
    },
    "Write": {
        "new": "Write a new incident, calamity, maintenance, restore or schedule.",
        "update": "Add an update to an incident or a maintenance.",
        "resolve": "Add the last update: an incident is over, a maintenance done.",
        "cancel": "Call off a maintenance, or one occurrence of a schedule.",
    },
    "Check and publish": {
        "check": "Find what is wrong with the content, at file, line and column.",
        "build": "Build the site, unless something is wrong.",
        "notify": "Tell subscribers what is new on the published site, once.",
    },
    "Watch": {
        "probe": "Ask every component once whether it works, and keep what it answered.",
        "monitor": "Watch every component until a signal, and tell at once when one is down.",
        "measure": "Take over what a Prometheus has measured.",
    },
    "Look up": {
        "agenda": "List what is planned, single or recurring.",
        "slots": "Find the next slots that the agreement allows for maintenance.",
        "sla": "Report the figures of the agreement over a month or a year.",
        "rules": "List every rule, with its reason and an example.",
        "schema": "Print JSON Schema, with which editors complete and explain content.",
    },
}
"""The commands as they are listed: in the order in which somebody comes to need them."""
COMMANDS = {name: said for section in SECTIONS.values() for name, said in section.items()}


class _Commands(click.Group):
    """Loads a command when it is called: the others need not be imported to be listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"statusgen.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), said) for name, said in commands.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from statusgen.content.suggestions import nearest

            ctx.fail(f"There is no command '{name}'. {nearest(name, list(COMMANDS))}")
        return super().resolve_command(ctx, args)


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 in order, 1 findings, 2 wrong use or set-up, "
    "3 the outside world failed.",
)
@click.version_option(__version__, message="statusgen %(version)s")
@click.pass_context
def app(context: click.Context) -> None:
    """Status and maintenance pages that can be held against an agreement.

    `statusgen COMMAND --help` explains a command.
    """
    # https://no-color.org: set and not empty means no colour, on a terminal too.
    if os.environ.get("NO_COLOR"):
        context.color = False
