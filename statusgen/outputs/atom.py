"""Atom (RFC 4287): the items of the RSS feed, with the same ids."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from statusgen.outputs.edition import Edition, Part
from statusgen.views.feed import FeedItem, FeedView
from statusgen.views.site import SiteView

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

MEDIA_TYPE = "application/atom+xml"


def in_language(edition: Edition, site: SiteView) -> Iterator[Part]:
    """``feed.atom`` of the site and of each component."""
    for feed in site.feeds.updates:
        yield edition.file(f"{feed.path}.atom", feed, partial(document, feed))


def document(feed: FeedView) -> bytes:
    """The feed as its ``.atom`` file."""
    from feedgen.ext.base import BaseExtension
    from feedgen.feed import FeedGenerator

    generator = FeedGenerator()
    generator.register_extension("links", BaseExtension, _Entry, rss=False)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.description)
    generator.language(feed.language)
    generator.author({"name": feed.author})
    generator.generator("statusgen")
    generator.updated(feed.updated_at)
    for link in _links(feed):
        generator.link(link)
    for item in feed.items:
        _add(generator, feed, item)
    return bytes(generator.atom_str(pretty=True))


def _links(feed: FeedView) -> Iterator[dict[str, str]]:
    yield {"rel": "self", "type": MEDIA_TYPE, "href": f"{feed.base}{feed.path}.atom"}
    yield {"rel": "alternate", "type": "text/html", "href": f"{feed.base}{feed.page}"}
    for language, path in feed.translations:
        href = f"{feed.base}{path}.atom"
        yield {"rel": "alternate", "type": MEDIA_TYPE, "hreflang": language, "href": href}
    if feed.hub:
        yield {"rel": "hub", "href": feed.hub}


def _add(generator: FeedGenerator, feed: FeedView, item: FeedItem) -> None:
    entry = generator.add_entry(order="append")
    entry.id(item.id)
    entry.title(item.title)
    entry.link(href=f"{feed.base}{item.path}")
    entry.published(item.published_at)
    entry.updated(item.updated_at)
    if item.summary:
        entry.summary(item.summary)
    entry.content(str(item.html), type="html")
    entry.category([{"term": category} for category in item.categories])


class _Entry:
    """What feedgen leaves out of an entry: what its link leads to."""

    def extend_atom(self, entry: Any) -> None:
        link = entry.find("link")
        link.set("rel", "alternate")
        link.set("type", "text/html")
