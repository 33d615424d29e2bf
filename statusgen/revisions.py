"""What Git knows of a content folder: its files as of a revision, and since when each is there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from msgspec import Struct

from statusgen.policy.changes import Told

_LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())


class NoRevision(Exception):
    """The revision cannot be had: the text says why, and the way out."""


class HistoryCutOff(Exception):
    """The clone is shallow, and the revision is not in what it has."""


class Revision(Struct, frozen=True):
    """``files`` by path in the content folder, as of the revision.

    ``told`` says when a file of a name was first committed, up to what is checked out now.
    """

    files: Mapping[str, bytes]
    told: Mapping[str, Told]


def read_revision(folder: Path, name: str) -> Revision:
    """The content folder as of the revision of that name.

    Raises NoRevision without Git, a repository or such a revision, and HistoryCutOff.
    """
    git = _Git(folder)
    git.ask("rev-parse", "--git-dir")
    shallow = git.ask("rev-parse", "--is-shallow-repository").strip() == b"true"
    commit = git.commit(name)
    if commit is None:
        if shallow:
            raise HistoryCutOff(name)
        raise NoRevision(f"There is no revision '{name}' in the repository of {folder}.")
    return Revision(dict(git.files(commit)), git.told(git.ends() if shallow else frozenset()))


class _Git:
    """The program ``git``, asked in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, *words: str, given: bytes = b"", may_fail: bool = False) -> bytes:
        command = ["git", "-C", str(self.folder), "--literal-pathspecs", *words]
        # Nothing is written, asked or shown: not even an index is refreshed.
        quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
        try:
            done = subprocess.run(command, input=given, capture_output=True, env=quiet, check=False)
        except FileNotFoundError:
            raise NoRevision("There is no program git here: install it.") from None
        if done.returncode and not may_fail:
            raise NoRevision(f"git: {done.stderr.decode('utf-8', 'replace').strip()}")
        return done.stdout

    def commit(self, name: str) -> str | None:
        wanted = f"{name}^{{commit}}"
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
        return self.ask(*words, may_fail=True).decode().strip() or None

    def files(self, commit: str) -> Iterator[tuple[str, bytes]]:
        """Path in the folder and content of what the reader of folders would read."""
        listed = self.ask("ls-tree", "-r", "-z", commit, "--", ".").split(b"\0")
        found: dict[str, str] = {}
        for entry in filter(None, listed):
            facts, _, name = entry.partition(b"\t")
            mode, kind, blob = facts.decode().split(" ")
            path = name.decode("utf-8", "replace")
            if kind == "blob" and mode != "120000" and _is_read(path):
                found[path] = blob
        asked = "\n".join(found.values()).encode()
        yield from zip(found, _contents(self.ask("cat-file", "--batch", given=asked)), strict=True)

    def told(self, ends: frozenset[str]) -> dict[str, Told]:
        """When a file of each name was first there, along the line that is checked out.

        What a merge brings counts from the merge: before it, nothing was published.
        """
        which = ("--first-parent", "-m", "--no-renames", "--diff-filter=A", "--name-only", "-z")
        said = self.ask("log", *which, "--no-show-signature", f"--format={_HEAD}", "--", ".")
        told: dict[str, Told] = {}
        for record in filter(None, said.decode("utf-8", "replace").split("\x01")):
            head, _, names = record.partition("\0")
            commit, seconds = head.split(" ")
            at = datetime.fromtimestamp(max(0, min(int(seconds), _LATEST)), UTC)
            for name in filter(None, names.strip("\n\0").split("\0")):
                # Newest first: the last of a name is the first that there was.
                told[PurePosixPath(name).name] = Told(at, commit not in ends)
        return told

    def ends(self) -> frozenset[str]:
        """The commits at which the history of a shallow clone is cut off."""
        where = self.ask("rev-parse", "--git-path", "shallow").decode().strip()
        return frozenset((self.folder / where).read_text("ascii").split())


_HEAD = "%x01%H %ct"


def _is_read(path: str) -> bool:
    parts = path.split("/")
    return parts[0] != "measurements" and not any(part.startswith(".") for part in parts)


def _contents(batch: bytes) -> Iterator[bytes]:
    """The blobs in what ``git cat-file --batch`` says: a line that ends in a size, and so much."""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].rpartition(b" ")[2])
        yield batch[end + 1 : end + 1 + size]
        at = end + size + 2
