"""Wait: for folders to change, for a moment to come, or to be told to stop.

What `build --watch` and the preview share. Reading is no change, nor is what happens to names
that start with a dot: editors and Git keep their own files under such names.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from statusgen import clock

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

_LOOK = 1.0
"""Seconds between two looks at the clock, and at whether the folders are still the same."""
_QUIET, _LONGEST = 0.05, 0.5
"""Seconds without a change after which a save is over, and after which nobody waits for that."""
_CHANGES = ("created", "modified", "deleted", "moved")


class Woken(Enum):
    """Why a wait is over."""

    CHANGED = auto()
    DUE = auto()
    STOPPED = auto()


class Watch:
    """Watches folders, whether or not they are there, while it is entered."""

    def __init__(self, folders: Sequence[Path], now: Callable[[], datetime] = clock.now) -> None:
        self._folders, self._now = folders, now
        # The one queue that a signal handler may put something in.
        self._woken: SimpleQueue[Woken] = SimpleQueue()
        self._watched: list[tuple[int, int] | None] = []
        self._observer: BaseObserver | None = None

    def __enter__(self) -> Watch:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def stop(self) -> None:
        """End the wait that goes on, or the next one."""
        self._woken.put(Woken.STOPPED)

    def wait(self, until: datetime | None = None) -> Woken:
        """Wait for a change to be over, for the moment ``until``, or for ``stop``."""
        while True:
            try:
                why = self._woken.get(timeout=self._patience(until))
            except Empty:
                if self._which() != self._watched:
                    self._begin()
                    return Woken.CHANGED
                if self._patience(until) == 0:
                    return Woken.DUE
            else:
                return why if why is Woken.STOPPED else self._settled()

    def _patience(self, until: datetime | None) -> float:
        """Seconds up to the moment, in short steps: clocks are set, and computers sleep."""
        if until is None:
            return _LOOK
        return min(max((until - self._now()).total_seconds(), 0), _LOOK)

    def _settled(self) -> Woken:
        """Saving a file is several changes, and a checkout is many: take them together."""
        deadline = monotonic() + _LONGEST
        while monotonic() < deadline:
            try:
                if self._woken.get(timeout=_QUIET) is Woken.STOPPED:
                    return Woken.STOPPED
            except Empty:
                break
        return Woken.CHANGED

    def _begin(self) -> None:
        """Watch the folders that are there now, whatever was watched before."""
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        woken, folders = self._woken, [os.path.realpath(folder) for folder in self._folders]

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if _is_change(event) and _is_seen(event, folders):
                    woken.put(Woken.CHANGED)

        # A folder that is made with one in it is found twice; watchdog says so, and copes.
        warnings.filterwarnings("ignore", "Callback with id .* already exists", RuntimeWarning)
        self._end()
        self._watched = self._which()
        self._observer = Observer()
        self._observer.start()
        for folder in folders:
            with suppress(FileNotFoundError, NotADirectoryError):
                self._observer.schedule(Handler(), folder, recursive=True)

    def _end(self) -> None:
        if self._observer:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _which(self) -> list[tuple[int, int] | None]:
        """Which folders bear the names: one that was renamed or replaced is another."""
        found: list[tuple[int, int] | None] = []
        for folder in self._folders:
            try:
                state = folder.stat()
                found.append((state.st_dev, state.st_ino))
            except OSError:
                found.append(None)
        return found


def _is_change(event: FileSystemEvent) -> bool:
    """What changes a folder is told by itself, so that the folder need not be heard."""
    return event.event_type in _CHANGES and not (
        event.is_directory and event.event_type == "modified"
    )


def _is_seen(event: FileSystemEvent, folders: Sequence[str]) -> bool:
    paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
    inside = [
        path.relative_to(folder)
        for path in paths
        for folder in folders
        if path.is_relative_to(folder)
    ]
    return any(not any(part.startswith(".") for part in path.parts) for path in inside)


@contextmanager
def stopped_by_signals(watch: Watch) -> Iterator[None]:
    """Let an interrupt (Ctrl-C) or a request to end stop the watch; a second one ends at once."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(*_: object) -> None:
        restore()
        watch.stop()

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()
