"""What is new in the measurements of all vantage points, from one round to the next.

The files of a day only grow: of each is read what came since it was read last. What another
vantage point saw comes with them, when they are shared or pulled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from statusgen.content.measurements import day_of_file, observations
from statusgen.model.observations import Observation


class Seen:
    """The files of measurements in a folder, as far as they were read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, int] = {}
        self._later: list[Observation] = []

    def new(self, now: datetime) -> Iterator[Observation]:
        """What was added since the last time, of this UTC day and the one before.

        A round can take long, and what others saw meanwhile is dated after it began: that is
        kept for the next time.
        """
        waiting, self._later = self._later, []
        for observation in chain(waiting, self._added(now)):
            if observation.at <= now:
                yield observation
            else:
                self._later.append(observation)

    def _added(self, now: datetime) -> Iterator[Observation]:
        days = {now.date(), (now - timedelta(days=1)).date()}
        for path in sorted(self.folder.glob("*/*.jsonl")):
            named = day_of_file(path.relative_to(self.folder).as_posix())
            if named and named[1] in days:
                yield from observations(self._new_lines(path), named[0])

    def _new_lines(self, path: Path) -> bytes:
        """The whole lines that were not read yet; of a file that is another, all."""
        with path.open("rb") as file:
            start = self._read.get(path, 0)
            # A checkout can put a shorter file there.
            start = start if start <= path.stat().st_size else 0
            file.seek(start)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self._read[path] = start + len(whole)
        return whole
