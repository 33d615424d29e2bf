from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen import civil
from statusgen.cli.app import app

NOW = "2026-11-24T12:00:00Z"
SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
SLA = """\
title: Afspraken
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
  notice: 24h
"""
COMPONENTS = """\
groups:
  - id: platform
    name: Platform
    components:
      - {id: server, name: Server}
      - {id: dashboard, name: Dashboard}
"""
PLAN = """\
title: Onderhoud
components: [server]
start: 2026-11-26 18:00
end: 2026-11-26 20:00
announced: 2026-11-20 10:00
"""
ZONE = civil.zone("Europe/Amsterdam")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that plans nothing yet."""
    folder = tmp_path / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def slots(folder: Path, duration: str, *words: str) -> list[str]:
    """The slots in wall time: 11-26 17:30 - 11-26 19:30."""
    asked = ("--duration", duration, "--now", NOW, *words)
    done = run("slots", folder, "--format", "json", *asked)
    assert (done.exit_code, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    assert list(data) == ["slots"]
    for slot in data["slots"]:
        assert list(slot) == ["start", "end"]
        assert all(moment.endswith("Z") for moment in slot.values())
    return [
        " - ".join(f"{local(slot[key]):%m-%d %H:%M}" for key in ("start", "end"))
        for slot in data["slots"]
    ]


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZONE)


def first(folder: Path, duration: str, start: str, *words: str) -> str:
    return slots(folder, duration, "--from", start, "--count", "1", *words)[0]


@pytest.mark.parametrize(
    ("start", "duration", "slot"),
    [
        # In the daytime of Thursday: this evening.
        ("2026-11-26 12:00", "2h", "11-26 17:30 - 11-26 19:30"),
        # Within a window: at once, up to its very end.
        ("2026-11-26 20:00", "2h", "11-26 20:00 - 11-26 22:00"),
        ("2026-11-26 06:30", "2h", "11-26 06:30 - 11-26 08:30"),
        ("2026-11-26 06:31", "2h", "11-26 17:30 - 11-26 19:30"),
        ("2026-11-26 17:30", "15h", "11-26 17:30 - 11-27 08:30"),
        # On a whole minute, not before the one asked for.
        ("2026-11-26T18:00:30+01:00", "2h", "11-26 18:01 - 11-26 20:01"),
        # Longer than a night: the weekend.
        ("2026-11-26 17:30", "15h 1m", "11-27 17:30 - 11-28 08:31"),
        ("2026-11-26 12:00", "63h", "11-27 17:30 - 11-30 08:30"),
        ("2026-11-27 17:31", "63h", "12-04 17:30 - 12-07 08:30"),
        ("2026-11-26T16:00Z", "PT90M", "11-26 17:30 - 11-26 19:00"),
        # The weekend of March is an hour short, that of October an hour long.
        ("2026-03-26 12:00", "62h", "03-27 17:30 - 03-30 08:30"),
        ("2026-03-26 12:00", "63h", "04-03 17:30 - 04-06 08:30"),
        ("2026-03-26 12:00", "64h", "10-23 17:30 - 10-26 08:30"),
        # Over the end of the year.
        ("2026-12-31 12:00", "4h", "12-31 17:30 - 12-31 21:30"),
    ],
)
def test_the_first_slot_is_the_earliest_that_is_allowed(
    site: Path, start: str, duration: str, slot: str
) -> None:
    assert first(site, duration, start) == slot


def test_without_a_moment_it_is_when_the_notice_is_over(site: Path) -> None:
    assert slots(site, "4h") == [
        "11-25 17:30 - 11-25 21:30",
        "11-25 21:30 - 11-26 01:30",
        "11-26 01:30 - 11-26 05:30",
        "11-26 17:30 - 11-26 21:30",
        "11-26 21:30 - 11-27 01:30",
    ]


@pytest.mark.parametrize("duration", ["1h", "7h 15m", "15h", "20h", "63h"])
def test_slots_are_apart_in_order_and_within_the_windows(site: Path, duration: str) -> None:
    done = run(
        "slots", site, "--duration", duration, "--now", NOW, "--count", 20, "--format", "json"
    )
    found = [(local(s["start"]), local(s["end"])) for s in json.loads(done.stdout)["slots"]]
    assert len(found) == 20
    for (_, end), (start, _) in pairwise(found):
        assert end <= start
    for start, end in found:
        day = start
        while day < end:
            open_day = day.weekday() >= 5
            assert open_day or not time(8, 30) <= day.time() < time(17, 30)
            day = (day.astimezone(civil.zone("UTC")) + (end - start) / 50).astimezone(ZONE)


def test_slots_are_clear_of_what_is_planned_on_the_component(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    start = "2026-11-26 12:00"
    assert first(site, "2h", start, "--component", "server") == "11-26 20:00 - 11-26 22:00"
    assert first(site, "2h", start, "--component", "dashboard") == "11-26 17:30 - 11-26 19:30"
    both = ("--component", "dashboard", "--component", "server")
    assert first(site, "2h", start, *both) == "11-26 20:00 - 11-26 22:00"
    # With none named, of any.
    assert first(site, "2h", start) == "11-26 20:00 - 11-26 22:00"
    # What ends where the plan begins is clear of it.
    assert first(site, "30m", start) == "11-26 17:30 - 11-26 18:00"
    assert first(site, "31m", start) == "11-26 20:00 - 11-26 20:31"
    assert first(site, "12h 30m", start) == "11-26 20:00 - 11-27 08:30"
    assert first(site, "13h", start) == "11-27 17:30 - 11-28 06:30"


def test_what_was_called_off_is_in_nobody_s_way(site: Path) -> None:
    off = "updates: [{at: 2026-11-24 12:00, status: cancelled, text: Afgelast.}]\n"
    write(site, {"maintenance/2026/werk.yaml": PLAN + off})
    assert first(site, "2h", "2026-11-26 12:00") == "11-26 17:30 - 11-26 19:30"


def test_occurrences_of_schedules_are_kept_clear_of(site: Path) -> None:
    schedule = (
        "title: Updates\ncomponents: [server]\nrrule: FREQ=WEEKLY;BYDAY=TH\n"
        "first: 2026-01-08 18:00\nduration: 2h\nannounced: 2025-12-20 10:00\n"
        "except: [2026-12-03]\n"
    )
    write(site, {"schedules/updates.yaml": schedule})
    assert first(site, "2h", "2026-11-26 12:00") == "11-26 20:00 - 11-26 22:00"
    assert first(site, "2h", "2026-12-03 12:00") == "12-03 17:30 - 12-03 19:30"
    # Beyond the sixty days that the site shows.
    assert first(site, "2h", "2027-09-02 12:00") == "09-02 20:00 - 09-02 22:00"


def test_a_slot_that_is_offered_is_taken_by_the_check(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    for duration in ("2h", "15h", "40h"):
        asked = ("--duration", duration, "--component", "server", "--format", "json")
        done = run("slots", site, "--now", NOW, *asked)
        for number, slot in enumerate(json.loads(done.stdout)["slots"]):
            plan = (
                f"title: Werk\ncomponents: [server]\nstart: {slot['start']}\nend: {slot['end']}\n"
                "announced: 2026-01-01 10:00\n"
            )
            write(site, {f"maintenance/2026/nieuw-{duration}-{number}.yaml": plan})
        checked = run("check", site, "--now", NOW)
        assert (checked.exit_code, checked.stdout) == (0, "")


@pytest.mark.parametrize("count", [1, 2, 100])
def test_as_many_as_are_asked_for(site: Path, count: int) -> None:
    assert len(slots(site, "2h", "--count", str(count))) == count


def test_fewer_where_there_are_no_more(site: Path) -> None:
    """Within 400 days one weekend is 64 hours long."""
    assert slots(site, "64h", "--count", "3") == ["10-29 17:30 - 11-01 08:30"]


def test_where_no_window_is_that_long_there_is_none(site: Path) -> None:
    assert slots(site, "70h") == []
    done = run("slots", site, "--duration", "70h", "--now", NOW)
    assert done.exit_code == 0
    assert done.stdout.startswith("There is none within 400 days")


def test_without_agreed_windows_all_of_the_time_is_allowed(site: Path) -> None:
    write(site, {"sla.yaml": "title: Afspraken\n"})
    assert first(site, "100h", "2026-11-26 12:00") == "11-26 12:00 - 11-30 16:00"


def test_text_is_in_wall_time(site: Path) -> None:
    done = run("slots", site, "--duration", "15h", "--now", NOW, "--count", 2)
    assert done.stdout == (
        "Wed 2026-11-25 17:30 - Thu 2026-11-26 08:30\nThu 2026-11-26 17:30 - Fri 2026-11-27 08:30\n"
    )


# Wrong use


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--duration"),
        (["--duration", "twee uur"], "--duration"),
        (["--duration", "0h"], "--duration"),
        (["--duration", "-2h"], "--duration"),
        (["--duration", ""], "--duration"),
        (["--duration", "2h", "--component", "servr"], "Did you mean"),
        (["--duration", "2h", "--component", "server", "--component", "x"], "'x'"),
        (["--duration", "2h", "--count", "0"], "--count"),
        (["--duration", "2h", "--count", "101"], "--count"),
        (["--duration", "2h", "--from", "2026-11-26"], "--from"),
        (["--duration", "2h", "--format", "csv"], "--format"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(site: Path, words: list[str], said: str) -> None:
    done = run("slots", site, "--now", NOW, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_content_with_errors_offers_nothing(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN.replace("18:00", "16:00")})
    done = run("slots", site, "--duration", "2h", "--now", NOW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "[maintenance-outside-window]" in done.stderr
