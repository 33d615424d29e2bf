"""What must outlast a crash: files in the user's state folder, never in the site.

A file is written beside its name and then takes it; a line is added in one write. Both are on
the disk when the call returns, and who reads meets the old or the new.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from statusgen.delivery.message import NotSetUp

if sys.platform != "win32":
    import fcntl

FOLDER = "STATUSGEN_STATE"
"""The variable of the environment that moves the state folder."""


def folder_of(what: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder in which what must be known of an output or a content folder is kept.

    Raises NotSetUp where no folder is named and the user has no home.
    """
    name = hashlib.sha256(os.fsencode(os.path.realpath(what))).hexdigest()[:16]
    place = environment.get(FOLDER)
    return (Path(place) if place else _root(environment) / "statusgen") / name


def write(path: Path, content: bytes) -> None:
    """Let the file hold that. Whoever calls holds the lock on its folder."""
    beside = path.with_name(f".{path.name}")
    with open(beside, "wb", opener=_private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync(path.parent)


def append(path: Path, line: bytes) -> None:
    """Add a line or more. One that a crash cut off is ended first: it stays apart."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _write(handle, b"\n" * _is_cut_off(handle) + line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Take a file away, if it is there."""
    path.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for our turn; the system ends it with the process. Makes the folder of the lock."""
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_cut_off(handle: int) -> bool:
    size = os.lseek(handle, 0, os.SEEK_END)
    if not size:
        return False
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1) != b"\n"


def _write(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _sync(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _root(environment: Mapping[str, str]) -> Path:
    place = environment.get("XDG_STATE_HOME", "")
    if os.path.isabs(place):  # noqa: PTH117
        return Path(place)
    try:
        return Path.home() / ".local/state"
    except RuntimeError:
        # Such as in a container that runs as nobody in particular.
        raise NotSetUp(
            f"this user has no home folder: name one for what is on its way in {FOLDER}"
        ) from None
