"""Attack strings through every field of every document into every output: they stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import html5lib
import icalendar
import pytest
from lxml import etree

from statusgen.outputs import OUTPUTS
from tests.attacks import ATTACKS, attacked, free_fields, in_lines

_ADDRESSES = {"href", "src", "srcset", "data", "action", "formaction", "style", "poster"}
_RUNS = re.compile(r"[\x00- ]*(javascript|vbscript|data:text)", re.IGNORECASE)


def test_the_fields_that_take_any_text_are_found() -> None:
    names = {(name.partition("/")[0], str(keys[-1])) for name, places in free_fields().items()
             for keys in places}  # fmt: skip
    assert names >= {
        ("site.yaml", "nl"),
        ("site.yaml", "name"),
        ("sla.yaml", "en"),
        ("components.yaml", "name"),
        ("incidents", "nl"),
        ("maintenance", "en"),
        ("maintenance", "approved_by"),
        ("schedules", "nl"),
        ("backups", "nl"),
        ("pages", "title"),
        ("pages", "body"),
    }


@pytest.mark.parametrize("attack", in_lines())
def test_an_attack_stays_text_in_every_output(attack: str) -> None:
    site = attacked(attack)
    assert {"index.html", "feed.xml", "calendar.ics", "badge.svg"} <= site.keys()
    for path, content in site.items():
        assert list(dangers(path, content)) == [], path


def test_every_output_was_attacked() -> None:
    kinds = {path.rpartition(".")[2] for path in attacked(ATTACKS[0])}
    assert kinds >= {"html", "xml", "atom", "json", "ics", "svg", "rss", "txt", "webmanifest"}
    assert len(OUTPUTS) > 10


def test_a_page_that_takes_it_for_markup_would_be_noticed() -> None:
    page = b"<!doctype html><html><title>x</title><body>%s</body></html>"
    missed = [
        attack for attack in ATTACKS[:5] if not list(dangers("x.html", page % attack.encode()))
    ]
    assert missed == []
    assert list(dangers("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"))
    assert list(dangers("x.svg", b"<svg><script/></svg>"))
    assert list(dangers("x.json", b"{"))


def dangers(path: str, content: bytes) -> Iterator[str]:
    """What is in a file of the site that no content can have put there in good order."""
    kind = path.rpartition(".")[2]
    if kind == "html":
        yield from _in_tree(html5lib.parse(content, namespaceHTMLElements=False))
    elif kind in ("xml", "rss", "atom", "svg"):
        yield from _in_xml(content)
    elif kind in ("json", "webmanifest"):
        try:
            json.loads(content)
        except ValueError as error:
            yield str(error)
    elif kind == "ics":
        for part in icalendar.Calendar.from_ical(content).walk():
            yield from {"VALARM"} & {part.name}
            yield from {"ATTACH", "ALTREP"} & part.keys()


def _in_xml(content: bytes) -> Iterator[str]:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield str(error)
        return
    if root.getroottree().docinfo.doctype:
        yield "a document type"
    yield from _in_tree(root)


def _in_tree(root: Any) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        if name in ("iframe", "object", "embed", "base", "animate", "math"):
            yield name
        if name == "script" and not element.get("src") and "json" not in element.get("type", ""):
            yield "a script in the page"
        if name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            yield "a page that leaves"
        yield from _in_attributes(name, element)


def _in_attributes(name: str, element: Any) -> Iterator[str]:
    for attribute, value in element.items():
        if attribute.lower().startswith("on"):
            yield f"{name} {attribute}={value}"
        leads_out = _RUNS.match(value) or (name != "a" and "evil.example" in value)
        if attribute.rpartition("}")[2] in _ADDRESSES and leads_out:
            yield f"{name} {attribute}={value}"
