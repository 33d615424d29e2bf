"""Progress on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from statusgen.progress import Progress

FEW = 500
"""Fewer than that are done before anyone could read a bar."""


@contextmanager
def shown() -> Iterator[Progress]:
    """A bar for each piece of work that is long enough, on standard error."""
    bars: dict[str, Any] = {}
    with ExitStack() as stack:

        def show(what: str, done: int, total: int) -> None:
            if total < FEW or not sys.stderr.isatty():
                return
            if what not in bars:
                bar = click.progressbar(length=total, label=what, file=sys.stderr)
                bars[what] = stack.enter_context(bar)
            bars[what].update(done - bars[what].pos)

        yield show
