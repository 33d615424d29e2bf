"""The search page, and what its script searches: JSON in shards, so that none grows for ever.

``search/<year>.json`` holds the events of a year and ``search/pages.json`` the rest, in each
language. A shard is a list of rows, a row the fields of ``Entry`` in their order; words are
text, or [text, language] where they are not in the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from statusgen.artifact import Artifact
from statusgen.history.months import Month
from statusgen.json_file import json_file, json_text
from statusgen.outputs.edition import LAST, Edition, Part, versioned
from statusgen.outputs.html import Pages
from statusgen.views.search import PAGES, Entry, SearchView
from statusgen.views.viewpoint import Words


def artifacts(edition: Edition) -> Iterator[Part]:
    """The page and its shards in each language."""
    for month in edition.record.months:
        if month.began:
            # Its rows are made while its events are at hand.
            key = edition.keys.of_month(month)
            yield Part(month.name, f"rows/{month.name}", key, partial(_remembered, edition, month))
    for year in edition.sites[0].search.years:
        key = edition.key_of_year(year)
        yield Part(LAST, f"search/{year}", key, partial(_shards, edition, year))
    yield Part(LAST, "search", "", partial(_pages, edition))


def _remembered(edition: Edition, month: Month) -> Iterable[Artifact]:
    _rows(edition, month)
    return ()


def _rows(edition: Edition, month: Month) -> list[str]:
    """The rows of what began in a month, newest first, in each language: a list of JSON without
    its brackets."""

    def made() -> list[str]:
        return [
            json_text([_row(entry) for entry in site.past.entries(month)])[1:-1]
            for site in edition.sites
        ]

    rows: list[str] = edition.kept(f"rows/{month.name}", edition.keys.of_month(month), made)
    return rows


def _months(edition: Edition, year: str) -> list[Month]:
    """The months of a year that have events, newest first."""
    return [m for m in reversed(edition.record.months) if m.name[:4] == year and m.began]


def _shards(edition: Edition, year: str) -> Iterator[Artifact]:
    rows = zip(*(_rows(edition, month) for month in _months(edition, year)), strict=True)
    for site, of_months in zip(edition.sites, rows, strict=True):
        content = f"[{','.join(of_months)}]\n"
        yield Artifact(f"{site.search.path}{year}.json", content.encode())


def _pages(edition: Edition) -> Iterator[Artifact]:
    years = {
        year: edition.kept(
            f"shards/{year}", edition.key_of_year(year), partial(_addresses, edition, year)
        )
        for year in edition.sites[0].search.years
    }
    for number, site in enumerate(edition.sites):
        search = site.search
        others = json_file(f"{search.path}{PAGES}.json", [_row(entry) for entry in search.others])
        names = [_address(search, others), *(addresses[number] for addresses in years.values())]
        yield others
        page = Pages(edition, site)
        yield page.filled("search.html", search.path, search.title, search=search, shards=names)


def _addresses(edition: Edition, year: str) -> list[str]:
    """Where the shards of a year are, as the page of each language names them."""
    shards = zip(edition.sites, _shards(edition, year), strict=True)
    return [_address(site.search, shard) for site, shard in shards]


def _address(search: SearchView, shard: Artifact) -> str:
    return versioned(shard.path.removeprefix(search.path), shard.content)


def _row(entry: Entry) -> list[Any]:
    return [
        entry.path,
        _words(entry.title),
        entry.kind,
        entry.day,
        entry.state,
        entry.tone,
        entry.ticket,
        [_words(name) for name in entry.components],
        [_words(passage) for passage in entry.passages],
    ]


def _words(words: Words) -> str | list[str]:
    return [words.text, words.lang] if words.lang else words.text
