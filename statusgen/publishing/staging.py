"""The new site beside the output, until it is whole and takes the place of the old in one step.

What is new is written first, in a folder of its own, by whichever process made it. What stays is
linked to it. Of a site with tens of thousands of pages that is much, so the old site stays beside
the new one as the *spare*. Its files are links to those of the output, so it costs folders only,
and the next site is made of it by what differs. That takes one condition: nobody was at it or at
the output since. If anybody was, it is thrown away and all is linked.

Nothing is ever written into a file that is there, whose other name may be in the output.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from statusgen.artifact import Artifact
from statusgen.disk import Marked, State, folders_of, marks
from statusgen.forked import asked, processes
from statusgen.publishing.beside import aside_of, new_beside, spare_of
from statusgen.publishing.plan import Plan
from statusgen.publishing.standing import MANIFEST, Known, Standing, digest_of
from statusgen.publishing.swap import exchange_in_two_steps, exchanged

_MANY = 2_000
"""To link fewer files takes less time than to have another process link half of them."""
_WAITS = 20
"""A disk whose clock stands still for longer than so many milliseconds is not waited for."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""How a file is opened that is not there yet (O_BINARY: on Windows)."""


class Staging:
    """The next site of an output while it is made; nothing is on disk before the first write.

    ``folder`` is where it is made. ``made`` are the files that were written, each as it is now:
    whoever has one written, here or in another process, notes it there. A spare is used and left
    only if it is ``certain`` that publishes take turns.
    """

    def __init__(self, output: Path, certain: bool) -> None:
        self.output, self.folder = output, new_beside(output)
        self.made: dict[str, State] = {}
        self._takes_turns = self._leaves_spare = certain
        self._twin: Path | None = None
        """A spare for a site that has no old one."""
        self._there: set[str] = set()
        """The folders that are known to be there."""
        self._new: set[str] = set()
        """Those of them that were made."""
        self._touched: set[str] = set()
        """The folders in which a name came or went."""
        self._linked: dict[str, State | None] = {}
        """The files that were linked, each as it was before, as far as that is to be trusted."""

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        # What is there now is part of a new site, or an old one that is not to be the spare.
        for folder in (self.folder, self._twin):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)

    def write(self, path: str, content: bytes, *, sync: bool = False) -> State:
        """Make a new file, which with ``sync`` outlasts a power cut. Several processes may.

        Raises FileExistsError and NotADirectoryError where another one has that name.
        """
        self._have_folder(_above(path))
        # A file object asks the system twice as much, and there are tens of thousands.
        file = os.open(f"{self.folder}/{path}", _NEW, 0o644)
        try:
            while content:
                content = content[os.write(file, content) :]
            if sync:
                os.fsync(file)
            return State.of(os.fstat(file))
        finally:
            os.close(file)

    def put_in_place(self, plan: Plan, old: Standing, manifest: Artifact) -> Known:
        """Make the site whole, let it take the place of the old, and say what is known of it.

        Raises OSError, and then the old one is there.
        """
        spare = self._take_spare() if self._takes_turns and old.is_left else None
        if spare:
            self._become_of(spare, plan, old)
        else:
            self._become_by_links(plan, old)
        self._resemble(old)
        self._let_the_clock_go_on()
        touched = self._touched - {""}
        files, folders = self._files_now(plan), _states(self.folder, touched)
        of_twin = _states(self._twin, touched) if self._twin else None
        # The manifest, and only that, outlasts a power cut. Syncing every page takes ten times as
        # long as writing it, and syncing a folder saves the names of its files but not their
        # bytes. So a power cut may empty the newest pages. By the manifest the next publish knows
        # them for ours, finds that they differ, and writes them again.
        until = self.write(MANIFEST, manifest.content, sync=True).changed
        self._swap()
        has_spare = self._leave_spare()
        before = old.known if spare else Known()
        known = Known(
            manifest=digest_of(manifest.content),
            files=before.files.but({**dict.fromkeys(plan.remove), **marks(files, until)}),
        )
        if plan.keep or plan.keep_folders:
            return known  # what is foreign is found by listing all folders
        return replace(
            known,
            folders=before.spare.but({**dict.fromkeys(touched), **marks(folders, until)}),
            spare=old.marked_folders if of_twin is None else Marked(marks(of_twin, until)),
            behind=self._behind(plan, old) if has_spare else None,
        )

    def _take_spare(self) -> Path | None:
        """Move it to where it may become the next site. It may have been taken away just now."""
        with contextlib.suppress(OSError):
            return spare_of(self.output).rename(new_beside(self.output))
        return None

    def _become_of(self, spare: Path, plan: Plan, old: Standing) -> None:
        """Of the spare by what differs: it has what was there before the last publish."""
        behind = old.known.behind or {}
        written, self.folder = self.folder, spare
        self._there, self._new, self._touched = set(), set(), set()
        try:
            changed = {*behind, *plan.write, *plan.remove}
            self._clear(path for path in changed if behind.get(path, path in old.digests))
            Path(self.folder, MANIFEST).unlink(missing_ok=True)
            for path in behind.keys() & plan.ours - plan.write:
                self._link(path, old)
            for path in self.made:
                self._have_folder(_above(path))
                (written / path).rename(self.folder / path)
                self._touched.add(_above(path))
        finally:
            shutil.rmtree(written, ignore_errors=True)

    def _become_by_links(self, plan: Plan, old: Standing) -> None:
        """Anew, beside what was written."""
        if self._takes_turns:
            shutil.rmtree(spare_of(self.output), ignore_errors=True)
        self._have_folder("")
        self._new = folders_of(self.made)
        self._there |= self._new
        self._touched |= self._new
        for folder in plan.keep_folders:
            self._have_folder(folder)
        for path in sorted((plan.ours - plan.write) | plan.keep):
            self._link(path, old)
        if self._leaves_spare and not (old.digests or plan.keep):
            self._twin = new_beside(self.output)
            self._leaves_spare = _link_all(plan.ours, self.folder, self._twin)

    def _link(self, path: str, old: Standing) -> None:
        self._have_folder(_above(path))
        self._touched.add(_above(path))
        source, target = f"{self.output}/{path}", f"{self.folder}/{path}"
        self._linked[path] = old.trusted(path)
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # not on this file system, not for this owner, or one too many
            shutil.copy2(source, target, follow_symlinks=False)
            self._leaves_spare = False  # it would take as much room as the site

    def _clear(self, paths: Iterable[str]) -> None:
        """Remove files, and the folders in which nothing is then."""
        gone = set(paths)
        for path in gone:
            (self.folder / path).unlink()
            self._touched.add(_above(path))
        for folder in sorted(folders_of(gone), reverse=True):
            try:
                (self.folder / folder).rmdir()
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            else:
                self._touched |= {folder, _above(folder)}

    def _have_folder(self, folder: str) -> None:
        """Have it and those above it, also where another process makes them just now."""
        if folder in self._there:
            return
        try:
            os.mkdir(f"{self.folder}/{folder}", 0o755)  # noqa: PTH102 (there are tens of thousands)
            self._new.add(folder)
            self._touched |= {folder, _above(folder)}
        except FileNotFoundError:
            if not folder:
                raise
            self._have_folder(_above(folder))
            self._have_folder(folder)
        except FileExistsError:
            if not (self.folder / folder).is_dir():
                raise
        self._there.add(folder)

    def _resemble(self, old: Standing) -> None:
        """Give the folders that were made the mode and group that they have in the output."""
        if not old.output.exists():
            return
        for folder in self._new | {""}:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                there = os.lstat(f"{old.output}/{folder}")
                here = os.lstat(f"{self.folder}/{folder}")
                rights = there.st_mode | stat.S_IRWXU, there.st_gid
                if stat.S_ISDIR(there.st_mode) and (here.st_mode, here.st_gid) != rights:
                    _give(self.folder / folder, there)

    def _let_the_clock_go_on(self) -> None:
        """The disk's clock, which has ticks: two changes in one of them look the same."""
        began = None
        for _ in range(_WAITS):
            os.utime(self.folder)
            now = os.lstat(self.folder).st_ctime_ns
            began = began or now
            if now > began:
                return
            time.sleep(0.001)

    def _files_now(self, plan: Plan) -> dict[str, State | None]:
        """What the system says of ours that were touched, where only their names changed."""
        before = {**self.made, **self._linked}
        touched = (path for path in before if path in plan.ours)
        states = {path: State.of(os.lstat(f"{self.folder}/{path}")) for path in touched}
        return {p: now if _is_same(now, before[p]) else None for p, now in states.items()}

    def _swap(self) -> None:
        """Let it take the place of the output. Raises OSError, and then the old one is there."""
        if not self.output.exists():
            self.folder.rename(self.output)
        elif not exchanged(self.folder, self.output):
            exchange_in_two_steps(self.folder, self.output, aside_of(self.output))

    def _leave_spare(self) -> bool:
        """Have the old site, or the twin of this one, be the spare; says whether it is."""
        if self._leaves_spare:
            with contextlib.suppress(OSError):
                (self._twin or self.folder).rename(spare_of(self.output))
                return True
        return False

    def _behind(self, plan: Plan, old: Standing) -> dict[str, bool]:
        """The files in which the spare differs, and whether it has them as they were."""
        if self._twin:
            return {}
        return {path: old.has(path) for path in (plan.write | plan.remove) - {MANIFEST}}


def _is_same(now: State, before: State | None) -> bool:
    """Whether it is the very file as it was, but for the number of its names."""
    return before is not None and now[:-1] == before[:-1]


def _states(root: Path, folders: Iterable[str]) -> dict[str, State]:
    """What the system says of those of the folders within that are there."""
    found: dict[str, State] = {}
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):
            found[folder] = State.of(os.lstat(f"{root}/{folder}"))
    return found


def _link_all(paths: Iterable[str], source: Path, target: Path) -> bool:
    """Have links to all of these files in a new folder; says whether they can be had."""
    names, link = sorted(paths), partial(_link_each, source, target)
    if len(names) < _MANY or processes() == 1:
        return link(names)
    half = len(names) // 2
    with asked(lambda: link(names[half:])) as are_linked:
        return link(names[:half]) and are_linked()


def _link_each(source: Path, target: Path, paths: Iterable[str]) -> bool:
    there: set[str] = set()
    try:
        for path in paths:
            if (folder := _above(path)) not in there:
                _make_folder(f"{target}/{folder}")
                there.add(folder)
            os.link(f"{source}/{path}", f"{target}/{path}")
    except OSError:
        return False
    return True


def _make_folder(folder: str) -> None:
    """Have it and those above it; most of them lie in one that is there."""
    try:
        os.mkdir(folder, 0o755)  # noqa: PTH102 (there are tens of thousands)
    except FileNotFoundError:
        os.makedirs(folder, 0o755, exist_ok=True)  # noqa: PTH103
    except FileExistsError:
        pass


def _give(folder: Path, rights: os.stat_result) -> None:
    """Give a folder the mode and group that someone, such as a web server, may rely on.

    Who writes here keeps the right to do so.
    """
    with contextlib.suppress(PermissionError, AttributeError):  # not our group; Windows
        os.chown(folder, -1, rights.st_gid)
    folder.chmod(stat.S_IMODE(rights.st_mode) | stat.S_IRWXU)


def _above(path: str) -> str:
    return path.rpartition("/")[0]
