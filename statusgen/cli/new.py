"""``statusgen new``: one command for each kind of event."""

from __future__ import annotations

import click

from statusgen.cli.new_incident import calamity, incident
from statusgen.cli.new_maintenance import maintenance, restore
from statusgen.cli.new_schedule import schedule


@click.group("new")
def command() -> None:
    """Write the file of a new event.

    What flags do not say is asked for on a terminal. A file is written only when `check`
    has nothing against it. Exit status: 0 when it was written, 1 for errors, 2 for wrong
    use, 3 when the disk does not let us.
    """


for kind in (incident, calamity, maintenance, restore, schedule):
    command.add_command(kind)
