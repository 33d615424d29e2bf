"""The files of a content folder: their bytes, and the digests by which they are known again."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping

from statusgen.disk import State

MAX_BYTES = 256 * 1024
"""A larger file is refused; the largest sensible one, ten years of backups, is smaller."""
_READ_AGAIN = 5
"""How often a file that changes meanwhile is read before it is given up."""

Known = Mapping[str, tuple[int, str]]
"""What was seen of files before, by their path: what the system said of them as one number (see
``disk.mark``), and the digest of their bytes."""


class NotPlain(OSError):
    """A pipe, a device or the like."""


class BeingWritten(OSError):
    """A file that somebody is at while it is read."""


class Files(Mapping[str, bytes]):
    """Files by path. The bytes of one that is known are read when somebody asks for them.

    Asking for those raises OSError where they are gone since, and where they are others.
    """

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self._contents = dict(contents or {})
        self._unread: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._marks: dict[str, int] = {}

    @staticmethod
    def of(files: Mapping[str, bytes]) -> Files:
        """The same files, with their digests."""
        return files if isinstance(files, Files) else Files(files)

    def add(self, path: str, content: bytes, mark: int = 0) -> None:
        """Add a file that was read; one without a mark is not known the next time."""
        self._contents[path] = content
        if mark:
            self._marks[path] = mark

    def add_known(self, path: str, file: str, known: tuple[int, str]) -> None:
        """Add a file on disk that is as it was when its digest was made."""
        self._unread[path] = file
        self._marks[path], self._digests[path] = known

    def known(self) -> Known:
        """What to know the files by the next time."""
        return {path: (mark, self.digest(path)) for path, mark in self._marks.items()}

    def digest(self, path: str) -> str:
        """The SHA-256 of the bytes of a file."""
        if path not in self._digests:
            self._digests[path] = _digest(self._contents[path])
        return self._digests[path]

    def __getitem__(self, path: str) -> bytes:
        if path in self._unread:
            self._contents[path] = self._read(path)
            del self._unread[path]
        return self._contents[path]

    def _read(self, path: str) -> bytes:
        file = self._unread[path]
        content, _ = read_at_rest(file)
        if _digest(content) != self._digests[path]:
            raise BeingWritten(0, "it is being written", file)
        return content

    def __contains__(self, path: object) -> bool:
        return path in self._contents or path in self._unread

    def __iter__(self) -> Iterator[str]:
        return iter(sorted([*self._contents, *self._unread]))

    def __len__(self) -> int:
        return len(self._contents) + len(self._unread)


def read_at_rest(file: str) -> tuple[bytes, State]:
    """The bytes that were in a file at one time, and what the system said of it then.

    Of a too large one only enough to see that. Raises OSError, NotPlain, and BeingWritten while
    somebody goes on writing it.
    """
    # Opened without waiting, and asked again: what was a file a moment ago may be a pipe now.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise NotPlain(0, "it is no plain file", file)
        for _ in range(_READ_AGAIN):
            content, after = _read_all(handle), os.fstat(handle)
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                return content, State.of(before)
            os.lseek(handle, 0, os.SEEK_SET)
            before = after
        raise BeingWritten(0, "it is being written", file)
    finally:
        os.close(handle)


def _read_all(handle: int) -> bytes:
    parts = [os.read(handle, MAX_BYTES + 1)]
    while parts[-1] and sum(map(len, parts)) <= MAX_BYTES:
        parts.append(os.read(handle, MAX_BYTES + 1))
    return b"".join(parts)[: MAX_BYTES + 1]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
