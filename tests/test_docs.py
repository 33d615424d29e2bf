"""What is written for people: the reference is the program's, links resolve, examples run.

The examples of a page run from top to bottom in one folder of its own. A block of ``sh`` is run;
a block of ``text`` below it is among what it prints, and with an error in it the commands end
with status 1. A block of YAML that starts with ``# content/...`` becomes that file (or, with
``# content/... goes on``, its end), and the content must then be in order. A comment
``<!-- now: INSTANT -->`` sets the clock of what follows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from statusgen import themes
from tests.docs import REFERENCE, VALUES, reference

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / ".github" / "docs"
WRITTEN = sorted({ROOT / "README.md", *(ROOT / ".github").rglob("*.md")} - {REFERENCE})
NOW = "2026-11-24T13:00+01:00"
BEGINS = {
    "README.md": "cp -R {root}/content {root}/Makefile . && git init --quiet",
    "from-nothing.md": "",
    "automation.md": "cp -R {root}/content .",
    "editors.md": "cp -R {root}/content .",
}
"""What a page's folder begins with; elsewhere a new site."""
NEW_SITE = "statusgen init . --organization Acme --timezone Europe/Amsterdam && git init --quiet"
OTHERS = {
    # What stands in the examples but is not ours to run: it is only looked at.
    "make": 'exec {make} --dry-run --silent --file {root}/Makefile "$@" >/dev/null',
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
    """A fenced block with the moment at which it holds."""

    line: int
    language: str
    text: str
    now: str


def blocks(page: Path) -> Iterator[Block]:
    now, found = NOW, None
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        if clock := re.fullmatch(r"<!-- now: (\S+) -->", line):
            now = clock[1]
        if not line.startswith("```"):
            found = found and Block(found.line, found.language, f"{found.text}{line}\n", now)
        elif found:
            yield found
            found = None
        else:
            found = Block(number, line[3:], "", now)


PAGES = [page for page in WRITTEN if any(block.language == "sh" for block in blocks(page))]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    told = Told(folder, programs(tmp_path / "bin"))
    told.run(BEGINS.get(page.name, NEW_SITE).format(root=ROOT), NOW)
    assert told.status == 0, told.said
    shown = [*blocks(page), Block(0, "", "", NOW)]
    for block, below in zip(shown, shown[1:], strict=False):
        where = f"{page.name}:{block.line}"
        if block.language == "sh" and not block.text.startswith("#!"):
            told.run(block.text, block.now)
            expected = below.text if below.language == "text" else ""
            assert told.status == (": error: " in expected), f"{where}: {told.said}"
            for line in expected.splitlines():
                assert line.strip() in told.said, f"{where}: {told.said}"
        elif block.language == "yaml" and block.text.startswith("# content/"):
            told.lay(block)
            told.run("statusgen check", block.now)
            assert told.status == 0, f"{where}: {told.said}"


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
        who = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {"PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **who}
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

    def lay(self, block: Block) -> None:
        head, _, rest = block.text.partition("\n")
        name, _, goes_on = head.removeprefix("# ").partition(" ")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if goes_on else ""
        path.write_text(before + rest, "utf-8")
