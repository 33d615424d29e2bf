"""Whether files are what they were, told at a glance: without reading more than the newest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from statusgen.digests import digest
from statusgen.disk import State, mark


class _Seen(NamedTuple):
    path: str
    file: str
    """The path, but for a link: where that leads."""
    state: State


def glance(folder: Path, but: str | None = None) -> bytes:
    """All names in a folder and what the system says of the files, as a digest.

    It is another one after any change of what is read later than this. Two changes within a tick
    of the system's clock may look the same, so what is as new as the newest of all is read: any
    other gets a later time with its next change. Names that begin with ``but`` are left out.
    """
    found = sorted(_files(str(folder), but))
    newest = max((seen.state.changed for seen in found), default=0)
    new = [seen.file for seen in found if seen.state.changed == newest and seen.state.is_file]
    told = "\0".join([f"{seen.path}\0{seen.file}\0{mark(seen.state)}" for seen in found])
    return digest([os.fsencode(told), *map(_bytes, new)]).encode()


def _files(folder: str, but: str | None) -> Iterator[_Seen]:
    """All that is below a folder and is none; of a link also what it leads to."""
    try:
        with os.scandir(folder) as listing:
            entries = [e for e in listing if but is None or not e.name.startswith(but)]
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, but)
            continue
        yield _Seen(entry.path, entry.path, State.of(entry.stat(follow_symlinks=False)))
        if entry.is_symlink():
            with suppress(OSError):
                yield _Seen(entry.path, os.path.realpath(entry.path), State.of(entry.stat()))


def _bytes(path: str) -> bytes:
    """What is in a file; of one that cannot be read the state alone has to tell."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
