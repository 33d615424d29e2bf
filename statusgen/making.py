"""From content without errors to the files of a site, with what was kept of the last build.

What is told of the past follows from the files of its events, and is made again only when they
change. The present is made each time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Set
from datetime import UTC, datetime
from functools import partial
from typing import Any

from statusgen import civil, markup
from statusgen.artifact import Artifact, Carried
from statusgen.cache import code
from statusgen.content.files import Files
from statusgen.digests import digest
from statusgen.history.months import Month
from statusgen.history.record import Figures, Record, month_figures, record
from statusgen.i18n import Language
from statusgen.keys import Keys
from statusgen.markup import Body
from statusgen.model.content import Content
from statusgen.outputs import switched_on
from statusgen.outputs.edition import Edition, Part
from statusgen.parts import KeptParts, P, Values, Workshop, kept_as
from statusgen.progress import Progress, silent
from statusgen.store import Store
from statusgen.themes import Renderer, Theme
from statusgen.views.events import EventView
from statusgen.views.feed import newly_told
from statusgen.views.site import site_view

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
        markup.converted.update(self.bodies)
        self.keys = _keys(content, files, theme, now) if store else Keys("", lambda _: "")
        self.edition = edition_of(content, theme, now, self.keys, self.values)
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
        parts: list[Part] = []
        for output in switched_on(self.edition.content.site):
            for made in output(self.edition):
                if isinstance(made, Part):
                    parts.append(made)
                else:
                    yield place(made)
        self.workshop = Workshop(self.values, self.edition.forget, place, lost, jobs, progress)
        yield from self.workshop.files(parts)

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


def edition_of(
    content: Content, theme: Theme, now: datetime, keys: Keys, values: Values
) -> Edition:
    """What every output is made from."""

    def same(name: str, make: Callable[[], Any]) -> Any:
        return values(name, _program(values.store), make)

    languages = [Language.load(tag, same) for tag in content.site.languages]
    known = record(content, now.astimezone(UTC), SettledFigures(keys, values))
    news = newly_told(known)
    words = Words(known, keys, values)
    sites = []
    for language in languages:
        before = partial(words.before, language.tag)
        site = site_view(known, language, languages, news, before)
        words.keep(language.tag, site.events.made)
        sites.append(site)
    return Edition(
        known, tuple(sites), Renderer(theme, values.store, keys.base), theme.assets, keys, values
    )


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
