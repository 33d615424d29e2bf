"""Put the site where readers see it: the only writer of the site.

The new site is staged whole in a folder beside the output, then the two change names in one
step. A reader, a full disk and a killed build therefore meet the old site or the new one, whole.
Nothing is ever written in place: what did not change is linked, and keeps its bytes and times.
The next publish removes what a killed one left behind.

A manifest in the output, `.statusgen.json`, names the files that a build wrote. Only those are
replaced and removed. Whatever else is there is foreign: it is refused, or with `force` carried
over as it is. That does not make it ours, so the next publish asks again.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from statusgen.artifact import Artifact

if sys.platform != "win32":
    import fcntl

MANIFEST = ".statusgen.json"
_FORMAT = 1
_SHOWN = 5


class PublishRefused(Exception):
    """This cannot be published, or not here; the text says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Published:
    """How many files were written (new or changed), removed, and left as they were."""

    written: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What is in a folder: its files, each with its size (None for a link, a device and the
    like), and its folders. Links are not followed."""

    files: dict[str, int | None]
    folders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of every file: ours are written, linked or removed, foreign ones are kept."""

    write: tuple[Artifact, ...]
    link: frozenset[str]
    remove: frozenset[str]
    keep: frozenset[str]
    keep_folders: frozenset[str]


def publish(artifacts: Iterable[Artifact], output: Path, *, force: bool = False) -> Published:
    """Make `output` hold these artifacts and their manifest, and no other file of ours.

    With `force` foreign files are kept, but for one that is in the place of an artifact: that
    one is replaced. Raises PublishRefused where two artifacts want one name or the output is not
    ours to write, and OSError where the disk fails; both leave the last good site as it was.
    """
    site = list(artifacts)
    site.append(manifest(site))
    _claims([artifact.path for artifact in site])
    output = _target(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _turn(output.parent) as certain:
        _mend(output, certain)
        old = scan(output)
        same = frozenset(artifact.path for artifact in site if _is_there(artifact, output, old))
        plan = make_plan(site, old, _written_before(output, old), same, force=force)
        if plan.write:
            _carry_out(plan, output)
    return Published(
        written=sum(artifact.path != MANIFEST for artifact in plan.write),
        removed=len(plan.remove),
        unchanged=len(plan.link - {MANIFEST}),
    )


def manifest(artifacts: Iterable[Artifact]) -> Artifact:
    """The SHA-256 of each file by its path, as the artifact that goes into the site with them."""
    files = {artifact.path: hashlib.sha256(artifact.content).hexdigest() for artifact in artifacts}
    data = {"files": files, "format": _FORMAT}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return Artifact(MANIFEST, text.encode() + b"\n")


def make_plan(
    site: Collection[Artifact],
    old: Tree,
    ours: frozenset[str],
    same: frozenset[str],
    *,
    force: bool,
) -> Plan:
    """Decide from values alone. Raises PublishRefused as `publish` does.

    `ours` are the paths that an earlier build wrote, `same` the artifacts whose very bytes are in
    place already; those are not foreign, whoever wrote them.
    """
    wanted = frozenset(artifact.path for artifact in site)
    foreign = frozenset(old.files.keys() - ours - same)
    foreign_folders = old.folders - _folders(wanted | ours)
    if not force:
        _refuse_foreign(foreign | foreign_folders, foreign_folders)
    plan = Plan(
        write=tuple(artifact for artifact in site if artifact.path not in same),
        link=same,
        remove=(ours - wanted) & old.files.keys(),
        keep=foreign - wanted,
        keep_folders=foreign_folders,
    )
    if plan.keep or plan.keep_folders:
        _refuse_obstacles(plan, _claims(wanted))
    return plan


def _refuse_foreign(foreign: frozenset[str], folders: frozenset[str]) -> None:
    names = sorted(name for name in foreign if name.rpartition("/")[0] not in folders)
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise PublishRefused(
            "the output holds what no earlier build wrote:"
            f" {', '.join(map(repr, names[:_SHOWN]))}{more}. Publish to another folder or take it"
            " away; --force keeps it and goes ahead, replacing only what has the name of a file"
            " of the site"
        )


def _refuse_obstacles(plan: Plan, claims: dict[str, str]) -> None:
    folders = _folders(plan.keep) | plan.keep_folders
    for name in sorted([*plan.keep, *(f"{folder}/" for folder in folders)]):
        claim = claims.get(_folded(name), name)
        if claim != name:
            raise PublishRefused(
                f"{name!r} in the output is in the way of {claim!r} of the site:"
                " rename it or take it away"
            )


def _claims(paths: Collection[str]) -> dict[str, str]:
    """The names that files and their folders (with a slash) take up, each by its folded form.

    Raises PublishRefused where two would be one.
    """
    claims: dict[str, str] = {}
    for name in [*paths, *(f"{folder}/" for folder in _folders(paths))]:
        other = claims.get(key := _folded(name))
        if other is not None:
            raise PublishRefused(
                f"the site has both {other!r} and {name!r}, which are one name, at least to some"
                " systems: rename one of them"
            )
        claims[key] = name
    return claims


def _folded(name: str) -> str:
    """macOS and Windows ignore case, macOS also how an accent is written."""
    name = name.rstrip("/")
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name.casefold())


def _folders(paths: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _target(output: Path) -> Path:
    """Where the output really is: a link to a folder stays a link."""
    target = Path(os.path.realpath(output))
    if os.path.ismount(target) or Path.cwd().is_relative_to(target):
        raise _cannot_swap(target)
    if os.path.lexists(target) and not target.is_dir():
        raise PublishRefused(f"{str(output)!r} is not a folder: publish to another name")
    return target


def _cannot_swap(output: Path) -> PublishRefused:
    return PublishRefused(
        f"{str(output)!r} cannot change places with a new site, because it is a mount point, part"
        " of a container's image or the current folder: publish to a folder below it"
    )


@contextlib.contextmanager
def _turn(parent: Path) -> Iterator[bool]:
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


def _mend(output: Path, certain: bool) -> None:
    """Put right what a killed publish left. If our turn is certain, no other one is at work."""
    aside = _beside(output, "old")
    if aside.is_dir() and not output.exists():
        aside.rename(output)
    for path in left_behind(output):
        if certain or path == aside:
            shutil.rmtree(path, ignore_errors=True)


def left_behind(output: Path) -> list[Path]:
    """What lies beside the output: of a publish that was killed, or one that goes on."""
    ours = re.compile(re.escape(_beside(output, "").name) + "(old|[0-9a-f]{8})")
    with os.scandir(output.parent) as entries:
        return [output.with_name(entry.name) for entry in entries if ours.fullmatch(entry.name)]


def scan(folder: Path) -> Tree:
    """List what is in a folder; in one that does not exist is nothing."""
    files: dict[str, int | None] = {}
    folders: list[str] = []
    waiting = [""] if folder.exists() else []
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    waiting.append(f"{path}/")
                else:
                    regular = entry.is_file(follow_symlinks=False)
                    files[path] = entry.stat().st_size if regular else None
    return Tree(files, frozenset(folders))


def _is_there(artifact: Artifact, output: Path, old: Tree) -> bool:
    """Look at the file, not at the manifest: people and power cuts change files."""
    path, content = artifact.path, artifact.content
    return old.files.get(path) == len(content) and _read(f"{output}/{path}") == content


def _read(path: str) -> bytes:
    with FileIO(path) as file:
        return file.readall()


def _written_before(output: Path, old: Tree) -> frozenset[str]:
    """The paths that the manifest names; one that makes no sense is still a file of ours."""
    if old.files.get(MANIFEST) is None:
        return frozenset()
    try:
        data = json.loads(_read(f"{output}/{MANIFEST}"))
        files = data["files"] if data["format"] == _FORMAT else ()
        return frozenset({MANIFEST, *map(str, files)})
    except (ValueError, TypeError, LookupError, RecursionError):
        return frozenset({MANIFEST})


def _carry_out(plan: Plan, output: Path) -> None:
    staging = _beside(output, os.urandom(4).hex())
    try:
        staging.mkdir(0o755)
        _fill(staging, output, plan)
        _swap(staging, output)
    finally:  # what is there now is part of a new site, or the old one
        shutil.rmtree(staging, ignore_errors=True)


def _fill(staging: Path, output: Path, plan: Plan) -> None:
    if output.exists():
        _resemble(staging, output)
    carried = sorted(plan.link | plan.keep)
    paths = [*carried, *(artifact.path for artifact in plan.write)]
    for folder in sorted(_folders(paths) | plan.keep_folders):
        (staging / folder).mkdir(0o755)
        if folder in plan.keep_folders:
            _resemble(staging / folder, output / folder)
    for path in carried:
        _carry(f"{output}/{path}", f"{staging}/{path}")
    for artifact in plan.write:
        _write(f"{staging}/{artifact.path}", artifact.content)
    _sync(staging / MANIFEST)


def _resemble(folder: Path, old: Path) -> None:
    """Give a folder the mode and group that someone, such as a web server, may rely on."""
    state = old.stat()
    with contextlib.suppress(PermissionError, AttributeError):  # not our group; Windows
        os.chown(folder, -1, state.st_gid)
    folder.chmod(stat.S_IMODE(state.st_mode) | stat.S_IRWXU)


def _carry(old: str, new: str) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:  # not on this file system, not for this owner, or one too many
        shutil.copy2(old, new, follow_symlinks=False)


def _write(path: str, content: bytes) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o644)) as file:
        file.write(content)


def _sync(path: Path) -> None:
    """Make the manifest, and only that, outlast a power cut.

    Syncing every page takes ten times as long as writing it, and syncing a folder saves the names
    of its files but not their bytes. So a power cut may empty the newest pages. By the manifest
    the next publish knows them for ours, finds that they differ, and writes them again.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(staging: Path, output: Path) -> None:
    try:
        if not output.exists():
            staging.rename(output)
        elif not _exchanged(staging, output):
            _exchange_in_two_steps(staging, output)
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EXDEV):  # a bind mount; an image's lower layer
            raise _cannot_swap(output) from error
        raise


def _exchanged(one: Path, other: Path) -> bool:
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
    aside = _beside(output, "old")
    output.rename(aside)
    try:
        staging.rename(output)
    except BaseException:
        aside.rename(output)
        raise
    shutil.rmtree(aside, ignore_errors=True)
