from __future__ import annotations

import feedparser
from lxml import etree

from tests.feeds import EMPTY, FILES, SITE
from tests.sites import published

ADDRESS = "https://status.voorbeeld.example/pad/"
NAMES = {"a": "http://www.w3.org/2005/Atom"}


def links(element: etree._Element) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in element.findall("a:link", NAMES)]


def test_a_reader_sees_the_items_of_the_rss_feed() -> None:
    built = published(FILES)
    atom, rss = (feedparser.parse(built[path]) for path in ("feed.atom", "feed.xml"))
    assert not atom.bozo
    assert (atom.version, atom.feed.title, atom.feed.language) == ("atom10", "Proef Status", "nl")
    assert [(e.id, e.title, e.link) for e in atom.entries] == [
        (e.id, e.title, e.link) for e in rss.entries
    ]
    assert [e.content[0].value for e in atom.entries] == [e.content[0].value for e in rss.entries]
    assert [e.published_parsed for e in atom.entries] == [e.published_parsed for e in rss.entries]


def test_a_summary_is_plain_text_and_the_content_is_html() -> None:
    feed = etree.fromstring(published(FILES)["feed.atom"])
    looked_into = feed.findall("a:entry", NAMES)[2]
    assert looked_into.findtext("a:summary", namespaces=NAMES) == "Zie hulp & <b>wacht</b>."
    content = looked_into.find("a:content", NAMES)
    assert content is not None
    assert content.get("type") == "html"
    assert "&lt;b&gt;wacht&lt;/b&gt;" in str(content.text)


def test_an_entry_has_one_link_and_both_dates() -> None:
    feed = etree.fromstring(published(FILES)["feed.atom"])
    entries = feed.findall("a:entry", NAMES)
    assert len(entries) == 4
    for entry in entries:
        (link,) = links(entry)
        assert (link["rel"], link["type"]) == ("alternate", "text/html")
        for name in ("id", "title", "updated", "published"):
            assert len(entry.findall(f"a:{name}", NAMES)) == 1, name
    newest = entries[0].findtext("a:updated", namespaces=NAMES)
    assert newest == "2026-11-23T22:00:00+00:00"
    assert feed.findtext("a:updated", namespaces=NAMES) == newest


def test_a_feed_says_where_it_is_in_each_form_and_language() -> None:
    files = {**FILES, "site.yaml": SITE + "hub: https://hub.voorbeeld.example/\n"}
    kind = "application/atom+xml"
    feed = etree.fromstring(published(files)["components/server/feed.atom"])
    folder = f"{ADDRESS}components/server/"
    english = f"{ADDRESS}en/components/server/feed.atom"
    assert links(feed) == [
        {"href": f"{folder}feed.atom", "rel": "self", "type": kind},
        {"href": folder, "rel": "alternate", "type": "text/html"},
        {"href": english, "rel": "alternate", "type": kind, "hreflang": "en"},
        {"href": "https://hub.voorbeeld.example/", "rel": "hub"},
    ]
    id = "tag:status.voorbeeld.example,2026:nl/components/server/feed"
    assert feed.findtext("a:id", namespaces=NAMES) == id
    assert feed.findtext("a:author/a:name", namespaces=NAMES) == "Voorbeeld BV"


def test_the_generator_tells_no_version() -> None:
    generator = etree.fromstring(published(FILES)["feed.atom"]).find("a:generator", NAMES)
    assert generator is not None
    assert (generator.text, dict(generator.attrib)) == ("statusgen", {})


def test_a_feed_without_entries_has_the_same_date_with_every_build() -> None:
    feed = etree.fromstring(published(EMPTY)["feed.atom"])
    assert feed.findall("a:entry", NAMES) == []
    assert feed.findtext("a:updated", namespaces=NAMES) == "1970-01-01T00:00:00+00:00"
