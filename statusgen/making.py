"""From content without errors to the files of a site, with what was kept of the last build.

What is told of the past follows from the files of its events, and is made again only when they
change. The present is made each time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any, Generic

from msgspec import Struct

from statusgen import civil, markup
from statusgen.artifact import Artifact, Carried
from statusgen.cache import code
from statusgen.content.files import Files
from statusgen.digests import digest
from statusgen.forked import elsewhere
from statusgen.history.months import Month
from statusgen.history.record import Figures, Record, month_figures, record
from statusgen.i18n import Language
from statusgen.keys import Keys
from statusgen.markup import Body
from statusgen.model.content import Content
from statusgen.outputs import switched_on
from statusgen.outputs.edition import Edition, Part
from statusgen.parts import KeptParts, MadeParts, P, Values, Workshop, kept_as
from statusgen.progress import Progress, silent
from statusgen.store import Store
from statusgen.themes import Renderer, Theme
from statusgen.views.events import EventView
from statusgen.views.feed import newly_told
from statusgen.views.site import SiteView

_BODIES = "bodies"


def in_memory(artifact: Artifact) -> Artifact:
    """The place of a file that goes nowhere."""
    return artifact


class Making:
    """The files of content without errors, with what a ``store`` kept of the last build."""

    def __init__(
        self,
        content: Content,
        files: Mapping[str, bytes],
        theme: Theme,
        now: datetime,
        store: Store | None = None,
    ) -> None:
        self.values = Values(store)
        self.bodies: Mapping[str, Body] = self.values.load(_BODIES, _program(store)) or {}
        markup.learn(self.bodies)
        self.keys = _keys(content, files, theme, now) if store else Keys("", lambda _: "")
        known = record(content, now.astimezone(UTC), SettledFigures(self.keys, self.values))
        self.words = Words(known, self.keys, self.values)
        self.edition = edition_of(known, theme, self.keys, self.values, self.words)
        self.outputs = [*switched_on(content.site)]
        self.workshop: Workshop[Any] | None = None

    def files(
        self,
        place: Callable[[Artifact], P],
        jobs: int = 1,
        progress: Progress = silent,
        lost: Set[str] = frozenset(),
    ) -> Generator[P | Carried, None, None]:
        """Each file, made and placed as it is asked for; raises BrokenTheme and BrokenOutput.

        ``place`` is called where the file was made, in one of ``jobs`` processes. ``lost`` are
        files that cannot be carried over from the last build.
        """
        self.workshop = Workshop(self.values, self.edition.forget, place, lost, jobs, progress)
        works = [partial(self._share, self.workshop, sites) for sites in self._shares(jobs)]
        with elsewhere(works) if jobs > 1 else nullcontext([work() for work in works]) as shares:
            yield from self.workshop.files(self._together())
            for share in shares:
                self.values.learn(share.values)
                markup.learn(share.bodies)
                self.workshop.learn(share.made, share.carried)
                yield from share.files

    def _shares(self, jobs: int) -> list[Sequence[SiteView]]:
        """The languages, among as many processes as there may be."""
        sites = self.edition.sites
        return [sites[first::jobs] for first in range(min(jobs, len(sites)))]

    def _together(self) -> Iterator[Artifact | Part]:
        for output in self.outputs:
            yield from output.together(self.edition)

    def _share(self, workshop: Workshop[P], sites: Sequence[SiteView]) -> Share[P]:
        """The present in some of the languages."""
        before = set(self.values.fresh)
        made = (o.in_language(self.edition, site) for site in sites for o in self.outputs)
        files = [*workshop.files(chain.from_iterable(made))]
        for site in sites:
            self.words.keep(site.language.tag, site.events.made)
        return Share(
            files=files,
            values={n: one for n, one in self.values.fresh.items() if n not in before},
            bodies={t: body for t, body in markup.converted.items() if t not in self.bodies},
            made=workshop.made,
            carried=workshop.carried,
        )

    def keep(self, digests: Mapping[str, str]) -> None:
        """Have the store keep what was made, once it is published: the digest of each file."""
        if markup.converted.keys() != self.bodies.keys():
            self.values.fresh[_BODIES] = _program(self.values.store), dict(markup.converted)
        self.values.keep()
        if not (self.values.store and self.workshop):
            return
        for group, parts in self.workshop.made.items():
            kept: KeptParts = {
                name: (key, {path: digests[path] for path in paths})
                for name, (key, paths) in parts.items()
            }
            kept |= self.workshop.carried.get(group, {})
            self.values.store.keep(kept_as(group), "", kept)


class Share(Struct, Generic[P], frozen=True):
    """What came of some of the languages: the files, and what was found or made on the way."""

    files: Sequence[P | Carried]
    values: Mapping[str, tuple[str, Any]]
    bodies: Mapping[str, Body]
    made: Mapping[str, MadeParts]
    carried: Mapping[str, KeptParts]


def edition_of(known: Record, theme: Theme, keys: Keys, values: Values, words: Words) -> Edition:
    """What every output is made from."""

    def same(name: str, make: Callable[[], Any]) -> Any:
        return values(name, _program(values.store), make)

    languages = [Language.load(tag, same) for tag in known.content.site.languages]
    news = newly_told(known)
    sites = tuple(
        SiteView(known, language, languages, news, partial(words.before, language.tag))
        for language in languages
    )
    render = Renderer(theme, values.store, keys.base)
    return Edition(known, sites, render, theme.assets, keys, values)


class SettledFigures:
    """The figures of months: those of settled ones are those of the last build, kept by year."""

    def __init__(self, keys: Keys, values: Values) -> None:
        self.keys, self.values = keys, values
        self.known: dict[str, _Figures] = {}
        self.settled: dict[str, _Figures] = {}

    def __call__(self, month: Month) -> Figures:
        """The figures of a month."""
        if not month.is_settled:
            return month_figures(month)
        name, key = f"figures/{month.name[:4]}", self.keys.of_month(month)
        if name not in self.known:
            self.known[name] = self.values.load(name, self.keys.base) or {}
        settled = self.settled.setdefault(name, {})
        found = self.known[name].get(month.name)
        if found is None or found[0] != key:
            found = key, month_figures(month)
            self.values.fresh[name] = self.keys.base, settled
        settled[month.name] = found
        return found[1]


_Figures = dict[str, tuple[str, Figures]]
"""Figures by the name of the month, with the key that they follow from."""


class Words:
    """The words of settled events that the present tells of: most are those of the last build.

    Those of events that began in one month are kept together: in few months is there another one.
    """

    def __init__(self, record: Record, keys: Keys, values: Values) -> None:
        self.now, self.keys, self.values = record.now, keys, values
        self.cards = record.events.by_id
        self._keys: dict[str, str] = {}
        self._kept: dict[str, _Kept] = {}

    def before(self, language: str, id: str) -> EventView | None:
        """The words of an event, if they are what they were."""
        key, words = self._kept_as(self._name(language, id)).get(id, ("", None))
        return words if key and key == self._key(id) else None

    def keep(self, language: str, made: Mapping[str, EventView]) -> None:
        """Have them at hand for the next build."""
        told: dict[str, _Kept] = {}
        for id, words in made.items():
            if key := self._key(id):
                told.setdefault(self._name(language, id), {})[id] = key, words
        for name, of_month in told.items():
            if _keys_in(of_month) != _keys_in(self._kept_as(name)):
                self.values.fresh[name] = self.keys.base, of_month

    def _name(self, language: str, id: str) -> str:
        return f"words/{language}-{self.cards[id].begins_at.isoformat()[:7]}"

    def _kept_as(self, name: str) -> _Kept:
        if name not in self._kept:
            self._kept[name] = self.values.load(name, self.keys.base) or {}
        return self._kept[name]

    def _key(self, id: str) -> str:
        if id not in self._keys:
            card = self.cards[id]
            self._keys[id] = self.keys.of([card]) if card.is_settled(self.now) else ""
        return self._keys[id]


_Kept = dict[str, tuple[str, EventView]]
"""Words by the id of the event, with the key that they follow from."""


def _keys_in(kept: _Kept) -> dict[str, str]:
    return {id: key for id, (key, _) in kept.items()}


def _program(store: Store | None) -> str:
    """The key of what follows from nothing but the program."""
    return code() if store else ""


def _keys(content: Content, files: Mapping[str, bytes], theme: Theme, now: datetime) -> Keys:
    """Of settled events and months nothing changes with the clock but this: whether a year is
    this year, which is then left out."""
    of_site = (files[path] for path in ("components.yaml", "site.yaml", "sla.yaml"))
    year = civil.day_of(now, content.site.zone).year
    base = digest([code().encode(), *theme.parts(), *of_site, str(year).encode()])
    return Keys(base, Files.of(files).digest)
