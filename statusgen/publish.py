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
import os
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from statusgen import staging as stages
from statusgen.artifact import Artifact, Carried
from statusgen.disk import State, Tree, folders_of, marks
from statusgen.forked import asked, processes
from statusgen.staging import Spare, Staging, mend, spare_of, turn
from statusgen.standing import MANIFEST, Known, Standing, digest_of, is_untouched, manifest_of

_SHOWN = 5
_MANY = 2_000
"""To look at fewer files takes less time than to have another process do it."""


class PublishRefused(Exception):
    """This cannot be published, or not here; the text says why and what to do instead."""


class Missing(Exception):
    """These files, which were to be carried over, are no longer what they were."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(f"no longer as published: {', '.join(map(repr, paths[:_SHOWN]))}")
        self.paths = paths


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


class Placed(Struct, frozen=True):
    """A file of the new site that is in its place, by its SHA-256.

    ``written`` is what the system says of it, None where these very bytes were in place already.
    """

    path: str
    digest: str
    written: State | None


Place = Callable[[Artifact], Placed]
Site = Callable[[Place], Generator[Placed | Carried, None, None]]
"""Makes the files of a site and places each, where it likes: also in processes forked off here."""


class Plan(Struct, frozen=True):
    """What becomes of files: ours are written, removed or stay, foreign ones are kept."""

    write: Set[str]
    remove: Set[str]
    keep: Set[str]
    keep_folders: Set[str]


def publish(
    site: Iterable[Artifact | Carried] | Site,
    output: Path,
    *,
    force: bool = False,
    known: Known | None = None,
    is_left: Callable[[], bool] = lambda: False,
) -> Published:
    """Make `output` hold this site and its manifest, and no other file of ours.

    The site is gone through once, and what is new in it is written where it is made: no more than
    one content need be in memory. With what the last publish `known`, a file at which nobody was
    since is not read; `is_left` is what `looking_at` gave. With `force` foreign files are kept,
    but for one that is in the place of an artifact: that one is replaced.

    Raises PublishRefused where two artifacts want one name or the output is not ours to write,
    Missing where carried files are not there as they were, OSError where the disk fails, and what
    making the site raises; all leave the last good site as it was.
    """
    output = _target(output)
    with _parent_of(output) as parent, turn(parent) as certain:
        mend(output, certain)
        old = Standing.of(output, known or Known(), is_left)
        with Staging(output, certain) as staging:
            new = _stage(site if callable(site) else partial(_each, site), old, staging)
            plan = make_plan(new, old, force=force)
            made = _carry_out(plan, new, old, staging) if plan.write else old.tree
            return Published(
                written=(written := len(plan.write - {MANIFEST})),
                removed=len(plan.remove),
                unchanged=len(new.digests) - written,
                known=_now_known(plan, new, old, made),
                digests=new.digests,
            )


@contextlib.contextmanager
def looking_at(output: Path, known: Known) -> Iterator[Callable[[], bool]]:
    """Have another process see whether anybody was at the output or its spare since the last
    publish. What this gives waits for the answer, which is no as well when they have changed
    places meanwhile.
    """
    if known.files.about < _MANY or processes() == 1:
        yield lambda: False
        return
    output = Path(os.path.realpath(output))
    spare, before = spare_of(output), _places(output)
    with asked(
        lambda: is_untouched(output, known) and stages.is_untouched(spare, known.spare.all)
    ) as answer:
        yield lambda: answer() and _places(output) == before


def _places(output: Path) -> list[State]:
    return [State.of(os.lstat(f)) for f in (output, spare_of(output)) if f.exists()]


class New(Struct, frozen=True):
    """The site that is to be: its files by their digests, its manifest, and what of it was written.

    The very bytes of all else are in place already, whoever wrote them.
    """

    digests: Mapping[str, str]
    manifest: Artifact
    written: Set[str]

    @property
    def folders(self) -> set[str]:
        """The folders that its files lie in."""
        return folders_of(self.digests)

    def has(self, path: str) -> bool:
        """Whether a file of that name is in it."""
        return path in self.digests or path == MANIFEST

    @property
    def names(self) -> list[str]:
        """All names that it takes up, of folders with a slash."""
        return [MANIFEST, *self.digests, *(f"{folder}/" for folder in self.folders)]


def _each(
    site: Iterable[Artifact | Carried], place: Place
) -> Generator[Placed | Carried, None, None]:
    """A site whose files are at hand."""
    for item in site:
        yield place(item) if isinstance(item, Artifact) else item


def _stage(site: Site, old: Standing, staging: Staging) -> New:
    """Write what is new. Raises PublishRefused for two of one name, and Missing."""
    digests: dict[str, str] = {}
    missing: set[str] = set()
    # Whatever happens, no process goes on with it.
    with contextlib.closing(site(partial(_place, old, staging))) as placed:
        for item in placed:
            found = item.digests if isinstance(item, Carried) else {item.path: item.digest}
            if not digests.keys().isdisjoint(found):
                twice = min(found.keys() & digests.keys())
                raise _one_name(twice, twice)
            digests.update(found)
            if isinstance(item, Carried):
                missing |= old.lacks(found)
            elif item.written:
                staging.made[item.path] = item.written
    if missing:
        raise Missing(sorted(missing))
    made = manifest_of(digests)
    written = {*staging.made, *([MANIFEST] if made.content != old.manifest else [])}
    new = New(digests, made, written)
    if not (old.known.manifest and digests.keys() <= old.digests.keys()):
        _refuse_one_name(new)  # those that stand side by side need not be looked at
    return new


def _place(old: Standing, staging: Staging, artifact: Artifact) -> Placed:
    """Write a file, if it is new."""
    path, digest = artifact.path, artifact.digest
    if old.holds(path, digest, len(artifact.content)):
        return Placed(path, digest, None)
    try:
        return Placed(path, digest, staging.write(path, artifact.content))
    except (FileExistsError, NotADirectoryError):
        raise PublishRefused(
            f"the site has {path!r} and another file or folder of that name: rename one of them"
        ) from None


def _refuse_one_name(new: New) -> None:
    """Raises PublishRefused where two names would be one."""
    names = [MANIFEST, *new.digests, *new.folders]
    # As one text they are folded a hundred times as fast as one by one.
    if len({*_folded("\n".join(names)).split("\n")}) == len(names):
        return
    claimed: dict[str, str] = {}
    for name in new.names:
        if (key := _folded(name)) in claimed:
            raise _one_name(claimed[key], name)
        claimed[key] = name


def _one_name(one: str, other: str) -> PublishRefused:
    return PublishRefused(
        f"the site has both {one!r} and {other!r}, which are one name, at least to some systems:"
        " rename one of them"
    )


def manifest(artifacts: Iterable[Artifact]) -> Artifact:
    """The SHA-256 of each file by its path, as the artifact that goes into the site with them."""
    return manifest_of({artifact.path: artifact.digest for artifact in artifacts})


def make_plan(new: New, old: Standing, *, force: bool) -> Plan:
    """Decide from values alone. Raises PublishRefused as `publish` does."""
    foreign = {
        path
        for path in old.tree.other_files
        if not old.is_ours(path) and (path in new.written or not new.has(path))
    }
    foreign_folders = set[str]()
    if old.tree.other_folders:
        foreign_folders = old.tree.other_folders.keys() - new.folders - folders_of(old.digests)
    if not force:
        _refuse_foreign(foreign | foreign_folders, foreign_folders)
    gone = old.digests.keys() - new.digests.keys()
    plan = Plan(
        write=new.written,
        remove={path for path in gone if old.has(path) and not new.has(path)},
        keep={path for path in foreign if not new.has(path)},
        keep_folders=foreign_folders,
    )
    _refuse_obstacles(plan, new)
    return plan


def _refuse_foreign(foreign: Set[str], folders: Set[str]) -> None:
    names = sorted(name for name in foreign if name.rpartition("/")[0] not in folders)
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise PublishRefused(
            "the output holds what no earlier build wrote:"
            f" {', '.join(map(repr, names[:_SHOWN]))}{more}. Publish to another folder or take it"
            " away; --force keeps it and goes ahead, replacing only what has the name of a file"
            " of the site"
        )


def _refuse_obstacles(plan: Plan, new: New) -> None:
    folders = folders_of(plan.keep) | plan.keep_folders
    kept = sorted([*plan.keep, *(f"{folder}/" for folder in folders)])
    claimed = {_folded(name): name for name in new.names} if kept else {}
    for name in kept:
        claim = claimed.get(_folded(name))
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


def _carry_out(plan: Plan, new: New, old: Standing, staging: Staging) -> Tree:
    """Make the staged site whole and let it take the place of the old; gives what was done."""
    files = new.digests.keys() | plan.keep if plan.keep else new.digests.keys()
    made = staging.carry(old.tree, _spare(plan, new, old), files, plan.keep_folders)
    # The manifest, and only that, outlasts a power cut. Syncing every page takes ten times as
    # long as writing it, and syncing a folder saves the names of its files but not their bytes.
    # So a power cut may empty the newest pages. By the manifest the next publish knows them for
    # ours, finds that they differ, and writes them again.
    staging.made[MANIFEST] = staging.write(MANIFEST, new.manifest.content, sync=True)
    try:
        staging.swap()
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EXDEV):  # a bind mount; an image's lower layer
            raise _cannot_swap(old.output) from error
        raise
    return made


def _spare(plan: Plan, new: New, old: Standing) -> Spare:
    """The spare has the files that are there, but for what it is behind with."""
    behind, among = old.known.behind, None
    if old.is_left:
        at_top = {path for path in new.digests if "/" not in path}  # never taken over
        among = {*behind, *plan.write, *plan.remove, *at_top}
    asked = old.known.files.all.keys() | behind.keys() if among is None else among
    files = {path for path in asked if behind.get(path, path in old.digests)}
    return Spare(old.known.spare, files, behind.keys() | old.tree.other_files.keys(), among)


def _now_known(plan: Plan, new: New, old: Standing, made: Tree) -> Known:
    """What is to be known of the output as it is now, and of its spare."""
    states = {**old.tree.other_files, **made.other_files}
    until = states[MANIFEST].changed
    ours = marks({path: states[path] for path in states.keys() & new.digests.keys()}, until)
    files = old.tree.files.but({**dict.fromkeys(plan.remove), **ours})
    known = Known(digest_of(new.manifest.content), files)
    if plan.keep or plan.keep_folders:
        return known  # what is foreign is found by listing all folders
    known = replace(known, folders=made.folders.but(marks(made.other_folders, until)))
    if not plan.write:
        return replace(known, spare=old.known.spare, behind=old.known.behind)
    spare = old.tree.folders.but(marks(old.tree.other_folders, until))
    behind = {path: old.has(path) for path in plan.write | plan.remove}
    return replace(known, spare=spare, behind=behind)


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
