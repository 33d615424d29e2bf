"""What is in a folder, in one pass over it; links are not followed and no file is read."""

from __future__ import annotations

import os
import stat
import sys
from array import array
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field

from statusgen.forked import asked, processes


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
"""To look at fewer folders takes less time than to have another process do it."""
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

    @property
    def about(self) -> int:
        """How many there are, but for what came and went."""
        return len(self._numbers) // 8 or len(self.all)

    def get(self, path: str) -> int | None:
        """One of them; None where there is none."""
        return self._changes[path] if path in self._changes else self.all.get(path)

    def but(self, changes: Mapping[str, int | None]) -> Marked:
        """The same with changes: None is for what is gone."""
        changed = {**self._changes, **changes}
        if self._numbers and len(changed) < _MANY:
            return Marked(None, self._paths, self._numbers, changed)
        return Marked(_changed({**self.all}, changes))

    def only(self, marks: Marks) -> Marked:
        """These of them."""
        return self if len(marks) == len(self.all) else Marked(marks)


def _changed(marks: dict[str, int], changes: Mapping[str, int | None]) -> Marks:
    for path, number in changes.items():
        if number is None:
            marks.pop(path, None)
        else:
            marks[path] = number
    return marks


class Tree(Struct, frozen=True):
    """The files and the folders that are in a folder, by their path in it.

    ``files`` and ``folders`` are those that still are as they were marked, the others are those
    of which nothing is known.
    """

    files: Marked = field(default_factory=Marked)
    folders: Marked = field(default_factory=Marked)
    other_files: dict[str, State] = field(default_factory=dict)
    other_folders: dict[str, State] = field(default_factory=dict)

    def mark_at(self, path: str) -> int | None:
        """What the system said of a file."""
        state = self.other_files.get(path)
        return mark(state) if state else self.files.get(path)


def marks(states: Mapping[str, State], until: int) -> dict[str, int]:
    """Remember states that are from before ``until`` (the system's clock, in nanoseconds).

    That clock may stand still for some milliseconds: what was changed in the last of them may be
    changed again and look the same. A later state is marked as none will be.
    """
    return {p: mark(state) if state.changed < until else 0 for p, state in states.items()}


def mark(state: State) -> int:
    """The numbers of a state as one, which is the same in every process."""
    return hash(state)


def mark_of(state: os.stat_result) -> int:
    """The same of what ``stat`` gives."""
    return hash(_numbers(state))


def scan(folder: Path, files: Marked | None = None, folders: Marked | None = None) -> Tree:
    """What is in a folder; in one that does not exist is nothing.

    A folder within that still is as it was marked has those of ``files`` that it had then, which
    saves listing it.
    """
    files, folders = files or Marked(), folders or Marked()
    if not folder.exists():
        return Tree()
    found, same, places = _look_at_both(folder, files.all, folders.all)
    inside = {path: at for path, at in files.all.items() if path.rpartition("/")[0] in same}
    kept = {path: at for path, at in found.items() if path in inside}
    other_files = dict(_states(folder, inside.keys() - found.keys()))
    other_folders = dict(_states(folder, places))
    for path, entry in walk(folder, ["", *places], same):
        state = State.of(entry.stat(follow_symlinks=False))
        if entry.is_dir(follow_symlinks=False):
            other_folders[path] = state
        elif mark(state) == files.all.get(path):
            kept[path] = files.all[path]
        else:
            other_files[path] = state
    return Tree(files.only(kept), folders.only(same), other_files, other_folders)


def _states(folder: Path, paths: Iterable[str]) -> Iterator[tuple[str, State]]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield path, State.of(os.lstat(f"{folder}/{path}"))


def _look_at_both(folder: Path, files: Marks, folders: Marks) -> tuple[Marks, Marks, list[str]]:
    """What `as_marked` and `look_again` say of them."""
    if len(folders) < _MANY or processes() == 1:
        return as_marked(folder, files), *look_again(folder, folders)
    with asked(lambda: as_marked(folder, folders) is folders) as are_same:
        found = as_marked(folder, files)
    return found, *((folders, []) if are_same() else look_again(folder, folders))


def look_again(folder: Path, folders: Marks) -> tuple[Marks, list[str]]:
    """The folders that still are as they were marked, and those right in them that are not.

    One that lies in another that is not as it was is in neither: it is found by listing that.
    """
    same = as_marked(folder, folders)
    if same is folders:
        return same, []
    same = {p: m for p, m in same.items() if all(above in same for above in folders_of([p]))}
    return same, [path for path in folders if path not in same and _above(path) in same]


def as_marked(folder: Path, marked: Marks) -> Marks:
    """Those files or folders in a folder that still are as they were marked."""
    root = f"{folder}/"
    paths = [root + path for path in marked]
    try:
        # A site has tens of thousands: this runs through them without a step of Python's own.
        now: list[int | None] = [*map(hash, map(_numbers, map(os.lstat, paths)))]
    except OSError:
        now = [_mark_now(path) for path in paths]
    if now == [*marked.values()]:
        return marked
    return {p: m for (p, m), found in zip(marked.items(), now, strict=True) if m == found}


def _mark_now(path: str) -> int | None:
    try:
        return mark(State.of(os.lstat(path)))
    except (FileNotFoundError, NotADirectoryError):
        return None


def walk(
    folder: Path, places: Iterable[str] = ("",), known: Container[str] = ()
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is in these places in a folder, each with its path, but for known folders.

    A folder comes before what it holds.
    """
    waiting = [f"{place}/" if place else "" for place in places]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if path in known:
                    continue
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
