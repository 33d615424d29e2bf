"""A content folder on disk to bytes: the edge at which odd file systems end."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from statusgen.content import rules
from statusgen.content.strict_yaml import MAX_BYTES
from statusgen.findings import Finding, Rule, Span

MAX_FOLDERS_DEEP = 8
"""Folders are for people; the format itself needs two."""
_READ_AGAIN = 5
"""How often a file that changes meanwhile is read before it is given up."""


class Tree(Struct, frozen=True):
    """The files by path relative to the folder, with ``/``, and what could not be read.

    ``measurements`` are files by path in the folder of that name, where somebody reads them.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    measurements: Mapping[str, bytes] = field(default_factory=dict)


def read_tree(folder: Path) -> Tree:
    """Every file below the folder but measurements and names that start with a dot.

    Raises FileNotFoundError or NotADirectoryError when the folder itself is not there.
    """
    tree = Tree()
    root = os.path.realpath(folder, strict=True)
    _read_folder(root, root, "", tree)
    return tree


def _read_folder(root: str, folder: str, prefix: str, tree: Tree) -> None:
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith(".") or (not prefix and entry.name == "measurements"):
            continue
        path = prefix + entry.name
        if not path.isprintable() or "\\" in path:
            shown = path.encode("unicode_escape").decode("ascii")
            _find(tree, rules.UNKNOWN_FILE, shown, "The name has characters that no file here has.")
            continue
        try:
            _read_entry(root, entry, path, tree)
        except OSError as error:
            _find(tree, rules.UNREADABLE, path, f"It cannot be read: {error.strerror}.")


def _read_entry(root: str, entry: os.DirEntry[str], path: str, tree: Tree) -> None:
    if entry.is_symlink():
        _read_link(root, entry, path, tree)
    elif entry.is_dir(follow_symlinks=False):
        if path.endswith((".yaml", ".yml", ".md")):
            _find(tree, rules.NOT_A_FILE, path, "This is a folder with the name of a file.")
        elif path.count("/") >= MAX_FOLDERS_DEEP:
            _find(tree, rules.UNKNOWN_FILE, path, f"Over {MAX_FOLDERS_DEEP} folders deep.")
        else:
            _read_folder(root, entry.path, path + "/", tree)
    elif entry.is_file(follow_symlinks=False):
        _read_file(entry.path, path, tree)
    else:
        _find(tree, rules.NOT_A_FILE, path, "This is no plain file.")


def _read_link(root: str, entry: os.DirEntry[str], path: str, tree: Tree) -> None:
    target = os.path.realpath(entry.path)
    if not target.startswith(root + os.sep):
        _find(tree, rules.OUTSIDE_LINK, path, "This link leads out of the content folder.")
    elif not os.path.isfile(target):  # noqa: PTH113
        _find(tree, rules.NOT_A_FILE, path, "This link does not lead to a plain file.")
    else:
        _read_file(target, path, tree)


def _read_file(file: str, path: str, tree: Tree) -> None:
    # Opened without waiting, and asked again: what was a file a moment ago may be a pipe now.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            _find(tree, rules.NOT_A_FILE, path, "This is no plain file.")
        elif (content := _read_at_rest(handle)) is None:
            _find(tree, rules.UNREADABLE, path, "It is being written.")
        else:
            tree.files[path] = content
    finally:
        os.close(handle)


def _read_at_rest(handle: int) -> bytes | None:
    """The bytes that were in a file at one time; None while somebody goes on writing it."""
    for _ in range(_READ_AGAIN):
        before = _version(handle)
        content = _read_all(handle)
        if _version(handle) == before:
            return content
        os.lseek(handle, 0, os.SEEK_SET)
    return None


def _version(handle: int) -> tuple[int, int]:
    state = os.fstat(handle)
    return state.st_size, state.st_mtime_ns


def _read_all(handle: int) -> bytes:
    """The bytes of a file, of a too large one only enough to see that."""
    parts = [os.read(handle, MAX_BYTES + 1)]
    while parts[-1] and sum(map(len, parts)) <= MAX_BYTES:
        parts.append(os.read(handle, MAX_BYTES + 1))
    return b"".join(parts)[: MAX_BYTES + 1]


def _find(tree: Tree, rule: Rule, path: str, message: str) -> None:
    tree.findings.append(rule.found(Span.top(path), message, rule.explanation))
