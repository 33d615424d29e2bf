"""``statusgen update``, ``resolve`` and ``cancel``: one more word in a file that people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import app
from statusgen.content import saving

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
    "incidents/2026/storing.yaml": """\
# Called in by phone.
title: {nl: Storing, en: Disruption}
components: {server: partial_outage}   # not the dashboard
updates:
  - {at: 2026-11-24 20:00, status: investigating, text: {nl: Wij zoeken., en: Searching.}}
  # the customer was told too

postmortem: {nl: Volgt., en: Follows.}
""",
    "incidents/2026/uitwijk.yaml": """\
title: {nl: Uitwijk, en: Fail-over}
kind: calamity
components: [server]
updates: [{at: 2026-11-24 21:00, status: identified, text: {nl: A, en: B}}]
""",
    "incidents/2026/voorbij.yaml": """\
title: {nl: Voorbij, en: Over}
components: [server]
started: 2026-11-20 09:00
updates: [{at: 2026-11-20 10:00, status: resolved, text: {nl: A, en: B}}]
""",
    "maintenance/2026/bezig.yaml": """\
title: {nl: Bezig, en: Busy}
components: [server]
start: 2026-11-24 21:00
duration: 2h
announced: 2026-11-20 10:00
""",
    "maintenance/2026/straks.yaml": """\
title: {nl: Straks, en: Later}
components: [dashboard]
start: 2026-11-26 21:00
duration: 2h
announced: 2026-11-20 10:00""",
    "schedules/wekelijks.yaml": """\
title: {nl: Wekelijks, en: Weekly}
components: [dashboard]
rrule: FREQ=WEEKLY;BYDAY=FR
first: 2026-11-27 22:00
duration: 1h
announced: 2026-11-20 10:00
except: [2026-12-25]   # Christmas
text: {nl: Rustig., en: Quiet.}
""",
}
WORDS = ("--text", "nl=Het werkt.", "--text", "en=It works.")
SAID = """\
    text:
      nl: Het werkt.
      en: It works.
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with events of every kind; commands are called from the folder it lies in."""
    monkeypatch.chdir(tmp_path)
    for name, text in SITE.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "content"


def run(*words: str, now: str = NOW) -> Result:
    return CliRunner().invoke(app, [*words, "--now", now])


def changed(site: Path) -> Mapping[str, str]:
    """The files that are not as the site started with."""
    files = (path for path in site.rglob("*") if path.is_file())
    found = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in files}
    return {path: text for path, text in found.items() if text != SITE.get(path)}


def test_the_site_has_nothing_wrong(site: Path) -> None:
    checked = run("check")
    assert (checked.exit_code, checked.stdout) == (0, "")


def test_an_update_goes_behind_the_last_one_and_its_comments(site: Path) -> None:
    path = "incidents/2026/storing.yaml"
    part = ("--component", "server=degraded_performance")
    done = run("update", "storing", "--status", "monitoring", *part, *WORDS)
    before, after = SITE[path].split("  # the customer")
    added = (
        "  - at: 2026-11-24 21:30\n    status: monitoring\n"
        f"    components: {{server: degraded_performance}}\n{SAID}"
    )
    assert changed(site) == {path: f"{before}{added}  # the customer{after}"}
    assert done.stderr == ""
    assert (
        done.stdout
        == f"""\
Wrote content/{path}
  monitoring at Tue 2026-11-24 21:30 (20:30 UTC)

Next:
  git add content/{path}
  git commit -m 'Monitoring: Storing' -- content/{path}
  git push
"""
    )
    assert run("check").stdout == ""


def test_an_update_that_says_no_status_leaves_it_as_it_is(site: Path) -> None:
    run("update", "uitwijk", *WORDS, "--failover", "started")
    assert "status: identified, failover: started, text: {" in changed(site)[UITWIJK]
    run("update", "bezig", *WORDS)
    assert "updates:\n  - at: 2026-11-24 21:30\n    status: in_progress\n" in changed(site)[BEZIG]
    assert run("check").stdout == ""


UITWIJK, BEZIG = "incidents/2026/uitwijk.yaml", "maintenance/2026/bezig.yaml"
STRAKS, WEEKLY = "maintenance/2026/straks.yaml", "schedules/wekelijks.yaml"


def test_two_updates_in_a_minute_are_told_apart_by_their_seconds(site: Path) -> None:
    assert run("update", "storing", *WORDS).exit_code == 0
    assert run("update", "storing", *WORDS).exit_code == 0
    text = changed(site)["incidents/2026/storing.yaml"]
    assert "at: 2026-11-24 21:30\n" in text
    assert "at: 2026-11-24 21:30:40\n" in text
    assert run("check").exit_code == 0


def test_an_update_before_the_last_one_is_reported_as_by_check_and_not_written(site: Path) -> None:
    refused = run("update", "storing", *WORDS, "--at", "19:00")
    assert (refused.exit_code, refused.stdout, changed(site)) == (1, "", {})
    assert "content/incidents/2026/storing.yaml:6:9: error: This is earlier" in refused.stderr
    assert "    6 |   - at: 2026-11-24 19:00\n" in refused.stderr
    assert refused.stderr.endswith("Nothing was written.\n")


def test_a_resolved_incident_and_a_completed_maintenance_have_their_last_update(site: Path) -> None:
    assert run("resolve", "storing", *WORDS).exit_code == 0
    last = f"  - at: 2026-11-24 21:30\n    status: resolved\n{SAID}"
    assert last in changed(site)["incidents/2026/storing.yaml"]
    assert run("resolve", "bezig").exit_code == 0
    end = "updates:\n  - at: 2026-11-24 21:30\n    status: completed\n"
    assert changed(site)[BEZIG] == SITE[BEZIG] + end
    assert run("check").stdout == ""


def test_a_cancelled_maintenance_says_why_also_where_its_file_ends_without_a_line(
    site: Path,
) -> None:
    done = run("cancel", "straks", *WORDS)
    end = f"\nupdates:\n  - at: 2026-11-24 21:30\n    status: cancelled\n{SAID}"
    assert changed(site) == {STRAKS: SITE[STRAKS] + end}
    assert "git commit -m 'Cancelled: Straks'" in done.stdout
    assert run("check").stdout == ""


def test_an_occurrence_that_nobody_has_read_of_leaves_its_schedule(site: Path) -> None:
    done = run("cancel", "wekelijks-2027-03-05")
    text = SITE[WEEKLY].replace("[2026-12-25]", "[2026-12-25, 2027-03-05]")
    assert changed(site) == {WEEKLY: text}
    assert "  left out Fri 2027-03-05 22:00 - 23:00 (21:00 - 22:00 UTC)\n" in done.stdout
    assert "git commit -m 'Left out: Wekelijks, 2027-03-05'" in done.stdout
    assert "2027-03-05" not in run("agenda", "--until", "2027-04-01").stdout


@pytest.mark.parametrize("day", ["2026-12-04", "2027-03-05"])
def test_an_occurrence_that_is_called_off_with_a_text_stays_to_be_read(
    site: Path, day: str
) -> None:
    done = run("cancel", f"wekelijks-{day}", *WORDS)
    update = "updates:\n  - at: 2026-11-24 21:30\n    occurrence: {}\n    status: cancelled\n"
    assert changed(site) == {WEEKLY: SITE[WEEKLY] + update.format(day) + SAID}
    assert f"git commit -m 'Cancelled: Wekelijks, {day}'" in done.stdout
    assert run("check").stdout == ""
    agenda = run("agenda", "--until", "2027-04-01").stdout
    assert f"{day} 22:00 - 23:00 (1 h)  cancelled    Wekelijks" in agenda
    again = run("cancel", f"wekelijks-{day}", *WORDS)
    assert f"`wekelijks-{day}` is cancelled already" in again.stderr


def test_occurrences_are_told_of_one_by_one_also_in_the_same_minute(site: Path) -> None:
    for day in ("2026-12-04", "2026-12-11"):
        assert run("update", f"wekelijks-{day}", *WORDS).exit_code == 0
    told = [line for line in changed(site)[WEEKLY].splitlines() if "occurrence" in line]
    assert told == ["    occurrence: 2026-12-04", "    occurrence: 2026-12-11"]
    assert run("check").stdout == ""


def test_an_occurrence_is_done_before_its_time(site: Path) -> None:
    during = "2026-12-04T22:30+01:00"
    done = run("resolve", "wekelijks-2026-12-04", now=during)
    assert (done.exit_code, done.stderr) == (0, "")
    assert changed(site)[WEEKLY].endswith("occurrence: 2026-12-04\n    status: completed\n")
    assert "22:00 - 23:00 (1 h)  completed" in run("agenda", now=during).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["update", "storin", *WORDS], "There is no event 'storin'. Did you mean `storing`?"),
        (["update", "zzz", *WORDS], "There are uitwijk, storing, bezig, straks, wekelijks-2026-"),
        (["update", *WORDS], "Missing ID; on a terminal you can choose. There are uitwijk, sto"),
        (["update", "storing"], "Missing --text, --status, --component or --failover"),
        (["update", "storing", "--status", "solved"], "Did you mean `resolved`?"),
        (["update", "straks", "--status", "resolved"], "no status of it"),
        (["update", "storing", "--component", "server"], "What becomes of `server`?"),
        (["update", "bezig", "--component", "server=operational"], "goes with incidents"),
        (["update", "storing", "--failover", "started"], "`storing` is none"),
        (["update", "storing", "--text", "de=A"], "`de` is no language"),
        (["update", "storing", *WORDS, "--at", "nu"], "`nu` is no moment"),
        (["update", "wekelijks", *WORDS], "is a schedule: name one occurrence (wekelijks-2026-"),
        (["resolve", "storing"], "Missing --text"),
        (["resolve", "voorbij", *WORDS], "`voorbij` is resolved already"),
        (["resolve", "straks"], "has not begun. Call it off with `statusgen cancel straks`"),
        (["resolve", "wekelijks"], "is a schedule: name one occurrence"),
        (["resolve", "wekelijks-2026-12-04"], "`wekelijks-2026-12-04` has not begun"),
        (["cancel", "wekelijks-2026-12-04"], "Missing --text"),
        (["cancel", "straks"], "Missing --text"),
        (["cancel", "storing", *WORDS], "not cancelled but resolved"),
        (["cancel", "wekelijks"], "(wekelijks-2026-11-27, wekelijks-2026-12-04, wekelijks-2026-1"),
        (["cancel", "wekelijks-2026-12-25"], "to come. There are wekelijks-2026-11-27, wek"),
    ],
)
def test_what_makes_no_sense_is_wrong_use(site: Path, words: list[str], said: str) -> None:
    refused = run(*words)
    assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr
    assert changed(site) == {}


def test_what_is_over_is_not_called_off(site: Path) -> None:
    run("cancel", "straks", *WORDS)
    again = run("cancel", "straks", *WORDS)
    assert (again.exit_code, "`straks` is cancelled already" in again.stderr) == (2, True)


def test_a_dry_run_shows_the_lines_that_would_come(site: Path) -> None:
    shown = run("update", "straks", *WORDS, "--dry-run")
    assert (shown.exit_code, changed(site)) == (0, {})
    assert shown.stdout.startswith(f"--- content/{STRAKS}\n+++ content/{STRAKS}\n")
    removed = [line for line in shown.stdout.splitlines() if line.startswith("-")]
    assert removed == [f"--- content/{STRAKS}"]
    assert "\n+updates:\n+  - at: 2026-11-24 21:30\n+    status: scheduled\n" in shown.stdout


def test_a_file_with_an_error_is_shown_and_mended_first(site: Path) -> None:
    broken = SITE["incidents/2026/storing.yaml"].replace("title", "titel")
    (site / "incidents/2026/storing.yaml").write_text(broken, "utf-8")
    refused = run("update", "storing", *WORDS)
    assert refused.exit_code == 1
    assert "content/incidents/2026/storing.yaml:2:1: error: `titel` is no key" in refused.stderr
    assert refused.stderr.endswith("Mend it first. Nothing was written.\n")
    assert changed(site) == {"incidents/2026/storing.yaml": broken}


def test_a_list_that_nothing_can_be_put_into_is_left_with_what_to_add(site: Path) -> None:
    text = SITE[BEZIG] + "updates: ~\n"
    (site / BEZIG).write_text(text, "utf-8")
    refused = run("update", "bezig", *WORDS)
    assert (refused.exit_code, changed(site)) == (1, {BEZIG: text})
    assert "add it by hand:\n\nupdates:\n  - at: 2026-11-24 21:30\n" in refused.stderr


def test_a_file_that_changed_meanwhile_is_left_alone(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = saving.save

    def meanwhile(folder: Path, files: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
        (folder / BEZIG).write_text("title: theirs\n", "utf-8")
        save(folder, files, before)

    monkeypatch.setattr(saving, "save", meanwhile)
    refused = run("update", "bezig", *WORDS)
    assert (refused.exit_code, changed(site)) == (3, {BEZIG: "title: theirs\n"})
    assert f"{BEZIG} was changed meanwhile" in refused.stderr
