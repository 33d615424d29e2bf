"""What holds for a feed of any form."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree, html

from statusgen.content.reading import read
from statusgen.i18n import Language
from statusgen.views.channels import channels
from statusgen.views.viewpoint import Viewpoint
from tests.feeds import FILES, NOW, SITE, entries, is_feed, site
from tests.only import only

TEXTS = {
    "end of CDATA": "]]>",
    "script": "<script>alert(1)</script>",
    "character references": "&amp;&lt;&#0;&nbsp;&bogus;",
    "an entity of one's own": '<!DOCTYPE x [<!ENTITY e "e">]>&e;',
    "turned around": "\u202eachterstevoren\u202c\u2066\u200f",
    "emoji": "\U0001f525\U0001f9ef\U0001f469\u200d\U0001f692",
    "ten thousand characters": "a" * 10_000,
    "a link that is none": "[x](javascript:alert(1))",
    "quotes": "'\"`",
    "selectors and joiners": "\ufe0f\u200d\ufeff",
    "the last of all characters": "\U0010fffd\ufdd0",
    "templates": "{{ 7 * 7 }} {title} %s %(x)s",
}

INCIDENT = """\
title: TEXT
components: {server: major_outage}
started: 2026-11-23 14:58
excluded: {ground: customer-fault, reason: TEXT}
postmortem: TEXT
updates:
  - {at: 2026-11-23 15:03, status: investigating, text: TEXT}
  - {at: 2026-11-23 15:10, status: identified, text: TEXT, components: {app: partial_outage}}
  - {at: 2026-11-23 15:42, status: resolved, text: TEXT}
"""
PLAN = """\
title: TEXT
components: [server, app]
start: 2026-11-23 21:00
duration: 2h
announced: 2026-11-20 10:00
text: TEXT
updates:
  - {at: 2026-11-23 23:30, status: completed, text: TEXT}
"""
SCHEDULE = """\
title: TEXT
components: [app]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-10-01 22:00
duration: 1h
announced: 2026-09-25 10:00
text: TEXT
"""
COMPONENTS = """\
groups:
  - id: all
    name: TEXT
    components: [{id: server, name: TEXT, description: TEXT}, {id: app, name: TEXT}]
"""


def filled(text: str) -> dict[str, bytes]:
    """The site with that text in every field that takes words."""
    quoted = "'" + text.replace("'", "''") + "'"
    both = f"{{nl: {quoted}, en: {quoted}}}"
    templates = {
        "site.yaml": SITE.replace("{nl: Proef Status, en: Trial Status}", "TEXT").replace(
            "Voorbeeld BV", quoted if len(text) <= 500 else "Voorbeeld BV"
        )
        + "notice: TEXT\n",
        "sla.yaml": "title: TEXT\n",
        "components.yaml": COMPONENTS,
        "incidents/2026/storing.yaml": INCIDENT,
        "maintenance/2026/werk.yaml": PLAN,
        "schedules/updates.yaml": SCHEDULE,
    }
    return site({name: template.replace("TEXT", both) for name, template in templates.items()})


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_text_stays_text_in_every_field(text: str) -> None:
    feeds = {path: content for path, content in filled(text).items() if is_feed(path)}
    assert len(feeds) == 22
    for path, content in feeds.items():
        items = entries(path, content)
        assert items, path
        for item in items:
            body = html.fragment_fromstring(item.html, create_parent="div")
            allowed = {"div", "p", "br", "strong", "small", "a", "em", "code"}
            assert {str(element.tag) for element in body.iter()} <= allowed
            assert all(re.match("https?://|mailto:|tel:", link) for link in body.xpath("//@href"))
            assert text in item.title
            if path.endswith("feed.xml"):
                # Readers take it for HTML.
                described = html.fragment_fromstring(item.summary, create_parent="div")
                assert len(described) == 0


@pytest.mark.parametrize(
    "text",
    ["]]>", "<b>a & b</b>", "\u202eom\u202c", "\U0001f525"],
    ids=["cdata", "html", "bidi", "emoji"],
)
def test_a_reader_shows_the_text_as_it_was_written(text: str) -> None:
    feeds = {path: content for path, content in filled(text).items() if is_feed(path)}
    for path, content in feeds.items():
        for item in entries(path, content):
            body = html.fragment_fromstring(item.html, create_parent="div")
            assert text in body.text_content(), path
    rss = etree.fromstring(feeds["feed.xml"]).find("channel")
    atom = etree.fromstring(feeds["feed.atom"])
    assert rss is not None
    assert rss.findtext("title") == text
    assert atom.findtext("{http://www.w3.org/2005/Atom}title") == text
    assert json.loads(feeds["feed.json"])["title"] == text


def test_an_output_that_is_switched_off_leaves_no_feed_of_its_form() -> None:
    for output, ending in {
        "rss": "feed.xml",
        "atom": "feed.atom",
        "jsonfeed": "feed.json",
        "history": "history.rss",
    }.items():
        others = {"rss", "atom", "jsonfeed", "history"} - {output}
        built = site({**FILES, "site.yaml": SITE.partition("outputs:")[0] + only(*others)})
        assert built
        assert not [path for path in built if path.endswith(ending)]


def test_the_ways_to_follow_are_files_of_the_site() -> None:
    built = site(FILES)
    content = read({name: text.encode() for name, text in FILES.items()}).content
    assert content
    view = Viewpoint(content, Language.load("en"), "en/", NOW)
    whole, one = channels(view), channels(view, "app")
    assert [channel.path for channel in whole if is_feed(channel.path)] == [
        *("en/feed.xml", "en/feed.atom", "en/feed.json", "en/history.rss", "en/history.atom"),
    ]
    assert [channel.path for channel in one if is_feed(channel.path)] == [
        *("en/components/app/feed.xml", "en/components/app/feed.atom"),
        "en/components/app/feed.json",
    ]
    paths = {channel.path for channel in (*whole, *one)}
    assert {f"{path}index.html" if path.endswith("/") else path for path in paths} <= built.keys()
    # A reader that found the history too would tell everything twice.
    assert not [c for c in whole if c.is_feed and "history" in c.path]
