from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content.measurement_files import read_measurements, seen
from statusgen.model.observations import Observation, Outcome
from statusgen.monitor import log
from statusgen.preview.showing import Preview
from tests.sites import all_themes, only, written
from tests.unit.small_site import FILES

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STALE = timedelta(minutes=10)
SLA = """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 90%
  hours: {days: mon-sun, from: 00:00, to: 24:00}
"""
SITE = {**FILES, "site.yaml": FILES["site.yaml"] + only("html", "api"), "sla.yaml": SLA}
MONTH = "api/statusgen/v1/sla/2026-11.json"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name, text in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def observe(content: Path, at: datetime, outcome: Outcome = Outcome.GOOD) -> None:
    answered = Observation("server", at, "home", outcome, timedelta(milliseconds=120))
    log.append(content / log.FOLDER, [answered])


def build(content: Path) -> Result:
    out = content.parent / "public"
    words = ["build", str(content), "--output", str(out), "--now", NOW.isoformat()]
    environment = {"STATUSGEN_CACHE": str(content.parent / "cache")}
    return CliRunner().invoke(app, words, env=environment)


def minutes_seen(content: Path) -> int | None:
    report = json.loads((content.parent / "public" / MONTH).read_bytes())
    measured = report.get("measured")
    return measured["service"]["seen_minutes"] if measured else None


# Reading


def test_days_and_months_are_read_and_nothing_else(content: Path) -> None:
    observe(content, NOW)
    home = content / "measurements/home"
    (home / "2026-10.json").write_bytes(b"{}")
    for odd in (".2026-10.json.new", "notes.txt", "2026-13-01.jsonl"):
        (home / odd).write_bytes(b"")
    (content / "measurements/README.md").write_text("Not of anywhere.")
    (home / "2026-11-20.jsonl").symlink_to("/etc/passwd")
    assert [*read_measurements(content)] == ["home/2026-10.json", "home/2026-11-24.jsonl"]


def test_without_measurements_there_is_nothing_to_read(content: Path) -> None:
    assert read_measurements(content) == {}


def test_a_day_that_is_added_to_its_month_meanwhile_is_read_once(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (3, 2):
        for minute in range(6):
            observe(content, NOW - timedelta(days=days) + timedelta(minutes=minute))
        if days == 3:
            log.roll_up(content / log.FOLDER, "home", NOW, STALE)
    before, _ = seen(read_measurements(content), STALE)
    read = Path.read_bytes

    def then_rolled_up(path: Path) -> bytes:
        data = read(path)
        monkeypatch.setattr(Path, "read_bytes", read)
        log.roll_up(content / log.FOLDER, "home", NOW, STALE)
        return data

    monkeypatch.setattr(Path, "read_bytes", then_rolled_up)
    after, _ = seen(read_measurements(content), STALE)
    assert after == before
    assert [*read_measurements(content)] == ["home/2026-11.json"]


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"days": ["2026-10-01"], "seen": {"server": '])
def test_a_month_that_cannot_be_read_is_told_and_keeps_nothing_from_being_built(
    content: Path, broken: bytes
) -> None:
    observe(content, NOW - timedelta(minutes=5))
    observe(content, NOW)
    (content / "measurements/home/2026-10.json").write_bytes(broken)
    result = build(content)
    assert result.exit_code == 0
    assert "measurements/home/2026-10.json" in result.output
    assert "warning" in result.output
    assert "[unreadable-measurements]" in result.output
    assert minutes_seen(content) == 5


# Building


def test_what_was_measured_since_is_in_the_next_build(content: Path) -> None:
    assert build(content).exit_code == 0
    assert minutes_seen(content) is None
    for minutes, total in ((10, None), (5, 5), (0, 10)):
        observe(content, NOW - timedelta(minutes=minutes))
        build(content)
        assert minutes_seen(content) == total
    assert "0 written" in build(content).output


def test_a_component_that_is_gone_is_measured_no_more(content: Path) -> None:
    for minutes in (5, 0):
        gone = Observation("gone", NOW - timedelta(minutes=minutes), "home", Outcome.BAD, None)
        log.append(content / log.FOLDER, [gone])
        observe(content, NOW - timedelta(minutes=minutes))
    assert build(content).exit_code == 0
    assert minutes_seen(content) == 5


def test_the_preview_shows_what_was_measured(content: Path) -> None:
    preview = Preview(content, lambda: NOW)
    preview.refresh()
    assert "measured" not in json.loads(preview.at(None).pages[MONTH])
    observe(content, NOW - timedelta(minutes=5))
    observe(content, NOW)
    assert preview.refresh()
    assert "measured" in json.loads(preview.at(None).pages[MONTH])


def test_the_report_of_the_command_line_says_it_too(content: Path) -> None:
    observe(content, NOW - timedelta(minutes=4), Outcome.BAD)
    observe(content, NOW)
    words = ["sla", str(content), "--now", NOW.isoformat()]
    text = CliRunner().invoke(app, words).output
    assert "Measured:" in text
    assert "down 4 of 4 min" in text
    assert "reported" in text
    data = json.loads(CliRunner().invoke(app, [*words, "--format", "json"]).output)
    assert data["measured"]["service"]["bad_minutes"] == 4
    assert 'id="measured"' in CliRunner().invoke(app, [*words, "--format", "html"]).output


def test_a_theme_shows_what_was_measured_on_its_three_pages() -> None:
    from statusgen.build import build as built

    answers = b"".join(
        f'{{"at":"2026-11-24T{hour:02}:{minute:02}:00Z","seen":{{"server":["good",120]}}}}\n'.encode()
        for hour in range(9, 12)
        for minute in range(0, 60, 5)
    )
    for theme in ("default", "plain"):
        site = {**SITE, "site.yaml": SITE["site.yaml"] + f"theme: {theme}\n"}
        made = built(
            written(site), all_themes(), NOW, measurements={"home/2026-11-24.jsonl": answers}
        )
        pages = {
            artifact.path: artifact.content.decode()
            for artifact in made.artifacts
            if artifact.path.endswith(".html")
        }
        for path in ("sla/index.html", "sla/2026-11/index.html"):
            assert "Gemeten naast gemeld" in pages[path]
            assert "Measured beside reported" in pages[f"en/{path}"]
        assert "120 ms" in pages["components/server/index.html"]
        assert "Gemeten" not in pages["components/app/index.html"]
        assert not any(" style=" in page for page in pages.values())
