"""What is made and kept is the same, however many processes make it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusgen import markup
from statusgen.artifact import Artifact
from statusgen.cache import Cache
from statusgen.content.reading import read
from statusgen.making import Making, in_memory
from tests.sites import NOW, all_themes, written
from tests.unit.small_site import FILES, INCIDENT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")

RESOLVED = "  - {at: 2026-11-24 13:10, status: resolved, text: {nl: '| a |', en: '## b'}}\n"
OVER = f"{INCIDENT}{RESOLVED}".replace("2026-11-24", "2026-10-20")
SITE = written({**FILES, "incidents/2026/over.yaml": OVER})


def made(store: Cache, jobs: int) -> dict[str, bytes]:
    content = read(SITE).content
    assert content
    markup.converted.clear()
    making = Making(content, SITE, all_themes()["default"], NOW, store)
    files = [one for one in making.files(in_memory, jobs) if isinstance(one, Artifact)]
    making.keep({artifact.path: artifact.digest for artifact in files})
    return {artifact.path: artifact.content for artifact in files}


def kept(store: Cache) -> set[str]:
    """But for templates and catalogs, which a process that knows them asks nobody for."""
    names = {str(p.relative_to(store.folder)) for p in store.folder.rglob("*") if p.is_file()}
    return {name for name in names if not name.startswith(("templates/", "languages/"))}


@pytest.mark.parametrize("jobs", [2, 8])
def test_several_processes_make_and_keep_what_one_does(tmp_path: Path, jobs: int) -> None:
    alone, shared = Cache(tmp_path / "alone"), Cache(tmp_path / "shared")
    assert made(alone, 1) == made(shared, jobs)
    assert kept(alone) == kept(shared)
    assert alone.load("parts/others", "") == shared.load("parts/others", "")
    assert {"bodies", "words/nl-2026-10", "words/en-2026-10", "parts/others"} <= kept(shared)
