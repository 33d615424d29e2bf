"""A small site with feeds, and these as parsers that are not ours read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
from jsonschema import Draft202012Validator

from tests.sites import only

SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad
timezone: Europe/Amsterdam
languages: [nl, en]
organization: {name: Voorbeeld BV}
""" + only("rss", "atom", "jsonfeed", "history")
SLA = "title: {nl: Afspraken, en: Agreement}\n"
COMPONENTS = """\
groups:
  - {id: all, name: Alles, components: [{id: server, name: Server}, {id: app, name: App}]}
"""
INCIDENT = """\
title: {nl: Storing, en: Outage}
components: {server: major_outage}
started: 2026-11-23 14:58
updates:
  - at: 2026-11-23 15:03
    status: investigating
    text: {nl: "Zie [hulp](/pad/hulp/) & <b>wacht</b>.", en: We look into it.}
"""
RESOLVED = """\
  - at: 2026-11-23 15:42
    status: resolved
    text: {nl: Opgelost., en: Solved.}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [server, app]
start: 2026-11-23 21:00
duration: 2h
announced: 2026-11-20 10:00
text: {nl: Even weg., en: Away for a bit.}
"""
SCHEDULE = """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-10-01 22:00
duration: 1h
announced: 2026-09-25 10:00
"""
FILES = {
    "site.yaml": SITE,
    "sla.yaml": SLA,
    "components.yaml": COMPONENTS,
    "incidents/2026/storing.yaml": INCIDENT,
    "maintenance/2026/werk.yaml": PLAN,
}
EMPTY = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}


def is_feed(path: str) -> bool:
    """Whether a file of a site is a feed of any form."""
    name = path.rpartition("/")[2]
    return name in ("feed.xml", "feed.atom", "feed.json", "history.rss", "history.atom")


@dataclass(frozen=True)
class Entry:
    """An item as a subscriber sees it."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    html: str
    summary: str
    tags: tuple[str, ...]


def entries(path: str, content: bytes) -> list[Entry]:
    """The items of the feed at that path, in its order; it must have nothing wrong with it."""
    read: Callable[[bytes], list[Entry]] = _from_json if path.endswith(".json") else _from_xml
    return read(content)


def _from_xml(content: bytes) -> list[Entry]:
    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [
        Entry(
            id=entry.id,
            title=entry.title,
            url=entry.link,
            published=_moment(entry.published),
            # Asked by its own method, the entry gives another date with a warning.
            updated=_moment(dict.get(entry, "updated", entry.published)),
            html=entry.content[0].value if "content" in entry else entry.summary,
            summary=entry.get("summary", ""),
            tags=tuple(tag.term for tag in entry.tags),
        )
        for entry in parsed.entries
    ]


def _from_json(content: bytes) -> list[Entry]:
    feed = json.loads(content)
    _VALIDATOR.validate(feed)
    return [
        Entry(
            id=item["id"],
            title=item["title"],
            url=item["url"],
            published=_moment(item["date_published"]),
            updated=_moment(item["date_published"]),
            html=item["content_html"],
            summary=item["summary"],
            tags=tuple(item["tags"]),
        )
        for item in feed["items"]
    ]


def _moment(text: str) -> datetime:
    moment = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    assert moment.tzinfo
    return moment


def _only(required: list[str], /, **properties: Any) -> dict[str, Any]:
    """An object with these keys, of which some are required, and extensions (`_name`)."""
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {r"^_[A-Za-z][^.]*$": {}},
        "additionalProperties": False,
        "required": required,
    }


_TEXT = {"type": "string"}
_SAID = {"type": "string", "minLength": 1}
_URL = {"type": "string", "pattern": r"^https?://[^\s]+$"}
_LANGUAGE = {"type": "string", "pattern": r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"}
_DATE = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
_AUTHORS = {"type": "array", "items": {**_only([], name=_SAID, url=_URL), "minProperties": 1}}
_ATTACHMENT = _only(
    ["url", "mime_type"],
    url=_URL,
    mime_type=_SAID,
    title=_TEXT,
    size_in_bytes={"type": "number"},
    duration_in_seconds={"type": "number"},
)
_ITEM = {
    **_only(
        ["id"],
        id=_SAID,
        url=_URL,
        external_url=_URL,
        title=_TEXT,
        content_html=_TEXT,
        content_text=_TEXT,
        summary=_TEXT,
        image=_URL,
        banner_image=_URL,
        date_published=_DATE,
        date_modified=_DATE,
        authors=_AUTHORS,
        tags={"type": "array", "items": _TEXT},
        language=_LANGUAGE,
        attachments={"type": "array", "items": _ATTACHMENT},
    ),
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
}
JSON_FEED = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_only(
        # The two addresses are required of a feed on the public web.
        ["version", "title", "items", "home_page_url", "feed_url"],
        version={"const": "https://jsonfeed.org/version/1.1"},
        title=_SAID,
        home_page_url=_URL,
        feed_url=_URL,
        description=_TEXT,
        user_comment=_TEXT,
        next_url=_URL,
        icon=_URL,
        favicon=_URL,
        authors=_AUTHORS,
        language=_LANGUAGE,
        expired={"type": "boolean"},
        hubs={"type": "array", "items": _only(["type", "url"], type=_SAID, url=_URL)},
        items={"type": "array", "items": _ITEM},
    ),
}
"""JSON Feed 1.1 by its specification, https://www.jsonfeed.org/version/1.1/."""
_VALIDATOR = Draft202012Validator(JSON_FEED)
