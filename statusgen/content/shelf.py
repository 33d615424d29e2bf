"""What was read of files before: most files of a site have not changed since the last time.

What a file became stands on a board with those of its month, which is loaded when somebody asks
for one of them. The cards of the events of a folder are in one drawer; these are always opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from statusgen.content.files import Files, Known
from statusgen.content.names import SINGLE_FILES, Names, names_in
from statusgen.digests import digest
from statusgen.findings import Finding, Place, Span
from statusgen.model.events import Card
from statusgen.store import Store

Read = tuple[Any, list[Finding]]
"""What a file became, None if nothing, and what was found in it."""
Noted = tuple[dict[str, Card | None], dict[str, list[Finding]]]
"""By path the card of the event that a file became, and what was found where there was any."""
_Board = Mapping[str, tuple[str, Read]]
_Digests = Mapping[str, str]
_Judged = tuple[_Digests, Mapping[str, Sequence[Finding]]]
_Drawer = tuple[_Digests, bytes, Mapping[str, list[Finding]]]
"""The digests of files, their cards in the same order as bytes, since all of them are loaded each
time, and what was found by path."""
_cards = msgspec.msgpack.Decoder(list[Card | None])


class Shelf:
    """Readings of files by the digests of their bytes, kept with those of the same month.

    ``key`` is what every reading follows from beside the bytes and the context. ``jobs`` is how
    many processes may read; more than one only where they share the ``store``.
    """

    def __init__(self, store: Store, key: str, jobs: int = 1) -> None:
        self.store, self.key, self.jobs = store, key, jobs
        self._known: Known | None = None
        self.awaited: Callable[[], bool] = lambda: False
        """Waits for a process that puts readings here; whether there was one that did."""

    def known(self) -> Known:
        """What to know the files by that were there the last time."""
        if self._known is None:
            self._known = self.store.load("files", self.key) or Known()
        return self._known

    def keep_known(self, files: Mapping[str, bytes]) -> None:
        """Know these files the next time."""
        known = Files.of(files).known()
        if known != self.known():
            self.store.keep("files", self.key, known)
            self._known = known

    def of_site(self, files: Files, make: Callable[[Files], Any]) -> Any:
        """What follows from site.yaml alone: kept, or made and kept."""
        key = f"{self.key} {files.digest('site.yaml') if 'site.yaml' in files else ''}"
        found = self.store.load("context", key)
        if found is None:
            found = make(files)
            self.store.keep("context", key, found)
        return found

    def names(self, files: Files) -> Names:
        """What the names of the files say: kept, or made out and kept."""
        paths = [*files]
        key = " ".join([self.key, digest(["\0".join(paths).encode()])])
        found: Names | None = self.store.load("names", key)
        if found is None:
            found = names_in(paths)
            self.store.keep("names", key, found)
        return found

    def noted(self, files: Files, context: object) -> Noted:
        """The cards in that context that are there of the files as they are."""
        cards: dict[str, Card | None] = {}
        found: dict[str, list[Finding]] = {}
        now, drawers = files.digests, self._drawers("noted", self._key("cards", context))
        for digests, encoded, of_files in cast("Iterable[_Drawer]", drawers):
            of_paths = zip(digests.items(), _cards.decode(encoded), strict=True)
            cards |= {path: card for (path, digest), card in of_paths if now.get(path) == digest}
            found |= {path: findings for path, findings in of_files.items() if path in cards}
        return cards, found

    def note(self, noted: Noted, new: Iterable[str], files: Files, context: object) -> None:
        """Keep these cards, of which some are new."""
        cards, found = noted
        drawers: dict[str, _Drawer] = {}
        for folder, paths in _by_folder(cards, new).items():
            digests = {path: files.digest(path) for path in paths}
            encoded = msgspec.msgpack.encode([cards[path] for path in paths])
            drawers[folder] = digests, encoded, {p: found[p] for p in paths if p in found}
        self._fill("noted", self._key("cards", context), drawers)

    def judged(self, files: Files) -> Mapping[str, Sequence[Finding]]:
        """What policy found of events that are settled, in the files that are as they were."""
        judged: dict[str, Sequence[Finding]] = {}
        drawers = self._drawers("judged-by-folder", self._judged_by(files))
        for digests, found in cast("Iterable[_Judged]", drawers):
            judged |= {path: found.get(path, ()) for path in _same(digests, files)}
        return judged

    def keep_judged(
        self, judged: Mapping[str, Sequence[Finding]], new: Iterable[str], files: Files
    ) -> None:
        """Keep that; some of the files are new."""
        drawers: dict[str, _Judged] = {}
        for folder, paths in _by_folder(judged, new).items():
            found = {path: judged[path] for path in paths if judged[path]}
            drawers[folder] = {path: files.digest(path) for path in paths}, found
        self._fill("judged-by-folder", self._judged_by(files), drawers)

    def _drawers(self, name: str, key: str) -> Iterator[Any]:
        """All drawers that are there, in order of the folders that they are of."""
        for folder in self.store.load(f"{name}/folders", key) or ():
            drawer = self.store.load(_name(name, folder), key)
            if drawer is not None:
                yield drawer

    def _fill(self, name: str, key: str, drawers: Mapping[str, Any]) -> None:
        for folder, drawer in drawers.items():
            self.store.keep(_name(name, folder), key, drawer)
        before = self.store.load(f"{name}/folders", key) or []
        if not drawers.keys() <= {*before}:
            self.store.keep(f"{name}/folders", key, sorted({*before, *drawers}))

    def spans(self, files: Files) -> Mapping[Place, Span]:
        """Where places are, in the files that are as they were."""
        digests, spans = self.store.load("spans", self.key) or ({}, {})
        same = set(_same(digests, files))
        return {place: span for place, span in spans.items() if place.path in same}

    def keep_spans(self, spans: Mapping[Place, Span], files: Files) -> None:
        """Keep where these are, in place of all that was kept of it."""
        digests = {place.path: files.digest(place.path) for place in spans if place.path in files}
        self.store.keep("spans", self.key, (digests, spans))

    def _judged_by(self, files: Files) -> str:
        return " ".join([self.key, *(files.digest(name) for name in SINGLE_FILES)])

    def beside(self, path: str, files: Files, context: object) -> dict[str, Read]:
        """The readings of a file and of those on the same board, as far as they are there."""
        (month,) = by_month([path])
        board = self._board(month, context)
        return self._find((one for one in board if one in files), board, files)

    def find(self, paths: Iterable[str], files: Files, context: object) -> dict[str, Read]:
        """The readings in that context that are there of the files as they are."""
        found: dict[str, Read] = {}
        for month, of_month in by_month(paths).items():
            found |= self._find(of_month, self._board(month, context), files)
        return found

    def _find(self, paths: Iterable[str], board: _Board, files: Files) -> dict[str, Read]:
        there = ((path, board[path]) for path in paths if path in board)
        return {path: read for path, (digest, read) in there if digest == files.digest(path)}

    def keep(self, readings: Mapping[str, Read], files: Files, context: object) -> None:
        """Keep what was read of files in that context."""
        for month, of_month in by_month(readings).items():
            there = {p: r for p, r in self._board(month, context).items() if p in files}
            board = {**there, **{p: (files.digest(p), readings[p]) for p in of_month}}
            self.store.keep(_name("read", month), self._key(month, context), board)

    def _board(self, month: str, context: object) -> _Board:
        board: _Board = self.store.load(_name("read", month), self._key(month, context)) or {}
        return board

    def _key(self, month: str, context: object) -> str:
        return f"{month} {self.key} {context!r}"


def _same(digests: _Digests, files: Files) -> list[str]:
    """The paths of files that have these digests."""
    now = files.digests
    return [path for path, digest in digests.items() if now.get(path) == digest]


def by_month(paths: Iterable[str]) -> dict[str, list[str]]:
    """The files that are read and kept together: names of events begin with their day."""
    months: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        months.setdefault(f"{folder}/{name[:7]}", []).append(path)
    return months


def _by_folder(paths: Iterable[str], new: Iterable[str]) -> dict[str, list[str]]:
    """Those in a folder in which one is new."""
    folders: dict[str, list[str]] = {path.rpartition("/")[0]: [] for path in new}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder in folders:
            folders[folder].append(path)
    return folders


def _name(kind: str, of: str) -> str:
    return f"{kind}/{hashlib.sha256(of.encode()).hexdigest()[:16]}"
