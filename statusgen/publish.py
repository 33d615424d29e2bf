"""Put the site where readers see it: the only writer of the site.

The new site is staged whole in a folder beside the output, then the two change names in one
step. A reader, a full disk and a killed build therefore meet the old site or the new one, whole.
Nothing is ever written in place: what did not change is linked, and keeps its bytes and times.
The next publish removes what a killed one left behind.

A manifest in the output, `.statusgen.json`, names the files that a build wrote. Only those are
replaced and removed. Whatever else is there is foreign: it is refused, or with `force` carried
over as it is. That does not make it ours, so the next publish asks again.

So a publish takes its turn, looks what stands there (publishing/standing.py), has what is new
written (publishing/staging.py), plans what becomes of each file (publishing/plan.py), and puts
the new site in place.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from statusgen.artifact import Artifact, Carried
from statusgen.disk import State
from statusgen.publishing.beside import mend, turn
from statusgen.publishing.plan import New, Plan, PublishRefused, make_plan, named, one_name
from statusgen.publishing.staging import Staging
from statusgen.publishing.standing import MANIFEST, Known, Standing, is_untouched, manifest_of


class Missing(Exception):
    """These files, which were to be carried over, are no longer what they were."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(f"no longer as published: {named(paths)}")
        self.paths = paths


class Published(Struct, frozen=True):
    """How many files were written (new or changed), removed, and left as they were.

    ``known`` is for the next publish; ``digests`` are the SHA-256 of all files by path.
    """

    written: int
    removed: int
    unchanged: int
    known: Known
    digests: Mapping[str, str]


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


def publish(
    site: Iterable[Artifact | Carried] | Site,
    output: Path,
    *,
    force: bool = False,
    known: Known | None = None,
    is_left: Callable[[], bool] | None = None,
) -> Published:
    """Make `output` hold this site and its manifest, and no other file of ours.

    What is new in the site is written where it is made: no more than one content need be in
    memory. Files at hand are gone through once, a site that can be made may be made twice. With
    what the last publish `known`, a file at which nobody was since is not read; `is_left` may
    know already whether anybody was. With `force` foreign files are kept, but for one that is in
    the place of an artifact: that one is replaced.

    Raises PublishRefused where two artifacts want one name or the output is not ours to write,
    Missing where carried files are not there as they were, OSError where the disk fails, and what
    making the site raises; all leave the last good site as it was.
    """
    output, known = _target(output), known or Known()
    is_left = is_left or partial(is_untouched, output, known)
    make = site if callable(site) else partial(_each, site)
    with _parent_of(output) as parent, turn(parent) as certain:
        mend(output, certain)
        left = Standing.as_left(output, known)
        if left and not callable(site):  # it is gone through only once
            left, is_left = left if is_left() else None, lambda: True
        if left:
            # What is made does not wait for the answer: if that is no, it is made again.
            with contextlib.suppress(_Touched), Staging(output, certain) as staging:
                return _publish(make, left, staging, force, is_left)
        with Staging(output, certain) as staging:
            return _publish(make, Standing.of(output, known), staging, force)


class _Touched(Exception):
    """Somebody was at the output or its spare."""


def _publish(
    site: Site,
    old: Standing,
    staging: Staging,
    force: bool,
    is_so: Callable[[], bool] = lambda: True,
) -> Published:
    """Publish in the place of what stands there; raises _Touched if that turns out not to be so."""
    new = _stage(site, old, staging)
    plan = make_plan(new, old, force=force)
    if not is_so():
        raise _Touched
    known = _put_in_place(plan, new, old, staging) if plan.write else old.as_it_is()
    written = len(plan.write - {MANIFEST})
    unchanged = len(new.digests) - written
    return Published(written, len(plan.remove), unchanged, known, new.digests)


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
                raise one_name(twice, twice)
            digests.update(found)
            if isinstance(item, Carried):
                missing |= old.lacks(found)
            elif item.written:
                staging.made[item.path] = item.written
    if missing:
        raise Missing(sorted(missing))
    made = manifest_of(digests)
    written = {*staging.made, *([MANIFEST] if made.content != old.manifest else [])}
    return New(digests, made, written)


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


def _put_in_place(plan: Plan, new: New, old: Standing, staging: Staging) -> Known:
    try:
        return staging.put_in_place(plan, old, new.manifest)
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EXDEV):  # a bind mount; an image's lower layer
            raise _cannot_swap(old.output) from error
        raise


def manifest(artifacts: Iterable[Artifact]) -> Artifact:
    """The SHA-256 of each file by its path, as the artifact that goes into the site with them."""
    return manifest_of({artifact.path: artifact.digest for artifact in artifacts})


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
