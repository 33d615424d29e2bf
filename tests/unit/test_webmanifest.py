from __future__ import annotations

import json
import struct
from urllib.parse import urljoin, urlsplit

import pytest

from tests.unit.small_site import FILES, HOSTILE, SITE, URL, hostile, published


@pytest.mark.parametrize(
    ("path", "language", "name", "start"),
    [("", "nl", "Proef Status", URL), ("en/", "en", "Trial Status", f"{URL}en/")],
)
def test_each_language_has_a_manifest(path: str, language: str, name: str, start: str) -> None:
    manifest = json.loads(published()[f"{path}site.webmanifest"])
    assert (manifest["name"], manifest["lang"]) == (name, language)
    where = f"{URL}{path}site.webmanifest"
    assert urljoin(where, manifest["start_url"]) == start
    # Within it lies the whole site, in every language.
    assert urljoin(where, manifest["scope"]) == URL


def test_icons_are_there_and_as_large_as_they_say() -> None:
    site = published()
    for path in ("site.webmanifest", "en/site.webmanifest"):
        icons = json.loads(site[path])["icons"]
        assert {icon["type"] for icon in icons} == {"image/svg+xml", "image/png"}
        assert "maskable" in {icon.get("purpose") for icon in icons}
        for icon in icons:
            place = urlsplit(urljoin(f"https://x/{path}", icon["src"])).path[1:]
            if icon["type"] == "image/png":
                width, height = struct.unpack(">II", site[place][16:24])
                assert icon["sizes"] == f"{width}x{height}"
            else:
                assert site[place].startswith(b"<svg")


def test_a_theme_without_icons_has_none() -> None:
    plain = published({**FILES, "site.yaml": f"{SITE}theme: plain\n"})
    assert json.loads(plain["site.webmanifest"])["icons"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_names(text: str) -> None:
    assert json.loads(published(hostile(text))["site.webmanifest"])["name"] == text
