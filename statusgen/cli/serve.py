"""``statusgen serve``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING

import click

from statusgen import clock
from statusgen.cli.options import FOLDER, NOW, guarded, read_folder, read_now, site_folder

if TYPE_CHECKING:
    from statusgen.findings import Finding
    from statusgen.preview.server import Server
    from statusgen.preview.showing import Preview, Shown

PORT = 8000
_PORTS = range(PORT, PORT + 100)


@click.command("serve")
@FOLDER
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Where to serve it: {PORT}, or the next that is free; 0 for any.",
)
@NOW
@guarded
def command(folder: Path, port: int | None, moment: str | None) -> None:
    """Show the site of the content in FOLDER (content) on this machine, as it is being written.

    Pages follow each change, and show what is wrong over the last good page. At the foot of
    each the site can be seen at any moment. Nothing is written, and nobody else can see it.
    Ctrl-C stops it. Exit status: 0 when it was stopped, 2 for wrong use, 3 when no port is free.
    """
    fixed = read_now(moment, read_folder(folder)) if moment else None

    from statusgen.preview.showing import Preview

    preview = Preview(folder, lambda: fixed or clock.now())
    terminal = _Terminal(folder)
    preview_until_stopped(preview, folder, port, fixed, terminal)


def preview_until_stopped(
    preview: Preview, folder: Path, port: int | None, fixed: datetime | None, terminal: _Terminal
) -> None:
    """Serve and keep up, until a signal."""
    from statusgen.watch import Watch, Woken, stopped_by_signals

    with Watch([folder, site_folder(folder) / "themes"]) as watch, stopped_by_signals(watch):
        shown = terminal.refreshed(preview)
        with _open(preview, folder, port) as server:
            click.echo(f"{server.address} shows {folder} as it changes; Ctrl-C stops.")
            Thread(target=server.serve_forever, daemon=True).start()
            while watch.wait(None if fixed or not shown else shown.changes_at) is not Woken.STOPPED:
                shown = terminal.refreshed(preview) or shown
            preview.close()
            server.shutdown()


def _open(preview: Preview, folder: Path, port: int | None) -> Server:
    """The server on that port, or else on the first one that is free."""
    import errno

    from statusgen.preview.server import Server

    for candidate in _PORTS if port is None else [port]:
        try:
            return Server(preview, folder, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port is not None:
                raise
    raise OSError(errno.EADDRINUSE, f"ports {_PORTS[0]} to {_PORTS[-1]} are all taken")


class _Terminal:
    """Tells each finding once, and again when it comes back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: Sequence[Finding] | None = None

    def refreshed(self, preview: Preview) -> Shown | None:
        """What is shown after another look, told; None where nothing has changed."""
        began = perf_counter()
        try:
            shown = preview.refresh()
        except OSError as error:
            click.echo(f"statusgen: {error.filename or ''}: {error.strerror}", err=True)
            return None
        if shown:
            self._tell(shown, perf_counter() - began)
        return shown

    def _tell(self, shown: Shown, seconds: float) -> None:
        from statusgen.cli.report import report
        from statusgen.findings import errors_in

        new = [finding for finding in shown.findings if finding not in (self._told or ())]
        report(new, shown.texts, self._folder, "text")
        errors, told = errors_in(shown.findings), self._told
        self._told = shown.findings
        if errors:
            click.echo(f"{errors} error(s): the last good page is shown, with what is wrong.")
        elif told is not None:
            click.echo(f"Shown anew in {seconds:.2f} s.")
