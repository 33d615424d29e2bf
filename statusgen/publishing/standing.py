"""The site that stands in the output: what an earlier build wrote, and whether it is still so.

What a publish left is known to the next one by what the system said of each file and folder. Where
it says the same, nothing is listed and no file is read. Where it does not, somebody was there, and
then everything is looked at anew: that is seldom, and may take as long as it takes.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import FileIO
from pathlib import Path

from msgspec import Struct, field, json
from msgspec.structs import replace

from statusgen.artifact import Artifact
from statusgen.disk import Marked, Marks, State, are_as_marked, folders_of, mark, marks, scan
from statusgen.forked import asked, processes
from statusgen.publishing.beside import spare_of

MANIFEST = ".statusgen.json"
"""Names the files that a build wrote, with their SHA-256."""
_FORMAT = 1


class Known(Struct, frozen=True):
    """What a publish left, so that the next one need neither read nor list it.

    ``manifest`` is the SHA-256 of the manifest, ``files`` marks each file that it names and
    ``folders`` each folder. ``spare`` marks the folders of the spare, which has the files of the
    output but for those that it is ``behind`` with: True for one that it has as it was before.
    There is no spare to rely on where that is None.
    """

    manifest: str = ""
    files: Marked = field(default_factory=Marked)
    folders: Marked = field(default_factory=Marked)
    spare: Marked = field(default_factory=Marked)
    behind: Mapping[str, bool] | None = None


class Standing(Struct, frozen=True):
    """The site that is in the output.

    ``digests`` are those of the files that an earlier build wrote, ``held`` those of them that
    are known to be in place. ``known`` is what is known of the very site that is there. It
    ``is_left`` where nobody was at it or its spare since; else ``files`` and ``folders`` are all
    that are there.
    """

    output: Path
    manifest: bytes | None
    digests: dict[str, str]
    held: dict[str, str]
    known: Known
    is_left: bool = True
    files: Mapping[str, State] = {}
    folders: Mapping[str, State] = {}

    @staticmethod
    def as_left(output: Path, known: Known) -> Standing | None:
        """The site that the last publish left, if it left that one: whether anybody was at it since
        is still to be seen.
        """
        content = _manifest_in(output)
        if content is None or known.behind is None or digest_of(content) != known.manifest:
            return None
        digests = _digests(content)
        return Standing(output, content, digests, digests, known)

    @staticmethod
    def of(output: Path, known: Known) -> Standing:
        """Look at all that is there; what is known of another manifest is worth nothing."""
        content = _manifest_in(output)
        digests = {} if content is None else _digests(content)
        if content is None or digest_of(content) != known.manifest:
            known = Known()
        files, folders = scan(output)
        before = known.files.all
        held = {p: d for p, d in digests.items() if p in files and mark(files[p]) == before.get(p)}
        return Standing(output, content, digests, held, known, False, files, folders)

    @property
    def foreign_files(self) -> set[str]:
        """Those that no earlier build wrote."""
        ours = {MANIFEST} if self.manifest is not None else set()
        return self.files.keys() - self.digests.keys() - ours

    @property
    def foreign_folders(self) -> set[str]:
        """Those in which there is none that an earlier build wrote."""
        return self.folders.keys() - folders_of(self.digests) if self.folders else set()

    def has(self, path: str) -> bool:
        """Whether there is a file of that name, or what is neither file nor folder."""
        return path in self.digests if self.is_left else path in self.files

    def holds(self, path: str, digest: str, size: int | None = None) -> bool:
        """Whether the file is there with these bytes; ``size`` may be known of them.

        The manifest alone does not tell, since people and power cuts change files: a file that
        is not known to be as it was left is read.
        """
        if path in self.held:
            return self.held[path] == digest
        state = self.files.get(path)
        if state is None or not state.is_file or size not in (None, state.size):
            return False
        return digest_of(_read(f"{self.output}/{path}")) == digest

    def lacks(self, digests: Mapping[str, str]) -> set[str]:
        """Those of the files that are not there with these bytes."""
        if digests.items() <= self.held.items():  # as nearly always, and soon seen
            return set()
        return {path for path, digest in digests.items() if not self.holds(path, digest)}

    def trusted(self, path: str) -> State | None:
        """What the system says of a file at which nobody was since it was looked at."""
        if not self.is_left:
            state = self.files.get(path)
            return state if state and state.changed < self._looked_at else None
        state = State.of(os.lstat(f"{self.output}/{path}"))
        return state if mark(state) == self.known.files.get(path) else None

    @property
    def marked_folders(self) -> Marked:
        """Its folders, to know them again."""
        return self.known.folders if self.is_left else Marked(marks(self.folders, self._looked_at))

    def as_it_is(self) -> Known:
        """What is known of it where it is the site that was to be published."""
        if self.is_left:
            return self.known
        ours = {path: self.files[path] for path in self.digests}
        known = Known(digest_of(self.manifest or b""), Marked(marks(ours, self._looked_at)))
        if self.foreign_files or self.foreign_folders:
            return known  # what is foreign is found by listing all folders
        return replace(known, folders=self.marked_folders)

    @property
    def _looked_at(self) -> int:
        """A moment, by the disk's clock, before all was looked at.

        That clock has ticks, and two changes in one of them look the same. So only what is older
        than the manifest was surely looked at after the tick of its last change.
        """
        return self.files[MANIFEST].changed if MANIFEST in self.files else 0


class Look(Struct, frozen=True):
    """Whether anybody was at the output, or at it or its spare, since the last publish."""

    is_as_left: Callable[[], bool]
    is_untouched: Callable[[], bool]


@contextmanager
def looking_at(output: Path, recall: Callable[[], Known | None]) -> Iterator[Look]:
    """Look, in another process where there can be one, and tell when it is asked.

    ``recall`` gives what is known. That nobody was there is no longer told once the output and its
    spare have changed places.
    """
    output = Path(os.path.realpath(output))
    recalled = cache(lambda: recall() or Known())
    if processes() == 1:
        yield Look(lambda: is_as_left(output, recalled()), lambda: is_untouched(output, recalled()))
        return

    def output_first() -> bool:
        os.nice(_GIVES_WAY)
        return is_as_left(output, recalled())

    before = _places(output)
    with asked(output_first, lambda: _has_spare(output, recalled())) as answer:
        yield Look(answer, lambda: answer() and answer(1) and _places(output) == before)


_GIVES_WAY = 10
"""How nice a process is to the others while nobody waits for it."""


def _places(output: Path) -> list[State]:
    return [State.of(os.lstat(f)) for f in (output, spare_of(output)) if f.exists()]


def is_untouched(output: Path, known: Known) -> bool:
    """Whether nobody was at the output or its spare since the last publish."""
    return is_as_left(output, known) and _has_spare(output, known)


def is_as_left(output: Path, known: Known) -> bool:
    """Whether the output is, file by file, what the last publish left."""
    return _has_files(output, known) and _has_folders(output, known)


def _has_files(output: Path, known: Known) -> bool:
    content = _manifest_in(output)
    if content is None or digest_of(content) != known.manifest:
        return False
    files = known.files.all
    return _are_as_left(output, _at_top(files, known.folders.all), files)


def _has_folders(output: Path, known: Known) -> bool:
    return are_as_marked(output, known.folders.all)


def _has_spare(output: Path, known: Known) -> bool:
    if known.behind is None:
        return False
    behind, folders = known.behind, known.spare.all
    files = {path for path in known.files.all.keys() | behind.keys() if behind.get(path, True)}
    return _are_as_left(spare_of(output), _at_top(files, folders), folders)


def _are_as_left(folder: Path, top: set[tuple[str, bool]], marked: Marks) -> bool:
    """Whether these are right in a folder, and what is in it is as it was marked."""
    try:
        with os.scandir(folder) as entries:
            there = {(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries}
        is_same = there - {(MANIFEST, False)} == top
        return is_same and are_as_marked(folder, marked)
    except OSError:
        return False


def _at_top(files: Iterable[str], folders: Iterable[str]) -> set[tuple[str, bool]]:
    """The names right in a folder, each with whether it is one of a folder."""
    top = {(file, False) for file in files if "/" not in file}
    return top | {(folder, True) for folder in folders if "/" not in folder}


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
