"""What lies beside an output: sites that are being made, and the spare. Publishes take turns."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_ASIDE = "old"


def spare_of(output: Path) -> Path:
    """Where the spare of an output is, if there is one."""
    return _beside(output, "spare")


def aside_of(output: Path) -> Path:
    """Where the old site is for an instant, where two folders cannot change names in one step."""
    return _beside(output, _ASIDE)


def new_beside(output: Path) -> Path:
    """The name of a folder to make a site in, which nothing has yet."""
    return _beside(output, os.urandom(4).hex())


def _beside(output: Path, name: str) -> Path:
    return output.with_name(f".{output.name}.staging-{name}")


@contextlib.contextmanager
def turn(parent: Path) -> Iterator[bool]:
    """Let publishes take turns, and say whether it is certain that they do.

    The lock is on the parent folder itself: that stays where it is while the output is swapped,
    no lock file is left behind, and the system ends the lock with the process.
    """
    if sys.platform == "win32":
        yield False
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno in (errno.EBADF, errno.ENOLCK, errno.ENOTSUP):
            return False  # some network file systems lock no folders
        raise
    return True


def mend(output: Path, certain: bool) -> None:
    """Put right what a killed publish left. If our turn is certain, no other one is at work."""
    aside = aside_of(output)
    if aside.is_dir() and not output.exists():
        aside.rename(output)
    for path in left_behind(output):
        if certain or path == aside:
            shutil.rmtree(path, ignore_errors=True)
    if certain and not output.exists():
        shutil.rmtree(spare_of(output), ignore_errors=True)


def left_behind(output: Path) -> list[Path]:
    """What lies beside the output: of a publish that was killed, or one that goes on."""
    ours = re.compile(re.escape(_beside(output, "").name) + f"({_ASIDE}|[0-9a-f]{{8}})")
    with os.scandir(output.parent) as entries:
        return [output.with_name(entry.name) for entry in entries if ours.fullmatch(entry.name)]
