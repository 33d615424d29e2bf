from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content import schema

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-24T21:30:40+01:00"
SITE = {
    "site.yaml": """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl, en]
""",
    "sla.yaml": """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
  notice: 24h
""",
    "components.yaml": """\
groups:
  - id: platform
    name: Platform
    components:
      - {id: server, name: Server}
      - {id: dashboard, name: Dashboard}
""",
}
WORDS = ("--title", "nl=Storing: login", "--title", "en=Login fails")
TEXT = ("--text", "nl=Wij zoeken #1.", "--text", "en=We search.\nMore soon.")
PLAN = ("--title", "nl=Werk", "--title", "en=Work", "--component", "server", "--duration", "2h")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site without events; commands are called from the folder it lies in."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "content", SITE)
    return tmp_path / "content"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def run(*words: str, now: str = NOW) -> Result:
    return CliRunner().invoke(app, [*words, "--now", now])


def new(*words: str, now: str = NOW) -> Result:
    return run("new", *words, now=now)


def events(site: Path) -> dict[str, str]:
    """The files that the site did not start with."""
    files = (path for path in site.rglob("*") if path.is_file())
    found = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in files}
    return {path: text for path, text in found.items() if path not in SITE}


def in_order(now: str = NOW) -> bool:
    checked = run("check", now=now)
    return checked.exit_code == 0 and checked.stdout == ""


def test_an_incident_is_written_told_in_both_times_and_followed_by_what_to_do(site: Path) -> None:
    done = new("incident", *WORDS, *TEXT, "--component", "dashboard=major_outage,server")
    path = "incidents/2026/2026-11-24-storing-login.yaml"
    assert (done.exit_code, done.stderr) == (0, "")
    assert events(site) == {
        path: """\
title:
  nl: "Storing: login"
  en: Login fails
components: {dashboard: major_outage, server: partial_outage}
started: 2026-11-24 21:30
updates:
  - at: 2026-11-24 21:30
    status: investigating
    text:
      nl: "Wij zoeken #1."
      en: |
        We search.
        More soon.
"""
    }
    assert (
        done.stdout
        == f"""\
Wrote content/{path}
  investigating at Tue 2026-11-24 21:30 (20:30 UTC)

Next:
  git add content/{path}
  git commit -m 'Incident: Storing: login' -- content/{path}
  git push
"""
    )
    assert in_order()


def test_what_is_known_of_an_incident_is_written_along(site: Path) -> None:
    bug = ("--kind", "bug", "--priority", "high", "--ticket", "INL-1", "--impact", "minor")
    moments = ("--started", "20:12", "--at", "2026-11-24T20:30Z", "--status", "identified")
    done = new("incident", *WORDS, *TEXT, "--component", "server=operational", *bug, *moments)
    assert done.exit_code == 0
    assert "started Tue 2026-11-24 20:12 (19:12 UTC)" in done.stdout
    head = (
        next(iter(events(site).values())).partition("    text:")[0].partition("  en: Login fails\n")
    )
    assert (
        head[2]
        == """\
kind: bug
components: {server: operational}
impact: minor
priority: high
started: 2026-11-24 20:12
ticket: INL-1
updates:
  - at: 2026-11-24 21:30
    status: identified
"""
    )
    assert in_order()


def test_a_calamity_says_how_far_the_fail_over_is(site: Path) -> None:
    done = new("calamity", *WORDS, *TEXT, "--component", "server", "--failover", "declared")
    assert "git commit -m 'Calamity: Storing: login'" in done.stdout
    text = next(iter(events(site).values()))
    assert "kind: calamity\ncomponents: {server: major_outage}\n" in text
    assert "    status: investigating\n    failover: declared\n    text:\n" in text
    assert in_order()


def test_a_moment_that_the_clock_shows_twice_is_written_with_its_offset(site: Path) -> None:
    now = "2026-10-25T02:30:00+01:00"
    new("incident", *WORDS, *TEXT, "--component", "server", now=now)
    path, text = next(iter(events(site).items()))
    assert path == "incidents/2026/2026-10-25-storing-login.yaml"
    assert "started: 2026-10-25T02:30+01:00\n" in text
    assert in_order(now)


def test_a_second_event_of_the_same_title_gets_an_id_of_its_own(site: Path) -> None:
    for _ in range(2):
        assert new("incident", *WORDS, *TEXT, "--component", "server").exit_code == 0
    assert sorted(events(site)) == [
        "incidents/2026/2026-11-24-storing-login-2.yaml",
        "incidents/2026/2026-11-24-storing-login.yaml",
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["incident"], ["--title", "--component", "--text"]),
        (["calamity", "--title", "A", "--text", "B"], ["--component"]),
        (["maintenance"], ["--title", "--component", "--start", "--duration"]),
        (["restore", *PLAN, "--start", "22:00"], ["--recovery-point"]),
        (["schedule"], ["--title", "--component", "--every or --rrule", "--on", "--at"]),
        (["schedule", *PLAN, "--every", "daily"], ["--at"]),
    ],
)
def test_without_a_terminal_flags_that_lack_are_named(
    site: Path, words: list[str], named: list[str]
) -> None:
    refused = new(*words)
    assert refused.exit_code == 2
    said = refused.stderr.partition("Missing ")[2].partition(";")[0]
    assert [name for name in named if name not in said.split(", ")] == []
    assert events(site) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["incident", *WORDS, *TEXT, "--component", "servr"], "Did you mean `server`?"),
        (["incident", *WORDS, *TEXT, "--component", "server=bad"], "`bad` is no status"),
        (["incident", *WORDS, *TEXT, "--component", "server", "--at", "nu"], "`nu` is no moment"),
        (["incident", "--title", "de=A", *TEXT, "--component", "server"], "no language of this"),
        (["maintenance", *PLAN, "--start", "soon"], "`soon` is no moment"),
        (["maintenance", *PLAN, "--end", "23:00"], "--end goes with --start"),
        (["maintenance", *PLAN, "--start", "2026-12-01 22:00", "--override", "A"], "go together"),
        (["schedule", *PLAN, "--every", "weekly", "--on", "do", "--at", "22:00"], "no days"),
        (["schedule", *PLAN, "--rrule", "FREQ=HOURLY", "--at", "22:00"], "cannot be used"),
        (["schedule", *PLAN, "--on", "thu", "--at", "22:00"], "--rrule, or --every"),
        (["holiday"], "holiday"),
    ],
)
def test_a_flag_that_cannot_be_read_is_wrong_use(site: Path, words: list[str], said: str) -> None:
    refused = new(*words)
    assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr
    assert events(site) == {}


def test_a_maintenance_is_planned_by_start_and_duration(site: Path) -> None:
    text = ("--text", "nl=Even weg.", "--text", "en=Away for a moment.")
    at = ("--start", "2026-11-26 22:00", "--effect", "partial_outage")
    done = new("maintenance", *PLAN, *at, *text)
    assert events(site) == {
        "maintenance/2026/2026-11-26-werk.yaml": """\
title: {nl: Werk, en: Work}
components: [server]
start: 2026-11-26 22:00
duration: 2h
announced: 2026-11-24 21:30
effect: partial_outage
text:
  nl: Even weg.
  en: Away for a moment.
"""
    }
    assert "planned Thu 2026-11-26 22:00 - Fri 2026-11-27 00:00 (21:00 - 23:00 UTC)" in done.stdout
    assert in_order()


def test_an_end_of_a_time_of_day_is_the_next_after_the_start(site: Path) -> None:
    words = [*PLAN[:-2], "--start", "2026-11-26 22:00", "--end", "01:00"]
    assert new("maintenance", *words).exit_code == 0
    text = next(iter(events(site).values()))
    assert "start: 2026-11-26 22:00\nend: 2026-11-27 01:00\n" in text


def test_a_window_that_is_refused_is_reported_as_by_check_with_the_next_slot(site: Path) -> None:
    write(site, {"maintenance/2026/ander.yaml": OTHER})
    refused = new("maintenance", *PLAN, "--start", "2026-11-26 16:30")
    assert (refused.exit_code, refused.stdout) == (1, "")
    place = "content/maintenance/2026/2026-11-26-werk.yaml:3:8: error: Outside the agreed windows"
    assert place in refused.stderr
    assert "    3 | start: 2026-11-26 16:30\n" in refused.stderr
    # The slot at 17:30 is taken by the other plan.
    slot = "Thu 2026-11-26 19:30 - 21:30 (18:30 - 20:30 UTC): --start '2026-11-26 19:30'"
    assert refused.stderr.endswith(f"Nothing was written.\nThe next slot is {slot}\n")
    assert list(events(site)) == ["maintenance/2026/ander.yaml"]


OTHER = """\
title: {nl: Ander werk, en: Other work}
components: [server]
start: 2026-11-26 17:30
duration: 2h
announced: 2026-11-20 10:00
"""


def test_a_start_that_lacks_comes_with_the_next_slot_after_the_notice(site: Path) -> None:
    refused = new("maintenance", *PLAN)
    assert "The next slot is Wed 2026-11-25 21:45 - 23:45" in refused.stderr
    assert "--start '2026-11-25 21:45'" in refused.stderr


def test_short_notice_is_refused_unless_somebody_approves_it(site: Path) -> None:
    tonight = ("--start", "2026-11-24 23:00")
    refused = new("maintenance", *PLAN, *tonight)
    assert (refused.exit_code, "[short-notice]" in refused.stderr) == (1, True)
    assert "--start '2026-11-25 21:30'" in refused.stderr
    reason = ("--override", "nl=Lek", "--override", "en=Leak", "--approved-by", "De beheerder")
    done = new("maintenance", *PLAN, *tonight, *reason)
    assert done.exit_code == 0
    assert "warning: Announced 1 h 30 min before it starts" in done.stderr
    text = next(iter(events(site).values()))
    assert text.endswith("override:\n  reason: {nl: Lek, en: Leak}\n  approved_by: De beheerder\n")


def test_a_restore_says_which_backup(site: Path) -> None:
    words = ("--start", "2026-11-28 09:00", "--recovery-point", "02:00")
    done = new("restore", *PLAN, *words)
    text = events(site)["maintenance/2026/2026-11-28-werk.yaml"]
    assert "kind: restore\ncomponents: [server]\n" in text
    assert "recovery_point: 2026-11-24 02:00\n" in text
    assert "git commit -m 'Restore: Werk'" in done.stdout
    assert in_order()


@pytest.mark.parametrize(
    ("words", "rule", "first"),
    [
        (["--every", "daily", "--at", "22:00"], "FREQ=DAILY", "2026-11-25 22:00"),
        (["--every", "daily", "--at", "21:00"], "FREQ=DAILY", "2026-11-26 21:00"),
        (["--every", "weekly", "--on", "thu", "--at", "22:00"], "BYDAY=TH", "2026-11-26 22:00"),
        (["--every", "monthly", "--on", "1sat", "--at", "07:00"], "BYDAY=1SA", "2026-12-05 07:00"),
        (["--rrule", "FREQ=MONTHLY;BYMONTHDAY=15", "--at", "22:00"], "DAY=15", "2026-12-15 22:00"),
        (
            ["--every", "weekly", "--on", "thu", "--at", "22:00", "--first", "2027-01-01"],
            "BYDAY=TH",
            "2027-01-07 22:00",
        ),
    ],
)
def test_a_schedule_recurs_as_said_from_the_first_day_that_notice_allows(
    site: Path, words: list[str], rule: str, first: str
) -> None:
    done = new("schedule", *PLAN, *words, "--until", "2027-12-31")
    assert done.exit_code == 0
    text = events(site)["schedules/werk.yaml"]
    assert f"{rule}\nfirst: {first}\nduration: 2h\nannounced: 2026-11-24 21:30\n" in text
    assert "until: 2027-12-31\n" in text
    assert f"{first} - " in done.stdout
    assert in_order()


def test_a_schedule_outside_the_windows_is_not_written(site: Path) -> None:
    refused = new("schedule", *PLAN, "--every", "weekly", "--on", "thu", "--at", "12:00")
    assert (refused.exit_code, events(site)) == (1, {})
    assert "content/schedules/werk.yaml:4:8: error: Outside the agreed windows" in refused.stderr


def test_a_dry_run_shows_the_file_and_writes_nothing(site: Path) -> None:
    shown = new("maintenance", *PLAN, "--start", "2026-11-26 22:00", "--dry-run")
    assert (shown.exit_code, events(site)) == (0, {})
    assert shown.stdout.startswith("# content/maintenance/2026/2026-11-26-werk.yaml\ntitle: {nl")
    refused = new("maintenance", *PLAN, "--start", "2026-11-26 12:00", "--dry-run")
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_what_is_wrong_elsewhere_stops_nobody_but_is_told(site: Path) -> None:
    write(site, {"incidents/2026/stuk.yaml": "titel: A\n"})
    done = new("incident", *WORDS, *TEXT, "--component", "server")
    assert done.exit_code == 0
    assert "3 errors elsewhere" in done.stderr.replace("\n", " ")
    assert "stuk.yaml" not in done.stderr


def test_without_a_site_that_can_be_read_nothing_is_written(site: Path) -> None:
    write(site, {"site.yaml": "name: Proef\n"})
    refused = new("incident", *WORDS, *TEXT, "--component", "server")
    assert (refused.exit_code, events(site)) == (1, {})
    assert "content/site.yaml" in refused.stderr


def test_a_disk_that_refuses_is_status_3(site: Path) -> None:
    write(site, {"README.md": "A sample."})
    (site / "incidents").symlink_to("README.md")
    refused = new("incident", *WORDS, *TEXT, "--component", "server")
    assert refused.exit_code == 3
    assert refused.stderr.startswith("statusgen: ") or "\nstatusgen: " in refused.stderr


def test_new_files_lead_editors_to_their_schema_where_there_are_schemas(site: Path) -> None:
    (site / schema.FOLDER).mkdir()
    assert new("incident", *WORDS, *TEXT, "--component", "server").exit_code == 0
    assert new("maintenance", *PLAN, "--start", "2026-11-26 21:00").exit_code == 0
    when = ("--every", "weekly", "--on", "tue", "--at", "23:00")
    assert new("schedule", *PLAN, *when).exit_code == 0
    made = [path for path in site.rglob("*.yaml") if path.parent != site]
    assert len(made) == 3
    for path in made:
        first, _ = path.read_text("utf-8").split("\n", 1)
        assert first == schema.modeline(path.relative_to(site).as_posix())


def test_git_is_told_of_a_folder_that_lies_elsewhere(site: Path, tmp_path: Path) -> None:
    words = (*WORDS, *TEXT, "--component", "server", "--content", str(site))
    done = new("incident", *words)
    path = "incidents/2026/2026-11-24-storing-login.yaml"
    assert f"  git -C {site} add {path}\n" in done.stdout
    assert f"  git -C {site} push\n" in done.stdout
