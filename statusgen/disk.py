"""What is in a folder, in one pass over it; links are not followed and no file is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
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


class Rights(NamedTuple):
    """The mode and the group of a folder, which someone, such as a web server, may rely on."""

    mode: int
    group: int

    @staticmethod
    def of(state: os.stat_result) -> Rights:
        """From what ``stat`` gives; who writes here keeps the right to do so."""
        return Rights(stat.S_IMODE(state.st_mode) | stat.S_IRWXU, state.st_gid)


@dataclass(frozen=True, slots=True)
class Tree:
    """The files and the folders that are in a folder, by their path in it."""

    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, Rights] = field(default_factory=dict)


def scan(folder: Path) -> Tree:
    """List what is in a folder; in one that does not exist is nothing."""
    tree = Tree()
    for path, entry in walk(folder) if folder.exists() else ():
        state = entry.stat(follow_symlinks=False)
        if entry.is_dir(follow_symlinks=False):
            tree.folders[path] = Rights.of(state)
        else:
            tree.files[path] = File.of(state)
    return tree


def walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is in a folder, each with its path in it, a folder before what it holds."""
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
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
