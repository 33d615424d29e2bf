"""What an output is made from."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from statusgen.artifact import Artifact
from statusgen.history.record import Record
from statusgen.keys import Kept, Keys
from statusgen.model.content import Content
from statusgen.views.site import SiteView

Render = Callable[[str, Mapping[str, Any]], str]
"""(name of a template, values) -> page."""


LAST = "last"
"""The group of what is made when all else is: of values that others made on the way."""


class Part(Struct, frozen=True):
    """Files that stay what they are as long as ``key`` does; ``make`` makes them.

    Parts of a ``group`` are made one after another, since they tell of the same events; those of
    none meanwhile.
    """

    group: str
    name: str
    key: str
    make: Callable[[], Iterable[Artifact]]


class Edition(Struct, frozen=True):
    """The site as it is to be published: in each of its languages, the first at the root.

    ``record`` is what the words of ``sites`` were made from, for programs. ``keys`` say what is
    the same as it was, and ``kept`` finds a value that follows from nothing but a key.
    """

    record: Record
    sites: tuple[SiteView, ...]
    render: Render
    assets: Mapping[str, bytes]
    keys: Keys
    kept: Kept

    @property
    def content(self) -> Content:
        """All that the content folder says."""
        return self.record.content

    @property
    def now(self) -> datetime:
        """The moment that it is published for (UTC)."""
        return self.record.now

    @property
    def years(self) -> list[str]:
        """The years that anything is told of, oldest first."""
        return sorted({month.name[:4] for month in self.record.months})

    def key_of_year(self, year: str, *further: str) -> str:
        """Of what follows from the months of a year."""
        months = (month for month in self.record.months if month.name[:4] == year)
        return self.keys.of((), year, *further, *(self.keys.of_month(month) for month in months))

    def file(self, path: str, values: object, make: Callable[[], bytes]) -> Part:
        """A file that follows from values alone: they differ when their ``repr`` does."""
        return Part("", path, self.keys.of_values(values), lambda: [Artifact(path, make())])

    def is_first(self, site: SiteView) -> bool:
        """Whether that is the language at the root."""
        return site is self.sites[0]

    def forget(self, group: str) -> None:
        """Let go of the words of a month of which all parts are made."""
        for month in self.record.months:
            if month.name == group:
                for site in self.sites:
                    site.events.forget(month.began.cards)


Together = Callable[[Edition], Iterable[Artifact | Part]]
"""Makes files of all languages, or of the past."""
InLanguage = Callable[[Edition, SiteView], Iterable[Artifact | Part]]
"""Makes files of the present in one of the languages."""


def beside_of(names: Sequence[str], name: str) -> tuple[str, str]:
    """The names before and after, in order, of one that may be among them; "" for none."""
    before, after = bisect_left(names, name), bisect_right(names, name)
    return names[before - 1] if before else "", names[after] if after < len(names) else ""


def addresses(assets: Mapping[str, bytes]) -> dict[str, str]:
    """Where each asset is asked for, relative to the root of the site."""
    return {name: versioned(f"assets/{name}", content) for name, content in assets.items()}


def versioned(path: str, content: bytes) -> str:
    """The address of a file with its content in it: browsers may keep it until that changes."""
    return f"{path}?{hashlib.sha256(content).hexdigest()[:8]}"
