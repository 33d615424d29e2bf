"""What the preview shows: the site as it is written, at any moment, and what is wrong with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Condition
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from statusgen import civil, themes
from statusgen.artifact import Artifact
from statusgen.build import all_findings, broken_theme, check, measured
from statusgen.content.context import zone_of_site
from statusgen.content.measurement_files import read_measurements
from statusgen.content.shelf import Shelf
from statusgen.content.tree import Tree, read_tree
from statusgen.findings import Finding, errors_in, ordered
from statusgen.history.changes import next_change
from statusgen.making import Making, in_memory
from statusgen.model.content import Content
from statusgen.store import Memory
from statusgen.themes import BrokenTheme, Theme
from statusgen.views.phases import AHEAD

_KEPT = 16
"""Moments that are kept ready."""


class Source(Struct, frozen=True):
    """All that a site is made from."""

    tree: Tree
    themes: Mapping[str, Theme]

    @property
    def texts(self) -> dict[str, bytes]:
        """Each file that a finding can be in, by the path that it is told by."""
        templates = {
            f"../themes/{theme.name}/{name}": text.encode()
            for theme in self.themes.values()
            for name, text in theme.templates.items()
        }
        return {**templates, **self.tree.files}


class Shown(Struct, frozen=True):
    """The site at a moment. With errors among the findings the pages are the last good ones.

    ``root`` is the path of its address ("/status/"); ``changes_at`` when it changes by itself.
    There are no pages where there never was a site without errors.
    """

    pages: Mapping[str, bytes]
    findings: Sequence[Finding]
    texts: Mapping[str, bytes]
    root: str
    zone: ZoneInfo
    at: datetime
    changes_at: datetime


class Preview:
    """A site that is being written; threads may share it.

    ``now`` tells the present moment; ``is_live`` says whether that is what clocks show.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime], *, is_live: bool = True) -> None:
        self._folder, self._now, self.is_live = folder, now, is_live
        self._changed = Condition()
        self._written = self._good = Source(Tree(), {})
        self._shown: dict[datetime | None, Shown] = {}
        self._last_good: dict[datetime | None, Shown] = {}
        self._desk = Desk()
        self._run, self._turn = os.urandom(4).hex(), 0
        self._is_closed = False

    @property
    def turn(self) -> str:
        """What is shown changes when this does; no two previews have one in common."""
        return f"{self._run}-{self._turn}"

    def refresh(self) -> Shown | None:
        """Look at the folder and the clock again: the site as it is now, if that is another.

        A folder that is not there has nothing in it. Raises OSError where it cannot be read.
        """
        written = read_source(self._folder)
        with self._changed:
            if written == self._written and not self._is_past():
                return None
            self._written = written
            self._shown.clear()
            shown = self.at(None)
            self._turn += 1
            self._changed.notify_all()
            return shown

    def at(self, moment: datetime | None) -> Shown:
        """The site at a moment, or now."""
        with self._changed:
            if moment not in self._shown:
                _keep(self._shown, moment, self._show(moment))
            return self._shown[moment]

    def wait_for_other(self, turn: str, seconds: float) -> str | None:
        """Wait until something else is shown than in that turn; None when there is no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or turn != self.turn, seconds)
            return None if self._is_closed else self.turn

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _is_past(self) -> bool:
        live = self._shown.get(None)
        return live is not None and live.changes_at <= self._now()

    def _show(self, moment: datetime | None) -> Shown:
        at = moment or self._now()
        shown = self._desk.built(self._written, at)
        if not errors_in(shown.findings):
            if self._good is not self._written:
                self._good, self._last_good = self._written, {}
            _keep(self._last_good, moment, shown)
            return shown
        good = self._last_good.get(moment)
        if good is None or good.changes_at <= at:
            good = self._desk.built(self._good, at)
            _keep(self._last_good, moment, good)
        return replace(good, findings=shown.findings, texts=shown.texts)


def _keep(kept: dict[datetime | None, Shown], moment: datetime | None, shown: Shown) -> None:
    while len(kept) >= _KEPT:
        kept.pop(next(other for other in kept if other is not None))
    kept[moment] = shown


class Desk:
    """Builds what is being written again and again: what has not changed is at hand."""

    def __init__(self) -> None:
        self._shelf = Shelf(Memory(), "")
        self._store, self._pages = Memory(), dict[str, bytes]()

    def built(self, source: Source, at: datetime) -> Shown:
        """The site at a moment."""
        checked = check(source.tree.files, source.themes, at, shelf=self._shelf)
        content, findings = checked.content, checked.findings
        pages: dict[str, bytes] = {}
        if content and not errors_in(findings):
            content, unread = measured(content, source.tree.measurements)
            findings = ordered([*findings, *unread])
            theme = source.themes[content.site.theme]
            try:
                pages = self._made(content, source, theme, at)
            except BrokenTheme as broken:
                findings = [*findings, broken_theme(theme, broken)]
        return Shown(
            pages=pages,
            findings=all_findings(source.tree, findings),
            texts=source.texts,
            root=unquote(urlsplit(content.site.url).path) if content else "/",
            zone=content.site.zone if content else civil.zone(zone_of_site(source.tree.files)),
            at=at,
            changes_at=next_change(content, at, AHEAD) if content else civil.LATEST,
        )

    def _made(
        self, content: Content, source: Source, theme: Theme, at: datetime
    ) -> dict[str, bytes]:
        making = Making(content, source.tree.files, theme, at, self._store)
        pages: dict[str, bytes] = {}
        for made in making.files(in_memory):
            if isinstance(made, Artifact):
                pages[made.path] = made.content
            elif self._pages.keys() >= {*made.digests.values()}:
                pages |= {path: self._pages[digest] for path, digest in made.digests.items()}
            else:  # It was of a site that has not been shown for a while.
                self._store = Memory()
                return self._made(content, source, theme, at)
        digests = {path: hashlib.sha256(page).hexdigest() for path, page in pages.items()}
        self._pages = {digests[path]: page for path, page in pages.items()}
        making.keep(digests)
        return pages


def read_source(folder: Path) -> Source:
    """The content folder and the themes beside it, as they are now."""
    try:
        tree = replace(read_tree(folder), measurements=read_measurements(folder))
        return Source(tree, themes.load(Path(os.path.realpath(folder)).parent))
    except (FileNotFoundError, NotADirectoryError):
        # It was there a moment ago, and may come back.
        return Source(Tree(), themes.load(Path(os.path.realpath(folder)).parent))
