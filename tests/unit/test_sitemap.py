from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from lxml import etree, html

from statusgen.outputs import sitemap
from tests.unit.small_site import (
    FILES,
    HOSTILE,
    INCIDENT,
    PLAN,
    QUIET,
    SITE,
    URL,
    hostile,
    published,
)

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ONE_LANGUAGE = {
    name: re.sub(r"\{nl: ([^,}]+), en: [^}]+\}", r"\1", text).replace("[nl, en]", "[nl]")
    for name, text in QUIET.items()
}


def entries(xml: bytes) -> list[Any]:
    """The entries, each as the schema of sitemaps.org has it."""
    root = etree.fromstring(xml)
    assert root.tag == f"{MAP}urlset"
    for url in root:
        assert url.tag == f"{MAP}url"
        tags = [part.tag for part in url if part.tag != LINK]
        assert tags in ([f"{MAP}loc"], [f"{MAP}loc", f"{MAP}lastmod"])
        address = url.findtext(f"{MAP}loc")
        assert address.startswith(URL)
        assert 12 <= len(address) <= 2048
    return list(root)


def parts(site: Mapping[str, bytes]) -> list[str]:
    """The files that the index leads to, as the schema of sitemaps.org has it, in its order."""
    index = etree.fromstring(site["sitemap.xml"])
    assert index.tag == f"{MAP}sitemapindex"
    assert {part.tag for part in index} == {f"{MAP}sitemap"}
    assert {tag.tag for part in index for tag in part} == {f"{MAP}loc"}
    found: list[str] = [part.findtext(f"{MAP}loc").removeprefix(URL) for part in index]
    # Nothing lies about that it does not lead to, and nothing is led to twice.
    assert sorted(["sitemap.xml", *found]) == sorted(p for p in site if p.startswith("sitemap"))
    return found


def all_entries(site: Mapping[str, bytes]) -> list[Any]:
    """The entries of all files; no page has two."""
    found = [entry for part in parts(site) for entry in entries(site[part])]
    addresses = [url.findtext(f"{MAP}loc") for url in found]
    assert len(set(addresses)) == len(addresses)
    return found


def listed(site: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """The alternates of each address."""
    return alternates_in(all_entries(site))


def alternates_in(found: Iterable[Any]) -> dict[str, dict[str, str]]:
    return {
        url.findtext(f"{MAP}loc"): {a.get("hreflang"): a.get("href") for a in url.findall(LINK)}
        for url in found
    }


def places(site: Mapping[str, bytes], part: str) -> set[str]:
    """The pages in one file, in the first language."""
    found = {url.findtext(f"{MAP}loc").removeprefix(URL) for url in entries(site[part])}
    return {path for path in found if not path.startswith("en/")}


def test_every_page_is_listed_as_its_own_head_says() -> None:
    site = published()
    pages = {}
    for path, content in site.items():
        if path.endswith(".html"):
            head = html.fromstring(content.decode()).find("head")
            if "noindex" not in head.xpath("meta[@name='robots']/@content"):
                folder = path.removesuffix("index.html")
                alternates = head.xpath("link[@rel='alternate'][@hreflang]")
                pages[URL + folder] = {a.get("hreflang"): a.get("href") for a in alternates}
    found = listed(site)
    assert found.keys() == pages.keys()
    for address, alternates in pages.items():
        # A theme may say less, but nothing else.
        assert not alternates or found[address] == alternates
        assert set(found[address]) == {"nl", "en", "x-default"}


def test_the_last_change_is_that_of_the_content_and_not_of_the_build() -> None:
    changed = {
        url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in all_entries(published())
    }
    assert changed[URL] == changed[f"{URL}en/"] == "2026-11-24T12:00:00Z"
    assert changed[f"{URL}maintenance/werk/"] == "2026-11-20T09:00:00Z"
    assert changed[f"{URL}maintenance/"] == "2026-11-20T09:00:00Z"
    assert changed[f"{URL}history/2026-11/"] == "2026-11-24T12:00:00Z"
    assert changed[f"{URL}sla/"] is None
    later = published(now=datetime.fromisoformat("2026-11-24T16:00+00:00"))
    for name in ("sitemap.xml", *parts(later)):
        assert later[name] == published()[name]


EARLIER = INCIDENT.replace("2026-11-24", "2025-12-31")
YEARS = {
    **FILES,
    "incidents/2025/eerder.yaml": f"ticket: AB-1\n{EARLIER}",
    "maintenance/2027/later.yaml": PLAN.replace("2026-11-25", "2027-01-02"),
}


def test_the_index_leads_to_the_present_and_to_each_year_newest_first() -> None:
    years = ["sitemap-2027.xml", "sitemap-2026.xml", "sitemap-2025.xml"]
    assert parts(published(YEARS)) == ["sitemap-present.xml", *years]
    assert parts(published(QUIET)) == ["sitemap-present.xml", "sitemap-2026.xml"]


def test_a_page_is_in_the_file_of_its_year_or_of_the_present() -> None:
    site = published(YEARS)
    assert places(site, "sitemap-2025.xml") == {
        *("incidents/eerder/", "tickets/AB-1/"),
        *("history/2025/", "history/2025-12/", "sla/2025/", "sla/2025-12/"),
    }
    assert places(site, "sitemap-2027.xml") == {"maintenance/later/"}
    assert places(site, "sitemap-2026.xml") == {
        *("incidents/storing/", "maintenance/werk/", "history/2026/", "history/2026-11/"),
        *("sla/2026/", *(f"sla/2026-{month:02}/" for month in range(1, 12))),
    }
    assert {"", "history/", "maintenance/", "sla/", "hulp/"} < places(site, "sitemap-present.xml")


def test_the_file_of_a_year_that_is_over_stays_what_it_was() -> None:
    before = published(YEARS)
    more = {**YEARS, "incidents/2026/nieuw.yaml": INCIDENT}
    after = published(more, datetime.fromisoformat("2026-12-24T16:00+00:00"))
    assert after["sitemap-2025.xml"] == before["sitemap-2025.xml"]
    assert after["sitemap-2026.xml"] != before["sitemap-2026.xml"]


def test_a_ticket_of_two_years_is_listed_once() -> None:
    again = {"incidents/2026/weer.yaml": f"ticket: AB-1\n{INCIDENT}"}
    page = f"{URL}tickets/AB-1/"
    found = {
        url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod")
        for url in all_entries(published({**YEARS, **again}))
    }
    assert page in found
    assert found[page] == "2026-11-24T12:00:00Z"


def test_a_site_in_one_language_has_no_alternates() -> None:
    assert set(map(len, listed(published(ONE_LANGUAGE)).values())) == {0}


@pytest.mark.parametrize("bound", ["MOST_ADDRESSES", "MOST_BYTES"])
def test_what_is_too_much_for_one_file_goes_into_several(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    whole = listed(published())
    monkeypatch.setattr(sitemap, bound, 5 if bound == "MOST_ADDRESSES" else 3000)
    site = published()
    of_present = [part for part in parts(site) if "present" in part]
    further = [f"sitemap-present-{number}.xml" for number in range(2, len(of_present) + 1)]
    assert of_present == ["sitemap-present.xml", *further]
    assert {"sitemap-present-2.xml", "sitemap-2026-2.xml"} < set(parts(site))
    for part in parts(site):
        assert 0 < len(entries(site[part])) <= 5 or bound == "MOST_BYTES"
        assert len(site[part]) <= 3000 or bound == "MOST_ADDRESSES"
    assert listed(site) == whole


def test_the_bounds_are_those_of_the_protocol() -> None:
    assert (sitemap.MOST_ADDRESSES, sitemap.MOST_BYTES) == (50_000, 52_428_800)
    many = (f"<url><loc>{number}</loc></url>\n" for number in range(50_001))
    sizes = [part.count("<url>") for part in sitemap._parts(many)]
    assert sizes == [50_000, 1]
    assert list(islice(sitemap._parts(iter(())), 1)) == []


def test_robots_are_told_where_it_is() -> None:
    lines = published()["robots.txt"].decode().splitlines()
    assert lines == ["User-agent: *", "Allow: /", "", f"Sitemap: {URL}sitemap.xml"]


def test_addresses_are_written_as_the_protocol_asks() -> None:
    odd = "https://status.voorbeeld.example/a&b/"
    site = published({**FILES, "site.yaml": SITE.replace(URL, odd)})
    for name, first in (
        ("sitemap.xml", f"{odd}sitemap-present.xml"),
        ("sitemap-present.xml", odd),
    ):
        assert b"/a&amp;b/" in site[name]
        assert etree.fromstring(site[name])[0].findtext(f"{MAP}loc") == first


@pytest.mark.parametrize("text", HOSTILE[:3])
def test_hostile_text_is_not_in_it(text: str) -> None:
    assert listed(published(hostile(text))) == listed(published())
    assert not re.search(b"script", published(hostile(text))["robots.txt"])
