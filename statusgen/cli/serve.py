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
    Ctrl-C stops it.

    Exit status: 0 when it was stopped, 2 for wrong use, 3 when no port is free.
    """
    now = read_now(moment, read_folder(folder))

    from statusgen.preview.showing import Preview

    is_live = moment is None
    _serve(Preview(folder, clock.now if is_live else lambda: now, is_live=is_live), folder, port)


def _serve(preview: Preview, folder: Path, port: int | None) -> None:
    """Serve and keep up, until a signal."""
    from statusgen.watch import Watch, Woken, stopped_by_signals

    with Watch([folder, site_folder(folder) / "themes"]) as watch, stopped_by_signals(watch):
        terminal = _Terminal(folder)
        due = terminal.refreshed(preview)
        with _open(preview, folder, port) as server:
            click.echo(f"{server.address} shows {folder} as it changes; Ctrl-C stops.")
            Thread(target=server.serve_forever, daemon=True).start()
            while watch.wait(due) is not Woken.STOPPED:
                due = terminal.refreshed(preview)
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
            if error.errno != errno.EADDRINUSE:
                raise
    if port is not None:
        message = f"port {port} is taken. Without --port the next that is free is used"
        raise OSError(errno.EADDRINUSE, message)
    raise OSError(errno.EADDRINUSE, f"ports {_PORTS[0]} to {_PORTS[-1]} are all taken")


class _Terminal:
    """Tells each finding once, and again when it comes back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: Sequence[Finding] | None = None

    def refreshed(self, preview: Preview) -> datetime | None:
        """Let the preview look again and tell what it saw: when it changes by itself."""
        began = perf_counter()
        try:
            shown = preview.refresh()
        except OSError as error:
            click.echo(f"statusgen: {error.filename}: {error.strerror}", err=True)
            return None
        if shown:
            self._tell(shown, perf_counter() - began)
        return preview.at(None).changes_at if preview.is_live else None

    def _tell(self, shown: Shown, seconds: float) -> None:
        from statusgen.cli.report import report
        from statusgen.findings import errors_in

        new = [finding for finding in shown.findings if finding not in (self._told or ())]
        report(new, shown.texts, self._folder, "text")
        is_first, self._told = self._told is None, shown.findings
        if errors_in(shown.findings):
            click.echo("There are errors: the last good page is shown, with what is wrong.")
        elif not is_first:
            click.echo(f"Shown anew in {seconds:.2f} s.")
