"""RSS 2.0: each update once, for people and chat channels.

https://www.rssboard.org/rss-specification, with the modules for the full text (content), the
author (dc), how often to look (sy) and links (atom), among them that of WebSub to its hub.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from statusgen.outputs.edition import Edition, Part
from statusgen.views.feed import FeedItem, FeedView
from statusgen.views.site import SiteView

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

MEDIA_TYPE = "application/rss+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"


def in_language(edition: Edition, site: SiteView) -> Iterator[Part]:
    """``feed.xml`` of the site and of each component."""
    for feed in site.feeds.updates:
        yield edition.file(f"{feed.path}.xml", feed, partial(document, feed, ".xml"))


def document(feed: FeedView, ending: str) -> bytes:
    """The feed as the file with that ending."""
    from feedgen.feed import FeedGenerator

    generator = FeedGenerator()
    generator.register_extension("channel", partial(_Channel, feed, ending), atom=False)
    generator.load_extension("dc", atom=False)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.link(href=f"{feed.base}{feed.page}", rel="alternate")
    generator.language(feed.language)
    generator.generator("statusgen")
    generator.ttl(5)
    generator.lastBuildDate(feed.updated_at)
    generator.docs("https://www.rssboard.org/rss-specification")
    for item in feed.items:
        _add(generator, feed, item)
    return bytes(generator.rss_str(pretty=True))


def _add(generator: FeedGenerator, feed: FeedView, item: FeedItem) -> None:
    entry = generator.add_entry(order="append")
    entry.title(item.title)
    entry.link(href=f"{feed.base}{item.path}")
    entry.guid(item.id, permalink=False)
    entry.pubDate(item.updated_at)
    # Readers take a description for HTML: plain text with a "<" in it must say so. Without a
    # summary the full text becomes the description.
    if item.summary:
        entry.description(escape(item.summary, quote=False))
    # Escaped, not CDATA: text that holds "]]>" is no end then.
    entry.content(str(item.html), type="html")
    entry.category([{"term": category} for category in item.categories])
    entry.dc.dc_creator(feed.author)


class _Channel:
    """What feedgen leaves out of a channel (links other than "self") or writes in other
    letters than the specification (the period)."""

    def __init__(self, feed: FeedView, ending: str) -> None:
        self.feed = feed
        self.ending = ending

    def extend_ns(self) -> dict[str, str]:
        return {"sy": _SYNDICATION}

    def extend_rss(self, rss: Any) -> None:
        channel = rss[0]
        for attributes in self._links():
            channel.append(channel.makeelement(f"{{{_ATOM}}}link", attributes))
        for name, text in (("updatePeriod", "hourly"), ("updateFrequency", "12")):
            element = channel.makeelement(f"{{{_SYNDICATION}}}{name}")
            element.text = text
            channel.append(element)

    def _links(self) -> Iterator[dict[str, str]]:
        base, ending = self.feed.base, self.ending
        yield {"rel": "self", "type": MEDIA_TYPE, "href": f"{base}{self.feed.path}{ending}"}
        for language, path in self.feed.translations:
            href = f"{base}{path}{ending}"
            yield {"rel": "alternate", "type": MEDIA_TYPE, "hreflang": language, "href": href}
        if self.feed.hub:
            yield {"rel": "hub", "href": self.feed.hub}
