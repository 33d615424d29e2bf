"""The command line."""

from __future__ import annotations

import os
import sys

from statusgen import __version__


def main() -> None:
    """The program ``statusgen``."""
    # Asked by scripts and editors all day: not worth importing anything for.
    if sys.argv[1:] == ["--version"]:
        print(f"statusgen {__version__}")
        return
    from statusgen.cli.app import app

    try:
        app(prog_name="statusgen")
    except SystemExit as end:
        _end(end)


def _end(end: SystemExit) -> None:
    """End at once: to take apart all that was read, which the system takes back as a whole, takes
    about a second after a build of ten thousand events."""
    try:
        for stream in (sys.stdout, sys.stderr):
            print(end="", file=stream, flush=True)
    except OSError:
        raise end from None
    if not isinstance(end.code, int):
        raise end
    os._exit(end.code)
