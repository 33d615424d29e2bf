"""`statusgen build --watch`, as a program that others start and stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.test_cli import COMPONENTS, ROOT, contents, write

SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: UTC
languages: [nl]
theme: plain
"""
BUILT = "Changes by itself: "
INCIDENT = """\
title: Storing
components: [server]
updates:
  - {at: 2026-01-24 10:00, status: investigating, text: Wij zoeken.}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": "title: SLA\n", "components.yaml": COMPONENTS})
    return folder


class Watching:
    """The program at work."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def until(self, words: str) -> str:
        """All that is said up to a line with those words in it."""
        assert self.process.stdout
        told = ""
        for line in self.process.stdout:
            told += line
            if words in line:
                return told
        raise AssertionError(f"no line with {words!r} in {told}")

    def until_it_says(self, page: Path, words: str) -> None:
        """Saving a file may be seen in the middle: wait for the build that has all of it."""
        while True:
            self.until(BUILT)
            if page.exists() and words in page.read_text("utf-8"):
                return

    def stopped(self, number: int) -> int:
        """The status that it ends with on a signal."""
        self.process.send_signal(number)
        assert self.process.stdout
        assert "Traceback" not in self.process.stdout.read()
        return self.process.wait(timeout=60)


@contextmanager
def watching(site: Path, *words: str) -> Iterator[Watching]:
    output = site.parent / "public"
    command = [sys.executable, "-m", "statusgen", "build", str(site), "--output", str(output)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--watch", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_the_content_until_a_signal(site: Path, number: int) -> None:
    public = site.parent / "public"
    with watching(site) as program:
        program.until(BUILT)
        write(site, {"incidents/storing.yaml": INCIDENT})
        program.until_it_says(public / "incidents/storing/index.html", "Storing")

        before = contents(public)
        write(site, {"incidents/storing.yaml": INCIDENT + "x: y\n"})
        told = program.until("Nothing was built")
        assert "`x` is no key" in told
        assert contents(public) == before

        write(site, {"incidents/storing.yaml": INCIDENT.replace("Storing", "Hersteld")})
        program.until_it_says(public / "incidents/storing/index.html", "Hersteld")
        assert program.stopped(number) == 0


def test_it_begins_with_what_is_broken_and_goes_on_when_that_is_mended(site: Path) -> None:
    write(site, {"sla.yaml": "titel: SLA\n"})
    with watching(site) as program:
        program.until("Nothing was built")
        assert not (site.parent / "public").exists()
        write(site, {"sla.yaml": "title: SLA\n"})
        program.until(BUILT)
        assert program.stopped(signal.SIGTERM) == 0


def test_it_builds_when_the_clock_changes_the_site(site: Path) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=5)
    later = f"  - {{at: {soon:%Y-%m-%d %H:%M:%S}, status: identified, text: Gevonden nu.}}\n"
    incident = INCIDENT.replace("2026-01-24 10:00", f"{soon - timedelta(days=1):%Y-%m-%d %H:%M}")
    write(site, {"incidents/storing.yaml": incident + later})
    page = site.parent / "public/incidents/storing/index.html"
    with watching(site) as program:
        told = program.until(BUILT)
        assert f"{soon:%Y-%m-%dT%H:%M:%SZ}" in told
        assert "Gevonden nu" not in page.read_text("utf-8")
        program.until_it_says(page, "Gevonden nu")
        assert program.stopped(signal.SIGTERM) == 0


def test_a_site_that_wants_to_be_fresh_is_built_in_time(site: Path) -> None:
    write(site, {"site.yaml": SITE + "freshness: PT3S\n"})
    with watching(site) as program:
        for _ in range(3):
            program.until(BUILT)
        assert program.stopped(signal.SIGTERM) == 0


def test_a_folder_that_goes_away_and_comes_back_does_not_end_it(site: Path) -> None:
    public = site.parent / "public"
    with watching(site) as program:
        program.until(BUILT)
        before = contents(public)
        site.rename(site.with_name("elsewhere"))
        assert "[missing-file]" in program.until("Nothing was built")
        assert contents(public) == before
        site.with_name("elsewhere").rename(site)
        program.until(BUILT)
        assert program.stopped(signal.SIGINT) == 0


def test_a_disk_that_fails_does_not_end_it(site: Path) -> None:
    public = site.parent / "public"
    with watching(site) as program:
        program.until(BUILT)
        shutil.rmtree(public)
        public.symlink_to(site.parent / "file" / "public")
        (site.parent / "file").write_text("in the way")
        write(site, {"incidents/storing.yaml": INCIDENT})
        program.until("tried again soon")
        (site.parent / "file").unlink()
        write(site, {"incidents/storing.yaml": INCIDENT.replace("Storing", "Anders")})
        program.until_it_says(public / "incidents/storing/index.html", "Anders")
        assert program.stopped(signal.SIGTERM) == 0


def test_each_build_is_a_line_for_programs(site: Path) -> None:
    with watching(site, "--format", "json") as program:
        first = json.loads(program.until("{"))
        assert first["build"]["pages"] > 0
        write(site, {"sla.yaml": "titel: SLA\n"})
        second = json.loads(program.until("{"))
        assert (second["errors"] > 0, second["build"]) == (True, None)
        assert program.stopped(signal.SIGTERM) == 0
