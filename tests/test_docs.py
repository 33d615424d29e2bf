"""What is written for people: the reference is the program's, links resolve, examples run.

The examples of a page run from top to bottom in one folder of its own. A block of ``sh`` is run;
a block of ``text`` right below it is among what it prints, and with an error in it the commands
end with status 1. A block that starts with the comment ``content/...`` or ``themes/...`` becomes
that file (or, with ``content/... goes on``, its end), and all must then be in order. A comment
``<!-- now: INSTANT -->`` sets the clock of what follows. Whole scripts and what other programs
read are tried in ``test_automation.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from statusgen import themes
from tests.docs import REFERENCE, VALUES, reference
from tests.unit.small_site import published

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / ".github" / "docs"
SCRIPTS = ROOT / "statusgen" / "scripts"
WRITTEN = sorted({ROOT / "README.md", *(ROOT / ".github").rglob("*.md")} - {REFERENCE})
NOW = "2026-11-24T13:00+01:00"
BEGINS = {
    "README.md": "cp -R {root}/content . && git init --quiet",
    "from-nothing.md": "",
    "automation.md": "cp -R {root}/content .",
    "editors.md": "cp -R {root}/content .",
    "CONTRIBUTING.md": "",
}
"""What a page's folder begins with; elsewhere a new site."""
NEW_SITE = "statusgen init . --organization Acme --timezone Europe/Amsterdam && git init --quiet"
OTHERS = {
    # What stands in the examples but is not ours to run: it is only looked at.
    "make": 'exec {make} --dry-run --silent --directory {root} "$@" >/dev/null',
    "pipx": 'test "$1" = install',
    "git": 'case "$1" in push|clone|pull) exit 0;; esac; exec {git} "$@"',
    # What runs until it is stopped runs until it has said something.
    "statusgen": 'exec {python} {root}/tests/until_it_speaks.py "$@"',
}


def test_the_reference_is_what_the_program_says() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "run `make docs`"


# Links


@pytest.mark.parametrize("page", [*WRITTEN, REFERENCE], ids=lambda p: p.name)
def test_each_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        if path.startswith(("https://", "mailto:")):
            continue
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_docs_is_linked_from_the_readme() -> None:
    linked = re.findall(r"\]\(\.github/docs/([\w-]+\.md)", (ROOT / "README.md").read_text("utf-8"))
    assert set(linked) == {page.name for page in DOCS.glob("*.md")}


# Examples


@dataclass(frozen=True)
class Block:
    """A fenced block with the moment at which it holds; ``output`` is shown right below it."""

    line: int
    language: str
    text: str
    now: str
    output: str = ""


FENCED = re.compile(
    r"<!-- now: (?P<now>\S+) -->|^```(?P<language>\w+)\n(?P<text>.*?)^```$"
    r"(?:\n\n```text\n(?P<output>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)
LAID = re.compile(r"\W* ((?:content|themes)/\S+)( goes on)?\W*\n")


def blocks(page: Path) -> Iterator[Block]:
    now, text = NOW, page.read_text("utf-8")
    for found in FENCED.finditer(text):
        if found["now"]:
            now = found["now"]
        else:
            line = text.count("\n", 0, found.start()) + 1
            yield Block(line, found["language"], found["text"], now, found["output"] or "")


PAGES = [page for page in WRITTEN if any(block.language == "sh" for block in blocks(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    told = Told(folder, programs(tmp_path / "bin"))
    told.run(BEGINS.get(page.name, NEW_SITE).format(root=ROOT), NOW)
    assert told.status == 0, told.said
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        laid = LAID.match(block.text)
        if block.language == "sh" and not block.text.startswith("#!"):
            told.run(block.text, block.now)
            assert told.status == (": error: " in block.output), f"{where}: {told.said}"
            for line in block.output.splitlines():
                assert line.strip() in told.said, f"{where}: {told.said}"
        elif laid:
            told.lay(laid[1], block.text[laid.end() :], goes_on=bool(laid[2]))
            told.run("statusgen check", block.now)
            assert told.status == 0, f"{where}: {told.said}"


def test_the_finding_on_the_first_screen_is_what_is_said(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = next(part for part in text.split("```") if part.startswith("text\n"))
    shutil.copytree(ROOT / "content", tmp_path / "content")
    told = Told(tmp_path, programs(tmp_path / "bin"))
    told.run(
        "statusgen new maintenance --title nl=Database --title en=Database --component server "
        "--start '2026-11-26 16:30' --duration 2h",
        NOW,
    )
    assert shown.removeprefix("text\n") in told.said


# Theming


def test_each_template_is_given_what_the_page_on_theming_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, set[str]] = {}
    fill = themes.Renderer.__call__

    def watched(render: themes.Renderer, template: str, values: Mapping[str, Any]) -> str:
        given.setdefault(template, set()).update(values)
        return fill(render, template, values)

    monkeypatch.setattr(themes.Renderer, "__call__", watched)
    published()
    page = (DOCS / "theming.md").read_text("utf-8")
    of_all, of_one = (dict(rows(page, head)) for head in ("value", "template"))
    common = {name for names in of_all for name in re.findall(r"`(\w+)`", names)}
    told = {
        template.strip("`"): common | set(re.findall(r"`(\w+)`", cells))
        for template, cells in of_one.items()
    }
    assert given == told
    assert set(told) == set(themes.PAGES)
    assert VALUES.keys() <= set().union(*told.values())


def test_the_page_on_theming_tells_every_macro_and_block_of_the_default_theme() -> None:
    page, theme = (DOCS / "theming.md").read_text("utf-8"), ROOT / "themes" / "default"
    macros = re.findall(r"{% macro (\w+)\(", (theme / "_macros.html").read_text("utf-8"))
    told = [name for cell, _ in rows(page, "macro") for name in re.findall(r"`(\w+)\(", cell)]
    assert sorted(told) == sorted(macros)
    blocks_there = re.findall(r"{% block (\w+) %}", (theme / "_base.html").read_text("utf-8"))
    said = page.partition("has the blocks ")[2].partition(", and `_macros")[0]
    assert re.findall(r"`(\w+)`", said) == blocks_there


def test_the_page_on_theming_names_all_that_the_scripts_look_for() -> None:
    page = (DOCS / "theming.md").read_text("utf-8")
    status, search = ((SCRIPTS / f"{name}.js").read_text("utf-8") for name in ("status", "search"))
    looked_for = set(re.findall(r"\[(data-[a-z]+)\]", status + search))
    assert looked_for
    assert {name for name in looked_for if f"`{name}`" not in page} == set()
    parts = set(re.findall(r'data-part="(\w+)"', (ROOT / "themes/plain/search.html").read_text()))
    assert {name for name in parts if f"`{name}`" not in page} == set()


def rows(page: str, head: str) -> Iterator[tuple[str, str]]:
    """(first cell, last cell) of the table whose first column is called so."""
    table = page.split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        yield cells[0], cells[-1]


def programs(folder: Path) -> Path:
    folder.mkdir()
    known = {"root": ROOT, "python": sys.executable}
    known |= {name: shutil.which(name) for name in ("git", "make")}
    for name, script in OTHERS.items():
        (folder / name).write_text(f"#!/bin/sh\n{script.format(**known)}\n")
        (folder / name).chmod(0o755)
    return folder


class Told:
    """A shell in a folder, as somebody has it who reads a page and does what it says."""

    def __init__(self, folder: Path, bin: Path) -> None:
        self.top = self.folder = folder
        who = {
            f"GIT_{who}_{what}": "x@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        self.environment = {"PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **who}
        self.environment["STATUSGEN_STATE"] = str(folder.with_name("state"))
        self.status, self.said = 0, ""

    def run(self, script: str, now: str) -> None:
        """Run it where the one before it ended."""
        epoch = str(int(datetime.fromisoformat(now).timestamp()))
        place = self.top / ".place"
        done = subprocess.run(
            ["sh", "-ec", f"{script}\npwd >'{place}'"],
            cwd=self.folder,
            env={**self.environment, "SOURCE_DATE_EPOCH": epoch},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.status, self.said = done.returncode, done.stdout
        if place.exists():
            self.folder = Path(place.read_text().strip())
            place.unlink()

    def lay(self, name: str, text: str, *, goes_on: bool) -> None:
        """Put the text into a file, or at its end."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if goes_on else ""
        path.write_text(before + text, "utf-8")
