from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime, time
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from statusgen import civil
from statusgen.cli.app import app

SAMPLE = Path(__file__).resolve().parents[2] / "content"
NOW = "2026-11-24T21:30+01:00"
SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
"""
SLA = """\
title: Afspraken
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  holidays: NL
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
      - {id: chat, name: Chat, sla: false}
"""
# A tenth of the 255 working days of 2026 may be down, 13,770 minutes; this is one more.
LONG = """\
title: Storing
components: {server: major_outage}
updates:
  - {at: 2026-06-01 00:00, status: investigating, text: Uit.}
  - {at: 2026-07-06 13:01, status: resolved, text: Over.}
"""
FIGURES = {
    "guaranteed_minutes",
    "downtime_in_hours_minutes",
    "excused_minutes",
    "downtime_minutes",
    "availability",
    "availability_pct",
    "meets_target",
    "allowance_minutes",
    "ledger",
}


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@cache
def sample(*words: str) -> str:
    done = run("sla", SAMPLE, "--now", NOW, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def november() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(sample("--month", "2026-11", "--format", "json"))
    return data


def everyone(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [data["service"], *data["components"]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder, {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS})
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


# The sample, with a calendar and a pencil


def test_the_report_of_a_month_has_the_keys_that_programs_read() -> None:
    data = november()
    assert list(data)[:3] == ["month", "service", "components"]
    assert data["month"] == "2026-11"
    assert data["service"].keys() >= FIGURES
    assert "id" not in data["service"]
    for component in data["components"]:
        assert component.keys() >= FIGURES | {"id"}
    ids = [component["id"] for component in data["components"]]
    assert ids[:4] == ["account", "software", "dashboard", "server"]
    assert len(ids) == len(set(ids)) == 8


def test_the_values_are_numbers_text_and_null_as_promised() -> None:
    for figures in everyone(november()):
        for key in FIGURES - {"availability", "availability_pct", "meets_target", "ledger"}:
            assert type(figures[key]) is int
        numerator, denominator = figures["availability"]
        assert type(numerator) is type(denominator) is int
        whole, _, decimals = figures["availability_pct"].partition(".")
        assert whole.isdecimal()
        assert len(decimals) == 6
        assert type(figures["meets_target"]) is bool
        for line in figures["ledger"]:
            assert line["start"].endswith("Z")
            assert line["end"].endswith("Z")


def test_november_of_the_sample_by_hand() -> None:
    """Seventeen working days up to and with the 24th, of 540 minutes.

    Down were logging in on the 5th (24 minutes), the dashboard for work that an override let
    through on the 10th (30), and again on the 17th (15). That it was slow from the 23rd on does
    not count. Of all 21 working days of the month, a tenth is 1,134 minutes.
    """
    data = november()
    by_id = {component["id"]: component for component in data["components"]}
    assert {figures["guaranteed_minutes"] for figures in everyone(data)} == {17 * 540}
    assert data["service"]["downtime_minutes"] == 24 + 30 + 15
    assert data["service"]["allowance_minutes"] == 1134 - 69
    assert data["service"]["availability_pct"] == "99.248366"
    down = {id: figures["downtime_minutes"] for id, figures in by_id.items()}
    assert {id: minutes for id, minutes in down.items() if minutes} == {
        "account": 24,
        "dashboard": 45,
    }


@pytest.mark.parametrize("month", ["2026-05", "2026-06", "2026-11"])
def test_each_figure_adds_up_from_its_lines(month: str) -> None:
    for figures in everyone(json.loads(sample("--month", month, "--format", "json"))):
        ledger = figures["ledger"]
        down = sum(line["downtime_minutes"] for line in ledger)
        excused = sum(line["excused_minutes"] for line in ledger)
        guaranteed = figures["guaranteed_minutes"]
        assert figures["downtime_minutes"] == down
        assert figures["excused_minutes"] == excused
        assert figures["downtime_in_hours_minutes"] == down + excused
        share = Fraction(guaranteed - down, guaranteed)
        assert Fraction(*figures["availability"]) == share
        assert Fraction(figures["availability_pct"]) <= share * 100
        assert share * 100 - Fraction(figures["availability_pct"]) < Fraction(1, 10**6)
        assert figures["meets_target"] is (share >= Fraction(9, 10))


def test_the_lines_are_apart_in_order_and_in_guaranteed_hours() -> None:
    zone = civil.zone("Europe/Amsterdam")
    for figures in everyone(november()):
        lines = [
            (moment(line["start"], zone), moment(line["end"], zone)) for line in figures["ledger"]
        ]
        for (_, end), (start, _) in pairwise(lines):
            assert end <= start
        for (start, end), line in zip(lines, figures["ledger"], strict=True):
            assert start.date() == end.date()
            assert start.weekday() < 5
            assert time(8, 30) <= start.time() < end.time() <= time(17, 30)
            assert line["minutes"] == (end - start).total_seconds() / 60
            assert line["outages"]


def moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)


def test_what_was_excused_says_why() -> None:
    data = json.loads(sample("--month", "2026-05", "--format", "json"))
    (line,) = data["service"]["ledger"]
    assert (line["downtime_minutes"], line["excused_minutes"], line["minutes"]) == (0, 90, 90)
    assert [(o["event"], o["counted"], o["why"]) for o in line["outages"]] == [
        ("2026-05-19-account-na-installatie", False, "unapproved-change")
    ]


def test_an_overlap_is_counted_once() -> None:
    """10 June: the server half down 10:05 to 11:20, the dashboard gone 10:40 to 11:55."""
    data = json.loads(sample("--month", "2026-06", "--format", "json"))
    by_id = {component["id"]: component for component in data["components"]}
    assert by_id["server"]["downtime_minutes"] == 75
    assert by_id["dashboard"]["downtime_minutes"] == 110
    assert data["service"]["downtime_minutes"] == 110


def test_a_year_is_its_months() -> None:
    data = json.loads(sample("--year", "2026", "--format", "json"))
    assert data["year"] == "2026"
    assert "month" not in data
    assert [month["month"] for month in data["months"]] == [f"2026-{n:02}" for n in range(1, 13)]
    assert data["months"][10] == november()
    for key in ("guaranteed_minutes", "downtime_minutes", "excused_minutes"):
        for position, figures in enumerate(everyone(data)):
            parts = [everyone(month)[position] for month in data["months"]]
            assert figures[key] == sum(part[key] for part in parts)
    december = data["months"][11]["service"]
    assert (december["guaranteed_minutes"], december["availability_pct"]) == (0, None)


def test_a_table_for_a_spreadsheet_has_the_same_figures() -> None:
    rows = list(csv.DictReader(io.StringIO(sample("--month", "2026-11", "--format", "csv"))))
    for row, figures in zip(rows, everyone(november()), strict=True):
        assert row.pop("period") == "2026-11"
        assert row.pop("component") == figures.get("id", "service")
        assert row.pop("in_service") == str(figures.get("in_service", ""))
        share = [int(row.pop(f"availability_{part}")) for part in ("numerator", "denominator")]
        assert share == figures["availability"]
        assert row == {key: str(figures[key]) for key in row}
        assert row.keys() == FIGURES - {"availability", "ledger"}


def test_the_table_of_a_year_has_a_row_for_each_month_and_component() -> None:
    rows = list(csv.DictReader(io.StringIO(sample("--year", "2026", "--format", "csv"))))
    periods = ["2026", *(f"2026-{n:02}" for n in range(1, 13))]
    assert [row["period"] for row in rows] == [period for period in periods for _ in range(9)]
    assert (rows[-1]["guaranteed_minutes"], rows[-1]["availability_pct"]) == ("0", "")


def test_text_tells_the_figures_and_the_minutes_they_are_made_of() -> None:
    lines = sample("--month", "2026-11").splitlines()
    assert lines[0] == "Agreement over 2026-11"
    (service,) = [line for line in lines if line.startswith("  the service")]
    told = " ".join(service.split()[2:])
    assert told == "99.24% kept down 69 of 9180 min, excused 0, left 1065"
    start = lines.index("  The minutes of the service:") + 1
    ledger = lines[start : lines.index("", start)]
    assert (
        "  Tue 2026-11-10 12:15 - 12:45  down    30 of 30 min, excused 0  "
        "2026-11-10-spoedupdate-dashboard (counted)"
    ) in ledger
    assert ledger.pop() == "  In all: down 69 min, excused 0"
    assert sum(int(line.partition("down")[2].split()[0]) for line in ledger) == 69


@pytest.mark.parametrize("month", ["2026-05", "2026-06", "2026-11"])
def test_text_opens_the_figure_of_each_component_with_minutes(month: str) -> None:
    told = sample("--month", month)
    data = json.loads(sample("--month", month, "--format", "json"))
    for figures in everyone(data):
        head = f"  The minutes of {figures.get('id', 'the service')}:\n"
        assert (head in told) is bool(figures["ledger"])
        if figures["ledger"]:
            lines = told.partition(head)[2].partition("\n\n")[0].splitlines()
            assert len(lines) == len(figures["ledger"]) + 1
            down, excused = figures["downtime_minutes"], figures["excused_minutes"]
            assert lines[-1] == f"  In all: down {down} min, excused {excused}"
            assert sum(int(line.split("excused ")[1].split()[0]) for line in lines[:-1]) == excused


def test_a_component_outside_the_service_has_its_minutes_too(site: Path) -> None:
    write(site, {"incidents/2026/lang.yaml": LONG.replace("server:", "chat:")})
    told = run("sla", site, "--now", NOW, "--month", "2026-07").stdout
    assert "The minutes of chat:" in told
    assert "The minutes of the service:" not in told
    assert "Nothing was wrong." not in told
    assert told.splitlines()[3].split()[0] == "chat"
    assert told.rstrip().endswith("In all: down 1891 min, excused 0")


# Other content


def test_without_a_month_it_is_the_one_on_the_clock_of_the_site(site: Path) -> None:
    for now, month in (("2026-11-30T22:59Z", "2026-11"), ("2026-11-30T23:00Z", "2026-12")):
        done = run("sla", site, "--now", now, "--format", "json")
        assert json.loads(done.stdout)["month"] == month


def test_a_minute_too_many_never_reads_as_the_target(site: Path) -> None:
    write(site, {"incidents/2026/lang.yaml": LONG})
    done = run("sla", site, "--now", "2027-01-01T12:00Z", "--year", "2026")
    told = done.stdout.splitlines()[1].split()
    assert told[2:4] == ["89.99%", "BROKEN"]
    assert told[-1] == "-1"
    assert "90.00%" not in done.stdout
    as_data = json.loads(
        run("sla", site, "--now", "2027-01-01T12:00Z", "--year", "2026", "--format", "json").stdout
    )
    assert as_data["service"]["availability"] == [123929, 137700]
    assert as_data["service"]["availability_pct"] == "89.999273"
    assert as_data["service"]["meets_target"] is False


def test_of_a_month_to_come_no_guaranteed_hours_have_passed(site: Path) -> None:
    done = run("sla", site, "--now", NOW, "--month", "2026-12")
    assert done.exit_code == 0
    assert done.stdout.count("none passed yet of 11880 guaranteed min") == 3
    assert "not applicable" not in done.stdout
    assert "100" not in done.stdout


def test_before_the_agreement_there_are_no_guaranteed_hours(site: Path) -> None:
    write(site, {"sla.yaml": f"{SLA}valid_from: 2026-11-01\n"})
    done = run("sla", site, "--now", NOW, "--month", "2026-10")
    assert done.stdout.count("no guaranteed hours: not applicable") == 3
    assert "none passed yet" not in done.stdout


def test_without_a_promise_of_availability_there_is_no_figure(site: Path) -> None:
    write(site, {"sla.yaml": "title: Afspraken\n"})
    done = run("sla", site, "--now", NOW, "--format", "json")
    for figures in everyone(json.loads(done.stdout)):
        assert figures["availability"] is figures["availability_pct"] is None
    for style in ("text", "csv"):
        assert run("sla", site, "--now", NOW, "--format", style).exit_code == 0


def test_the_same_report_twice(site: Path) -> None:
    words = ("sla", site, "--now", NOW, "--month", "2026-11", "--format", "json")
    assert run(*words).stdout == run(*words).stdout


# As a page


@pytest.mark.parametrize(
    ("words", "title", "is_there"),
    [
        (["--month", "2026-11"], "<h1>SLA in november 2026</h1>", "De minuten achter de cijfers"),
        (["--year", "2026"], "<h1>SLA in 2026</h1>", "De maanden achter het cijfer"),
    ],
)
def test_a_page_to_send(site: Path, words: list[str], title: str, is_there: str) -> None:
    write(site, {"incidents/2026/lang.yaml": LONG})
    done = run("sla", site, "--now", NOW, *words, "--format", "html")
    assert (done.exit_code, done.stderr) == (0, "")
    assert title in done.stdout
    assert is_there in done.stdout
    assert "<style>" in done.stdout


@pytest.mark.parametrize("words", [["--month", "2027-01"], ["--year", "2027"]])
def test_no_page_of_what_there_is_nothing_to_report_of(site: Path, words: list[str]) -> None:
    done = run("sla", site, "--now", NOW, *words, "--format", "html")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"There is nothing to report of {words[1]}." in done.stderr


# Wrong use


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--month", "2026-13"], "--month"),
        (["--month", "2026-00"], "--month"),
        (["--month", "2026-1"], "--month"),
        (["--month", "11-2026"], "--month"),
        (["--month", "2026-11-01"], "--month"),
        (["--month", ""], "--month"),
        (["--month", "2200-01"], "--month"),
        (["--year", "26"], "--year"),
        (["--year", "1969"], "--year"),
        (["--year", "2200"], "--year"),
        (["--year", "2026-11"], "--year"),
        (["--year", ""], "--year"),
        (["--year", "2026", "--month", "2026-11"], "either"),
        (["--format", "xml"], "--format"),
        (["--now", "vandaag"], "--now"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(site: Path, words: list[str], said: str) -> None:
    done = run("sla", site, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("sla", tmp_path / "nergens")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nergens" in done.stderr


def test_content_with_errors_is_not_reported_on(site: Path) -> None:
    write(site, {"incidents/2026/fout.yaml": LONG.replace("server", "servr")})
    done = run("sla", site, "--now", NOW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "fout.yaml:2:14: error: " in done.stderr
    assert "[unknown-component]" in done.stderr


def test_warnings_are_in_nobody_s_way(site: Path) -> None:
    untold = "title: Storing\ncomponents: [server]\nstarted: 2026-11-23 14:58\n"
    write(site, {"incidents/2026/stil.yaml": untold})
    done = run("sla", site, "--now", NOW)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "stil (counted)" in done.stdout
