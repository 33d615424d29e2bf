"""What was read of a file before: most files of a site have not changed since the last time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from statusgen.findings import Finding
from statusgen.store import Store

Read = tuple[Any, list[Finding]]
"""What a file became, None if nothing, and what was found in it."""
_Make = Callable[[str, bytes], Read]


class Shelf:
    """Readings of files by their bytes, kept with those of the same month in a ``store``.

    ``key`` is what every reading follows from beside the bytes.
    """

    def __init__(self, store: Store, key: str) -> None:
        self.store, self.key = store, key
        self._boards: dict[str, dict[str, tuple[str, Read]]] = {}
        self._fresh: set[str] = set()

    def read(self, path: str, data: bytes, context: object, make: _Make) -> Read:
        """The reading of the file in that context, which ``make`` makes if it is another one."""
        digest = hashlib.sha256(data).hexdigest()
        name, board = self._board(path, context)
        if path not in board or board[path][0] != digest:
            board[path] = digest, make(path, data)
            self._fresh.add(name)
        return board[path][1]

    def keep(self) -> None:
        """Have the store keep what is new."""
        for name in self._fresh:
            self.store.keep(name.partition(" ")[0], name, self._boards[name])
        self._fresh.clear()

    def _board(self, path: str, context: object) -> tuple[str, dict[str, tuple[str, Read]]]:
        folder, _, name = path.rpartition("/")
        # Names of events begin with their day.
        place = hashlib.sha256(f"{folder}/{name[:7]}".encode()).hexdigest()[:16]
        whole = f"read/{place} {self.key} {context!r}"
        if whole not in self._boards:
            self._boards[whole] = self.store.load(f"read/{place}", whole) or {}
        return whole, self._boards[whole]
