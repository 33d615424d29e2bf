"""Bytes to a content folder on disk: whole files, and all of a change or none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct


class Changed(Exception):
    """A file is no longer what it was when it was read."""


class _Staged(Struct, frozen=True):
    """A file that lies ready beside the one that it becomes."""

    path: str
    temporary: Path
    target: Path
    before: bytes | None

    def check(self) -> None:
        if self.before is None and self.target.exists():
            raise Changed(f"{self.path} has been written by somebody else meanwhile")
        if self.before is not None and not self.is_as_read():
            raise Changed(f"{self.path} was changed meanwhile")

    def is_as_read(self) -> bool:
        return self.target.is_file() and self.target.read_bytes() == self.before

    def put(self) -> None:
        if self.before is not None:
            self.temporary.chmod(self.target.stat().st_mode)
            self.temporary.replace(self.target)
            return
        # Unlike renaming, a link never takes the place of a file that came this instant.
        self.target.hardlink_to(self.temporary)


def save(folder: Path, files: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Write files of the content folder; readers see each whole or as it was.

    ``before`` is what was read there: a path that it lacks is a new file's. All are ready
    and looked at before the first takes its place. Raises Changed when one is not as it
    was read, and OSError where the disk does not let us.
    """
    root = os.path.realpath(folder)
    with ExitStack() as stack:
        staged = []
        for path, data in files.items():
            target = _target(root, path)
            temporary = stack.enter_context(_written_beside(target, data))
            staged.append(_Staged(path, temporary, target, before.get(path)))
        for file in staged:
            file.check()
        for file in staged:
            file.put()


def _target(root: str, path: str) -> Path:
    # A link inside the folder is followed, so that it stays a link.
    target = Path(os.path.realpath(Path(root, path)))
    if not target.is_relative_to(root):
        raise Changed(f"{path} leads out of the folder")
    return target


@contextmanager
def _written_beside(target: Path, data: bytes) -> Iterator[Path]:
    """A file next to the target, under a name that reading passes over; gone afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
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
