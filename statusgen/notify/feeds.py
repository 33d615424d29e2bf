"""The feeds of a published site, as they lie in its output folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from statusgen.model.content import Content

_UPDATES = ("feed.xml", "feed.atom", "feed.json")
_EVENTS = ("history.rss", "history.atom")


class NotPublished(Exception):
    """The folder does not hold what a build publishes; the text says what is missing."""


class Item(Struct, frozen=True):
    """An update as it was published; ``data`` is all that its JSON Feed says of it."""

    id: str
    title: str
    url: str
    html: str
    at: datetime
    data: Mapping[str, Any]


class Edition(Struct, frozen=True):
    """The updates in one language, newest first; ``affecting`` has the ids by component."""

    feed: str
    items: tuple[Item, ...]
    affecting: Mapping[str, frozenset[str]]


class Published(Struct, frozen=True):
    """The feeds by language, and the SHA-256 of every feed by its path in the site."""

    editions: Mapping[str, Edition]
    digests: Mapping[str, str]


def published(output: Path, content: Content) -> Published:
    """What lies in the output of that content. Raises NotPublished, or OSError for the disk."""
    if not output.is_dir():
        raise NotPublished(f"there is no folder {output}: build the site first")
    digests = {
        path: hashlib.sha256((output / path).read_bytes()).hexdigest()
        for path in _paths(content)
        if (output / path).is_file()
    }
    if not digests:
        raise NotPublished(f"no feeds are in {output}: it is no site, or one without feeds")
    needed = {one.language for one in content.subscriptions}
    editions = {
        language: _edition(output, content, language)
        for language in content.site.languages
        if language in needed
    }
    return Published(editions, digests)


def _paths(content: Content) -> Iterator[str]:
    """Each path at which a feed may lie."""
    for language in content.site.languages:
        prefix = _prefix(content, language)
        yield from (f"{prefix}{name}" for name in (*_UPDATES, *_EVENTS))
        for component in content.components:
            yield from (f"{prefix}components/{component.id}/{name}" for name in _UPDATES)


def _prefix(content: Content, language: str) -> str:
    return "" if language == content.site.languages[0] else f"{language}/"


def _edition(output: Path, content: Content, language: str) -> Edition:
    prefix = _prefix(content, language)
    path = f"{prefix}feed.json"
    items = _read(output, path)
    asked = {id for one in content.subscriptions for id in one.components}
    affecting = {
        id: frozenset(item.id for item in _read(output, f"{prefix}components/{id}/feed.json"))
        for id in sorted(asked)
    }
    return Edition(f"{content.site.url}{path}", items, affecting)


def _read(output: Path, path: str) -> tuple[Item, ...]:
    try:
        feed = json.loads((output / path).read_bytes())
        return tuple(_item(data) for data in feed["items"])
    except FileNotFoundError:
        said = (
            f"there is no {path} in {output}: build the site with the output `jsonfeed` switched on"
        )
        raise NotPublished(said) from None
    except (ValueError, TypeError, LookupError):
        raise NotPublished(
            f"what is in {output / path} is no feed of ours: build the site anew"
        ) from None


def _item(data: Mapping[str, Any]) -> Item:
    return Item(
        id=data["id"],
        title=data["title"],
        url=data["url"],
        html=data["content_html"],
        at=datetime.fromisoformat(data["date_published"]).astimezone(UTC),
        data=data,
    )
