"""The same content and moment give the same bytes, in every output, wherever it is built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "tests/cases/build/one-night"

SURROUNDINGS = [
    {"TZ": "UTC", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8", "LANG": "nl_NL.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4711"},
]

# What a site switches on by a line of its own is on here too. Everything is built twice.
BUILD = """
import hashlib, json, locale, sys
from datetime import datetime
from pathlib import Path
from statusgen import themes
from statusgen.build import build

try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass  # There is no such locale on this machine; the variable is read all the same.
case = Path(sys.argv[1])
content = case / "content"
files = {f.relative_to(content).as_posix(): f.read_bytes() for f in content.rglob("*.*")}
files["site.yaml"] += (
    b"hub: https://hub.voorbeeld.example/\\n"
    b"security: mailto:security@voorbeeld.example\\n"
)
now = datetime.fromisoformat((case / "now").read_text().strip())
for _ in range(2):
    built = build(files, themes.load(case), now)
    digests = {a.path: hashlib.sha256(a.content).hexdigest() for a in built.artifacts}
    print(json.dumps(digests))
"""


def test_every_output_is_the_same_whatever_the_time_zone_locale_and_hash_seed() -> None:
    built = [site for surrounding in SURROUNDINGS for site in build_twice(surrounding)]
    first = built[0]
    assert {
        *("index.html", "feed.xml", "feed.atom", "feed.json", "history.rss", "search/2026.json"),
        *("calendar.ics", "maintnote.ics", "api/v2/summary.json", "api/statusgen/v1/index.json"),
        *("badge.svg", "embed/messages.json", "sitemap.xml", "site.webmanifest", "_headers"),
        ".well-known/security.txt",
    } <= first.keys()
    for other in built[1:]:
        assert {
            path for path in first.keys() | other if first.get(path) != other.get(path)
        } == set()
        assert list(other) == list(first)


def build_twice(surrounding: dict[str, str]) -> list[dict[str, str]]:
    """path -> digest, of two builds in one process."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(CASE)],
        env={**os.environ, **surrounding, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
