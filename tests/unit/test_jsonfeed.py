from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import ValidationError

from tests.feeds import EMPTY, FILES, SITE, entries
from tests.sites import published

ADDRESS = "https://status.voorbeeld.example/pad/"


def test_a_program_reads_the_items_of_the_rss_feed() -> None:
    built = published(FILES)
    assert [(e.id, e.url, e.title, e.html, e.published) for e in items(built, "feed.json")] == [
        (e.id, e.url, e.title, e.html, e.published) for e in items(built, "feed.xml")
    ]


def items(built: dict[str, bytes], path: str) -> Any:
    return entries(path, built[path])


def test_a_feed_says_what_it_is_and_where() -> None:
    feed = json.loads(published(FILES)["en/feed.json"])
    assert {name: value for name, value in feed.items() if name != "items"} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Trial Status",
        "home_page_url": f"{ADDRESS}en/",
        "feed_url": f"{ADDRESS}en/feed.json",
        "description": "Disruptions and maintenance of Trial Status, an item for each update.",
        "authors": [{"name": "Voorbeeld BV"}],
        "language": "en",
    }
    assert feed["items"][2] == {
        "id": "tag:status.voorbeeld.example,2026:en/incident/storing/20261123t140300z",
        "url": f"{ADDRESS}en/incidents/storing/#update-20261123t140300z",
        "title": "Investigating: Outage",
        "content_html": "<p>We look into it.</p>",
        "summary": "We look into it.",
        "date_published": "2026-11-23T14:03:00+00:00",
        "tags": ["Disruption", "Investigating", "Server"],
    }


def test_a_feed_names_the_hub_of_the_site() -> None:
    files = {**FILES, "site.yaml": SITE + "hub: https://hub.voorbeeld.example/\n"}
    feed = published(files)["feed.json"]
    assert json.loads(feed)["hubs"] == [{"type": "WebSub", "url": "https://hub.voorbeeld.example/"}]
    assert entries("feed.json", feed)


def test_a_feed_without_items_is_one() -> None:
    assert entries("feed.json", published(EMPTY)["feed.json"]) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("url", "maintenance/werk/"), ("id", ""), ("id", 7), ("date_published", "2026-11-23"),
     ("content_html", None), ("guid", "x")],
)  # fmt: skip
def test_the_schema_refuses_what_the_specification_does(name: str, value: object) -> None:
    feed = json.loads(published(FILES)["feed.json"])
    feed["items"][0][name] = value
    with pytest.raises(ValidationError):
        entries("feed.json", json.dumps(feed).encode())
