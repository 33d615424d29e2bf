"""What is in a folder, and whether it is as it was: links are not followed, no file is read."""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class State(NamedTuple):
    """What the system says of a file or folder.

    While it says the same, nobody was at the file, and no name in the folder came or went:
    ``changed`` is when that happened last, or when its mode or the number of its names changed,
    and nobody can set it back. Times are in nanoseconds, a size in bytes.
    """

    mode: int
    group: int
    size: int
    written: int
    inode: int
    changed: int

    @staticmethod
    def of(state: os.stat_result) -> State:
        """From what ``stat`` gives."""
        return State(*_numbers(state))

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file: no folder, link, device or the like."""
        return stat.S_ISREG(self.mode)


_numbers = attrgetter("st_mode", "st_gid", "st_size", "st_mtime_ns", "st_ino", "st_ctime_ns")

Marks = Mapping[str, int]
"""What the system said of files or folders, each as one number: by their path, see `marks`."""

_MANY = 2_000
"""So many changes are no longer few."""
_NO_CHANGES: Mapping[str, int | None] = MappingProxyType({})


class Marked:
    """Marks as they go from one build to the next: a text, many numbers and a few changes.

    Of tens of thousands few change, and a dictionary of all is made only where one is needed.
    """

    def __init__(
        self,
        marks: Marks | None = None,
        paths: str = "",
        numbers: bytes = b"",
        changes: Mapping[str, int | None] = _NO_CHANGES,
    ) -> None:
        self._marks, self._paths, self._numbers, self._changes = marks, paths, numbers, changes

    def __reduce__(self) -> tuple[object, ...]:
        if self._marks is None or self._numbers:
            return Marked, (None, sys.intern(self._paths), self._numbers, {**self._changes})
        # The folders of a site and of its spare are mostly the same ones: then one text is kept.
        paths = sys.intern("\0".join(self._marks))
        return Marked, (None, paths, array("q", self._marks.values()).tobytes())

    @property
    def all(self) -> Marks:
        """All of them by path."""
        if self._marks is None:
            numbers = array("q", self._numbers)
            kept = zip(self._paths.split("\0"), numbers, strict=True) if numbers else ()
            self._marks = _changed(dict(kept), self._changes)
        return self._marks

    def get(self, path: str) -> int | None:
        """One of them; None where there is none."""
        return self._changes[path] if path in self._changes else self.all.get(path)

    def but(self, changes: Mapping[str, int | None]) -> Marked:
        """The same with changes: None is for what is gone."""
        changed = {**self._changes, **changes}
        if self._numbers and len(changed) < _MANY:
            return Marked(None, self._paths, self._numbers, changed)
        return Marked(_changed({**self.all}, changes))


def _changed(marks: dict[str, int], changes: Mapping[str, int | None]) -> Marks:
    for path, number in changes.items():
        if number is None:
            marks.pop(path, None)
        else:
            marks[path] = number
    return marks


def marks(states: Mapping[str, State | None], until: int) -> dict[str, int]:
    """Remember states that are from before ``until`` (the system's clock, in nanoseconds).

    That clock may stand still for some milliseconds: what was changed in the last of them may be
    changed again and look the same. A later state is marked as none will be, and so is None.
    """
    return {p: mark(s) if s and s.changed < until else 0 for p, s in states.items()}


def mark(state: State) -> int:
    """The numbers of a state as one, which is the same in every process."""
    return hash(state)


def mark_of(state: os.stat_result) -> int:
    """The same of what ``stat`` gives."""
    return hash(_numbers(state))


def are_as_marked(folder: Path, marked: Marks) -> bool:
    """Whether each of these files or folders in a folder still is as it was marked."""
    root = f"{folder}/"
    try:
        # A site has tens of thousands: this runs through them without a step of Python's own.
        now = [*map(hash, map(_numbers, map(os.lstat, [root + path for path in marked])))]
    except OSError:
        return False
    return now == [*marked.values()]


def scan(folder: Path) -> tuple[dict[str, State], dict[str, State]]:
    """The files and the folders in a folder, by their path; links are not followed.

    In one that does not exist is nothing.
    """
    files: dict[str, State] = {}
    folders: dict[str, State] = {}
    for path, entry in _walk(folder) if folder.exists() else ():
        found = folders if entry.is_dir(follow_symlinks=False) else files
        found[path] = State.of(entry.stat(follow_symlinks=False))
    return files, folders


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                yield path, entry


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders that files lie in, and those that these lie in."""
    folders: set[str] = set()
    for path in paths:
        folder = _above(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = _above(folder)
    return folders


def _above(path: str) -> str:
    return path.rpartition("/")[0]
