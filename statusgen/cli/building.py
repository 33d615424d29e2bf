"""A build from the disk to the disk: nothing is made where the last one made the same."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from statusgen.cli.options import (
    read_folder,
    read_moment,
    read_present,
    shelf_for,
    site_folder,
)
from statusgen.findings import Finding
from statusgen.forked import processes

if TYPE_CHECKING:
    from statusgen.cache import Cache
    from statusgen.content.shelf import Shelf
    from statusgen.content.tree import Tree
    from statusgen.model.content import Content
    from statusgen.progress import Progress
    from statusgen.publish import Published
    from statusgen.publishing.standing import Known, Look
    from statusgen.themes import Theme

_EVENTS_A_PROCESS = 250
"""For fewer it takes longer to have another process than to make their pages."""


class Task(Struct, frozen=True):
    """What is built, where it goes, and how that is told."""

    folder: Path
    output: Path
    style: str
    force: bool
    watch: bool


class Done(Struct, frozen=True):
    """What a build did. ``seconds`` is how long it took.

    The site next changes by itself at ``next_change_at``, in words of the site's clock
    ``changes``; from ``stale_at`` on it is older than the site wants it to be. ``manifest`` is
    the digest of that of the output, "" where the same might be made otherwise the next time.
    """

    pages: int
    written: int
    removed: int
    unchanged: int
    seconds: float
    made_at: datetime
    next_change_at: datetime
    changes: str
    stale_at: datetime
    manifest: str


class Told(Struct, frozen=True):
    """What there is to tell of a build: nothing was done if errors were in the way.

    ``files`` has the files that the findings are in.
    """

    findings: Sequence[Finding]
    files: Mapping[str, bytes]
    done: Done | None


def build(task: Task, moment: str | None) -> Told:
    """Build and publish as of a moment as somebody wrote it, or of now.

    Ends with status 2 where it may not be published, and raises OSError where the disk fails.
    """
    began = perf_counter()

    from statusgen.cache import Cache
    from statusgen.publishing.standing import looking_at

    moment = moment or read_present().isoformat()
    cache, shelf = Cache.of(task.output), shelf_for(task.folder)
    with looking_at(task.output, partial(_known, cache)) as look:
        tree = _read(task, shelf)
        key = _key(task, tree, moment) if cache else ""
        if cache and (kept := _as_it_was(task.output, cache, key, look, began)):
            return kept
        with _reading_ahead(tree, shelf):
            told = _build_anew(task, tree, moment, Kept(cache, shelf, look), began)
    if cache and told.done and told.done.manifest:
        places = {finding.place.path for finding in told.findings}
        files = {path: told.files[path] for path in places & told.files.keys()}
        cache.keep("done", key, replace(told, files=files))
    return told


def _read(task: Task, shelf: Shelf | None) -> Tree:
    from statusgen.content.tree import Tree

    # While it is watched a folder may go and come back.
    is_gone = task.watch and not task.folder.is_dir()
    return Tree() if is_gone else read_folder(task.folder, shelf)


def _reading_ahead(tree: Tree, shelf: Shelf | None) -> AbstractContextManager[None]:
    from statusgen.content.reading import reading_ahead

    return reading_ahead(tree.files, shelf) if shelf else nullcontext()


def _key(task: Task, tree: Tree, moment: str) -> str:
    """All that makes the site what it is: of what is not the content as far as a glance tells."""
    from statusgen.cache import code
    from statusgen.content.files import Files
    from statusgen.digests import digest
    from statusgen.glance import glance
    from statusgen.themes import folders

    state = Files.of(tree.files).state()
    places = [task.folder / "measurements", *folders(site_folder(task.folder))]
    said = (code(), moment, repr(task.force), repr(tree.findings), state)
    return digest([*map(glance, places), *map(str.encode, said)])


def _known(cache: Cache | None) -> Known | None:
    """What the last build left, as far as that is known."""
    from statusgen.cache import code

    known: Known | None = cache.load("known", code()) if cache else None
    return known


def _as_it_was(output: Path, cache: Cache, key: str, look: Look, began: float) -> Told | None:
    """What the last build said, where it made the same of the same and nobody was at it since."""
    from statusgen.publishing.beside import left_behind

    told: Told | None = cache.load("done", key)
    known = _known(cache) if told else None
    if not told or not told.done or not known or told.done.manifest != known.manifest:
        return None
    try:
        # What a build that was killed left is for the next one to mend.
        if left_behind(output) or not look.is_as_left():
            return None
    except OSError:
        return None
    done, files = told.done, told.done.written + told.done.unchanged
    again = replace(done, written=0, removed=0, unchanged=files, seconds=perf_counter() - began)
    return replace(told, done=again)


def _build_anew(task: Task, tree: Tree, moment: str, kept: Kept, began: float) -> Told:
    # Pages are made with it, and if another process reads meanwhile there is time for it now.
    import statusgen.making
    import statusgen.templates  # noqa: F401
    from statusgen import themes
    from statusgen.build import all_findings, broken_theme, check, measured
    from statusgen.cli.progress import shown
    from statusgen.content.measurement_files import read_measurements
    from statusgen.findings import errors_in, ordered
    from statusgen.outputs import BrokenOutput
    from statusgen.publish import Missing
    from statusgen.publishing.standing import Known
    from statusgen.themes import BrokenTheme

    shelf, cache = kept.shelf, kept.cache
    known = _known(cache) or Known()
    with shown() as progress, garbage_by_hand():
        now = read_moment(moment, tree, "--now")
        found = themes.load(site_folder(task.folder))
        checked = check(tree.files, found, now, progress, shelf=shelf)
        if shelf:
            shelf.keep_known(tree.files)
        findings = all_findings(tree, checked.findings)
        if checked.content is None or errors_in(findings):
            return Told(findings, tree.files, None)
        content, unread = measured(checked.content, read_measurements(task.folder))
        findings = ordered([*findings, *unread])
        theme = found[content.site.theme]
        job = Job(task, content, tree.files, theme, now, known, kept.look, progress)
        try:
            lost: frozenset[str] = frozenset()
            while True:
                try:
                    return Told(findings, tree.files, _publish(job, cache, began, lost))
                except Missing as missing:
                    # Somebody was at the output: what was to be carried over is made again.
                    lost = lost.union(missing.paths)
        except BrokenTheme as broken:
            return Told([*findings, broken_theme(job.theme, broken)], tree.files, None)
        except BrokenOutput as broken:
            raise click.UsageError(f"{broken} Mend it, or switch it off in site.yaml.") from None


class Kept(Struct, frozen=True):
    """What is known of earlier builds, where the cache is not switched off, and a look at it."""

    cache: Cache | None
    shelf: Shelf | None
    look: Look


class Job(Struct, frozen=True):
    """What a site without errors is made from."""

    task: Task
    content: Content
    files: Mapping[str, bytes]
    theme: Theme
    now: datetime
    known: Known
    look: Look
    progress: Progress


def _publish(job: Job, cache: Cache | None, began: float, lost: frozenset[str]) -> Done:
    from statusgen.cache import code
    from statusgen.making import Making
    from statusgen.publish import publish
    from statusgen.publishing.plan import PublishRefused

    making = Making(job.content, job.files, job.theme, job.now, cache)
    gc.freeze()  # What was read stays to the end.
    make = partial(making.files, jobs=_jobs(job), progress=job.progress, lost=lost)
    output, force, known = job.task.output, job.task.force, job.known
    try:
        published = publish(make, output, force=force, known=known, is_left=job.look.is_untouched)
    except PublishRefused as refusal:
        raise click.UsageError(str(refusal)) from None
    if cache:
        making.keep(published.digests)
        cache.keep("known", code(), published.known)
    return _done(job, published, began)


@contextmanager
def garbage_by_hand() -> Iterator[None]:
    """Collect garbage only where there is some: looking for it everywhere takes a fifth longer."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        gc.enable()


def _jobs(job: Job) -> int:
    """As many processes as there are processors for them, if there is work for them."""
    events = len(job.content.incidents) + len(job.content.maintenance)
    return max(1, min(processes(), events // _EVENTS_A_PROCESS))


def _done(job: Job, published: Published, began: float) -> Done:
    from statusgen import civil
    from statusgen.history.changes import next_change
    from statusgen.outputs import OUTPUTS
    from statusgen.policy.words import said
    from statusgen.views.phases import AHEAD

    site, now = job.content.site, job.now
    at = next_change(job.content, now, AHEAD)
    # What packages add is made by code that the cache knows nothing of.
    is_ours = not any(on for name, on in site.outputs.items() if name not in OUTPUTS)
    return Done(
        pages=sum(path.endswith(".html") for path in published.digests),
        written=published.written,
        removed=published.removed,
        unchanged=published.unchanged,
        seconds=perf_counter() - began,
        made_at=now,
        next_change_at=at,
        changes=f"{said(at, site.zone)} ({civil.iso(at)})",
        stale_at=now + site.freshness,
        manifest=published.known.manifest if is_ours else "",
    )
