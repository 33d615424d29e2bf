"""``sitemap.xml`` and ``robots.txt``: every page for search engines, in all its languages.

https://www.sitemaps.org/protocol.html, with the alternates of
https://developers.google.com/search/docs/specialty/international/localized-versions
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import quote

from markupsafe import Markup, escape
from msgspec import Struct

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.history.months import Month
from statusgen.history.record import Record
from statusgen.model.events import Card
from statusgen.outputs.edition import LAST, Edition, Part
from statusgen.views.events import event_path
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
_ALTERNATE = '<xhtml:link rel="alternate" hreflang="'


class Listed(Struct, frozen=True):
    """A page of a language, and when its content last changed where that can be told."""

    path: str
    changed_at: datetime | None = None


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact | Part]:
    """``sitemap.xml``, which leads to a file of the present and one of each year, and
    ``robots.txt``: with the first language, whose pages they name."""
    if not edition.is_first(site):
        return
    url = site.frame.url
    for year in edition.years:
        yield Part("", f"sitemap/{year}", _key(edition, year), partial(_of_year, edition, year))
    # By then the names of the others are known.
    yield Part(LAST, "sitemap", "", partial(_index, edition))
    yield Artifact("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {url}sitemap.xml\n".encode())


def _index(edition: Edition) -> Iterator[Artifact]:
    present = list(_files("sitemap-present", _entries(edition.sites, listed(edition))))
    names = [file.path for file in present]
    for year in reversed(edition.years):
        names += _names(edition, year, partial(_files_of_year, edition, year))
    url = edition.sites[0].frame.url
    yield _artifact("sitemap.xml", _INDEX, "".join(_PART.format(f"{url}{name}") for name in names))
    yield from present


def _key(edition: Edition, year: str) -> str:
    # A month may get a report by what happened before it.
    reported = [report.name for report in edition.record.reports.months]
    return edition.key_of_year(year, *(name for name in reported if name[:4] == year))


def _names(edition: Edition, year: str, files: Callable[[], Iterable[Artifact]]) -> list[str]:
    """What the files of a year are called."""
    made: list[str] = edition.kept(
        f"sitemaps/{year}", _key(edition, year), lambda: [file.path for file in files()]
    )
    return made


def _of_year(edition: Edition, year: str) -> list[Artifact]:
    files = list(_files_of_year(edition, year))
    _names(edition, year, lambda: files)
    return files


def _files_of_year(edition: Edition, year: str) -> Iterator[Artifact]:
    months = [month for month in edition.record.months if month.name[:4] == year]
    pages = (page for month in months for page in _listed_of_month(edition, month))
    return _files(
        f"sitemap-{year}", _entries(edition.sites, (*_listed_of_year(edition, year), *pages))
    )


def listed(edition: Edition) -> Iterator[Listed]:
    """The pages of the present in the first language, but for "not found" and what stands in
    pages of others."""
    site, record = edition.sites[0], edition.record
    told = record.by_last_word(lambda card: _last_word_at(record, card))
    yield Listed(site.frame.prefix, next((at for at, _ in told), None))
    yield from (Listed(view.path, _newest_in(view)) for view in site.lists)
    if site.frame.search:
        yield Listed(site.search.path)
    yield from (Listed(path) for path in (site.sla.path, *(page.path for page in site.pages)))


def _listed_of_year(edition: Edition, year: str) -> Iterator[Listed]:
    view = edition.sites[0].past.year(year)
    yield from (Listed(page.path) for page in (view.history, view.report) if page)


def _listed_of_month(edition: Edition, month: Month) -> Iterator[Listed]:
    """From the events alone: for thousands of them no words need be made."""
    record, prefix = edition.record, edition.sites[0].frame.prefix
    for card in month.began.cards:
        yield Listed(f"{prefix}{event_path(card)}", _last_word_at(record, card))
    if month.count:
        yield Listed(f"{prefix}history/{month.name}/", _newest(record, month.happened.cards))
    for incidents in edition.sites[0].past.ticketed(month):
        number = incidents[0].ticket or ""
        yield Listed(f"{prefix}tickets/{number}/", _newest(record, incidents))
    if any(report.name == month.name for report in record.reports.months):
        yield Listed(f"{prefix}sla/{month.name}/")


def _newest(record: Record, cards: Iterable[Card]) -> datetime | None:
    """When the last word was said about any of them."""
    return max((_last_word_at(record, card) for card in cards), default=None)


def _last_word_at(record: Record, card: Card) -> datetime:
    return record.last_word_at(card) or card.begins_at


def _newest_in(view: ListView) -> datetime | None:
    told = [plan.event for section in view.sections for plan in section.plans]
    told += [row.event for section in view.sections for row in section.rows]
    said = (event.updates[0].at if event.updates else event.started_at for event in told)
    return max(said, default=None)


def _entries(sites: Sequence[SiteView], pages: Iterable[Listed]) -> Iterator[str]:
    """An entry for each page in each language, with where it is in all of them."""
    # A page of the first language, which lies at the root, is in others in their folder.
    folders = [(s.frame.language, escape(s.frame.url + quote(s.frame.prefix))) for s in sites]
    for page in pages:
        path = escape(quote(page.path))
        there = [(language, f"{folder}{path}") for language, folder in folders]
        alternates = [*there, ("x-default", there[0][1])] if len(there) > 1 else []
        links = "".join(f'{_ALTERNATE}{tag}" href="{address}"/>\n' for tag, address in alternates)
        at = page.changed_at
        changed = f"<lastmod>{civil.iso(at)}</lastmod>\n" if at else ""
        for _, address in there:
            yield f"<url>\n<loc>{address}</loc>\n{changed}{links}</url>\n"


def _files(name: str, entries: Iterable[str]) -> Iterator[Artifact]:
    """The entries in as few files as they go in: name.xml, name-2.xml."""
    for number, part in enumerate(_parts(entries), start=1):
        yield _artifact(f"{name}.xml" if number == 1 else f"{name}-{number}.xml", _MAP, part)


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
