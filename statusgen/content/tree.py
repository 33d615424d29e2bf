"""A content folder on disk to its files: the edge at which odd file systems end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from statusgen.content import rules
from statusgen.content.files import MAX_BYTES, BeingWritten, Files, Known, NotPlain, read_at_rest
from statusgen.disk import mark, mark_of
from statusgen.findings import Finding, Rule, Span

MAX_FOLDERS_DEEP = 8
"""Folders are for people; the format itself needs two."""


class Tree(Struct, frozen=True):
    """The files by path relative to the folder, with ``/``, and what could not be read.

    ``measurements`` are files by path in the folder of that name, where somebody reads them.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    measurements: Mapping[str, bytes] = field(default_factory=dict)


def read_tree(folder: Path, known: Known | None = None) -> Tree:
    """Every file below the folder but measurements and names that start with a dot.

    A file that is as it is known is read only when somebody asks for its bytes, see ``Files``.
    Raises FileNotFoundError or NotADirectoryError when the folder itself is not there.
    """
    root = os.path.realpath(folder, strict=True)
    same = _as_known(root, known or Known())
    listing = _Listing(root, same)
    listing.list_folder(root, "")
    if listing.passed_over < len(same.marks):
        return read_tree(folder)  # Somebody is at it, or what was a folder is a link now.
    return Tree(listing.read(), listing.findings)


def _as_known(root: str, known: Known) -> Known:
    """Those files that are as they were seen."""
    try:
        # There are tens of thousands of them: as little as can be is done for each.
        now = [*map(mark_of, map(os.lstat, [f"{root}/{path}" for path in known.marks]))]
    except OSError:
        now = [_mark_now(f"{root}/{path}") for path in known.marks]
    if now == [*known.marks.values()]:
        return known
    marks = {p: m for (p, m), seen in zip(known.marks.items(), now, strict=True) if m == seen}
    return Known(marks, {path: known.digests[path] for path in marks})


def _mark_now(file: str) -> int:
    try:
        return mark_of(os.lstat(file))
    except OSError:
        return 0


class _Listing:
    """What is in a folder: where its files are on disk, and what is no file.

    Files that are the ``same`` as they are known are only counted.
    """

    def __init__(self, root: str, same: Known) -> None:
        self.root = root
        self.same = same
        self.passed_over = 0
        self.files: dict[str, tuple[str, os.stat_result | None]] = {}
        self.findings: list[Finding] = []

    def list_folder(self, folder: str, prefix: str) -> None:
        with os.scandir(folder) as listing:
            entries = {prefix + entry.name: entry for entry in listing}
        others = sorted(entries.keys() - self.same.marks.keys())
        self.passed_over += len(entries) - len(others)
        for path, entry in ((path, entries[path]) for path in others):
            if entry.name.startswith(".") or path == "measurements":
                continue
            if not path.isprintable() or "\\" in path:
                shown = path.encode("unicode_escape").decode("ascii")
                message = "The name has characters that no file here has."
                self.find(rules.UNKNOWN_FILE, shown, message)
                continue
            try:
                self.list_entry(entry, path)
            except OSError as error:
                self.find(rules.UNREADABLE, path, f"It cannot be read: {error.strerror}.")

    def list_entry(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_file(follow_symlinks=False):
            self.files[path] = entry.path, entry.stat(follow_symlinks=False)
        elif entry.is_symlink():
            self.list_link(entry, path)
        elif entry.is_dir(follow_symlinks=False):
            if path.endswith((".yaml", ".yml", ".md")):
                message = "This is a folder with the name of a file."
                self.find(rules.NOT_A_FILE, path, message)
            elif path.count("/") >= MAX_FOLDERS_DEEP:
                self.find(rules.UNKNOWN_FILE, path, f"Over {MAX_FOLDERS_DEEP} folders deep.")
            else:
                self.list_folder(entry.path, path + "/")
        else:
            self.find(rules.NOT_A_FILE, path, "This is no plain file.")

    def list_link(self, entry: os.DirEntry[str], path: str) -> None:
        target = os.path.realpath(entry.path)
        if not target.startswith(self.root + os.sep):
            self.find(rules.OUTSIDE_LINK, path, "This link leads out of the content folder.")
        elif not os.path.isfile(target):  # noqa: PTH113
            self.find(rules.NOT_A_FILE, path, "This link does not lead to a plain file.")
        else:
            self.files[path] = target, None

    def read(self) -> Files:
        """The files of the listing; those that cannot be read are findings."""
        files = Files(None, self.root, self.same)
        states = [state.st_ctime_ns for _, state in self.files.values() if state]
        # By then the clock of the file system had come so far, and what is changed from here on
        # is changed later. It may stand still for some milliseconds, or seconds: of two changes
        # in one of its ticks the second would not show, so a file of the last tick is not marked.
        until = max(states, default=0)
        for path, (file, state) in self.files.items():
            self.read_file(path, file, files, until if state else 0)
        return files

    def read_file(self, path: str, file: str, files: Files, until: int) -> None:
        try:
            content, state = read_at_rest(file)
        except NotPlain:
            self.find(rules.NOT_A_FILE, path, "This is no plain file.")
        except BeingWritten:
            self.find(rules.UNREADABLE, path, "It is being written.")
        except OSError as error:
            self.find(rules.UNREADABLE, path, f"It cannot be read: {error.strerror}.")
        else:
            is_whole = len(content) <= MAX_BYTES
            is_marked = is_whole and state.changed < until
            files.add(path, content, mark(state) if is_marked else 0)

    def find(self, rule: Rule, path: str, message: str) -> None:
        self.findings.append(rule.found(Span.top(path), message, rule.explanation))
