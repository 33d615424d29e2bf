from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from statusgen.cli.app import COMMANDS, SECTIONS, app

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-24T12:00:00Z"
SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl, en]
"""
SLA = """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
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
"""
PLAN = """\
title: {nl: Onderhoud, en: Work}
components: [server]
start: 2026-11-26 21:00
duration: 2h
announced: 2026-11-20 10:00
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site in order, with one plan."""
    folder = tmp_path / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    write(folder, {"maintenance/2026/werk.yaml": PLAN})
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_site_in_order_is_checked_and_built(site: Path, tmp_path: Path) -> None:
    checked = run("check", site, "--now", NOW)
    assert (checked.exit_code, checked.stderr) == (0, "4 files, 0 errors, 0 warnings\n")
    built = run("build", site, "--output", tmp_path / "public", "--now", NOW)
    assert built.exit_code == 0, built.output
    pages = contents(tmp_path / "public")
    for page in ("index.html", "en/index.html", "maintenance/werk/index.html", "feed.xml"):
        assert page in pages
    assert f"{len(pages) - 1} written, 0 removed, 0 unchanged" in built.stdout


def test_a_build_says_what_it_did_and_when_the_next_is_due(site: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    command = ("build", site, "--output", public, "--now", NOW)
    told = run(*command).stdout.splitlines()
    pages = sum(path.endswith(".html") for path in contents(public))
    assert told[-2].startswith(f"{public}: {pages} pages; ")
    assert told[-1] == "Changes by itself: Tue 2026-11-24 17:30 (2026-11-24T16:30:00Z)"

    said = json.loads(run(*command, "--format", "json").stdout)
    seconds = said["build"].pop("seconds")
    assert seconds > 0
    assert said == {
        "findings": [],
        "errors": 0,
        "warnings": 0,
        "build": {
            "output": public.as_posix(),
            "pages": pages,
            "written": 0,
            "removed": 0,
            "unchanged": len(contents(public)) - 1,
            "made_at": "2026-11-24T12:00:00Z",
            "next_change_at": "2026-11-24T16:30:00Z",
        },
    }


def test_a_build_that_did_not_come_about_says_so_to_programs(site: Path, tmp_path: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN + "x: y\n"})
    refused = run("build", site, "--output", tmp_path / "public", "--now", NOW, "--format", "json")
    assert refused.exit_code == 1
    said = json.loads(refused.stdout)
    assert (said["errors"], said["build"]) == (1, None)


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_plan_outside_the_windows_is_refused_and_the_site_stays(
    site: Path, tmp_path: Path, command: str
) -> None:
    public = tmp_path / "public"
    output = ["--output", public] if command == "build" else []
    assert run("build", site, "--output", public, "--now", NOW).exit_code == 0
    before = contents(public)
    plan = PLAN.replace("2026-11-26 21:00", "2026-11-26 16:30")
    write(site, {"maintenance/2026/werk.yaml": plan})
    refused = run(command, site, "--now", NOW, *output)
    assert refused.exit_code == 1
    place = f"{site.as_posix()}/maintenance/2026/werk.yaml:3:8: error: "
    assert place in refused.stdout
    assert "Thu 2026-11-26 16:30 - 17:30 (1 h)" in refused.stdout
    assert "Thu 2026-11-26 06:30 - 08:30 or Thu 2026-11-26 17:30 - 19:30" in refused.stdout
    assert "    3 | start: 2026-11-26 16:30\n      |        ^^^^^^^^^^^^^^^^\n" in refused.stdout
    assert contents(public) == before


def test_a_build_a_little_later_changes_only_pages_that_tell_the_time(
    site: Path, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    run("build", site, "--output", public, "--now", NOW)
    before = contents(public)
    run("build", site, "--output", public, "--now", "2026-11-24T12:05:00Z")
    changed = {name for name, file in contents(public).items() if file != before[name]}
    present = (
        *("index.html", "maintenance/index.html", "maintenance/werk/index.html"),
        *("components/server/index.html", "sla/index.html"),
        *("sla/2026-11/index.html", "sla/2026/index.html", "embed/index.html"),
    )
    api = ("summary.json", "sla/2026-11.json", "sla/2026.json")
    assert changed == {
        *(f"{folder}{page}" for folder in ("", "en/") for page in present),
        *(f"api/statusgen/v1/{name}" for name in api),
        ".statusgen.json",
    }


def test_findings_as_json(site: Path) -> None:
    plan = PLAN.replace("2026-11-26 21:00", "2026-11-26 16:30")
    write(site, {"maintenance/2026/werk.yaml": plan})
    refused = run("check", site, "--now", NOW, "--format", "json")
    assert refused.exit_code == 1
    said = json.loads(refused.stdout)
    assert (said["errors"], said["warnings"]) == (1, 0)
    finding = said["findings"][0]
    assert finding.pop("message")
    assert finding.pop("help")
    assert finding == {
        "code": "maintenance-outside-window",
        "severity": "error",
        "path": f"{site.as_posix()}/maintenance/2026/werk.yaml",
        "line": 3,
        "column": 8,
        "end_line": 3,
        "end_column": 24,
        "data": {
            "offending": [
                {"start": "2026-11-26T15:30:00Z", "end": "2026-11-26T16:30:00Z", "minutes": 60}
            ],
            "nearest_before": "2026-11-26T05:30:00Z",
            "nearest_after": "2026-11-26T16:30:00Z",
        },
    }


def test_annotations_are_escaped_and_at_most_ten_of_a_kind(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    for number in range(12):
        write(site, {f"maintenance/2026/m{number}.yaml": f"{PLAN}'a,b:%c|<i>': x\n"})
    refused = run("check", site, "--now", NOW, "--format", "github")
    lines = refused.stdout.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith(f"::error file={site.as_posix()}/maintenance/2026/m0.yaml,line=6,")
    assert ",title=unknown-key::`a,b:%25c|<i>` is no key of this." in lines[0]
    table = summary.read_text("utf-8")
    assert table.count("| error |") == 12
    assert "a,b:%c\\|&lt;i>" in table


def test_a_moment_can_be_wall_time_of_the_site(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN + "updates:\n  - " + COMING})
    at_noon = run("check", site, "--now", "2026-11-26 21:04")
    past = run("check", site, "--now", "2026-11-26T21:05+01:00")
    assert "[update-in-future]" in at_noon.stdout
    assert "[update-in-future]" not in past.stdout


COMING = "{at: 2026-11-26 21:05, status: in_progress, text: {nl: Bezig, en: Going on}}\n"


def test_the_clock_can_be_set_by_the_environment(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    assert run("build", site, "--output", tmp_path / "by-epoch").exit_code == 0
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    run("build", site, "--output", tmp_path / "by-now", "--now", "2026-11-24T12:00:00Z")
    by_epoch, by_now = (contents(tmp_path / name) for name in ("by-epoch", "by-now"))
    assert {name: file[0] for name, file in by_epoch.items()} == {
        name: file[0] for name, file in by_now.items()
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "no-such-folder"], "There is no folder no-such-folder"),
        (["check", "{site}", "--now", "yesterday"], "`yesterday` is no moment"),
        (["check", "{site}", "--now", "2026-10-25 02:30"], "comes twice"),
        (["build", "{site}", "--output", "{site}/public"], "would mix with the content"),
        (["build", "{site}", "--output", "{site}/.."], "would mix with the content"),
        (["build", "{site}", "--output", "{site}/../themes/x"], "would mix with the themes"),
        (["build", "{site}", "--watch", "--now", NOW], "leave out --now"),
        (["chek"], "Did you mean `check`?"),
        (["rules", "short-notise"], "Did you mean `short-notice`?"),
    ],
)
def test_wrong_use_is_told_with_the_way_out(site: Path, words: list[str], said: str) -> None:
    wrong = run(*(word.format(site=site) for word in words))
    assert wrong.exit_code == 2
    assert said in wrong.stderr


def test_a_clock_that_is_no_number_is_wrong_set_up(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    wrong = run("check", site)
    assert wrong.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in wrong.stderr


def test_an_output_with_other_files_is_refused_unless_forced(site: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    write(public, {"mine.txt": "keep"})
    refused = run("build", site, "--output", public, "--now", NOW)
    assert refused.exit_code == 2
    assert "mine.txt" in refused.stderr
    assert run("build", site, "--output", public, "--now", NOW, "--force").exit_code == 0
    assert (public / "mine.txt").read_text() == "keep"
    assert (public / "index.html").is_file()


def test_a_disk_that_refuses_is_the_outside_world(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    failed = run("build", site, "--output", tmp_path / "file" / "public", "--now", NOW)
    assert failed.exit_code == 3
    assert "statusgen: " in failed.stderr
    assert "Traceback" not in failed.output


def test_rules_are_listed_with_reason_and_example() -> None:
    listed = run("rules")
    assert listed.exit_code == 0
    assert "maintenance-outside-window (error, clause 9a)" in listed.stdout
    as_json = json.loads(run("rules", "short-notice", "--format", "json").stdout)
    assert [rule["code"] for rule in as_json] == ["short-notice"]
    assert all(as_json[0][key] for key in ("summary", "explanation", "example", "severity"))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ('{{ 1 + "a" }}', "TypeError"),
        ('{{ asset("nope.css") }}', "KeyError"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ('{% extends "list.html" %}', "RecursionError"),
        ('{% include "none.html" %}', "there is no template none.html"),
    ],
)
def test_whatever_a_template_does_is_a_finding(
    site: Path, tmp_path: Path, template: str, said: str
) -> None:
    write(tmp_path / "themes/default", {"list.html": template})
    broken = run("build", site, "--output", tmp_path / "public", "--now", NOW)
    assert broken.exit_code == 1
    assert "[broken-theme]" in broken.stdout
    assert said in broken.stdout


def test_a_theme_that_cannot_be_read_is_a_finding(site: Path, tmp_path: Path) -> None:
    theme = tmp_path / "themes/default"
    write(theme / "assets", {"a?b.css": "x", "good.css": "y"})
    (theme / "list.html").write_bytes(b"\xff\xfe")
    os.mkfifo(theme / "event.html")
    (theme / "assets/out.txt").symlink_to("/etc/passwd")
    write(theme, {"home.html": "{% if %}"})
    checked = run("check", site, "--now", NOW)
    assert checked.exit_code == 1
    told = [line for line in checked.stdout.splitlines() if "[broken-theme]" in line]
    for name in ("list.html", "event.html", "assets/out.txt", "assets/a?b.css", "home.html"):
        assert any(f"themes/default/{name}:" in line for line in told), name
    assert len(told) == 5


def test_a_template_can_extend_the_one_it_is_laid_over(site: Path, tmp_path: Path) -> None:
    own = '{% extends "default/home.html" %}{% block main %}ours{{ super() }}{% endblock %}'
    write(tmp_path / "themes/default", {"home.html": own})
    run("build", site, "--output", tmp_path / "public", "--now", NOW)
    page = (tmp_path / "public/index.html").read_text()
    assert "ours" in page
    assert "Alles werkt normaal" in page


def test_the_own_themes_are_found_from_inside_the_content_folder(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "themes/default", {"home.html": "ours"})
    monkeypatch.chdir(site)
    run("build", ".", "--output", "../public", "--now", NOW)
    assert (tmp_path / "public/index.html").read_text() == "ours"


def test_no_color_means_none(site: Path) -> None:
    write(site, {"maintenance/2026/werk.yaml": PLAN + "x: y\n"})
    command = [str(word) for word in ("check", site, "--now", NOW)]
    coloured = CliRunner().invoke(app, command, color=True)
    plain = CliRunner().invoke(app, command, color=True, env={"NO_COLOR": "1"})
    assert "\x1b[" in coloured.stdout
    assert "\x1b[" not in plain.stdout


def test_a_clock_out_of_bounds_is_wrong_set_up(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "253402300000")
    assert run("check", site).exit_code == 2


def test_what_is_odd_on_disk_is_told_of_once(site: Path) -> None:
    (site / "site.yaml").unlink()
    (site / "site.yaml").mkdir()
    told = run("check", site, "--now", NOW)
    assert told.exit_code == 1
    assert "[not-a-file]" in told.stdout
    assert "missing-file" not in told.stdout
    assert "Plans are judged once" in told.stderr


def test_whoever_reads_along_may_leave(site: Path) -> None:
    for number in range(600):
        write(site, {f"maintenance/2026/m{number}.yaml": f"{PLAN}x: y\n"})
    command = f"{sys.executable} -m statusgen check {site} --now {NOW} | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_a_broken_template_is_a_finding_and_the_site_stays(site: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    run("build", site, "--output", public, "--now", NOW)
    before = contents(public)
    write(tmp_path / "themes/default", {"home.html": "<p>\n{% for x in %}"})
    broken = run("build", site, "--output", public, "--now", NOW)
    assert broken.exit_code == 1
    assert f"{tmp_path.as_posix()}/themes/default/home.html:2:1: error: " in broken.stdout
    assert "[broken-theme]" in broken.stdout
    write(tmp_path / "themes/default", {"home.html": "{{ home.no_such_thing }}"})
    assert "[broken-theme]" in run("build", site, "--output", public, "--now", NOW).stdout
    assert contents(public) == before


def test_a_site_lays_its_own_template_over_a_theme(site: Path, tmp_path: Path) -> None:
    write(tmp_path / "themes/default", {"home.html": "<p>{{ home.headline }}, our way</p>"})
    run("build", site, "--output", tmp_path / "public", "--now", NOW)
    assert (tmp_path / "public/index.html").read_text() == "<p>Alles werkt normaal, our way</p>"
    assert "<html" in (tmp_path / "public/maintenance/werk/index.html").read_text()


def test_the_same_bytes_whatever_the_machine(site: Path, tmp_path: Path) -> None:
    surroundings = [
        {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ]
    built = []
    for number, surrounding in enumerate(surroundings):
        public = tmp_path / f"public-{number}"
        command = [sys.executable, "-m", "statusgen", "build", str(site), "--now", NOW]
        environment = {**os.environ, **surrounding, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [*command, "--output", str(public)], env=environment, check=True, capture_output=True
        )
        built.append({name: file[0] for name, file in contents(public).items()})
    assert built[0] == built[1]


def commands(command: click.Command = app, path: str = "statusgen") -> Iterator[tuple[str, Any]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from commands(found, f"{path} {name}")


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=str)
def test_the_help_of_a_command_explains_every_option_and_names_its_exit_status(
    path: str, command: click.Command
) -> None:
    unexplained = [o.name for o in command.params if isinstance(o, click.Option) and not o.help]
    assert unexplained == []
    shown = run(*path.split()[1:], "--help")
    assert shown.exit_code == 0
    assert "Exit status: 0 " in shown.output


def test_commands_are_listed_by_what_they_are_for() -> None:
    listed = run("--help").output
    files = {path.stem for path in (ROOT / "statusgen/cli").glob("*.py")}
    assert set(COMMANDS) <= files
    places = [listed.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    for title in SECTIONS:
        assert f"\n{title}:\n" in listed
    kinds = re.findall(r"^  ([a-z]+) +[A-Z]", run("new", "--help").output, re.MULTILINE)
    assert kinds == ["incident", "calamity", "maintenance", "restore", "schedule"]


@pytest.mark.parametrize(("words", "status"), [(["rules"], 0), (["check", "nowhere"], 2)])
def test_the_program_ends_at_once_when_all_is_said(words: list[str], status: int) -> None:
    """What it read is not taken apart first; that would run what stands here."""
    run = f"import atexit, sys; atexit.register(print, 'apart'); sys.argv = ['statusgen', *{words}]"
    program = [sys.executable, "-c", f"{run}; from statusgen.cli import main; main()"]
    ended = subprocess.run(program, capture_output=True, text=True, cwd=ROOT)
    said = CliRunner().invoke(app, words, prog_name="statusgen")
    assert ended.returncode == said.exit_code == status
    assert (ended.stdout, ended.stderr) == (said.stdout, said.stderr)
