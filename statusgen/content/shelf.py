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
_Board = Mapping[str, tuple[str, Read]]


class Shelf:
    """Readings of files by the digests of their bytes, kept with those of the same month.

    ``key`` is what every reading follows from beside the bytes and the context. ``jobs`` is how
    many processes may read; more than one only where they share the ``store``.
    """

    def __init__(self, store: Store, key: str, jobs: int = 1) -> None:
        self.store, self.key, self.jobs = store, key, jobs
        self._known: Known | None = None

    def known(self) -> Known:
        """What to know the files by that were there the last time."""
        if self._known is None:
            self._known = self.store.load("files", self.key) or {}
        return self._known

    def keep_known(self, files: Mapping[str, bytes]) -> None:
        """Know these files the next time."""
        known = Files.of(files).known()
        if known != self.known():
            self.store.keep("files", self.key, known)
            self._known = known

    def find(self, paths: Iterable[str], files: Files, context: object) -> dict[str, Read]:
        """The readings in that context that are there of the files as they are."""
        found: dict[str, Read] = {}
        for month, of_month in by_month(paths).items():
            board = self._board(month, context)
            for path in of_month:
                if path in board and board[path][0] == files.digest(path):
                    found[path] = board[path][1]
        return found

    def keep(self, readings: Mapping[str, Read], files: Files, context: object) -> None:
        """Keep what was read of files in that context."""
        for month, of_month in by_month(readings).items():
            there = {p: r for p, r in self._board(month, context).items() if p in files}
            board = {**there, **{p: (files.digest(p), readings[p]) for p in of_month}}
            self.store.keep(_name(month), self._key(month, context), board)

    def _board(self, month: str, context: object) -> _Board:
        board: _Board = self.store.load(_name(month), self._key(month, context)) or {}
        return board

    def _key(self, month: str, context: object) -> str:
        return f"{month} {self.key} {context!r}"


def by_month(paths: Iterable[str]) -> dict[str, list[str]]:
    """The files that are read and kept together: names of events begin with their day."""
    months: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        months.setdefault(f"{folder}/{name[:7]}", []).append(path)
    return months


def _name(month: str) -> str:
    return f"read/{hashlib.sha256(month.encode()).hexdigest()[:16]}"
