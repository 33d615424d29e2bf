"""The search page, and what its script searches: JSON in shards, so that none grows for ever.

``search/<year>.json`` holds the events of a year and ``search/pages.json`` the rest, in each
language. A shard is a list of rows, a row the fields of ``Entry`` in their order; words are
text, or [text, language] where they are not in the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statusgen.artifact import Artifact
from statusgen.json_file import json_file
from statusgen.outputs.edition import Edition, versioned
from statusgen.outputs.html import Pages
from statusgen.views.search import Entry
from statusgen.views.viewpoint import Words


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """The page and its shards in each language."""
    for site in edition.sites:
        search = site.search
        shards = [
            json_file(f"{search.path}{name}.json", [_row(entry) for entry in entries])
            for name, entries in search.shards.items()
        ]
        yield from shards
        names = [versioned(shard.path.removeprefix(search.path), shard.content) for shard in shards]
        page = Pages(edition, site)
        yield page.filled("search.html", search.path, search.title, search=search, shards=names)


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
