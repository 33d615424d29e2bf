from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import combinations
from typing import Any

import html5lib
import pytest
from lxml import html

from tests.sites import NOW
from tests.unit.small_site import FILES, HOSTILE, INCIDENT, PLAN, QUIET, SITE, hostile, published

START = datetime.fromisoformat("2026-11-25T20:00:00+00:00")
END = START + timedelta(hours=2)


def messages(site: dict[str, bytes], language: str = "nl") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(site["embed/messages.json"])[language]["messages"]
    return found


def said(site: dict[str, bytes], at: datetime) -> list[tuple[str, str]]:
    """What the banner says at a moment, as its script finds it."""
    return [
        (m["state"], m["title"])
        for m in messages(site)
        if datetime.fromisoformat(m["from"]) <= at
        and (m["until"] is None or at < datetime.fromisoformat(m["until"]))
    ]


def headline(site: dict[str, bytes], at: datetime) -> str:
    """The sentence on the embedded page at a moment, as its script finds it."""
    found = [
        h1.text_content()
        for h1 in html.fromstring(site["embed/index.html"].decode()).iter("h1")
        if (not h1.get("data-from") or datetime.fromisoformat(h1.get("data-from")) <= at)
        and (not h1.get("data-until") or at < datetime.fromisoformat(h1.get("data-until")))
    ]
    assert len(found) == 1
    return str(found[0])


def test_an_incident_is_told_until_somebody_says_otherwise() -> None:
    told = messages(published(), "en")[0]
    assert told == {
        "key": "incident/storing/major",
        "tone": "major",
        "from": "2026-11-24T11:58:00Z",
        "until": None,
        "state": "Disruption · Investigating",
        "title": "Outage",
        "lang": "en",
        "when": "since Tue 24 Nov 12:58",
        "url": "https://status.voorbeeld.example/pad/en/incidents/storing/",
    }


def test_a_maintenance_is_told_from_a_day_before_until_its_end() -> None:
    told = messages(published())[1:]
    assert [(m["key"], m["from"], m["until"]) for m in told] == [
        ("maintenance/werk/coming", "2026-11-24T20:00:00Z", "2026-11-25T20:00:00Z"),
        ("maintenance/werk/begun", "2026-11-25T20:00:00Z", "2026-11-25T22:00:00Z"),
    ]


BOUNDS = [
    *(START - timedelta(hours=24), START, END),
    *(bound - timedelta(seconds=1) for bound in (START - timedelta(hours=24), START, END)),
]
EARLY = "updates:\n  - {at: 2026-11-25 20:30, status: in_progress}\n"
COURSES = {
    "as planned": PLAN,
    "begun early": PLAN + EARLY,
    "checked": PLAN + EARLY + "  - {at: 2026-11-25 22:00, status: verifying}\n",
    "ended late": PLAN + EARLY + "  - {at: 2026-11-26 01:00, status: completed}\n",
    "cancelled": PLAN + "updates:\n  - {at: 2026-11-24 18:00, status: cancelled}\n",
}


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES.keys())
def test_what_was_foretold_is_what_a_later_build_says(course: str) -> None:
    files = {**QUIET, "maintenance/2026/werk.yaml": course}
    written = [
        datetime.fromisoformat(f"{day}T{time}+01:00")
        for day, time in re.findall(r"at: (\S+) (\d\d:\d\d)", course)
    ]
    builds = {at: published(files, at) for at in (NOW, *sorted(BOUNDS))}
    for (built_at, before), (read_at, after) in combinations(builds.items(), 2):
        # What somebody has said since, nobody could foretell.
        if not any(built_at < at <= read_at for at in written):
            assert said(before, read_at) == said(after, read_at), (built_at, read_at)
            assert headline(before, read_at) == headline(after, read_at), (built_at, read_at)


def test_what_nobody_notices_is_not_told_on_pages_of_others() -> None:
    unnoticed = {
        **FILES,
        "incidents/2026/storing.yaml": INCIDENT.replace("major_outage", "operational")
        + "impact: none\n",
        "maintenance/2026/werk.yaml": PLAN.replace("effect: partial_outage\n", ""),
    }
    site = published(unnoticed)
    assert messages(site) == []
    page = html.fromstring(site["embed/index.html"].decode()).text_content()
    assert "Storing" in page
    assert "Werk" in page


def test_what_is_over_or_called_off_is_not_told() -> None:
    files = {
        **FILES,
        "incidents/2026/storing.yaml": INCIDENT + "  - {at: 2026-11-24 14:00, status: resolved}\n",
        "maintenance/2026/werk.yaml": COURSES["cancelled"],
    }
    assert messages(published(files, NOW + timedelta(days=1))) == []


def test_at_most_five_plans_are_told_the_soonest_first() -> None:
    many = {
        f"maintenance/2026/w{day}.yaml": PLAN.replace("2026-11-25", f"2026-12-{day}")
        for day in range(10, 20)
    }
    page = html.fromstring(published({**QUIET, **many})["embed/index.html"].decode())
    places = [link.get("href") for link in page.xpath("//section//a")]
    assert places == [f"../maintenance/w{day}/" for day in range(10, 15)]


def test_what_begins_after_more_than_a_week_is_not_told_on_pages_of_others_yet() -> None:
    far = {**QUIET, "maintenance/2026/werk.yaml": PLAN.replace("2026-11-25", "2026-12-02")}
    assert messages(published(far)) == []
    soon = published(far, NOW + timedelta(days=1, hours=8))
    assert [m["key"] for m in messages(soon)] == [
        "maintenance/werk/coming",
        "maintenance/werk/begun",
    ]


def test_a_missing_translation_is_marked() -> None:
    plan = PLAN.replace(", en: Work", "")
    site = published({**QUIET, "maintenance/2026/werk.yaml": plan})
    assert {(m["title"], m["lang"]) for m in messages(site, "en")} == {("Werk", "nl")}
    page = html.fromstring(site["en/embed/index.html"].decode())
    assert page.xpath("//li/a/@lang") == ["nl", "nl"]


@pytest.mark.parametrize("path", ["embed/index.html", "en/embed/index.html"])
def test_the_page_is_valid_and_its_policy_lets_its_style_in(path: str) -> None:
    source = published()[path].decode()
    html5lib.HTMLParser(strict=True).parse(source)
    page = html.fromstring(source)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    style = b64encode(sha256(page.xpath("string(//style)").encode()).digest()).decode()
    assert f"style-src 'sha256-{style}'" in policy
    assert "frame-ancestors" not in policy
    assert {link.get("target") for link in page.iter("a")} == {"_blank"}
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    visible = [h1.text_content() for h1 in page.iter("h1") if h1.get("hidden") is None]
    assert len(visible) == 1


def test_links_of_the_page_lead_to_pages_of_the_site() -> None:
    site = published()
    for path in ("embed/", "en/embed/"):
        page = html.fromstring(site[f"{path}index.html"].decode(), base_url=f"https://x/{path}")
        page.make_links_absolute()
        for link in page.xpath("//@href | //@src"):
            place = link.removeprefix("https://x/").partition("?")[0]
            assert place in site or f"{place}index.html" in site, link


def test_the_script_is_light_and_puts_text_in_only_as_text() -> None:
    script = published()["embed/script.js"].decode()
    assert len(script.encode()) < 3000
    assert script.isascii()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|cookie", script)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    site = published(hostile(text))
    assert {m["title"] for m in messages(site)} == {text}
    source = site["embed/index.html"].decode()
    html5lib.HTMLParser(strict=True).parse(source)
    page = html.fromstring(source)
    assert len(list(page.iter("script"))) == 1
    assert not page.xpath("//img | //@onerror")
    assert {link.text_content() for link in page.iter("a")} == {text, "Meer op de statuspagina"}


def test_the_first_language_comes_first_for_pages_in_none_of_them() -> None:
    site = published({**FILES, "site.yaml": SITE.replace("[nl, en]", "[en, nl]")})
    assert list(json.loads(site["embed/messages.json"])) == ["en", "nl"]
