"""Put the site where readers see it: the only writer of the site.

The new site is staged whole in a folder beside the output, then the two change names in one
step. A reader, a full disk and a killed build therefore meet the old site or the new one, whole.
Nothing is ever written in place: what did not change is linked, and keeps its bytes and times.
The next publish removes what a killed one left behind. How this is done is told in staging.py;
here it is decided what becomes of each file.

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
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path

from statusgen.artifact import Artifact, Carried
from statusgen.disk import File, Folder, Marks, Tree, folders_of, mark, marks, scan
from statusgen.staging import Staging, mend, turn

MANIFEST = ".statusgen.json"
_FORMAT = 1
_SHOWN = 5


class PublishRefused(Exception):
    """This cannot be published, or not here; the text says why and what to do instead."""


class Missing(Exception):
    """These files, which were to be carried over, are no longer what they were."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(f"no longer as published: {', '.join(map(repr, paths[:_SHOWN]))}")
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Known:
    """What a publish left, so that the next one need neither read nor list it: for JSON.

    ``manifest`` is the SHA-256 of the manifest, ``files`` marks each file that it names and
    ``folders`` each folder. ``spare`` marks those of the spare, which has the files of the output
    but for what it is ``behind``: the inodes of other ones by their path, 0 for none.
    """

    manifest: str = ""
    files: Marks = field(default_factory=dict)
    folders: Marks = field(default_factory=dict)
    spare: Marks = field(default_factory=dict)
    behind: Marks = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """How many files were written (new or changed), removed, and left as they were.

    ``digests`` are the SHA-256 of all of them by path.
    """

    written: int
    removed: int
    unchanged: int
    known: Known = field(default_factory=Known, compare=False, repr=False)
    digests: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of every file: ours are written, linked or removed, foreign ones are kept."""

    write: frozenset[str]
    link: frozenset[str]
    remove: frozenset[str]
    keep: frozenset[str]
    keep_folders: frozenset[str]


def publish(
    site: Iterable[Artifact | Carried],
    output: Path,
    *,
    force: bool = False,
    known: Known | None = None,
) -> Published:
    """Make `output` hold this site and its manifest, and no other file of ours.

    The site is gone through once, and what is new in it is written at once: no more than one
    content need be in memory. With what the last publish `known`, a file at which nobody was
    since is not read. With `force` foreign files are kept, but for one that is in the place of
    an artifact: that one is replaced.

    Raises PublishRefused where two artifacts want one name or the output is not ours to write,
    Missing where carried files are not there as they were, OSError where the disk fails, and what
    making the site raises; all leave the last good site as it was.
    """
    output = _target(output)
    with _parent_of(output) as parent, turn(parent) as certain:
        mend(output, certain)
        old = Standing.of(output, known or Known())
        with Staging(output, certain, old.known.spare, old.inodes_of_spare()) as staging:
            new = _stage(site, old, staging)
            plan = make_plan(new, old, force=force)
            folders = _carry_out(plan, new, old, staging) if plan.write else old.tree.folders
            return Published(
                written=len(plan.write - {MANIFEST}),
                removed=len(plan.remove),
                unchanged=len(plan.link - {MANIFEST}),
                known=_now_known(plan, new, old, staging.made, folders),
                digests=new.digests,
            )


def is_as_left(output: Path, known: Known) -> bool:
    """Whether the output is, file by file, what the last publish left."""
    standing = Standing.of(output, known)
    tree, files = standing.tree, dict(standing.tree.files)
    if not known.manifest or standing.known is not known or not files.pop(MANIFEST, None):
        return False
    if files.keys() != known.files.keys() or tree.folders.keys() != known.folders.keys():
        return False
    other = [path for path, file in files.items() if mark(file) != known.files[path]]
    return all(
        files[path].size is not None and standing.is_that(path, standing.digests[path])
        for path in other
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The site that is in the output: what its manifest says and what the system says of it.

    ``digests`` are those of the files that an earlier build wrote, with "" for the manifest.
    ``known`` are the files that nobody was at since, as far as that is known.
    """

    output: Path
    tree: Tree
    manifest: bytes
    digests: Mapping[str, str]
    known: Known

    @staticmethod
    def of(output: Path, known: Known) -> Standing:
        """Look what is there; what is known of another manifest is worth nothing."""
        content = _manifest_in(output)
        if content is None or _digest(content) != known.manifest:
            known = Known()
        tree = scan(output, known.files, known.folders)
        digests = {} if content is None else {**_digests(content), MANIFEST: ""}
        return Standing(output, tree, content or b"", digests, known)

    def holds(self, item: Artifact | Carried, digest: str) -> bool:
        """Whether the file is there with these bytes.

        The manifest alone does not tell, since people and power cuts change files: a file that
        is not known to be as it was left is read.
        """
        path, file = item.path, self.tree.files.get(item.path)
        if file is None or file.size is None:
            return False
        if mark(file) == self.known.files.get(path):
            return self.digests.get(path) == digest
        if isinstance(item, Artifact) and file.size != len(item.content):
            return False
        return self.is_that(path, digest)

    def is_that(self, path: str, digest: str) -> bool:
        """Whether the bytes of a file are those."""
        return _digest(_read(f"{self.output}/{path}")) == digest

    def inodes_of_spare(self) -> dict[str, int]:
        """The files of the spare as it was left; -1 for one that nothing is known of."""
        inodes = {
            path: file.inode if (file := self.tree.files.get(path)) and mark(file) == at else -1
            for path, at in self.known.files.items()
        }
        return {path: at for path, at in {**inodes, **self.known.behind}.items() if at}


class Claims:
    """The names that the files of a site and their folders (with a slash) take up."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._folders: set[str] = set()

    def add(self, path: str) -> None:
        """Claim a file and its folders. Raises PublishRefused where two names would be one."""
        self._claim(path)
        while (path := path.rpartition("/")[0]) and path not in self._folders:
            self._folders.add(path)
            self._claim(f"{path}/")

    def of(self, name: str) -> str | None:
        """The claimed name that would be one with this one."""
        return self._names.get(_folded(name))

    def _claim(self, name: str) -> None:
        key = _folded(name)
        if key in self._names:
            raise PublishRefused(
                f"the site has both {self._names[key]!r} and {name!r}, which are one name, at"
                " least to some systems: rename one of them"
            )
        self._names[key] = name


@dataclass(frozen=True, slots=True)
class New:
    """The site that is to be: its files by their digests, its manifest, the names it takes up.

    ``same`` are the paths whose very bytes are in place already, whoever wrote them.
    """

    digests: Mapping[str, str]
    manifest: Artifact
    claims: Claims
    same: frozenset[str]


def _stage(site: Iterable[Artifact | Carried], old: Standing, staging: Staging) -> New:
    """Write what is new. Raises PublishRefused for two of one name, and Missing."""
    claims, digests, same, missing = Claims(), {}, set(), []
    claims.add(MANIFEST)
    for item in site:
        path, digest = item.path, item.digest
        claims.add(path)
        digests[path] = digest
        if old.holds(item, digest):
            same.add(path)
        elif isinstance(item, Artifact):
            staging.write(path, item.content)
        else:
            missing.append(path)
    if missing:
        raise Missing(missing)
    made = _manifest(digests)
    if made.content == old.manifest:
        same.add(MANIFEST)
    return New(digests, made, claims, frozenset(same))


def manifest(artifacts: Iterable[Artifact]) -> Artifact:
    """The SHA-256 of each file by its path, as the artifact that goes into the site with them."""
    return _manifest({artifact.path: artifact.digest for artifact in artifacts})


def _manifest(digests: Mapping[str, str]) -> Artifact:
    data = {"files": digests, "format": _FORMAT}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return Artifact(MANIFEST, text.encode() + b"\n")


def _digests(content: bytes) -> Mapping[str, str]:
    """What a manifest says; nothing if it makes no sense."""
    try:
        data = json.loads(content)
        files = data["files"] if data["format"] == _FORMAT else {}
        return {str(path): str(digest) for path, digest in dict(files).items()}
    except (ValueError, TypeError, LookupError, RecursionError):
        return {}


def make_plan(new: New, old: Standing, *, force: bool) -> Plan:
    """Decide from values alone. Raises PublishRefused as `publish` does."""
    wanted, ours = frozenset({*new.digests, MANIFEST}), old.digests.keys()
    foreign = frozenset(old.tree.files.keys() - ours - new.same)
    foreign_folders = frozenset(old.tree.folders.keys() - folders_of(wanted | ours))
    if not force:
        _refuse_foreign(foreign | foreign_folders, foreign_folders)
    plan = Plan(
        write=wanted - new.same,
        link=new.same,
        remove=frozenset((ours - wanted) & old.tree.files.keys()),
        keep=foreign - wanted,
        keep_folders=foreign_folders,
    )
    _refuse_obstacles(plan, new.claims)
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


def _refuse_obstacles(plan: Plan, claims: Claims) -> None:
    folders = folders_of(plan.keep) | plan.keep_folders
    for name in sorted([*plan.keep, *(f"{folder}/" for folder in folders)]):
        claim = claims.of(name)
        if claim not in (None, name):
            raise PublishRefused(
                f"{name!r} in the output is in the way of {claim!r} of the site:"
                " rename it or take it away"
            )


def _folded(name: str) -> str:
    """macOS and Windows ignore case, macOS also how an accent is written."""
    name = name.rstrip("/")
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name.casefold())


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


def _carry_out(plan: Plan, new: New, old: Standing, staging: Staging) -> dict[str, Folder]:
    """Make the staged site whole and let it take the place of the old; gives its folders."""
    carried = plan.link | plan.keep
    folders = folders_of(plan.write | carried) | plan.keep_folders
    staging.carry(old.tree, carried, folders)
    made = staging.folders()
    # The manifest, and only that, outlasts a power cut. Syncing every page takes ten times as
    # long as writing it, and syncing a folder saves the names of its files but not their bytes.
    # So a power cut may empty the newest pages. By the manifest the next publish knows them for
    # ours, finds that they differ, and writes them again.
    staging.write(MANIFEST, new.manifest.content, sync=True)
    try:
        staging.swap()
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EXDEV):  # a bind mount; an image's lower layer
            raise _cannot_swap(old.output) from error
        raise
    return made


def _now_known(
    plan: Plan, new: New, old: Standing, made: dict[str, File], folders: dict[str, Folder]
) -> Known:
    """What is to be known of the output as it is now, and of its spare."""
    files = {path: old.tree.files[path] for path in new.same} | made
    until = files.pop(MANIFEST).changed
    known = Known(_digest(new.manifest.content), marks(files, until))
    if plan.keep or plan.keep_folders:
        return known  # what is foreign is found by listing all folders
    known = replace(known, folders=marks(folders, until))
    if not plan.write:
        return replace(known, spare=old.known.spare, behind=old.known.behind)
    gone = {path: old.tree.files.get(path) for path in plan.write | plan.remove}
    behind = {path: file.inode if file else 0 for path, file in gone.items()}
    return replace(known, spare=marks(old.tree.folders, until), behind=behind)


def _manifest_in(output: Path) -> bytes | None:
    """The manifest of an earlier build, if there is one; a link is none."""
    path = f"{output}/{MANIFEST}"
    try:
        return _read(path) if stat.S_ISREG(os.lstat(path).st_mode) else None
    except FileNotFoundError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: str) -> bytes:
    with FileIO(path) as file:
        return file.readall()


@contextlib.contextmanager
def _parent_of(output: Path) -> Iterator[Path]:
    """Have the folder above; what was made of it is gone again if there is no site after all."""
    made = [folder for folder in output.parents if not folder.exists()]
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield output.parent
    except BaseException:
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()
        raise
