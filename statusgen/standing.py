"""The site that stands in the output: what an earlier build wrote, and whether it is still so."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path

from msgspec import Struct, field, json

from statusgen.artifact import Artifact
from statusgen.disk import Marked, State, Tree, scan

MANIFEST = ".statusgen.json"
"""Names the files that a build wrote, with their SHA-256."""
_FORMAT = 1


class Known(Struct, frozen=True):
    """What a publish left, so that the next one need neither read nor list it.

    ``manifest`` is the SHA-256 of the manifest, ``files`` marks each file that it names and
    ``folders`` each folder. ``spare`` marks the folders of the spare, which has the files of the
    output but for those that it is ``behind`` with: True for one that it has as it was before.
    """

    manifest: str = ""
    files: Marked = field(default_factory=Marked)
    folders: Marked = field(default_factory=Marked)
    spare: Marked = field(default_factory=Marked)
    behind: Mapping[str, bool] = field(default_factory=dict)


class Standing(Struct, frozen=True):
    """The site that is in the output: what its manifest says and what the system says of it.

    ``digests`` are those of the files that an earlier build wrote, ``held`` those of them that
    are known to be in place. ``known`` is what is known of the very site that is there, and
    ``is_left`` whether nobody was at it or its spare since.
    """

    output: Path
    tree: Tree
    manifest: bytes | None
    digests: dict[str, str]
    held: dict[str, str]
    known: Known
    is_left: bool = False

    @staticmethod
    def of(output: Path, known: Known, is_left: Callable[[], bool] = lambda: False) -> Standing:
        """Look what is there; what is known of another manifest is worth nothing.

        ``is_left`` may know already that it is what the last publish left, and nothing else.
        """
        content = _manifest_in(output)
        digests = {} if content is None else _digests(content)
        if content is None or digest_of(content) != known.manifest:
            known = Known()
        if known.manifest and is_left():
            manifest = State.of(os.lstat(f"{output}/{MANIFEST}"))
            tree = Tree(known.files, known.folders, {MANIFEST: manifest})
            return Standing(output, tree, content, digests, digests, known, is_left=True)
        tree = scan(output, known.files, known.folders)
        held = {path: digests[path] for path in tree.files.all}
        return Standing(output, tree, content, digests, held, known)

    def is_ours(self, path: str) -> bool:
        """Whether an earlier build wrote a file of that name."""
        return path in self.digests or (path == MANIFEST and self.manifest is not None)

    def has(self, path: str) -> bool:
        """Whether there is a file of that name, or what is neither file nor folder."""
        return path in self.held or path in self.tree.other_files

    def holds(self, path: str, digest: str, size: int | None = None) -> bool:
        """Whether the file is there with these bytes; ``size`` may be known of them.

        The manifest alone does not tell, since people and power cuts change files: a file that
        is not known to be as it was left is read.
        """
        if path in self.held:
            return self.held[path] == digest
        state = self.tree.other_files.get(path)
        if state is None or not state.is_file or size not in (None, state.size):
            return False
        return digest_of(_read(f"{self.output}/{path}")) == digest

    def lacks(self, digests: Mapping[str, str]) -> set[str]:
        """Those of the files that are not there with these bytes."""
        if digests.items() <= self.held.items():  # as nearly always, and soon seen
            return set()
        return {path for path, digest in digests.items() if not self.holds(path, digest)}


def is_untouched(output: Path, known: Known) -> bool:
    """Whether nobody was at the output since the last publish left it, as far as that is known."""
    tree = scan(output, known.files, known.folders)
    return (
        tree.other_files.keys() == {MANIFEST}
        and not tree.other_folders
        and (len(tree.files.all), len(tree.folders.all))
        == (len(known.files.all), len(known.folders.all))
    )


def is_as_left(output: Path, known: Known) -> bool:
    """Whether the output is, file by file, what the last publish left."""
    content = _manifest_in(output)
    if content is None or digest_of(content) != known.manifest:
        return False
    tree = scan(output, known.files, known.folders)
    others = {path: state for path, state in tree.other_files.items() if path != MANIFEST}
    if not (
        _are_all(known.files, tree.files, others)
        and _are_all(known.folders, tree.folders, tree.other_folders)
    ):
        return False
    digests = _digests(content) if others else {}
    return all(
        state.is_file and digest_of(_read(f"{output}/{path}")) == digests[path]
        for path, state in others.items()
    )


def _are_all(known: Marked, same: Marked, others: Mapping[str, State]) -> bool:
    """Whether these are all that are known; the same ones are among them."""
    return others.keys() <= known.all.keys() and len(same.all) + len(others) == len(known.all)


class _Manifest(Struct):
    files: dict[str, str]
    format: int


def manifest_of(digests: dict[str, str]) -> Artifact:
    """The manifest of files by their SHA-256."""
    text = json.encode(_Manifest(digests, _FORMAT), order="deterministic")
    return Artifact(MANIFEST, text + b"\n")


def _digests(content: bytes) -> dict[str, str]:
    """What a manifest says; nothing if it makes no sense."""
    try:
        found = json.decode(content, type=_Manifest)
    except (ValueError, RecursionError):
        return {}
    return found.files if found.format == _FORMAT else {}


def _manifest_in(output: Path) -> bytes | None:
    """The manifest of an earlier build, if there is one; a link is none."""
    path = f"{output}/{MANIFEST}"
    try:
        return _read(path) if stat.S_ISREG(os.lstat(path).st_mode) else None
    except FileNotFoundError:
        return None


def digest_of(content: bytes) -> str:
    """The SHA-256 of the bytes."""
    return hashlib.sha256(content).hexdigest()


def _read(path: str) -> bytes:
    with FileIO(path) as file:
        return file.readall()
