"""Text that means something to a program stays text, in every field and every output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest
import vobject
from icalendar import Calendar
from lxml import etree, html

from statusgen.build import build
from statusgen.content import event_documents, pages, site_documents
from statusgen.content.fields import Document, Line, Name, Words
from statusgen.content.values import MAX_LINE
from statusgen.findings import Span
from tests import api_reader, feeds, statuspage_reader
from tests.sites import NOW, all_themes, published

TEXTS = {
    "end of CDATA": "]]>",
    "script": "</script><script>alert(1)</script>",
    "end of a picture": "</title></svg><img src=x onerror=alert(1)>",
    "comment": "<!-- <script>",
    "character references": "&amp;&lt;&#0;&nbsp;&bogus;",
    "an entity of one's own": '<!DOCTYPE x [<!ENTITY e "e">]>&e;',
    "turned around": "\u202eachterstevoren\u202c\u2066\u200f",
    "emoji": "\U0001f525\U0001f9ef\U0001f469\u200d\U0001f692 漢字",
    "ten thousand characters": "a" * 10_000,
    "a link that is none": "[x](javascript:alert(1))",
    "quotes": '\'"`" onfocus=alert(1) x="',
    "selectors and joiners": "x\ufe0f\u200d\ufeff",
    "the last of all characters": "\U0010fffd\ufdd0",
    "templates": "{{ 7 * 7 }} {title} {0} %s %(x)s",
    "calendar": "a; b, c: d\\n \\; END:VCALENDAR",
    "JSON": '\\u003c\\"},{"x":1',
}
OF_NO_WORDS = {
    ("ChannelDocument", "value"),
    ("ScheduleDocument", "rrule"),
    ("WindowDocument", "start"),
    ("WindowDocument", "end"),
}
"""Fields of a line that is no text, but an address, a rule or a moment."""


def content(text: str, given: set[tuple[str, str]]) -> dict[str, str]:
    """A site with that text in every field that takes any; ``given`` names those."""
    line = text[:MAX_LINE]

    def put(kind: str, field: str, value: object = None) -> Any:
        given.add((kind, field))
        return {"nl": text, "en": text} if value is None else value

    site = {
        "name": put("SiteDocument", "name"),
        "url": "https://status.voorbeeld.example/pad/",
        "timezone": "Europe/Amsterdam",
        "languages": ["nl", "en"],
        "organization": {"name": put("OrganizationDocument", "name", line)},
        "notice": put("SiteDocument", "notice"),
        "support": {
            "hours": {"days": "mon-fri", "from": "08:30", "to": "17:00"},
            "excluded": [put("SupportDocument", "excluded")],
        },
        "hub": "https://hub.voorbeeld.example/",
        "security": "mailto:security@voorbeeld.example",
    }
    number = put("ClauseDocument", "number", line)
    sla = {
        "title": put("AgreementDocument", "title"),
        "availability": {
            "target": "99.9%",
            "hours": {"days": "mon-fri", "from": "08:30", "to": "17:30"},
        },
        "backups": {"every": "1d"},
        "clauses": {"availability": {"number": number, "text": put("ClauseDocument", "text")}},
    }
    field = {name: put("JsonFieldDocument", name, line) for name in ("field", "value")}
    expect = {"contains": put("ExpectationDocument", "contains", line), "json": field}
    server = {
        "id": "server",
        "name": put("ComponentDocument", "name"),
        "description": put("ComponentDocument", "description"),
        "probe": {"url": "https://server.voorbeeld.example/", "expect": expect},
    }
    group = {"id": "all", "name": put("GroupDocument", "name"), "components": [server]}
    told = {"status": "investigating", "text": put("IncidentUpdateDocument", "text")}
    incident = {
        "title": put("IncidentDocument", "title"),
        "components": {"server": "major_outage"},
        "started": "2026-11-24 12:58",
        "excluded": {"ground": "customer-fault", "reason": put("ExclusionDocument", "reason")},
        "ticket": "INL-1",
        "updates": [{"at": "2026-11-24 12:59", **told}],
    }
    over = {
        **incident,
        "started": "2026-11-20 12:00",
        "updates": [
            {"at": "2026-11-20 12:00", **told},
            {"at": "2026-11-20 13:00", **told, "status": "resolved"},
        ],
        "postmortem": put("IncidentDocument", "postmortem"),
    }
    plan = {
        "title": put("MaintenanceDocument", "title"),
        "components": ["server"],
        "start": "2026-11-25 21:00",
        "duration": "2h",
        "announced": "2026-11-20 10:00",
        "effect": "partial_outage",
        "text": put("MaintenanceDocument", "text"),
        "updates": [
            {
                "at": "2026-11-21 10:00",
                "status": "scheduled",
                "text": put("MaintenanceUpdateDocument", "text"),
            }
        ],
        "override": {
            "reason": put("OverrideDocument", "reason"),
            "approved_by": put("OverrideDocument", "approved_by"),
        },
    }
    schedule = {
        "title": put("ScheduleDocument", "title"),
        "components": ["server"],
        "rrule": "FREQ=WEEKLY;BYDAY=TH",
        "first": "2026-11-05 22:00",
        "duration": "1h",
        "text": put("ScheduleDocument", "text"),
        "updates": [
            {
                "occurrence": "2026-11-26",
                "at": "2026-11-24 12:50",
                "status": "scheduled",
                "text": put("OccurrenceUpdateDocument", "text"),
            }
        ],
    }
    backup = {"at": "2026-11-23 23:00", "ok": "false", "note": put("BackupDocument", "note")}
    title = json.dumps(put("PageHeader", "title", line), ensure_ascii=False)
    values: dict[str, Any] = {
        "site": site,
        "sla": sla,
        "components": {"groups": [group]},
        "incidents/2026/storing": incident,
        "incidents/2026/over": over,
        "maintenance/2026/werk": plan,
        "schedules/updates": schedule,
        "backups/2026-11": [backup],
    }
    pages = {f"pages/hulp.{tag}.md": f"---\ntitle: {title}\n---\n{text}\n" for tag in ("nl", "en")}
    return pages | {
        f"{name}.yaml": json.dumps(value, ensure_ascii=False) for name, value in values.items()
    }


def test_every_field_that_takes_text_is_tried() -> None:
    given: set[tuple[str, str]] = set()
    content("x", given)
    takes_text = {
        (kind.__name__, name)
        for module in (site_documents, event_documents, pages)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Document)
        for name, hint in get_type_hints(kind, include_extras=True).items()
        if {Words, Name, Line} & set(parts(hint))
    }
    assert given == takes_text - OF_NO_WORDS


def parts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, list):
        return
    try:
        hash(hint)
    except TypeError:
        return
    yield hint
    for part in get_args(hint):
        yield from parts(part)


@cache
def site(text: str) -> dict[str, bytes]:
    return published(content(text, set()))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_output_stays_what_it_is(text: str) -> None:
    hostile, harmless = site(text), site("x")
    assert hostile.keys() == harmless.keys()
    for path, file in hostile.items():
        kind = path.rpartition("/")[2].rpartition(".")[2]
        if kind == "html":
            page_is_safe(file, harmless[path])
        elif feeds.is_feed(path):
            feed_is_safe(path, file)
        elif kind in ("xml", "svg"):
            tags = [[e.tag for e in etree.fromstring(f).iter()] for f in (file, harmless[path])]
            assert tags[0] == tags[1], path
        elif kind in ("json", "webmanifest"):
            json.loads(file)
        elif kind == "ics":
            calendar_is_valid(file)
        else:
            assert file == harmless[path], path
    api_reader.read_all(hostile)
    for folder in ("api/v2/", "en/api/v2/"):
        statuspage_reader.read_all(hostile, folder)


def page_is_safe(page: bytes, harmless: bytes) -> None:
    """It runs, loads and leads to nothing that the page without hostile text does not."""
    found, expected = (html.fromstring(source.decode()) for source in (page, harmless))
    for query in ("//script/@src", "//script/@type", "//link/@href", "//style|//img|//iframe"):
        said = [
            [str(one) if isinstance(one, str) else one.tag for one in root.xpath(query)]
            for root in (found, expected)
        ]
        assert said[0] == said[1], query
    for script in found.xpath("//script[not(@src)]"):
        json.loads(script.text)
    assert found.xpath("//@*[starts-with(name(), 'on')]") == []
    for address in found.xpath("//@href"):
        assert re.match(r"https?://|mailto:|tel:|\.|/|#|[\w-]+/", address), address


def feed_is_safe(path: str, feed: bytes) -> None:
    if not path.endswith(".json"):
        etree.fromstring(feed)
    for item in feeds.entries(path, feed):
        # Readers take both for HTML.
        for source in (item.html, item.summary if path.endswith("feed.xml") else ""):
            body = html.fragment_fromstring(source, create_parent="div")
            allowed = {"div", "p", "br", "strong", "small", "a", "em", "code"}
            assert {str(element.tag) for element in body.iter()} <= allowed, path
            assert all(re.match("https?://|mailto:|tel:", link) for link in body.xpath("//@href"))


def calendar_is_valid(content: bytes) -> None:
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
    read, other = Calendar.from_ical(content), vobject.readOne(content.decode())
    other.validate(raiseException=True)
    said = [str(event["summary"]) for event in read.walk("VEVENT")]
    assert said == [event.summary.value for event in other.contents.get("vevent", [])]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_output_says_the_text_as_it_was_written(text: str) -> None:
    built = site(text)
    for path in (
        *("feed.xml", "feed.atom", "feed.json", "history.rss", "history.atom"),
        *("api/v2/summary.json", "api/statusgen/v1/summary.json", "search/2026.json"),
        *("badge.json", "embed/messages.json", "site.webmanifest", "calendar.ics", "badge.svg"),
        *("index.html", "embed/index.html", "maintenance/werk/index.html", "hulp/index.html"),
    ):
        line = text[:MAX_LINE] if path == "hulp/index.html" else text
        assert any(line in " ".join(said.split()) for said in strings(path, built)), path


def strings(path: str, built: Mapping[str, bytes]) -> Iterator[str]:
    """Each piece of text that a program finds in a file."""
    file, kind = built[path], path.rpartition(".")[2]
    if kind in ("json", "webmanifest"):
        yield from leaves(json.loads(file))
    elif kind == "ics":
        yield from (str(event["summary"]) for event in Calendar.from_ical(file).walk("VEVENT"))
    elif kind == "html":
        yield from map(str, html.fromstring(file.decode()).itertext())
    else:
        yield from map(str, etree.fromstring(file).itertext())


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)


NO_TEXT = ["\0", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff"]


@pytest.mark.parametrize("character", NO_TEXT, ids=[f"U+{ord(c):04X}" for c in NO_TEXT])
@pytest.mark.parametrize("name", sorted(content("x", set())))
def test_a_character_that_is_no_text_is_refused_at_its_place(name: str, character: str) -> None:
    files = {file: text.encode() for file, text in content("waar", set()).items()}
    line = files[name].decode().partition("waar")[0].count("\n") + 1
    files[name] = files[name].replace(b"waar", f"wa{character}ar".encode(), 1)
    built = build(files, all_themes(), NOW)
    assert built.artifacts == []
    places = [finding.place for finding in built.findings]
    assert (name, line) in [(p.path, p.line) for p in places if isinstance(p, Span)]


@pytest.mark.parametrize("name", sorted(content("x", set())))
def test_half_a_character_is_refused(name: str) -> None:
    files = {file: text.encode() for file, text in content("waar", set()).items()}
    files[name] = files[name].replace(b"waar", b"wa\xed\xa0\x80ar", 1)
    built = build(files, all_themes(), NOW)
    assert built.artifacts == []
    assert name in [finding.place.path for finding in built.findings]
