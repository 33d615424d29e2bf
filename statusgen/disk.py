"""What is in a folder, in one pass over it; links are not followed and no file is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class File(NamedTuple):
    """What the system says of a file. While it says the same, nobody was at the file.

    ``size`` is None for a link, a device and the like. ``changed`` is when its bytes, its mode or
    the number of its names changed last, which nobody can set back; both times in nanoseconds.
    """

    size: int | None
    written: int
    inode: int
    changed: int

    @staticmethod
    def of(state: os.stat_result) -> File:
        """From what ``stat`` gives."""
        size = state.st_size if stat.S_ISREG(state.st_mode) else None
        return File(size, state.st_mtime_ns, state.st_ino, state.st_ctime_ns)


class Folder(NamedTuple):
    """What the system says of a folder. While it says the same, no name in it came or went."""

    mode: int
    group: int
    written: int
    inode: int
    changed: int

    @staticmethod
    def of(state: os.stat_result) -> Folder:
        """From what ``stat`` gives; who writes here has the right to do so."""
        mode = stat.S_IMODE(state.st_mode) | stat.S_IRWXU
        return Folder(mode, state.st_gid, state.st_mtime_ns, state.st_ino, state.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Tree:
    """The files and the folders that are in a folder, by their path in it."""

    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)


Marks = Mapping[str, int]
"""What the system said of files or folders, each as one number: by their path, see `marks`."""


_NONE: Marks = MappingProxyType({})


def marks(states: Mapping[str, File] | Mapping[str, Folder], until: int) -> dict[str, int]:
    """Remember states that are from before ``until`` (the system's clock, in nanoseconds).

    That clock may stand still for some milliseconds: what was changed in the last of them may be
    changed again and look the same. A later state is marked as none will be.
    """
    return {p: mark(state) if state.changed < until else 0 for p, state in states.items()}


def mark(state: File | Folder) -> int:
    """The numbers of a state as one, which is the same in every process."""
    return hash(state) or 1


def scan(folder: Path, files: Iterable[str] = (), folders: Marks = _NONE) -> Tree:
    """What is in a folder; in one that does not exist is nothing.

    A folder within that still is as it was marked has those of ``files`` that it had then, which
    saves listing it.
    """
    tree = Tree()
    if folder.exists():
        same, other = look_again(folder, folders)
        tree.folders.update({**same, **other})
        for path in files:
            if path.rpartition("/")[0] in same:
                tree.files[path] = File.of(os.lstat(f"{folder}/{path}"))
        for path, entry in walk(folder, ["", *other], same):
            state = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                tree.folders[path] = Folder.of(state)
            else:
                tree.files[path] = File.of(state)
    return tree


def look_again(folder: Path, folders: Marks) -> tuple[dict[str, Folder], dict[str, Folder]]:
    """The folders that still are as they were marked, and those in them that are not.

    One that lies in another that is not as it was is in neither: it is found by listing that.
    """
    same: dict[str, Folder] = {}
    other: dict[str, Folder] = {}
    for path in sorted(folders):
        above = path.rpartition("/")[0]
        if above and above not in same:
            continue
        try:
            state = Folder.of(os.lstat(f"{folder}/{path}"))
        except FileNotFoundError:
            continue
        if mark(state) == folders[path]:
            same[path] = state
        elif above:
            other[path] = state
    return same, other


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
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
