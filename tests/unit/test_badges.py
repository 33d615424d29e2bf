from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from statusgen.model.components import ComponentStatus
from statusgen.outputs.tones import TONES
from statusgen.views.badges import whole
from statusgen.views.viewpoint import TONES as NAMES
from tests.unit.small_site import FILES, HOSTILE, QUIET, hostile, published

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: bytes) -> tuple[str, list[str]]:
    """The title of a badge, and its texts."""
    root = etree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    return root.findtext(f"{SVG}title"), [text.text for text in root.iter(f"{SVG}text")]


def test_the_service_and_each_component_have_a_badge_in_each_language() -> None:
    site = published()
    assert {path for path in site if path.endswith("badge.svg")} == {
        *("badge.svg", "components/server/badge.svg", "components/app/badge.svg"),
        *("en/badge.svg", "en/components/server/badge.svg", "en/components/app/badge.svg"),
    }
    assert drawn(site["components/server/badge.svg"]) == (
        "Server: Niet beschikbaar",
        ["Server", "Niet beschikbaar"],
    )
    assert drawn(site["en/components/app/badge.svg"]) == (
        "App: Operational",
        ["App", "Operational"],
    )
    assert json.loads(site["en/components/server/badge.json"]) == {
        "schemaVersion": 1,
        "label": "Server",
        "message": "Unavailable",
        "color": "#c42b2b",
        "cacheSeconds": 300,
    }


def test_a_service_with_one_part_out_is_not_out() -> None:
    site = published()
    assert json.loads(site["badge.json"])["message"] == "Gedeeltelijk verstoord"
    assert json.loads(published(QUIET)["badge.json"])["message"] == "Beschikbaar"
    out, fine = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.OPERATIONAL
    assert whole([out, out]) is out
    assert whole([out, fine]) is ComponentStatus.PARTIAL_OUTAGE
    assert whole([fine, ComponentStatus.UNDER_MAINTENANCE]) is ComponentStatus.UNDER_MAINTENANCE


def test_a_badge_asks_for_nothing_and_names_itself() -> None:
    svg = published()["badge.svg"]
    root = etree.fromstring(svg)
    assert (root.get("role"), root.get("aria-label")) == (
        "img",
        "Proef Status: Gedeeltelijk verstoord",
    )
    assert not re.search(rb"href|url\((?!#)|@import|<script|<style", svg)
    assert svg.count(b"http") == 1  # the name of the namespace


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_each_state_has_a_shape_and_colours_that_can_be_read() -> None:
    assert {*NAMES.values(), "note"} == TONES.keys()
    assert len({tone.shape for tone in TONES.values()}) == len(TONES)
    for tone in TONES.values():
        assert 1.05 / (luminance(tone.colour) + 0.05) >= 4.5, tone
        assert (luminance(tone.light) + 0.05) / (luminance("#181c20") + 0.05) >= 4.5, tone


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_names(text: str) -> None:
    site = published(hostile(text))
    title, (label, state) = drawn(site["components/server/badge.svg"])
    assert (title, state) == (f"{text}: Niet beschikbaar", "Niet beschikbaar")
    assert label == text or (label.endswith("…") and len(label) <= 61)
    assert json.loads(site["components/server/badge.json"])["label"] == text


def test_the_width_grows_with_the_text() -> None:
    widths = [
        int(etree.fromstring(published(files)["components/server/badge.svg"]).get("width"))
        for name in ("iii", "www", "漢漢漢")
        for files in [
            {**FILES, "components.yaml": FILES["components.yaml"].replace("Server", name)}
        ]
    ]
    assert widths == sorted(set(widths))
