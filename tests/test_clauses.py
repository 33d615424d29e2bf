"""The table of promises for readers (`.github/CLAUSES.md`) says what is so."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from statusgen import themes
from statusgen.build import all_rules, build
from statusgen.content.tree import read_tree

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def rows() -> list[list[str]]:
    table = (ROOT / ".github" / "CLAUSES.md").read_text("utf-8")
    lines = [line for line in table.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def site() -> dict[str, bytes]:
    built = build(read_tree(ROOT / "content").files, themes.load(ROOT), NOW)
    return {artifact.path: artifact.content for artifact in built.artifacts}


def page(path: str) -> html.HtmlElement:
    return html.document_fromstring(site()[f"{path.lstrip('/')}index.html"].decode())


def test_every_clause_of_the_agreement_has_its_row() -> None:
    assert [row[0] for row in rows()] == [
        *("1", "2a", "2b, 2c", "2d", "3a", "3b", "3c", "3d", "3e"),
        *("4a", "4b", "4c", "5", "6", "7", "8", "9"),
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_where_a_reader_is_sent_there_is_a_page(row: list[str]) -> None:
    for address in re.findall(r"`(/[^`]*)`", row[2]):
        path, _, anchor = address.partition("#")
        for prefix in ("", "/en"):
            found = page(prefix + path)
            assert not anchor or found.get_element_by_id(anchor) is not None


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_the_findings_and_tests_that_are_named_exist(row: list[str]) -> None:
    codes = {rule.code for rule in all_rules()}
    assert set(re.findall(r"`([^`]*)`", row[3])) <= codes
    named = re.findall(r"`([^`]*)`", row[4])
    assert named
    for path, _, test in (name.partition("::") for name in named):
        assert (ROOT / path).exists()
        assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8")


def test_each_component_and_promise_is_on_its_page() -> None:
    home = page("/").text_content()
    for component in ("Server", "Dashboard", "CAOScan"):
        assert component in home
    assert page("/").xpath("//a[contains(@href, 'caoscan/voorwaarden')]")
    support = page("/support/").text_content()
    assert "fair use" in support
    assert "remote" in support
    promises = page("/sla/")
    watched = promises.get_element_by_id("monitoring").text_content()
    assert "Dashboard" in watched
    assert "Server" in watched
