"""Bytes to a content folder on disk, one whole file at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Changed(Exception):
    """A file is no longer what it was when it was read."""


def save(folder: Path, path: str, data: bytes, before: bytes | None) -> None:
    """Write a file of the content folder; readers see it whole or as it was.

    ``before`` is what was read there, None for a file that is not to exist yet. Raises
    Changed when that is no longer so, and OSError where the disk does not let us.
    """
    root = os.path.realpath(folder)
    # A link inside the folder is followed, so that it stays a link.
    target = Path(os.path.realpath(Path(root, path)))
    if not target.is_relative_to(root):
        raise Changed(f"{path} leads out of the folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _written_beside(target, data) as temporary:
        if before is None:
            _put_new(temporary, target)
            return
        if not target.is_file() or target.read_bytes() != before:
            raise Changed(f"{path} was changed meanwhile")
        temporary.chmod(target.stat().st_mode)
        temporary.replace(target)


def _put_new(temporary: Path, target: Path) -> None:
    # Unlike renaming, a link never takes the place of a file that came meanwhile.
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise Changed(f"{target.name} has been written by somebody else meanwhile") from None


@contextmanager
def _written_beside(target: Path, data: bytes) -> Iterator[Path]:
    """A file next to the target, under a name that reading passes over; gone afterwards."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    file = temporary.open("xb")
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
