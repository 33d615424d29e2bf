"""Put a new site where there is nothing yet: whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_OF_GIT = frozenset({".git"})
"""What a folder may have: a repository without a file is where a site often begins."""


class FolderTaken(Exception):
    """The folder has things in it; the text names some."""


def write_new(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files (path -> bytes) into a folder that is not there or empty.

    Raises FolderTaken, and OSError where the disk fails; both leave all as it was.
    """
    folder = Path(os.path.realpath(folder))
    refuse_taken(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.with_name(f".{folder.name}.new-{os.urandom(4).hex()}")
    try:
        _fill(staging, files)
        _move_in(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def refuse_taken(folder: Path) -> None:
    """Raise FolderTaken where a site cannot go into the folder."""
    if folder.is_dir():
        there = sorted({path.name for path in folder.iterdir()} - _OF_GIT)
        if there:
            more = " and more" if len(there) > 3 else ""
            raise FolderTaken(f"has things in it: {', '.join(there[:3])}{more}")
    elif os.path.lexists(folder):
        raise FolderTaken("is no folder")


def _fill(staging: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _move_in(staging: Path, folder: Path) -> None:
    """One step where there is no folder yet, else one for each name in it."""
    if not folder.exists():
        staging.rename(folder)
        return
    moved: list[Path] = []
    try:
        for path in sorted(staging.iterdir()):
            path.rename(folder / path.name)
            moved.append(folder / path.name)
    except OSError:
        for path in moved:
            path.rename(staging / path.name)
        raise
