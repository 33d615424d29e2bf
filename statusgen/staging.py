"""The new site beside the output, until it is whole and takes the place of the old in one step.

The old site stays beside the new one as the *spare*. Its files are links to those of the output,
so it costs folders only, and the next site is made of it by what differs: of 36,000 files only
the changed ones are linked. Its folders are looked at first. Those that are as they were left
hold the files that they held; any other file counts only where it is the very file of the output
(one inode). So whatever anybody did to the spare is found and made good.

What is new is written first, in a folder of its own, by whichever process made it: it takes its
place among what the spare has once all of it is there. So the spare is one process's, and nothing
is ever written into a file that is there, whose other name may be in the output.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Set
from pathlib import Path

from msgspec import Struct

from statusgen.disk import Marked, Marks, State, Tree, folders_of, look_again, mark, walk
from statusgen.swap import exchange_in_two_steps, exchanged

if sys.platform != "win32":
    import fcntl

_SPARE = "spare"
_ASIDE = "old"


class Spare(Struct, frozen=True):
    """What is known of the spare: its folders as they were left, and the files in them.

    Of ``doubtful`` ones among the files it may have others than the output has. Where it is known
    that nobody was at it, it differs from the next site in files ``among`` these only.
    """

    folders: Marked
    files: Set[str]
    doubtful: Set[str]
    among: Set[str] | None


def spare_of(output: Path) -> Path:
    """Where the spare of an output is, if there is one."""
    return _beside(output, _SPARE)


def is_untouched(spare: Path, folders: Marks) -> bool:
    """Whether a spare has these folders as they were left, and no other."""
    same, places = look_again(spare, folders)
    found = (entry for _, entry in walk(spare, ["", *places], same))
    return same is folders and not any(e.is_dir(follow_symlinks=False) for e in found)


class Staging:
    """The next site of an output while it is made; nothing is on disk before the first write.

    ``folder`` is where it is made. ``made`` are the files that were written, each as it is now:
    whoever has one written, here or in another process, notes it there. A spare is used and left
    only if it is ``certain`` that publishes take turns.
    """

    def __init__(self, output: Path, certain: bool) -> None:
        self.output, self.folder = output, _beside(output, os.urandom(4).hex())
        self.made: dict[str, State] = {}
        self._carried: dict[str, State] = {}
        """Those of the output that were linked, each as it was before."""
        self._spare = spare_of(output)
        self._uses_spare = self._leaves_spare = certain
        self._there: set[str] = set()
        """The folders that files were written in by this process."""
        self._forget()

    def _forget(self) -> None:
        """Know of nothing of a spare."""
        self._files: set[str] = set()
        self._doubtful: set[str] = set()
        self._among: Set[str] | None = None
        self._left = Marked()
        """The folders that are as they were left, but for the others below."""
        self._touched: set[str] = set()
        """The folders that are new, or in which something was done."""
        self._gone: set[str] = set()

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        # What is there now is part of a new site, or the old one.
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path: str, content: bytes, *, sync: bool = False) -> State:
        """Make a new file, which with ``sync`` outlasts a power cut. Several processes may.

        Raises FileExistsError and NotADirectoryError where another one has that name.
        """
        name = f"{self.folder}/{path}"
        folder = name.rpartition("/")[0]
        if folder not in self._there:
            _make_folder(folder)
            self._there.add(folder)
        with open(name, "xb", opener=_readable) as file:
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
            return State.of(os.fstat(file.fileno()))

    def carry(self, old: Tree, spare: Spare, files: Set[str], folders: Set[str]) -> Tree:
        """Have these files and folders, and nothing else. Gives what was touched.

        Files that were not written are those of the output. Folders that it has too get the
        rights they have there.
        """
        self._begin(spare, files)
        for folder in sorted(folders):
            self._have_folder(folder)
        paths = self._in_question(files) - self.made.keys()
        same = {path for path in paths & self._doubtful if self._is_that_of_the_output(path)}
        for path in (paths - self._files) | ((paths & self._doubtful) - same):
            self._carry(path, old)
        self._resemble(old)
        if self._uses_spare:
            shutil.rmtree(self._spare, ignore_errors=True)
        return self._tree()

    def _tree(self) -> Tree:
        """What is in it, but for files that were not touched."""
        for path, before in self._carried.items():
            state = State.of(os.lstat(f"{self.folder}/{path}"))
            if state[:-1] == before[:-1]:  # it has another name now, and that was all
                self.made[path] = state
        states = {path: State.of(os.lstat(f"{self.folder}/{path}")) for path in self._touched}
        return Tree(Marked(), self._left.but(dict.fromkeys(self._gone)), self.made, states)

    def swap(self) -> None:
        """Let it take the place of the output. Raises OSError, and then the old one is there."""
        if not self.output.exists():
            self.folder.rename(self.output)
            return
        if not exchanged(self.folder, self.output):
            exchange_in_two_steps(self.folder, self.output, _beside(self.output, _ASIDE))
        if self._leaves_spare:
            with contextlib.suppress(OSError):
                self.folder.rename(self._spare)

    def _begin(self, spare: Spare, files: Set[str]) -> None:
        """Have what was written, and what the spare has of these files."""
        if not (self._uses_spare and self._spare.is_dir()):
            self.folder.mkdir(0o755, exist_ok=True)
            self._files, self._touched = {*self.made}, folders_of(self.made)
            return
        written, self.folder = self.folder, _beside(self.output, os.urandom(4).hex())
        try:
            self.folder.mkdir(0o755)
            self._take_over(spare)
            self._clear(self._in_question(files))
            for path in self.made:
                self._move_in(path, written)
        finally:
            shutil.rmtree(written, ignore_errors=True)

    def _take_over(self, spare: Spare) -> None:
        """Move the folders of the spare here. One that cannot be used is thrown away.

        The folder itself is a new one: who has the old site open never sees it become another.
        The few files right in it are linked anew, since a file that is moved looks changed.
        """
        try:
            if not stat.S_ISDIR(os.lstat(self._spare).st_mode):
                raise NotADirectoryError(self._spare)
            self._look(spare)
            with os.scandir(self._spare) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            for name in names:
                (self._spare / name).rename(self.folder / name)
                self._touched.add(name)
        except OSError:
            self._forget()
            shutil.rmtree(self._spare, ignore_errors=True)
            shutil.rmtree(self.folder)
            self.folder.mkdir(0o755)

    def _look(self, spare: Spare) -> None:
        self._left, self._doubtful, self._among = spare.folders, {*spare.doubtful}, spare.among
        # What lies right in the spare itself is not taken over.
        self._files = {path for path in spare.files if "/" in path}
        if spare.among is not None:
            return
        same, places = look_again(self._spare, spare.folders.all)
        self._left, self._touched = Marked(same), set(places)
        self._files = {path for path in self._files if path.rpartition("/")[0] in same}
        for path, entry in walk(self._spare, ["", *places], same):
            if entry.is_dir(follow_symlinks=False):
                self._touched.add(path)
            elif "/" in path:
                self._files.add(path)
                self._doubtful.add(path)

    def _in_question(self, files: Set[str]) -> Set[str]:
        """Those of these files that may not be here as they are to be."""
        return files if self._among is None else files & self._among

    def _clear(self, files: Set[str]) -> None:
        """Remove other files, and the folders in which nothing is then."""
        removed = self._files - files
        for path in removed:
            self._remove(path)
        places = folders_of([*removed, *(f"{folder}/" for folder in self._touched)])
        for folder in sorted(places - folders_of(files), reverse=True):
            try:
                (self.folder / folder).rmdir()
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            else:
                self._touch(folder)
                self._touched.discard(folder)
                self._gone.add(folder)

    def _move_in(self, path: str, written: Path) -> None:
        """Let a file that was written take its place; that is a change of the file too."""
        if path not in self._files:
            self._have_folder(path.rpartition("/")[0])
        self._touch(path)
        target = f"{self.folder}/{path}"
        (written / path).replace(target)
        self.made[path] = State.of(os.lstat(target))
        self._files.add(path)

    def _has_folder(self, folder: str) -> bool:
        is_left = folder not in self._gone and self._left.get(folder) is not None
        return folder in self._touched or is_left

    def _have_folder(self, folder: str) -> None:
        if folder and not self._has_folder(folder):
            self._have_folder(folder.rpartition("/")[0])
            (self.folder / folder).mkdir(0o755)
            self._touch(folder)
            self._touched.add(folder)

    def _remove(self, path: str) -> None:
        (self.folder / path).unlink()
        self._touch(path)
        self._files.remove(path)

    def _touch(self, path: str) -> None:
        """Know that a name comes or goes in the folder of this file or folder."""
        folder = path.rpartition("/")[0]
        if folder:
            self._touched.add(folder)

    def _resemble(self, old: Tree) -> None:
        """Give folders the mode and group that they have in the output.

        Those that nobody was at, here and there, have them since the last publish.
        """
        for folder in self._touched | {f for f in old.other_folders if self._has_folder(f)}:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                there = os.lstat(f"{self.output}/{folder}")
                here = os.lstat(f"{self.folder}/{folder}")
                rights = there.st_mode | stat.S_IRWXU, there.st_gid
                if stat.S_ISDIR(there.st_mode) and (here.st_mode, here.st_gid) != rights:
                    _give(self.folder / folder, there)
                    self._touched.add(folder)
        if self.output.exists():
            _give(self.folder, self.output.stat())

    def _is_that_of_the_output(self, path: str) -> bool:
        try:
            there, here = (os.lstat(f"{f}/{path}") for f in (self.output, self.folder))
        except FileNotFoundError:
            return False
        return there.st_ino == here.st_ino

    def _carry(self, path: str, old: Tree) -> None:
        if path in self._files:
            self._remove(path)
        else:
            self._have_folder(path.rpartition("/")[0])
            self._touch(path)
        source, target = f"{self.output}/{path}", f"{self.folder}/{path}"
        state = State.of(os.lstat(source))
        if mark(state) == old.mark_at(path):
            self._carried[path] = state
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # not on this file system, not for this owner, or one too many
            shutil.copy2(source, target, follow_symlinks=False)
            self._leaves_spare = False  # it would take as much room as the site
        self._files.add(path)


def _make_folder(folder: str) -> None:
    """Have it and those above it, also where another process makes them just now."""
    try:
        os.mkdir(folder, 0o755)  # noqa: PTH102 (there are tens of thousands)
    except FileNotFoundError:
        _make_folder(folder.rpartition("/")[0])
        _make_folder(folder)
    except FileExistsError:
        if not Path(folder).is_dir():
            raise


def _readable(name: str, flags: int) -> int:
    return os.open(name, flags, 0o644)


def _give(folder: Path, old: os.stat_result) -> None:
    """Give a folder the mode and group that someone, such as a web server, may rely on.

    Who writes here keeps the right to do so.
    """
    with contextlib.suppress(PermissionError, AttributeError):  # not our group; Windows
        os.chown(folder, -1, old.st_gid)
    folder.chmod(stat.S_IMODE(old.st_mode) | stat.S_IRWXU)


@contextlib.contextmanager
def turn(parent: Path) -> Iterator[bool]:
    """Let publishes take turns, and say whether it is certain that they do.

    The lock is on the parent folder itself: that stays where it is while the output is swapped,
    no lock file is left behind, and the system ends the lock with the process.
    """
    if sys.platform == "win32":
        yield False
        return
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno in (errno.EBADF, errno.ENOLCK, errno.ENOTSUP):
            return False  # some network file systems lock no folders
        raise
    return True


def _beside(output: Path, name: str) -> Path:
    return output.with_name(f".{output.name}.staging-{name}")


def mend(output: Path, certain: bool) -> None:
    """Put right what a killed publish left. If our turn is certain, no other one is at work."""
    aside = _beside(output, _ASIDE)
    if aside.is_dir() and not output.exists():
        aside.rename(output)
    for path in left_behind(output):
        if certain or path == aside:
            shutil.rmtree(path, ignore_errors=True)
    if certain and not output.exists():
        shutil.rmtree(_beside(output, _SPARE), ignore_errors=True)


def left_behind(output: Path) -> list[Path]:
    """What lies beside the output: of a publish that was killed, or one that goes on."""
    ours = re.compile(re.escape(_beside(output, "").name) + f"({_ASIDE}|[0-9a-f]{{8}})")
    with os.scandir(output.parent) as entries:
        return [output.with_name(entry.name) for entry in entries if ours.fullmatch(entry.name)]
