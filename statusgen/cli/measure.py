"""``statusgen measure``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statusgen.cli.options import FOLDER, guarded, read_bound, read_folder, read_now
from statusgen.cli.probe import set_up

if TYPE_CHECKING:
    from statusgen.model.content import Content
    from statusgen.monitor.prometheus import Store

_FIRST = timedelta(days=31)
"""How far back the first time goes: beyond what a Prometheus keeps by itself."""
_SETTLED = 2
"""Steps that have to pass before a value counts as there or not: it may be on its way."""


@click.command("measure")
@FOLDER
@click.option(
    "--since",
    "moment",
    metavar="MOMENT",
    help="How far back to go the first time: 2026-11-01 or with a time (31 days).",
)
@guarded
def command(folder: Path, moment: str | None) -> None:
    """Take over what the Prometheus in monitoring.yaml has measured of each component.

    It is added to measurements/ in FOLDER (content) as if it were measured here, from where
    the last time ended up to now: run it before each build. Nothing else asks Prometheus.

    Exit status: 0 when it was taken over, 2 for wrong use or content, or when Prometheus
    refuses, 3 when it does not answer or the disk does not let us.
    """
    tree = read_folder(folder)
    content = set_up(tree, folder)
    settings = content.monitoring.prometheus
    if settings is None:
        raise click.UsageError(
            f"{folder / 'monitoring.yaml'} names no Prometheus. Add `prometheus:` with its "
            "`url`, and as `query` what is 1 while a component works."
        )

    from statusgen.monitor import log
    from statusgen.monitor.prometheus import NotAnswered, Refused, Store

    now = read_now(None, tree)
    since = read_bound(moment, tree, "--since") if moment else now - _FIRST
    try:
        # Of two at once the second waits, and goes on from where the first ended.
        with Store(settings, os.environ) as store, log.alone(folder / log.FOLDER):
            _take_over(store, content, folder, since, now)
    except Refused as refusal:
        raise click.UsageError(f"{settings.url}: {refusal}") from None
    except NotAnswered as failure:
        click.echo(f"statusgen: {settings.url}: {failure}", err=True)
        raise SystemExit(3) from None


def _take_over(
    store: Store, content: Content, folder: Path, since: datetime, now: datetime
) -> None:
    """Add what is missing, piece by piece: what was added stays, whatever comes after it."""
    from statusgen import civil
    from statusgen.monitor import log
    from statusgen.monitor.prometheus import VANTAGE, pieces

    step, stale_after = store.settings.step, content.monitoring.stale_after
    last = _last(folder, stale_after)
    start = last + step if last else since
    counts = dict.fromkeys((component.id for component in content.components), 0)
    for piece in pieces(start, now - _SETTLED * step, step):
        for at, seen in groupby(store.observed(content.components, *piece), lambda o: o.at):
            of_one_moment = list(seen)
            log.append(folder / log.FOLDER, of_one_moment)
            last = at
            for observation in of_one_moment:
                counts[observation.component] += 1
    if last:
        # A day is over when something later was seen: no store is trusted to be in time.
        log.roll_up(folder / log.FOLDER, VANTAGE, last, stale_after)
    for said in _told(counts, store.warnings):
        click.echo(said, err=True)
    until = f", up to {civil.iso(last)}" if last else ""
    click.echo(f"{sum(counts.values())} observations added{until}.")


def _last(folder: Path, stale_after: timedelta) -> datetime | None:
    """The moment of the last observation that was taken over."""
    from statusgen.content.measurement_files import read_measurements, seen
    from statusgen.monitor.prometheus import VANTAGE

    series, _ = seen(read_measurements(folder), stale_after)
    ends = (s.stretches[-1].end for s in series if s.vantage == VANTAGE and s.stretches)
    return max(ends, default=None)


def _told(counts: dict[str, int], warnings: list[str]) -> Iterator[str]:
    for warning in warnings:
        yield f"Prometheus warns: {warning}"
    if any(counts.values()):
        for component in (name for name, count in counts.items() if not count):
            yield f"Nothing is measured of {component}."
