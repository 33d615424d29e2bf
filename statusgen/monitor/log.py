"""What was observed, kept on disk: a line a round, and months of lines added up.

Whatever instant a writer is killed at, what was written before is there and counts once: a line
that was cut off is passed over, and the days of a month go only when they are in its file.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from statusgen.content import measurement_files
from statusgen.content.measurements import (
    Month,
    Sums,
    day_of_file,
    fold,
    joined,
    line,
    month,
    month_bytes,
)
from statusgen.model.observations import Observation

if sys.platform != "win32":
    import fcntl

FOLDER = measurement_files.FOLDER
"""In the content folder; below it a folder for each vantage point."""
_LATE = timedelta(hours=1)
"""A round that began before midnight is written in this time."""


def append(folder: Path, seen: Sequence[Observation]) -> None:
    """Write one round of one vantage point behind what is there; ``folder`` is measurements/.

    Raises OSError where the disk does not let us; then the line counts as not written.
    """
    said, first = line(seen), seen[0]
    with alone(folder / first.vantage) as vantage:
        file = os.open(
            vantage / f"{first.at.astimezone(UTC).date()}.jsonl",
            os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0),
            0o644,
        )
        try:
            _write(file, said if _ends_a_line(file) else b"\n" + said)
        finally:
            os.close(file)


def _ends_a_line(file: int) -> bool:
    """Whether nothing stands there that a killed writer left unfinished."""
    size = os.fstat(file).st_size
    if not size:
        return True
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) == b"\n"


def _write(file: int, said: bytes) -> None:
    if os.write(file, said) < len(said):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """The folder, made if need be, while nobody else is alone in it.

    The lock is on the folder itself: no file is left behind, and it ends with the process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:  # Some network file systems lock no folders.
            if error.errno not in (errno.EBADF, errno.ENOLCK, errno.ENOTSUP):
                raise
        yield folder
    finally:
        os.close(handle)


def roll_up(folder: Path, vantage: str, now: datetime, stale_after: timedelta) -> None:
    """Add the days of a vantage point that are over to the files of their months.

    Raises OSError where the disk does not let us, or the file of a month cannot be read: then
    its days stay as they are.
    """
    over = (now - _LATE).astimezone(UTC).date()
    with alone(folder / vantage) as place:
        days: dict[str, dict[date, Path]] = {}
        for day, file in _days(place):
            if day < over:
                days.setdefault(f"{day:%Y-%m}", {})[day] = file
        for name, files in days.items():
            _add(place / f"{name}.json", files, stale_after)


def _days(vantage: Path) -> list[tuple[date, Path]]:
    """The files of lines of a vantage point, in order."""
    found = []
    for path in vantage.iterdir() if vantage.is_dir() else ():
        named = day_of_file(f"{vantage.name}/{path.name}")
        if named and path.is_file():
            found.append((named[1], path))
    return sorted(found)


def _add(target: Path, files: dict[date, Path], stale_after: timedelta) -> None:
    known = _month(target)
    # A roll-up that was killed halfway has left days behind that are in the month already.
    new = {day: file for day, file in files.items() if day not in known.days}
    if new:
        sums: list[Sums] = [fold(file.read_bytes(), stale_after) for file in new.values()]
        whole = Month(known.days | new.keys(), joined([known.sums, *sums], stale_after))
        _replace(target, month_bytes(whole))
    for file in files.values():
        file.unlink(missing_ok=True)


def _month(file: Path) -> Month:
    try:
        return month(file.read_bytes())
    except FileNotFoundError:
        return Month(frozenset(), {})
    except ValueError as error:
        raise OSError(errno.EINVAL, f"It cannot be read: {error}", str(file)) from None


def _replace(target: Path, data: bytes) -> None:
    """Write a file beside its name, let it take that, and see to it that both last."""
    beside = target.with_name(f".{target.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    if sys.platform != "win32":
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
