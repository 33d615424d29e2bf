from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from lxml import etree, html

from statusgen.outputs import sitemap
from tests.unit.small_site import FILES, HOSTILE, QUIET, SITE, URL, hostile, published

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


def listed(xml: bytes) -> dict[str, dict[str, str]]:
    """The alternates of each address."""
    return {
        url.findtext(f"{MAP}loc"): {a.get("hreflang"): a.get("href") for a in url.findall(LINK)}
        for url in entries(xml)
    }


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
    found = listed(site["sitemap.xml"])
    assert found.keys() == pages.keys()
    for address, alternates in pages.items():
        # A theme may say less, but nothing else.
        assert not alternates or found[address] == alternates
        assert set(found[address]) == {"nl", "en", "x-default"}


def test_the_last_change_is_that_of_the_content_and_not_of_the_build() -> None:
    changed = {
        url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod")
        for url in entries(published()["sitemap.xml"])
    }
    assert changed[URL] == changed[f"{URL}en/"] == "2026-11-24T12:00:00Z"
    assert changed[f"{URL}maintenance/werk/"] == "2026-11-20T09:00:00Z"
    assert changed[f"{URL}maintenance/"] == "2026-11-20T09:00:00Z"
    assert changed[f"{URL}history/2026-11/"] == "2026-11-24T12:00:00Z"
    assert changed[f"{URL}sla/"] is None
    later = published(now=datetime.fromisoformat("2026-11-24T16:00+00:00"))
    assert later["sitemap.xml"] == published()["sitemap.xml"]


def test_a_site_in_one_language_has_no_alternates() -> None:
    assert set(map(len, listed(published(ONE_LANGUAGE)["sitemap.xml"]).values())) == {0}


@pytest.mark.parametrize("bound", ["MOST_ADDRESSES", "MOST_BYTES"])
def test_what_is_too_much_for_one_file_goes_into_several(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    whole = listed(published()["sitemap.xml"])
    monkeypatch.setattr(sitemap, bound, 5 if bound == "MOST_ADDRESSES" else 3000)
    site = published()
    index = etree.fromstring(site["sitemap.xml"])
    assert index.tag == f"{MAP}sitemapindex"
    parts = [part.findtext(f"{MAP}loc").removeprefix(URL) for part in index]
    assert parts == [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    assert len(parts) > 1
    together: dict[str, dict[str, str]] = {}
    for part in parts:
        found = listed(site[part])
        assert len(found) <= 5 or bound == "MOST_BYTES"
        assert len(site[part]) <= 3000 or bound == "MOST_ADDRESSES"
        together |= found
    assert together == whole


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
    xml = published({**FILES, "site.yaml": SITE.replace(URL, odd)})["sitemap.xml"]
    assert b"/a&amp;b/" in xml
    assert etree.fromstring(xml)[0].findtext(f"{MAP}loc") == odd


@pytest.mark.parametrize("text", HOSTILE[:3])
def test_hostile_text_is_not_in_it(text: str) -> None:
    assert listed(published(hostile(text))["sitemap.xml"]) == listed(published()["sitemap.xml"])
    assert not re.search(b"script", published(hostile(text))["robots.txt"])
