"""The command line."""

from __future__ import annotations

import sys

from statusgen import __version__


def main() -> None:
    """The program ``statusgen``."""
    # Asked by scripts and editors all day: not worth importing anything for.
    if sys.argv[1:] == ["--version"]:
        print(f"statusgen {__version__}")
        return
    from statusgen.cli.app import app

    app(prog_name="statusgen")
