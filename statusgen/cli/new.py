"""``statusgen new``: one command for each kind of event."""

from __future__ import annotations

import click

from statusgen.cli.new_incident import calamity, incident
from statusgen.cli.new_maintenance import maintenance, restore
from statusgen.cli.new_schedule import schedule


class _Kinds(click.Group):
    """Lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click says
        return list(self.commands)


@click.group("new", cls=_Kinds)
def command() -> None:
    """Write the file of a new event.

    What options do not say is asked for on a terminal. A file is written only when `check`
    has nothing against it.

    Exit status: 0 when it was written, 1 for errors, 2 for wrong use, 3 when the disk does
    not let us.
    """


for kind in (incident, calamity, maintenance, restore, schedule):
    command.add_command(kind)
