"""The files of a content folder to the model, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from statusgen.content.context import Context, context_of_site
from statusgen.content.files import Files
from statusgen.content.names import SINGLE_FILES, is_document
from statusgen.content.shelf import Read, Shelf, by_month
from statusgen.findings import Finding, Place, Span
from statusgen.forked import asked, meanwhile
from statusgen.model.components import ComponentGroup
from statusgen.model.content import Content
from statusgen.model.events import Card, Event, Events, card_of
from statusgen.model.monitoring import Monitoring
from statusgen.progress import Progress, silent
from statusgen.store import Memory

if TYPE_CHECKING:
    from statusgen.content.strict_yaml import Positions

_EVENTS = ("incidents/", "maintenance/")
_FILES_A_PROCESS = 250
"""For fewer it takes longer to have another process than to read them."""


class Reading(Struct, frozen=True):
    """``content`` is None where site, agreement or components cannot be made out.

    With errors among the findings it lacks the documents that have them.
    """

    content: Content | None
    findings: list[Finding]


def read(
    files: Mapping[str, bytes],
    progress: Progress = silent,
    shelf: Shelf | None = None,
) -> Reading:
    """The content in ``files``: path relative to the content folder -> bytes.

    Never raises for what a file says: each mistake is a finding. What stands on the shelf saves
    time and changes nothing.
    """
    reader = _Reader(Files.of(files), progress, shelf or Shelf(Memory(), ""))
    content = reader.content()
    return Reading(content, located(reader.found, files))


@contextmanager
def reading_ahead(files: Mapping[str, bytes], shelf: Shelf) -> Iterator[None]:
    """Have another process read the few files that are new, until somebody asks what they say.

    To import what reads them takes longer than most of what else there is to do.
    """
    new = [path for path in Files.of(files).new if is_document(path)]
    if shelf.jobs == 1 or len(new) > _FILES_A_PROCESS or not {*new}.isdisjoint(SINGLE_FILES):
        yield
        return
    reader = _Reader(Files.of(files), silent, shelf)
    reader.know_components()
    if not (unread := reader.not_found(new)):
        yield
        return
    with asked(lambda: bool(reader.readings(unread))) as shelf.awaited:
        yield


def located(
    findings: Sequence[Finding], files: Mapping[str, bytes], shelf: Shelf | None = None
) -> list[Finding]:
    """The findings with their places as lines and columns."""
    known = shelf.spans(Files.of(files)) if shelf else {}
    positions: dict[str, Positions] = {}
    spans: dict[Place, Span] = {}
    for place in (finding.place for finding in findings):
        if isinstance(place, Span) or place in spans:
            continue
        if place not in known and place.path not in positions:
            positions[place.path] = _positions(place.path, files.get(place.path, b""))
        spans[place] = known.get(place) or positions[place.path].span(place)
    if shelf and spans.keys() != known.keys():
        shelf.keep_spans(spans, Files.of(files))
    return [
        replace(finding, place=spans[finding.place])
        if isinstance(finding.place, Place)
        else finding
        for finding in findings
    ]


def _positions(path: str, data: bytes) -> Positions:
    from statusgen.content.strict_yaml import Positions

    if path.endswith(".md"):
        from statusgen.content.pages import header_of

        data = header_of(data)
    return Positions(data, path)


class _Reader:
    """One reading: the files, what the site says of values, and what was found so far."""

    def __init__(self, files: Files, progress: Progress, shelf: Shelf) -> None:
        self.files = files
        self.progress = progress
        self.shelf = shelf
        self.context: Context = shelf.of_site(files, context_of_site)
        self.names = shelf.names(files)
        self.found = [*self.names.found]
        self.parts: dict[str, list[Any]] = {}
        self.events: dict[str, Event] = {}
        """Those that are at hand."""

    def content(self) -> Content | None:
        groups = self.know_components()
        further = [path for path in self.files if path not in self.names.unread]
        events = [path for path in further if path.startswith(_EVENTS)]
        others = (path for path in further if not path.startswith(_EVENTS))
        self._read(path for path in others if path not in SINGLE_FILES)
        cards = self._cards(events)
        site, agreement = self._single("site.yaml"), self._single("sla.yaml")
        if not (site and agreement and groups):
            return None
        runs = [run for of_month in self._all("backups") for run in of_month]
        return Content(
            site,
            agreement,
            groups,
            incidents=Events([card for card in cards if card.is_incident], self._event),
            maintenance=Events([card for card in cards if not card.is_incident], self._event),
            schedules=tuple(sorted(self._all("schedules"), key=lambda schedule: schedule.id)),
            backups=tuple(sorted(runs, key=lambda run: run.at)),
            pages=tuple(self._all("pages")),
            subscriptions=self._single("notify.yaml") or (),
            monitoring=self._single("monitoring.yaml") or Monitoring(),
        )

    def know_components(self) -> tuple[ComponentGroup, ...]:
        """The components, by which all that is not of the site itself is read."""
        self._read(name for name in SINGLE_FILES if name in self.files)
        groups: tuple[ComponentGroup, ...] = self._single("components.yaml") or ()
        known = tuple(sorted(c.id for g in groups for c in g.components))
        self.context = replace(self.context, components=known)
        return groups

    def _cards(self, paths: Sequence[str]) -> list[Card]:
        """The cards of the events in those files, by id; only what is not on the shelf is read."""
        cards, found = self.shelf.noted(self.files, self.context)
        missing = [path for path in paths if path not in cards]
        for path, (event, of_file) in self.readings(missing).items():
            cards[path] = event and card_of(event)
            self.events[path] = event
            if of_file:
                found[path] = of_file
        cards = {path: cards[path] for path in paths}
        if missing:
            self.shelf.note((cards, found), missing, self.files, self.context)
        self.found += [finding for path in sorted(found) for finding in found[path]]
        return sorted(filter(None, cards.values()), key=lambda card: card.id)

    def _event(self, card: Card) -> Any:
        """The event, loaded with those beside it."""
        if card.path not in self.events:
            beside = self.shelf.beside(card.path, self.files, self.context)
            readings = beside if card.path in beside else self._read_anew([card.path])
            self.events |= {path: event for path, (event, _) in readings.items()}
        return self.events[card.path]

    def _all(self, folder: str) -> list[Any]:
        """What the files in a folder became, in order of their paths."""
        return self.parts.get(folder, [])

    def _single(self, name: str) -> Any:
        return next(iter(self._all(name)), None)

    def _read(self, paths: Iterable[str]) -> None:
        """Have the parts of the model in those files, and what is wrong in them."""
        for path, (part, found) in self.readings(list(paths)).items():
            self.found += found
            if part is not None:
                self.parts.setdefault(path.partition("/")[0], []).append(part)

    def not_found(self, paths: Sequence[str]) -> list[str]:
        """Those files that were never read before."""
        found = self._found(paths)
        return [path for path in paths if path not in found]

    def readings(self, paths: Sequence[str]) -> dict[str, Read]:
        """What the files became, and what was found in them."""
        found = self._found(paths)
        missing = [path for path in paths if path not in found]
        if missing and self.shelf.awaited():
            found |= self._found(missing)
            missing = [path for path in missing if path not in found]
        if missing:
            found |= self._read_anew(missing)
        return {path: found[path] for path in paths}

    def _found(self, paths: Iterable[str]) -> dict[str, Read]:
        return self.shelf.find(paths, self.files, self.context)

    def _read_anew(self, paths: Sequence[str]) -> dict[str, Read]:
        """By several processes where there are many; what another did not leave is read here."""
        # Setting up the documents takes as long as finding what was read before.
        from statusgen.content.document import read_document

        def make(share: Sequence[str], told: Progress = silent) -> dict[str, Read]:
            made = {}
            for number, path in enumerate(share, start=1):
                told("Reading", number * len(paths) // len(share), len(paths))
                made[path] = read_document(path, self.files[path], self.context)
            self.shelf.keep(made, self.files, self.context)
            return made

        own, *others = _shares(paths, self.shelf.jobs)
        with meanwhile(partial(make, share) for share in others):
            readings = make(own, self.progress)
        for share in others:
            left = self._found(share)
            readings |= left | make([path for path in share if path not in left])
        return readings


def _shares(paths: Sequence[str], jobs: int) -> list[list[str]]:
    """What each process reads: whole months."""
    months = sorted(by_month(paths).values(), key=len)
    number = max(1, min(jobs, len(months), len(paths) // _FILES_A_PROCESS))
    return [[path for month in months[n::number] for path in month] for n in range(number)]
