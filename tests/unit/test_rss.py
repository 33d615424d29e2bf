from __future__ import annotations

import locale
import re

import feedparser
from lxml import etree

from tests.feeds import EMPTY, FILES, INCIDENT, RESOLVED, SITE
from tests.sites import published

ATOM = "{http://www.w3.org/2005/Atom}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
ADDRESS = "https://status.voorbeeld.example/pad/"


def channel(xml: bytes) -> etree._Element:
    found = etree.fromstring(xml).find("channel")
    assert found is not None
    return found


def links(xml: bytes) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in channel(xml).findall(f"{ATOM}link")]


def test_a_reader_sees_an_item_for_each_update_newest_first() -> None:
    files = {**FILES, "incidents/2026/storing.yaml": INCIDENT + RESOLVED}
    parsed = feedparser.parse(published(files)["feed.xml"])
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert [entry.title for entry in parsed.entries] == [
        "Afgerond: Werk",
        "Bezig: Werk",
        "Opgelost: Storing",
        "In onderzoek: Storing",
        "Aangekondigd: Werk",
    ]
    work, _, _, looked_into, _ = parsed.entries
    assert work.summary == "ma 23 nov 2026 21:00 – 23:00 CET. Even weg."
    place = "#update-plan_completed_20261123t220000z"
    assert work.link == f"{ADDRESS}maintenance/werk/{place}"
    assert [tag.term for tag in work.tags] == ["Onderhoud", "Afgerond", "Server", "App"]
    assert work.author == "Voorbeeld BV"
    assert looked_into.summary == "Zie hulp &amp; &lt;b&gt;wacht&lt;/b&gt;."
    assert f'href="{ADDRESS}hulp/"' in looked_into.content[0].value
    assert "&lt;b&gt;wacht&lt;/b&gt;" in looked_into.content[0].value


def test_each_language_has_a_feed_of_its_own() -> None:
    built = published(FILES)
    dutch, english = (feedparser.parse(built[path]) for path in ("feed.xml", "en/feed.xml"))
    assert english.feed.title == "Trial Status"
    assert english.feed.language == "en"
    assert english.entries[0].title == "Completed: Work"
    assert len(dutch.entries) == len(english.entries)
    assert not {e.id for e in dutch.entries} & {e.id for e in english.entries}


def test_what_a_validator_asks_for() -> None:
    found = channel(published(FILES)["feed.xml"])
    for name in ("title", "link", "description", "language", "lastBuildDate", "ttl", "generator"):
        assert len(found.findall(name)) == 1, name
    assert found.findtext("link") == ADDRESS
    items = found.findall("item")
    assert len({item.findtext("guid") for item in items}) == len(items) > 0
    for item in items:
        for name in ("title", "link", "description", "guid", "pubDate"):
            assert len(item.findall(name)) == 1, name
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        moment = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"
        assert re.fullmatch(moment, str(item.findtext("pubDate")))
    assert found.findtext("lastBuildDate") == items[0].findtext("pubDate")


def test_a_channel_says_where_it_is_and_where_it_is_in_other_languages() -> None:
    built, kind = published(FILES), "application/rss+xml"
    assert links(built["feed.xml"]) == [
        {"rel": "self", "type": kind, "href": f"{ADDRESS}feed.xml"},
        {"rel": "alternate", "type": kind, "hreflang": "en", "href": f"{ADDRESS}en/feed.xml"},
    ]
    assert links(built["en/components/app/feed.xml"]) == [
        {"rel": "self", "type": kind, "href": f"{ADDRESS}en/components/app/feed.xml"},
        {
            "rel": "alternate",
            "type": kind,
            "hreflang": "nl",
            "href": f"{ADDRESS}components/app/feed.xml",
        },
    ]
    app = channel(built["en/components/app/feed.xml"])
    assert app.findtext("link") == f"{ADDRESS}en/components/app/"
    assert app.findtext("title") == "Trial Status · App"


def test_a_channel_names_the_hub_of_the_site() -> None:
    files = {**FILES, "site.yaml": SITE + "hub: https://hub.voorbeeld.example/\n"}
    for path in ("feed.xml", "components/app/feed.xml", "history.rss"):
        hub = {"rel": "hub", "href": "https://hub.voorbeeld.example/"}
        assert links(published(files)[path])[-1] == hub


def test_a_channel_says_how_often_to_look_in_the_letters_of_the_specification() -> None:
    found = channel(published(FILES)["feed.xml"])
    assert found.findtext(f"{SYNDICATION}updatePeriod") == "hourly"
    assert found.findtext(f"{SYNDICATION}updateFrequency") == "12"


def test_a_channel_without_items_has_the_same_date_with_every_build() -> None:
    found = channel(published(EMPTY)["feed.xml"])
    assert found.findall("item") == []
    assert found.findtext("lastBuildDate") == "Thu, 01 Jan 1970 00:00:00 +0000"


def test_the_locale_of_the_process_stays_as_it_is() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        chosen = locale.setlocale(locale.LC_ALL)
        published(FILES)
        assert locale.setlocale(locale.LC_ALL) == chosen
    finally:
        locale.setlocale(locale.LC_ALL, before)
