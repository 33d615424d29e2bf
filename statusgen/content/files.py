"""The files of a content folder: their bytes, and the digests by which they are known again."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from statusgen.digests import digest
from statusgen.disk import Marks, State

MAX_BYTES = 256 * 1024
"""A larger file is refused; the largest sensible one, ten years of backups, is smaller."""
_READ_AGAIN = 5
"""How often a file that changes meanwhile is read before it is given up."""


class Known(Struct, frozen=True):
    """What was seen of files before, by their path: what the system said of them as one number
    (see ``disk.mark``), and the digest of their bytes."""

    marks: Marks = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class NotPlain(OSError):
    """A pipe, a device or the like."""


class BeingWritten(OSError):
    """A file that somebody is at while it is read."""


class Files(Mapping[str, bytes]):
    """Files by path. The bytes of one that is known are read when somebody asks for them.

    Asking for those raises OSError where they are gone since, and where they are others.
    """

    def __init__(
        self,
        contents: Mapping[str, bytes] | None = None,
        root: str = "",
        known: Known | None = None,
    ) -> None:
        """Files that were read, and those below ``root`` on disk that are as they are known."""
        self._contents = dict(contents or {})
        self._root = root
        self._known = known or Known()
        self._marks: dict[str, int] = {}
        self._digests = {**self._known.digests}
        """Of all that are known, and of those that were read as somebody asks for them."""

    @staticmethod
    def of(files: Mapping[str, bytes]) -> Files:
        """The same files, with their digests."""
        return files if isinstance(files, Files) else Files(files)

    def add(self, path: str, content: bytes, mark: int = 0) -> None:
        """Add a file that was read; one without a mark is not known the next time."""
        self._contents[path] = content
        if mark:
            self._marks[path] = mark

    def known(self) -> Known:
        """What to know the files by the next time."""
        if not self._marks:
            return self._known
        all_marks = {**self._known.marks, **self._marks}
        marks = {path: all_marks[path] for path in self if path in all_marks}
        return Known(marks, {path: self.digest(path) for path in marks})

    @property
    def new(self) -> list[str]:
        """Those that were not known."""
        return sorted(self._contents.keys() - self._known.digests.keys())

    @property
    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of the bytes of each file."""
        for path in self._contents.keys() - self._digests.keys():
            self.digest(path)
        return self._digests

    def state(self) -> str:
        """The digest of all names and bytes."""
        paths = [*self]
        return digest("\0".join(told).encode() for told in (paths, map(self.digest, paths)))

    def digest(self, path: str) -> str:
        """The SHA-256 of the bytes of a file."""
        if path not in self._digests:
            self._digests[path] = _digest(self._contents[path])
        return self._digests[path]

    def __getitem__(self, path: str) -> bytes:
        if path not in self._contents and path in self._digests:
            self._contents[path] = self._read(path)
        return self._contents[path]

    def _read(self, path: str) -> bytes:
        file = os.path.join(self._root, path)  # noqa: PTH118
        content, _ = read_at_rest(file)
        if _digest(content) != self._digests[path]:
            raise BeingWritten(0, "it is being written", file)
        return content

    def __contains__(self, path: object) -> bool:
        return path in self._digests or path in self._contents

    def __iter__(self) -> Iterator[str]:
        # Those that are known are in order already.
        return iter(sorted([*self._digests, *(self._contents.keys() - self._digests.keys())]))

    def __len__(self) -> int:
        return len(self._digests) + len(self._contents.keys() - self._digests.keys())


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
