"""What was read of files before: most files of a site have not changed since the last time.

What a file became stands on a board with those of its month, which is loaded when somebody asks
for one of them. The cards of all events are in one drawer, which is always opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

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
        kept: _Drawer | None = self.store.load("cards", self._key("cards", context))
        if kept is None:
            return {}, {}
        digests, cards, now = kept[0], _cards.decode(kept[1]), files.digests
        of_paths = zip(digests.items(), cards, strict=True)
        same = {path: card for (path, digest), card in of_paths if now.get(path) == digest}
        return same, {path: found for path, found in kept[2].items() if path in same}

    def note(self, noted: Noted, files: Files, context: object) -> None:
        """Keep these cards, in place of all others."""
        cards, found = noted
        digests = {path: files.digest(path) for path in cards}
        drawer = digests, msgspec.msgpack.encode([*cards.values()]), found
        self.store.keep("cards", self._key("cards", context), drawer)

    def judged(self, files: Files) -> Mapping[str, Sequence[Finding]]:
        """What policy found of events that are settled, in the files that are as they were."""
        kept: _Judged | None = self.store.load("judged", self._judged_by(files))
        if kept is None:
            return {}
        digests, found = kept
        return {path: found.get(path, ()) for path in _same(digests, files)}

    def keep_judged(self, judged: Mapping[str, Sequence[Finding]], files: Files) -> None:
        """Keep that, in place of all that was kept of it."""
        digests = {path: files.digest(path) for path in judged}
        found = {path: findings for path, findings in judged.items() if findings}
        self.store.keep("judged", self._judged_by(files), (digests, found))

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
            self.store.keep(_name(month), self._key(month, context), board)

    def _board(self, month: str, context: object) -> _Board:
        board: _Board = self.store.load(_name(month), self._key(month, context)) or {}
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


def _name(month: str) -> str:
    return f"read/{hashlib.sha256(month.encode()).hexdigest()[:16]}"
