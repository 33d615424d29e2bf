"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): the items of the RSS feed, with the
same ids, for programs without a parser of XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statusgen.artifact import Artifact
from statusgen.json_file import json_file
from statusgen.outputs.edition import Edition
from statusgen.views.feed import FeedItem, FeedView
from statusgen.views.site import SiteView


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """``feed.json`` of the site and of each component."""
    for feed in site.feeds.updates:
        yield json_file(f"{feed.path}.json", _feed(feed))


def _feed(feed: FeedView) -> dict[str, Any]:
    hubs = {"hubs": [{"type": "WebSub", "url": feed.hub}]} if feed.hub else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{feed.base}{feed.page}",
        "feed_url": f"{feed.base}{feed.path}.json",
        "description": feed.description,
        "authors": [{"name": feed.author}],
        "language": feed.language,
        **hubs,
        "items": [_item(feed, item) for item in feed.items],
    }


def _item(feed: FeedView, item: FeedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": f"{feed.base}{item.path}",
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": item.published_at.isoformat(),
        "tags": item.categories,
    }
