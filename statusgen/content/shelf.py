"""What was read of files before: most files of a site have not changed since the last time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from statusgen.content.files import Files, Known
from statusgen.findings import Finding
from statusgen.store import Store

Read = tuple[Any, list[Finding]]
"""What a file became, None if nothing, and what was found in it."""
_Board = dict[str, tuple[str, Read]]


class Shelf:
    """Readings of files by the digests of their bytes, kept with those of the same month.

    ``key`` is what every reading follows from beside the bytes and the context.
    """

    def __init__(self, store: Store, key: str) -> None:
        self.store, self.key = store, key
        self._boards: dict[tuple[str, str], _Board] = {}
        self._fresh: set[tuple[str, str]] = set()
        self._known: Known | None = None

    def known(self) -> Known:
        """What to know the files by that were there the last time."""
        if self._known is None:
            self._known = self.store.load("files", self.key) or {}
        return self._known

    def find(self, paths: Iterable[str], files: Files, context: object) -> dict[str, Read]:
        """The readings in that context that are there of the files as they are."""
        found: dict[str, Read] = {}
        for name, of_month in self._names(paths, context).items():
            board = self._board(name)
            for path in of_month:
                if path in board and board[path][0] == files.digest(path):
                    found[path] = board[path][1]
        return found

    def add(self, readings: Mapping[str, Read], files: Files, context: object) -> None:
        """Have what was read of files in that context."""
        for name, of_month in self._names(readings, context).items():
            self._board(name).update({p: (files.digest(p), readings[p]) for p in of_month})
            self._fresh.add(name)

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Have the store keep what is new, and what to know the files by."""
        for place, key in self._fresh:
            self.store.keep(place, f"{place} {key}", self._boards[place, key])
        self._fresh.clear()
        known = Files.of(files).known()
        if known != self.known():
            self.store.keep("files", self.key, known)
            self._known = known

    def _names(self, paths: Iterable[str], context: object) -> dict[tuple[str, str], list[str]]:
        """The boards that files of those paths are on: by month, since names of events begin
        with their day."""
        months: dict[str, list[str]] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            months.setdefault(f"{folder}/{name[:7]}", []).append(path)
        key = f"{self.key} {context!r}"
        return {(_place(month), key): of_month for month, of_month in months.items()}

    def _board(self, name: tuple[str, str]) -> _Board:
        if name not in self._boards:
            place, key = name
            self._boards[name] = self.store.load(place, f"{place} {key}") or {}
        return self._boards[name]


def _place(month: str) -> str:
    return f"read/{hashlib.sha256(month.encode()).hexdigest()[:16]}"
