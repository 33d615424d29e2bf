"""RSS 2.0: each update once, for people and chat channels.

https://www.rssboard.org/rss-specification and, for each choice, the reader that needs
it: ids that never change and dates that strictly decrease are what keeps a
subscription alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from statusgen import markup
from statusgen.artifact import Artifact
from statusgen.outputs.edition import Edition
from statusgen.views.feed import FeedItem
from statusgen.views.site import SiteView

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """``feed.xml`` in each language."""
    for site in edition.sites:
        yield Artifact(f"{site.frame.prefix}feed.xml", _feed(site))


def _feed(site: SiteView) -> bytes:
    from feedgen.feed import FeedGenerator

    frame, feed = site.frame, site.feed
    generator = FeedGenerator()
    generator.load_extension("dc", atom=False, rss=True)
    generator.title(feed.title)
    generator.description(feed.description)
    # feedgen writes the last link as <link>, and only the first "self".
    generator.link(
        href=f"{frame.url}{frame.prefix}feed.xml", rel="self", type="application/rss+xml"
    )
    generator.link(href=f"{frame.url}{frame.prefix}", rel="alternate")
    generator.language(frame.language)
    generator.generator("statusgen")
    generator.ttl(5)
    # The newest item's moment, not the build's: the same content gives the same bytes.
    generator.lastBuildDate(feed.items[0].at if feed.items else "1970-01-01T00:00:00Z")
    generator.docs("https://www.rssboard.org/rss-specification")
    for item in feed.items:
        _add(generator, item, site)
    return bytes(generator.rss_str(pretty=True)) + b"\n"


def _add(generator: FeedGenerator, item: FeedItem, site: SiteView) -> None:
    entry = generator.add_entry(order="append")
    entry.title(item.title)
    entry.link(href=f"{site.frame.url}{item.path}")
    entry.guid(item.id, permalink=False)
    entry.pubDate(item.at)
    # Readers take a description for HTML: plain text with a "<" in it must say so.
    entry.description(escape(item.summary, quote=False))
    # Escaped, not CDATA: text that holds "]]>" is no end then.
    entry.content(markup.absolute(item.html, site.frame.url), type="html")
    entry.category([{"term": category} for category in item.categories])
    if site.frame.organization:
        entry.dc.dc_creator(site.frame.organization)
