"""What is in a folder, in one pass over it; links are not followed and no file is read."""

from __future__ import annotations

import os
import stat
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
_NONE: Marks = MappingProxyType({})


class Tree(Struct, frozen=True):
    """The files and the folders that are in a folder, by their path in it.

    ``files`` and ``folders`` are those that still are as they were marked, the others are those
    of which nothing is known.
    """

    files: dict[str, int] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    other_files: dict[str, State] = field(default_factory=dict)
    other_folders: dict[str, State] = field(default_factory=dict)

    @property
    def all_files(self) -> set[str]:
        """The paths of all files, and of what is neither file nor folder."""
        return self.files.keys() | self.other_files.keys()

    @property
    def all_folders(self) -> set[str]:
        """The paths of all folders."""
        return self.folders.keys() | self.other_folders.keys()


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


def scan(folder: Path, files: Marks = _NONE, folders: Marks = _NONE) -> Tree:
    """What is in a folder; in one that does not exist is nothing.

    A folder within that still is as it was marked has those of ``files`` that it had then, which
    saves listing it.
    """
    if not folder.exists():
        return Tree()
    found, same, places = _look_at_both(folder, files, folders)
    inside = {path: at for path, at in files.items() if path.rpartition("/")[0] in same}
    tree = Tree({p: m for p, m in found.items() if p in inside}, dict(same))
    tree.other_files.update(_states(folder, inside.keys() - found.keys()))
    tree.other_folders.update(_states(folder, places))
    for path, entry in walk(folder, ["", *places], same):
        state = State.of(entry.stat(follow_symlinks=False))
        if entry.is_dir(follow_symlinks=False):
            tree.other_folders[path] = state
        elif mark(state) == files.get(path):
            tree.files[path] = files[path]
        else:
            tree.other_files[path] = state
    return tree


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
