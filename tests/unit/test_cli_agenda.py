from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app

SAMPLE = Path(__file__).resolve().parents[2] / "content"
NOW = "2026-11-24T21:30+01:00"
SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl, en]
"""
SLA = """\
title: Afspraken
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
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
title: {nl: Onderhoud, en: Work}
components: [server, dashboard]
start: 2026-11-26 21:00
duration: 2h
announced: 2026-11-20 10:00
"""
SCHEDULE = """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=SA
first: 2026-03-07 22:00
duration: 1h
announced: 2026-01-01 10:00
"""


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
    return CliRunner().invoke(app, ["agenda", *(str(word) for word in words)])


def planned(folder: Path, *words: str, now: str = NOW) -> list[dict[str, object]]:
    done = run(folder, "--format", "json", "--now", now, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    assert list(data) == ["maintenance"]
    found: list[dict[str, object]] = data["maintenance"]
    return found


def starts(folder: Path, first: str, last: str) -> list[object]:
    return [plan["start"] for plan in planned(folder, "--from", first, "--until", last)]


# Single plans


def test_a_plan_as_data(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    assert planned(site) == [
        {
            "id": "werk",
            "schedule": None,
            "title": "Onderhoud",
            "components": ["server", "dashboard"],
            "start": "2026-11-26T20:00:00Z",
            "end": "2026-11-26T22:00:00Z",
            "state": "scheduled",
        }
    ]


@pytest.mark.parametrize(
    ("first", "last", "listed"),
    [
        ("2026-11-26 21:00", "2026-11-26 21:01", True),
        ("2026-11-26 20:00", "2026-11-26 21:00", False),
        ("2026-11-26 22:59", "2026-11-27 21:00", True),
        ("2026-11-26 23:00", "2026-11-27 21:00", False),
        ("2026-11-26T21:59Z", "2026-11-27T00:00Z", True),
        ("2026-11-26T22:00Z", "2026-11-27T00:00Z", False),
        # Long before now, and long after.
        ("2020-01-01 00:00", "2026-11-26 21:01", True),
        ("2027-01-01 00:00", "2028-01-01 00:00", False),
    ],
)
def test_what_overlaps_the_time_asked_for_is_listed(
    site: Path, first: str, last: str, listed: bool
) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    assert bool(planned(site, "--from", first, "--until", last)) is listed


@pytest.mark.parametrize(
    ("now", "listed"),
    [
        ("2026-09-27T20:59Z", True),
        # Sixty days on to the minute is where the plan begins.
        ("2026-09-27T20:00Z", False),
        ("2026-11-26T21:59Z", True),
        ("2026-11-26T22:00Z", False),
    ],
)
def test_without_bounds_it_is_sixty_days_from_now(site: Path, now: str, listed: bool) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    assert bool(planned(site, now=now)) is listed


def test_from_alone_is_sixty_days_as_well(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    assert planned(site, "--from", "2026-09-28 21:00")
    assert not planned(site, "--from", "2026-09-27 21:00")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-26T19:59Z", "scheduled"),
        ("2026-11-26T20:00Z", "in_progress"),
        ("2026-11-26T21:59Z", "in_progress"),
        ("2026-11-26T22:00Z", "completed"),
    ],
)
def test_the_state_follows_the_clock(site: Path, now: str, state: str) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    (plan,) = planned(site, "--from", "2026-11-26 00:00", now=now)
    assert plan["state"] == state


def test_what_was_called_off_is_listed_as_such(site: Path) -> None:
    update = "updates: [{at: 2026-11-24 12:00, status: cancelled, text: {nl: Af, en: Off}}]\n"
    write(site, {"maintenance/2026/werk.yaml": PLAN + update})
    assert [plan["state"] for plan in planned(site)] == ["cancelled"]
    assert "  cancelled    Onderhoud  [server, dashboard]  werk\n" in run(site, "--now", NOW).stdout


def test_plans_are_in_order_of_their_start(site: Path) -> None:
    days = {"z": "2026-11-25", "a": "2026-11-30", "m": "2026-11-26"}
    for name, day in days.items():
        write(site, {f"maintenance/2026/{name}.yaml": PLAN.replace("2026-11-26", day)})
    assert [plan["id"] for plan in planned(site)] == ["z", "m", "a"]


# Schedules


def test_an_occurrence_names_its_schedule(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE})
    found = planned(site, "--from", "2026-03-07 00:00", "--until", "2026-03-08 00:00")
    assert [(plan["id"], plan["schedule"]) for plan in found] == [("updates-2026-03-07", "updates")]


def test_a_schedule_keeps_its_wall_time_when_the_clock_goes_forward(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE})
    assert starts(site, "2026-03-20 00:00", "2026-04-12 00:00") == [
        "2026-03-21T21:00:00Z",
        "2026-03-28T21:00:00Z",
        "2026-04-04T20:00:00Z",
        "2026-04-11T20:00:00Z",
    ]


def test_a_schedule_keeps_its_wall_time_when_the_clock_goes_back(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE})
    assert starts(site, "2026-10-17 00:00", "2026-11-08 00:00") == [
        "2026-10-17T20:00:00Z",
        "2026-10-24T20:00:00Z",
        "2026-10-31T21:00:00Z",
        "2026-11-07T21:00:00Z",
    ]


@pytest.mark.parametrize(
    ("day", "before", "on", "after"),
    [
        # Half past two is skipped: read with the offset before the gap, half past three.
        ("2026-03-29", "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
        # It comes twice: the first of the two.
        ("2026-10-25", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
    ],
)
def test_in_the_hour_of_a_clock_change(
    site: Path, day: str, before: str, on: str, after: str
) -> None:
    daily = SCHEDULE.replace("FREQ=WEEKLY;BYDAY=SA", "FREQ=DAILY").replace("22:00", "02:30")
    write(site, {"schedules/nacht.yaml": daily})
    first, last = (f"{day[:-2]}{int(day[-2:]) + n:02} 00:00" for n in (-1, 2))
    last = last if day[5:7] != "03" else "2026-03-31 00:00"
    assert starts(site, first, last) == [before, on, after]


def test_an_occurrence_lasts_as_long_whatever_the_clock_does(site: Path) -> None:
    night = SCHEDULE.replace("duration: 1h", "duration: 8h")
    write(site, {"schedules/updates.yaml": night})
    for day in ("2026-03-28", "2026-10-24", "2026-11-07"):
        (plan,) = planned(site, "--from", f"{day} 21:00", "--until", f"{day} 23:00")
        start, end = (datetime.fromisoformat(str(plan[key])) for key in ("start", "end"))
        assert (end - start).total_seconds() == 8 * 3600


def test_exceptions_do_not_occur(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE + "except: [2026-11-14, 2026-11-28]\n"})
    assert starts(site, "2026-11-01 00:00", "2026-12-01 00:00") == [
        "2026-11-07T21:00:00Z",
        "2026-11-21T21:00:00Z",
    ]


CHANGES = """\
changes:
  2026-11-14: {start: 2026-11-15 09:00, duration: 3h}
  2026-11-21: {duration: 90m}
  2026-11-28: {start: 2026-12-12 09:00}
  2026-12-19: {start: 2026-11-08 09:00}
"""


def test_changed_occurrences_are_where_they_were_moved_to(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE + CHANGES})
    found = planned(site, "--from", "2026-11-01 00:00", "--until", "2026-12-01 00:00")
    assert [(plan["id"], plan["start"], plan["end"]) for plan in found] == [
        ("updates-2026-11-07", "2026-11-07T21:00:00Z", "2026-11-07T22:00:00Z"),
        ("updates-2026-12-19", "2026-11-08T08:00:00Z", "2026-11-08T09:00:00Z"),
        ("updates-2026-11-14", "2026-11-15T08:00:00Z", "2026-11-15T11:00:00Z"),
        ("updates-2026-11-21", "2026-11-21T21:00:00Z", "2026-11-21T22:30:00Z"),
    ]
    later = planned(site, "--from", "2026-12-06 00:00", "--until", "2026-12-31 00:00")
    assert [plan["id"] for plan in later] == [
        "updates-2026-11-28",
        "updates-2026-12-12",
        "updates-2026-12-26",
    ]


def test_the_last_day_is_one_that_it_may_run_on(site: Path) -> None:
    write(site, {"schedules/updates.yaml": SCHEDULE + "until: 2026-11-14\n"})
    assert starts(site, "2026-11-01 00:00", "2027-12-01 00:00") == [
        "2026-11-07T21:00:00Z",
        "2026-11-14T21:00:00Z",
    ]
    write(site, {"schedules/updates.yaml": SCHEDULE + "until: 2026-11-13\n"})
    assert starts(site, "2026-11-01 00:00", "2027-12-01 00:00") == ["2026-11-07T21:00:00Z"]


def test_a_schedule_that_counts_ends_by_itself(site: Path) -> None:
    rule = SCHEDULE.replace("BYDAY=SA", "BYDAY=SA;COUNT=2")
    write(site, {"schedules/updates.yaml": rule})
    assert starts(site, "2026-01-01 00:00", "2027-12-01 00:00") == [
        "2026-03-07T21:00:00Z",
        "2026-03-14T21:00:00Z",
    ]


def test_an_occurrence_that_runs_into_the_time_is_listed(site: Path) -> None:
    weekend = SCHEDULE.replace("duration: 1h", "duration: 30h")
    write(site, {"schedules/updates.yaml": weekend})
    assert starts(site, "2026-11-09 03:59", "2026-11-09 12:00") == ["2026-11-07T21:00:00Z"]
    assert starts(site, "2026-11-09 04:00", "2026-11-09 12:00") == []


# The sample, and text


def test_the_sample_lists_single_plans_and_occurrences() -> None:
    found = planned(SAMPLE, "--from", "2026-12-01 00:00", "--until", "2027-01-01 00:00")
    keys = ["id", "schedule", "title", "components", "start", "end", "state"]
    assert all(list(plan) == keys for plan in found)
    for plan in found:
        assert str(plan["start"]).endswith("Z")
        assert str(plan["start"]) < str(plan["end"])
    security = [plan for plan in found if plan["schedule"] == "beveiligingsupdates"]
    # On the 3rd and the 10th; the 17th moved to the 19th; not on Christmas Eve nor on the 31st.
    assert [(plan["id"], plan["start"]) for plan in security] == [
        ("beveiligingsupdates-2026-12-03", "2026-12-03T21:00:00Z"),
        ("beveiligingsupdates-2026-12-10", "2026-12-10T21:00:00Z"),
        ("beveiligingsupdates-2026-12-17", "2026-12-19T07:00:00Z"),
    ]
    assert {plan["id"] for plan in found if plan["schedule"] is None} == {
        "2026-12-02-dashboard-nieuwe-versie",
        "2026-12-11-verhuizing-datacenter",
        "2026-12-16-certificaten",
    }


def test_text_is_in_wall_time(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN})
    assert run(site, "--now", NOW).stdout == (
        "Thu 2026-11-26 21:00 - 23:00 (2 h)  scheduled    Onderhoud  [server, dashboard]  werk\n"
    )


def test_nothing_planned_is_said(site: Path) -> None:
    done = run(site, "--now", NOW)
    assert (done.exit_code, done.stdout) == (0, "Nothing is planned.\n")
    assert planned(site) == []


# Wrong use


@pytest.mark.parametrize(
    "words",
    [
        ["--from", "2026-12-01 00:00", "--until", "2026-11-30 00:00"],
        ["--from", "2026-12-01 00:00", "--until", "2026-12-01 00:00"],
        ["--until", "2026-11-24T20:30Z"],
        ["--from", "morgen"],
        ["--from", "2026-03-29 02:30"],
        ["--from", "2026-10-25 02:30"],
        ["--format", "csv"],
    ],
)
def test_wrong_use_is_told_and_ends_with_2(site: Path, words: list[str]) -> None:
    done = run(site, "--now", NOW, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words[-2] in done.stderr


def test_content_with_errors_is_not_listed(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN.replace("21:00", "16:00")})
    done = run(site, "--now", NOW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "[maintenance-outside-window]" in done.stderr


def test_the_agenda_as_markdown_shows_the_week_ahead_half_hour_by_half_hour(site: Path) -> None:
    plan = PLAN.replace("Onderhoud", "'Werk | <b>'").replace("2026-11-26 21:00", "2026-11-26 21:15")
    write(site, {"maintenance/2026/werk.yaml": plan, "sla.yaml": f"{SLA}{GUARANTEED}"})
    said = run(site, "--format", "markdown", "--now", NOW).stdout.splitlines()
    week = said[said.index("```text") + 1 :]
    assert week[0] == "               00    03    06    09    12    15    18    21"
    assert [row[:14] for row in week[1:8]] == [
        *("Tue 2026-11-24", "Wed 2026-11-25", "Thu 2026-11-26", "Fri 2026-11-27"),
        *("Sat 2026-11-28", "Sun 2026-11-29", "Mon 2026-11-30"),
    ]
    # Open to 08:30, guaranteed 09:00 to 17:00, and planned from 21:15 to 23:15.
    assert week[3][15:] == "░" * 17 + " " + "·" * 16 + " " + "░" * 7 + "█" * 5 + "░"
    assert week[5][15:] == "░" * 48
    assert said[-1] == (
        "| Thu 2026-11-26 21:15 - 23:15 | 2 h | scheduled | Werk \\| &lt;b> | server, dashboard |"
    )


def test_the_week_keeps_to_the_clock_on_the_wall_when_that_changes(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": NIGHT})
    forward = run(site, "--format", "markdown", "--now", "2027-03-27T12:00Z").stdout
    assert "Sun 2027-03-28 ██░░  ░░" in forward
    back = run(site, "--format", "markdown", "--now", "2026-10-24T12:00Z").stdout
    assert f"Sun 2026-10-25 {'░' * 48}" in back
    assert (
        "Nothing is planned."
        in run(site, "--format", "markdown", "--now", "2028-01-01T12:00Z").stdout
    )


def test_a_plan_that_is_called_off_is_listed_and_not_in_the_week(site: Path) -> None:
    off = f"{PLAN}updates:\n  - {{at: 2026-11-24 12:00, status: cancelled}}\n"
    write(site, {"maintenance/2026/werk.yaml": off})
    said = run(site, "--format", "markdown", "--now", NOW).stdout
    assert "| cancelled |" in said
    assert "█" not in said.replace("█ planned", "")


GUARANTEED = """\
availability:
  target: 90%
  hours: {days: mon-fri, from: 09:00, to: 17:00}
"""
NIGHT = """\
title: {nl: Nacht, en: Night}
components: [server]
start: 2027-03-28 00:00
duration: 1h
announced: 2027-03-01 10:00
"""
