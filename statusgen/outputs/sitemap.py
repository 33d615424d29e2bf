"""``sitemap.xml`` and ``robots.txt``: every page for search engines, in all its languages.

https://www.sitemaps.org/protocol.html, with the alternates of
https://developers.google.com/search/docs/specialty/international/localized-versions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.outputs.edition import Edition
from statusgen.views.events import EventView
from statusgen.views.sections import ListView
from statusgen.views.site import SiteView

MOST_ADDRESSES = 50_000
MOST_BYTES = 50 * 1024 * 1024
"""A file holds no more than either; the rest goes into a next one."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MAP = (
    f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n',
    "</urlset>\n",
)
_INDEX = (
    f'{_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n',
    "</sitemapindex>\n",
)
_PART = Markup("<sitemap><loc>{}</loc></sitemap>\n")
_ALTERNATE = Markup('<xhtml:link rel="alternate" hreflang="{}" href="{}"/>\n')


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a language, and when its content last changed where that can be told."""

    path: str
    changed_at: datetime | None = None


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """``sitemap.xml``, its parts where one file is too small, and ``robots.txt``."""
    url = edition.sites[0].frame.url
    parts = [*_parts(_entries(edition.sites))] or [""]
    if len(parts) == 1:
        yield _artifact("sitemap.xml", _MAP, parts[0])
    else:
        names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        index = "".join(_PART.format(f"{url}{name}") for name in names)
        yield _artifact("sitemap.xml", _INDEX, index)
        for name, part in zip(names, parts, strict=True):
            yield _artifact(name, _MAP, part)
    yield Artifact("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {url}sitemap.xml\n".encode())


def listed(site: SiteView) -> Iterator[Listed]:
    """Every page of a language, but for "not found" and what stands in pages of others."""
    yield Listed(site.frame.prefix, _newest(site.events))
    yield from (Listed(event.path, _newest([event])) for event in site.events)
    yield from (Listed(view.path, _newest(_events_in(view))) for view in site.lists)
    if site.frame.search:
        yield Listed(site.search.path)
    others = (site.sla.path, *(r.path for r in site.reports), *(p.path for p in site.pages))
    yield from (Listed(path) for path in others)


def _newest(events: Iterable[EventView]) -> datetime | None:
    """When the last word was said about any of them."""
    told = (event.updates[0].at if event.updates else event.started_at for event in events)
    return max(told, default=None)


def _events_in(view: ListView) -> Iterator[EventView]:
    for section in view.sections:
        yield from (plan.event for plan in section.plans)
        yield from (row.event for row in section.rows)


def _entries(sites: Sequence[SiteView]) -> Iterator[str]:
    """An entry for each page in each language, with where it is in all of them."""
    first = sites[0]
    for page in listed(first):
        there = [(s.frame.language, _address(s, page.path)) for s in sites]
        alternates = [*there, ("x-default", there[0][1])] if len(there) > 1 else []
        links = "".join(_ALTERNATE.format(*alternate) for alternate in alternates)
        at = page.changed_at
        changed = f"<lastmod>{civil.iso(at)}</lastmod>\n" if at else ""
        for _, address in there:
            loc = Markup("<loc>{}</loc>").format(address)
            yield f"<url>\n{loc}\n{changed}{links}</url>\n"


def _address(site: SiteView, path: str) -> str:
    """Where a page of the first language, which lies at the root, is in that of ``site``."""
    return site.frame.url + quote(f"{site.frame.prefix}{path}")


def _parts(entries: Iterable[str]) -> Iterator[str]:
    """The entries in as few files as they go in."""
    room = MOST_BYTES - sum(len(text) for text in _MAP)
    part: list[str] = []
    size = 0
    for entry in entries:
        length = len(entry.encode())
        if len(part) == MOST_ADDRESSES or size + length > room:
            yield "".join(part)
            part, size = [], 0
        part.append(entry)
        size += length
    if part:
        yield "".join(part)


def _artifact(path: str, around: tuple[str, str], body: str) -> Artifact:
    return Artifact(path, f"{around[0]}{body}{around[1]}".encode())
