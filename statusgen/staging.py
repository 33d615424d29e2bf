"""The new site beside the output, until it is whole and takes the place of the old in one step.

The old site stays beside the new one as the *spare*. Its files are links to those of the output,
so it costs folders only, and the next site is made of it by what differs: of 36,000 files only
the changed ones are linked. A file of the spare counts only where it is the very file of the
output (one inode), so whatever anybody did to the spare is found and made good.

Nothing is ever written into a file that is there: its other name may be in the output.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Collection, Iterator, Set
from pathlib import Path

from statusgen.disk import File, Folder, Marks, Tree, look_again, walk

if sys.platform != "win32":
    import fcntl

_SPARE = "spare"
_ASIDE = "old"


class Staging:
    """The next site of an output while it is made; nothing is on disk before the first write.

    A spare is used and left only if it is ``certain`` that publishes take turns. Its folders that
    are as they were marked hold those of ``inodes``, by their path, that lie in them.
    """

    def __init__(self, output: Path, certain: bool, folders: Marks, inodes: Marks) -> None:
        self.output, self.folder = output, _beside(output, os.urandom(4).hex())
        self.made: dict[str, File] = {}
        """The files that were written or linked, each as it is now."""
        self._spare = _beside(output, _SPARE) if certain else None
        self._marked, self._inodes = folders, inodes
        self._begun = False
        self._files: dict[str, int] = {}
        # None for one that was changed here.
        self._folders: dict[str, Folder | None] = {}

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        if self._begun:  # what is there now is part of a new site, or the old one
            shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path: str, content: bytes, *, sync: bool = False) -> None:
        """Make a new file, which with ``sync`` outlasts a power cut."""
        self._begin()
        self._make_room(path)
        self._touch(path)
        with open(f"{self.folder}/{path}", "xb", opener=_readable) as file:
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
            state = os.fstat(file.fileno())
        self._files[path], self.made[path] = state.st_ino, File.of(state)

    def carry(self, old: Tree, paths: Collection[str], folders: Set[str]) -> None:
        """Have these folders, these of the output's files, what was written, and nothing else.

        ``old`` is what is in the output. Folders that it has too get the rights they have there.
        """
        self._begin()
        self._clear({*paths, *self.made}, folders)
        for folder in folders:
            self._have_folder(folder)
        for path in paths:
            if self._files.get(path) != old.files[path].inode:
                self._carry(path, old.files[path])
        for folder in folders & old.folders.keys():
            self._resemble(folder, old.folders[folder])
        if self.output.exists():
            _give(self.folder, Folder.of(self.output.stat()))

    def folders(self) -> dict[str, Folder]:
        """What the system says of the folders, once all is made in them."""
        return {
            path: state or Folder.of(os.lstat(f"{self.folder}/{path}"))
            for path, state in self._folders.items()
        }

    def swap(self) -> None:
        """Let it take the place of the output. Raises OSError, and then the old one is there."""
        if not self.output.exists():
            self.folder.rename(self.output)
            return
        if not exchanged(self.folder, self.output):
            _exchange_in_two_steps(self.folder, self.output)
        if self._spare:
            with contextlib.suppress(OSError):
                self.folder.rename(self._spare)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.folder.mkdir(0o755)
            if self._spare:
                self._take_over(self._spare)

    def _take_over(self, spare: Path) -> None:
        """Move the folders of the spare here. One that cannot be used is thrown away.

        The folder itself is a new one: who has the old site open never sees it become another.
        The few files right in it are linked anew, since a file that is moved looks changed.
        """
        try:
            if not stat.S_ISDIR(os.lstat(spare).st_mode):
                raise NotADirectoryError(spare)
            self._look(spare)
            for name in [folder for folder in self._folders if "/" not in folder]:
                (spare / name).rename(self.folder / name)
                self._folders[name] = None
            shutil.rmtree(spare)
        except OSError:
            self._files, self._folders = {}, {}
            shutil.rmtree(spare, ignore_errors=True)
            shutil.rmtree(self.folder)
            self.folder.mkdir(0o755)

    def _look(self, spare: Path) -> None:
        same, other = look_again(spare, self._marked)
        self._folders = {**same, **other}
        self._files = {p: at for p, at in self._inodes.items() if p.rpartition("/")[0] in same}
        for path, entry in walk(spare, ["", *other], same):
            if entry.is_dir(follow_symlinks=False):
                self._folders[path] = Folder.of(entry.stat(follow_symlinks=False))
            elif "/" in path:
                self._files[path] = entry.inode()

    def _clear(self, files: Collection[str], folders: Collection[str]) -> None:
        for path in self._files.keys() - files:
            self._remove(path)
        for folder in sorted(self._folders.keys() - folders, reverse=True):
            (self.folder / folder).rmdir()
            self._touch(folder)
            del self._folders[folder]

    def _make_room(self, path: str) -> None:
        """Have the folder of a file, and nothing in its place."""
        self._have_folder(path.rpartition("/")[0])
        if path in self._files:
            self._remove(path)
        if path in self._folders:
            shutil.rmtree(f"{self.folder}/{path}")
            self._touch(path)
            inside = f"{path}/"
            self._files = {p: at for p, at in self._files.items() if not p.startswith(inside)}
            for folder in [f for f in self._folders if f"{f}/".startswith(inside)]:
                del self._folders[folder]

    def _have_folder(self, folder: str) -> None:
        if folder and folder not in self._folders:
            self._make_room(folder)
            (self.folder / folder).mkdir(0o755)
            self._touch(folder)
            self._folders[folder] = None

    def _remove(self, path: str) -> None:
        (self.folder / path).unlink()
        self._touch(path)
        del self._files[path]

    def _touch(self, path: str) -> None:
        """Know that a name comes or goes in the folder of this file or folder."""
        folder = path.rpartition("/")[0]
        if folder:
            self._folders[folder] = None

    def _resemble(self, folder: str, old: Folder) -> None:
        now = self._folders[folder]
        if now is None or now[:2] != old[:2]:
            _give(self.folder / folder, old)
            self._folders[folder] = None

    def _carry(self, path: str, old: File) -> None:
        self._make_room(path)
        self._touch(path)
        source, target = f"{self.output}/{path}", f"{self.folder}/{path}"
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # not on this file system, not for this owner, or one too many
            shutil.copy2(source, target, follow_symlinks=False)
            self._spare = None  # it would take as much room as the site
        file = File.of(os.lstat(target))
        self._files[path] = file.inode
        if file[:3] == old[:3]:
            self.made[path] = file


def _readable(name: str, flags: int) -> int:
    return os.open(name, flags, 0o644)


def _give(folder: Path, old: Folder) -> None:
    """Give a folder the mode and group that someone, such as a web server, may rely on."""
    with contextlib.suppress(PermissionError, AttributeError):  # not our group; Windows
        os.chown(folder, -1, old.group)
    folder.chmod(old.mode)


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


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where the system has no such step."""
    if sys.platform == "win32":
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):  # Linux; AT_FDCWD is -100, RENAME_EXCHANGE is 2
        failed = library.renameat2(-100, names[0], -100, names[1], 2)
    elif hasattr(library, "renamex_np"):  # macOS; RENAME_SWAP is 2
        failed = library.renamex_np(names[0], names[1], 2)
    else:
        return False
    code = ctypes.get_errno()
    if failed and code not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(code, os.strerror(code), str(one), None, str(other))
    return not failed


def _exchange_in_two_steps(staging: Path, output: Path) -> None:
    """Between the two there is no site; for one who dies there, the next publish mends it."""
    aside = _beside(output, _ASIDE)
    output.rename(aside)
    try:
        staging.rename(output)
    except BaseException:
        aside.rename(output)
        raise
    with contextlib.suppress(OSError):  # then the next publish removes it
        aside.rename(staging)
