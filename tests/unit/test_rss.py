from __future__ import annotations

import html as html_module
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest
from lxml import etree, html

from statusgen import themes
from statusgen.build import build
from statusgen.themes import Theme

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad
timezone: Europe/Amsterdam
languages: [nl, en]
organization: {name: Voorbeeld BV}
"""
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
SECOND = """\
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
FILES = {
    "site.yaml": SITE,
    "sla.yaml": SLA,
    "components.yaml": COMPONENTS,
    "incidents/2026/storing.yaml": INCIDENT,
    "maintenance/2026/werk.yaml": PLAN,
}


@cache
def all_themes() -> Mapping[str, Theme]:
    return themes.load(Path("no-such-folder"))


def feed(files: Mapping[str, str], now: datetime = NOW, path: str = "feed.xml") -> bytes:
    built = build({name: text.encode() for name, text in files.items()}, all_themes(), now)
    assert [finding for finding in built.findings if finding.severity == "error"] == []
    return next(artifact.content for artifact in built.artifacts if artifact.path == path)


def ids(xml: bytes) -> list[str]:
    return [entry.id for entry in feedparser.parse(xml).entries]


def test_a_reader_sees_an_item_for_each_update_newest_first() -> None:
    parsed = feedparser.parse(feed({**FILES, "incidents/2026/storing.yaml": INCIDENT + SECOND}))
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
    assert work.link == "https://status.voorbeeld.example/pad/maintenance/werk/"
    assert [tag.term for tag in work.tags] == ["Onderhoud", "Afgerond", "Server", "App"]
    assert work.author == "Voorbeeld BV"
    assert looked_into.summary == "Zie hulp &amp; &lt;b&gt;wacht&lt;/b&gt;."
    assert 'href="https://status.voorbeeld.example/pad/hulp/"' in looked_into.content[0].value
    assert "&lt;b&gt;wacht&lt;/b&gt;" in looked_into.content[0].value


def test_each_language_has_a_feed_of_its_own() -> None:
    dutch, english = feed(FILES), feed(FILES, path="en/feed.xml")
    assert feedparser.parse(english).feed.title == "Trial Status"
    assert feedparser.parse(english).feed.language == "en"
    assert feedparser.parse(english).entries[0].title == "Completed: Work"
    assert len(ids(dutch)) == len(ids(english))
    assert not set(ids(dutch)) & set(ids(english))


def test_what_a_validator_asks_for() -> None:
    channel = etree.fromstring(feed(FILES)).find("channel")
    assert channel is not None
    atom = channel.findall("{http://www.w3.org/2005/Atom}link")
    assert [(link.get("rel"), link.get("href"), link.get("type")) for link in atom] == [
        ("self", "https://status.voorbeeld.example/pad/feed.xml", "application/rss+xml")
    ]
    for name in ("title", "link", "description", "language", "lastBuildDate", "ttl", "generator"):
        assert len(channel.findall(name)) == 1, name
    assert channel.findtext("link") == "https://status.voorbeeld.example/pad/"
    items = channel.findall("item")
    assert len({item.findtext("guid") for item in items}) == len(items) > 0
    for item in items:
        for name in ("title", "link", "description", "guid", "pubDate"):
            assert len(item.findall(name)) == 1, name
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        moment = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"
        assert re.fullmatch(moment, str(item.findtext("pubDate")))
    assert channel.findtext("lastBuildDate") == items[0].findtext("pubDate")


def test_an_id_is_made_of_event_and_update_and_of_nothing_else() -> None:
    before = ids(feed(FILES))
    assert before[-1] == "tag:status.voorbeeld.example,2026:nl/maintenance/werk/plan_announced"
    assert "tag:status.voorbeeld.example,2026:nl/incident/storing/20261123t140300z" in before
    changes = {
        "typo": ("incidents/2026/storing.yaml", INCIDENT.replace("wacht", "wachten")),
        "title": ("incidents/2026/storing.yaml", INCIDENT.replace("nl: Storing", "nl: Uitval")),
        "name": ("components.yaml", COMPONENTS.replace("name: Server", "name: Servers")),
        "site": ("site.yaml", SITE.replace("Proef", "Proeven").replace("/pad", "/elders")),
        "window": ("maintenance/2026/werk.yaml", PLAN.replace("21:00", "20:00")),
    }
    for change, (name, text) in changes.items():
        assert text != FILES[name], change
        assert ids(feed({**FILES, name: text})) == before, change


def test_a_new_update_is_one_new_item() -> None:
    before = ids(feed(FILES))
    after = ids(feed({**FILES, "incidents/2026/storing.yaml": INCIDENT + SECOND}))
    assert [id for id in after if id not in before] == [
        "tag:status.voorbeeld.example,2026:nl/incident/storing/20261123t144200z"
    ]
    assert [id for id in after if id in before] == before


def test_an_update_that_comes_after_the_clock_said_so_takes_nothing_away() -> None:
    late = PLAN + "updates:\n  - {at: 2026-11-23 21:05, status: in_progress}\n"
    before = ids(feed(FILES))
    after = ids(feed({**FILES, "maintenance/2026/werk.yaml": late}))
    assert set(before) < set(after)


@pytest.mark.parametrize(
    ("moment", "titles"),
    [
        ("2026-11-20T08:59:59", []),
        ("2026-11-20T09:00:00", ["Aangekondigd: Werk"]),
        ("2026-11-23T19:59:59", ["In onderzoek: Storing", "Aangekondigd: Werk"]),
        ("2026-11-23T20:00:00", ["Bezig: Werk", "In onderzoek: Storing", "Aangekondigd: Werk"]),
    ],
)
def test_nothing_is_told_before_its_moment(moment: str, titles: list[str]) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [entry.title for entry in feedparser.parse(feed(FILES, now)).entries] == titles


def test_moments_are_unique_and_decrease_and_at_most_fifty_are_kept() -> None:
    start = datetime(2026, 10, 1, 8)
    many = {
        f"incidents/2026/i{number}.yaml": INCIDENT.replace(
            "2026-11-23 15:03", f"{start + timedelta(hours=number // 3):%Y-%m-%d %H:%M}"
        ).replace("2026-11-23 14:58", "2026-10-01 07:00")
        for number in range(70)
    }
    items = etree.fromstring(feed({**FILES, **many})).findall("channel/item")
    moments = [parsedate_to_datetime(str(item.findtext("pubDate"))) for item in items]
    assert len(moments) == 50
    assert all(newer > older for newer, older in pairwise(moments))
    assert all(moment <= NOW for moment in moments)


def test_occurrences_of_a_schedule_are_announced_as_they_come_into_sight() -> None:
    schedule = """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-10-01 22:00
duration: 1h
announced: 2026-09-25 10:00
"""
    files = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}
    entries = feedparser.parse(feed({**files, "schedules/updates.yaml": schedule})).entries
    announced = {e.id.split("/")[-2]: e.published for e in entries if "announced" in e.id}
    assert announced["updates-2026-10-01"] == "Fri, 25 Sep 2026 08:00:00 +0000"
    assert announced["updates-2027-01-21"] == "Sun, 22 Nov 2026 21:00:00 +0000"
    assert max(announced) == "updates-2027-01-21"


HOSTILE = [
    "]]>",
    "<script>alert(1)</script>",
    "&amp;&lt;",
    "\u202eachterstevoren\u202c",
    "\U0001f525\U0001f9ef",
    "a" * 10_000,
    "[x](javascript:alert(1))",
    "'\"",
    "\ufe0f\u200d",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    incident = INCIDENT.replace("nl: Storing", f"nl: {quoted}")
    incident = re.sub(r"text: \{nl: .*, en", lambda _: f"text: {{nl: {quoted}, en", incident)
    parsed = feedparser.parse(feed({**FILES, "incidents/2026/storing.yaml": incident}))
    assert not parsed.bozo
    entry = next(entry for entry in parsed.entries if "/incident/" in entry.id)
    body = html.fragment_fromstring(entry.content[0].value, create_parent=True)
    assert not body.xpath("//script")
    assert all(re.match("https?://|mailto:|tel:", link) for link in body.xpath("//@href"))
    # A reader sees what was written; of a link that leads nowhere safe, its words.
    written = html_module.unescape(text.partition("](")[0].strip("["))
    assert written in body.text_content()
