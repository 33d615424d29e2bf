"""The folder measurements/: what is in it, and what cannot be read of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from statusgen.content import measurements
from statusgen.content.rules import MEASUREMENTS
from statusgen.findings import Finding, Span
from statusgen.model.observations import Series

FOLDER = "measurements"


def read_measurements(folder: Path) -> dict[str, bytes]:
    """The files of measurements in a content folder, by path below measurements/.

    Somebody may be adding to them, or adding days up to a month: days are read first, so that
    one that goes meanwhile is in the month that is read after it. Raises OSError.
    """
    root = folder / FOLDER
    paths = sorted(_paths(root), key=lambda path: measurements.day_of_file(path) is None)
    found = {}
    for path in paths:
        try:
            found[path] = (root / path).read_bytes()
        except FileNotFoundError:
            continue
    return dict(sorted(found.items()))


def _paths(root: Path) -> list[str]:
    try:
        with os.scandir(root) as listing:
            vantages = sorted(e.name for e in listing if e.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []
    return [f"{vantage}/{name}" for vantage in vantages for name in _files(root / vantage)]


def _files(vantage: Path) -> list[str]:
    with os.scandir(vantage) as listing:
        names = sorted(e.name for e in listing if e.is_file(follow_symlinks=False))
    return [
        name
        for name in names
        if measurements.day_of_file(f"{vantage.name}/{name}")
        or measurements.month_of_file(f"{vantage.name}/{name}")
    ]


def seen(
    files: Mapping[str, bytes], stale_after: timedelta
) -> tuple[tuple[Series, ...], list[Finding]]:
    """What was seen, and a warning for each file of a month that cannot be read.

    The days of such a file are a gap: they do not keep the site from being built.
    """
    broken = {path: why for path, data in files.items() if (why := _mistake(path, data))}
    whole = {path: data for path, data in files.items() if path not in broken}
    findings = [
        MEASUREMENTS.found(
            Span.top(f"{FOLDER}/{path}"), f"This is {why}.", MEASUREMENTS.explanation
        )
        for path, why in broken.items()
    ]
    return measurements.series(whole, stale_after), findings


def _mistake(path: str, data: bytes) -> str | None:
    if not measurements.month_of_file(path):
        return None
    try:
        measurements.month(data)
    except ValueError as error:
        return str(error)
    return None
